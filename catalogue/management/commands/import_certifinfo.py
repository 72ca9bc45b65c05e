"""`import_certifinfo FILE`: the open file of Certif Info, as published."""

import errno
from pathlib import Path

from django.core.management.base import CommandError
from django.utils import timezone

from catalogue.referentiels.certifinfo import import_certifinfo
from catalogue.referentiels.commande import ImportCommand
from catalogue.referentiels.effets import lines_of, write_actions
from sofi.systeme import explain
from sofi.typographie import NBSP


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
        if actions:
            _check_writable(actions)

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
            try:
                write_actions(actions, effets)
            except OSError as error:
                raise _not_written(error) from None
            self.stdout.write(f"La liste des actions est dans {actions}.")


def _check_writable(liste: Path) -> None:
    """Raise `CommandError` unless `liste` may be written: imported again, a file changes nothing to tell."""
    try:
        if liste.is_file():
            liste.open("ab").close()
        elif not liste.exists():
            liste.touch()
            liste.unlink()
        elif liste.is_dir():
            raise IsADirectoryError(errno.EISDIR, "", str(liste))
    except OSError as error:
        raise _not_written(error) from None


def _not_written(error: OSError) -> CommandError:
    return CommandError(f"La liste des actions ne peut pas être écrite{NBSP}: {explain(error)}.")
