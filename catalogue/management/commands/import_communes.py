"""`import_communes FILE…`: communes and communes déléguées, in CSV or JSON, and their positions, in CSV."""

from pathlib import Path

from catalogue.referentiels.commande import ImportCommand
from catalogue.referentiels.communes import import_communes


class Command(ImportCommand):
    help = "Importe les communes actuelles, déléguées et associées (CSV ou JSON), et leurs positions (CSV)."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("fichiers", type=Path, nargs="+")

    def handle(self, *, fichiers, dry_run, **options):
        def read():
            return [(fichiers[0], import_communes(fichiers, dry_run=dry_run, progres=self.progres))]

        self.run(read, dry_run=dry_run)
