"""`export_donnees`: write the open data now; the worker does it each night and when the offer changes."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from catalogue.donnees import fichiers

NBSP = "\N{NO-BREAK SPACE}"


class Command(BaseCommand):
    help = "Écrit les données ouvertes (CSV, XLSX, Parquet) de toutes les sessions en ligne."

    def add_arguments(self, parser):
        parser.add_argument(
            "--dossier", type=Path, default=None, help="où écrire (par défaut, à côté du flux LHÉO)"
        )

    def handle(self, *, dossier, **options):
        dossier = dossier or fichiers.dossier()
        try:
            sessions = fichiers.write(dossier, timezone.now())
        except (fichiers.ExportOccupe, OSError) as error:
            raise CommandError(f"Les données ouvertes n’ont pas été écrites{NBSP}: {error}") from None
        self.stdout.write(f"Données ouvertes écrites dans {dossier}{NBSP}: sessions {sessions}.")
