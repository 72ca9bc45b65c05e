"""`import_certifinfo FILE`: the open file of Certif Info, as published."""

from pathlib import Path

from django.utils import timezone

from catalogue.referentiels.certifinfo import import_certifinfo
from catalogue.referentiels.commande import ImportCommand
from catalogue.referentiels.effets import lines_of, write_actions


class Command(ImportCommand):
    help = "Importe l’export public de Certif Info (CSV), tel qu’il est publié, et dit les actions touchées."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("fichier", type=Path)
        parser.add_argument(
            "--force",
            action="store_true",
            help="importer même s’il manque au fichier plus d’un cinquième des codes en vigueur",
        )
        parser.add_argument(
            "--actions",
            type=Path,
            metavar="LISTE",
            help="écrire dans ce fichier (CSV) toutes les actions dont le code change",
        )

    def handle(self, *, fichier, dry_run, force, actions, **options):
        effets = []

        def read():
            fait = import_certifinfo(
                fichier, jour=timezone.localdate(), dry_run=dry_run, force=force, progres=self.progres
            )
            effets.extend(fait.effets)
            return [(fichier, fait.bilans)]

        self.run(read, dry_run=dry_run)
        for ligne in lines_of(effets):
            self.stdout.write(ligne)
        if actions:
            write_actions(actions, effets)
            self.stdout.write(f"La liste des actions est dans {actions}.")
