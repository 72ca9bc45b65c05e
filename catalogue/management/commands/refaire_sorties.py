"""`refaire_sorties`: write the search rows and LHÉO fragments of what is online anew, after an upgrade."""

import psycopg
from django.db import DatabaseError

from catalogue.lheo import reconstruction
from sofi.commandes import Commande
from sofi.typographie import NBSP


class Command(Commande):
    help = "Récrit, d’après ce qui est en ligne, les fiches de recherche et les fragments LHÉO."
    #: The checks import every page: three times the memory, for a command that shows none.
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument(
            "--apres", type=int, default=0, metavar="ACTION", help="reprendre après l’action de cette clé"
        )

    def handle(self, *, apres, verbosity, **options):
        bilan, faite = reconstruction.Bilan(), apres
        try:
            for bilan in reconstruction.rebuild(apres):
                faite = bilan.derniere  # the balance goes on with a batch that may be undone
                if verbosity > 1:
                    self.stdout.write(f"{bilan.sessions} sessions (pour reprendre{NBSP}: --apres {faite})")
        except (KeyboardInterrupt, DatabaseError, psycopg.Error):
            if faite != apres:
                self.stderr.write(f"Arrêté en chemin. Pour reprendre{NBSP}: refaire_sorties --apres {faite}")
            raise
        self.stdout.write(
            f"Sessions relues {bilan.sessions}{NBSP}; fragments changés {bilan.changes}, inchangés "
            f"{bilan.sessions - bilan.changes}{NBSP}; mis à l’écart {bilan.ecartes}."
        )
        if bilan.changes:
            self.stdout.write("Les flux suivront au prochain passage du worker.")
