"""`export_lheo`: write the feed of every published session now; the worker does it each night."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from catalogue.lheo import flux

NBSP = "\N{NO-BREAK SPACE}"


class Command(BaseCommand):
    help = "Écrit le flux LHÉO 2.3 de toutes les sessions en ligne."

    def add_arguments(self, parser):
        parser.add_argument(
            "--dossier", type=Path, default=settings.FLUX_DIR, help="où écrire (par défaut : %(default)s)"
        )

    def handle(self, *, dossier, **options):
        try:
            bilan = flux.export(dossier, timezone.now())
        except (flux.FluxOccupe, OSError) as error:
            raise CommandError(f"Le flux n’a pas été écrit{NBSP}: {error}") from None
        for numero, fautes in bilan.ecartees:
            self.stderr.write(f"Session {numero} mise à l’écart{NBSP}: {', '.join(fautes)}")
        if bilan.fichier is None:
            self.stdout.write(f"Aucune session à diffuser{NBSP}: le flux d’avant est gardé.")
            return
        self.stdout.write(
            f"Flux écrit dans {bilan.fichier}{NBSP}: sessions parties {bilan.parties}, dont "
            f"pour la première fois {bilan.nouvelles}{NBSP}; mises à l’écart {len(bilan.ecartees)}."
        )
