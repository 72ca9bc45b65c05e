"""What the import commands share: the progress bar and the printed balance."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from django.core.management.base import CommandError

from sofi.commandes import Commande

from .fichiers import Bilan, FichierRefuse

#: How many rejected lines are told one by one.
REJETS_MONTRES = 20


class ImportCommand(Commande):
    """A command that reads official files: refusals in one sentence, balance in French."""

    def add_arguments(self, parser):
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="lire et comparer sans rien changer",
        )

    def run(self, read: Callable[[], list[tuple[Path, list[Bilan]]]], *, dry_run: bool) -> None:
        """Print the balances that `read` returns; a refused file becomes a `CommandError`."""
        try:
            resultats = read()
        except FichierRefuse as refus:
            raise CommandError(str(refus)) from None
        for path, bilans in resultats:
            self.stdout.write(f"{path.name}")
            for bilan in bilans:
                self._print(bilan)
        if all(bilan.est_sans_changement for _, bilans in resultats for bilan in bilans):
            self.stdout.write("Aucun changement : la base est à jour.")
        elif dry_run:
            self.stdout.write("Essai seulement (--dry-run) : rien n’a été changé dans la base.")

    def _print(self, bilan: Bilan) -> None:
        precision = f" ({bilan.precision})" if bilan.precision and bilan.absentes else ""
        self.stdout.write(
            f"  {bilan.objet} : nouvelles {bilan.nouvelles}, modifiées {bilan.modifiees}, "
            f"inchangées {bilan.inchangees}, absentes du fichier {bilan.absentes}{precision}, "
            f"lignes rejetées {len(bilan.rejets)}"
        )
        for rejet in bilan.rejets[:REJETS_MONTRES]:
            self.stdout.write(f"    ligne {rejet.ligne} : {rejet.raison}")
        if len(bilan.rejets) > REJETS_MONTRES:
            self.stdout.write(f"    … et {len(bilan.rejets) - REJETS_MONTRES} autres lignes rejetées")

    def progres(self, rows: Iterator) -> Iterator:
        """Yield `rows`, showing on a terminal how many were read."""
        if not sys.stderr.isatty():
            yield from rows
            return
        count = 0
        for count, row in enumerate(rows, start=1):
            if count % 500 == 0:
                sys.stderr.write(f"\rLecture : {count} lignes")
                sys.stderr.flush()
            yield row
        sys.stderr.write(f"\rLecture : {count} lignes\n")
