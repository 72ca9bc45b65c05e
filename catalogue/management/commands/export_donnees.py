"""`export_donnees`: write the open data now; the worker does it each night and when the offer changes."""

from django.core.management.base import CommandError
from django.utils import timezone

from catalogue.donnees import fichiers
from sofi.commandes import Commande, folder
from sofi.systeme import explain
from sofi.typographie import NBSP


class Command(Commande):
    help = "Écrit les données ouvertes (CSV, XLSX, Parquet) de toutes les sessions en ligne."

    def add_arguments(self, parser):
        parser.add_argument(
            "--dossier", type=folder, default=None, help="où écrire (par défaut, à côté du flux LHÉO)"
        )

    def handle(self, *, dossier, **options):
        dossier = dossier or fichiers.dossier()
        try:
            sessions = fichiers.write(dossier, timezone.now())
        except (fichiers.ExportOccupe, OSError) as error:
            raise CommandError(
                f"Les données ouvertes n’ont pas été écrites{NBSP}: {explain(error)}"
            ) from None
        self.stdout.write(f"Données ouvertes écrites dans {dossier}{NBSP}: sessions {sessions}.")
