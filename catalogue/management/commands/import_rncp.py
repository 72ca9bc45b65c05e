"""`import_rncp FILE…`: the sheets of the RNCP and RS, from the files of France compétences."""

from pathlib import Path

from catalogue.referentiels.commande import ImportCommand
from catalogue.referentiels.rncp import import_rncp


class Command(ImportCommand):
    help = "Importe le « Kit apprentissage » (CSV) ou les exports « Standard » et « Ancienne_Nouvelle »."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("fichiers", type=Path, nargs="+")
        parser.add_argument(
            "--force", action="store_true", help="importer même si beaucoup de lignes sont illisibles"
        )

    def handle(self, *, fichiers, dry_run, force, **options):
        self.run(
            lambda: import_rncp(fichiers, dry_run=dry_run, force=force, progres=self.progres),
            dry_run=dry_run,
        )
