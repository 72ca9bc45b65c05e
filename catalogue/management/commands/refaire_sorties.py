"""`refaire_sorties`: write the search rows and LHÉO fragments of what is online anew, after an upgrade."""

import re
from argparse import ArgumentTypeError

import psycopg
from django.db import DatabaseError

from catalogue.lheo import reconstruction
from sofi.commandes import Commande
from sofi.typographie import NBSP

#: The most parts: no server has more processors to spare.
PARTS = 64


def part(texte: str) -> tuple[int, int]:
    """« 2/4 », for `argparse`: which part, of how many."""
    lu = re.fullmatch(r"([0-9]{1,2})/([0-9]{1,2})", texte)
    rang, nombre = (int(lu[1]), int(lu[2])) if lu else (0, 0)
    if not 1 <= rang <= nombre <= PARTS:
        raise ArgumentTypeError(f"donnez la part et leur nombre, {PARTS} au plus, comme 1/2 puis 2/2")
    return rang, nombre


class Command(Commande):
    help = "Récrit, d’après ce qui est en ligne, les fiches de recherche et les fragments LHÉO."
    #: The checks import every page: three times the memory, for a command that shows none.
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument(
            "--apres", type=int, default=0, metavar="ACTION", help="reprendre après l’action de cette clé"
        )
        parser.add_argument(
            "--part",
            type=part,
            default=reconstruction.ENTIER,
            metavar="N/TOTAL",
            help="n’en faire qu’une part, comme 1/2, à côté d’autres processus",
        )

    def handle(self, *, apres, part, verbosity, **options):
        bilan, faite = reconstruction.Bilan(), apres
        suite = "" if part == reconstruction.ENTIER else f" --part {part[0]}/{part[1]}"
        try:
            for bilan in reconstruction.rebuild(apres, part):
                faite = bilan.derniere  # the balance goes on with a batch that may be undone
                if verbosity > 1:
                    self.stdout.write(
                        f"{bilan.sessions} sessions (pour reprendre{NBSP}: --apres {faite}{suite})"
                    )
        except (KeyboardInterrupt, DatabaseError, psycopg.Error):
            if faite != apres:
                reprise = f"refaire_sorties --apres {faite}{suite}"
                self.stderr.write(f"Arrêté en chemin. Pour reprendre{NBSP}: {reprise}")
            raise
        self.stdout.write(
            f"Sessions relues {bilan.sessions}{NBSP}; fragments changés {bilan.changes}, inchangés "
            f"{bilan.sessions - bilan.changes}{NBSP}; mis à l’écart {bilan.ecartes}."
        )
        if bilan.changes:
            self.stdout.write("Les flux suivront au prochain passage du worker.")
