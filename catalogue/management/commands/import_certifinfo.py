"""`import_certifinfo FILE`: the open file of Certif Info, as published."""

from pathlib import Path

from django.utils import timezone

from catalogue.referentiels.certifinfo import import_certifinfo
from catalogue.referentiels.commande import ImportCommand


class Command(ImportCommand):
    help = "Importe l’export public de Certif Info (CSV), tel qu’il est publié."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("fichier", type=Path)
        parser.add_argument(
            "--force",
            action="store_true",
            help="importer même s’il manque au fichier plus d’un cinquième des codes en vigueur",
        )

    def handle(self, *, fichier, dry_run, force, **options):
        def read():
            bilans = import_certifinfo(
                fichier, jour=timezone.localdate(), dry_run=dry_run, force=force, progres=self.progres
            )
            return [(fichier, bilans)]

        self.run(read, dry_run=dry_run)
