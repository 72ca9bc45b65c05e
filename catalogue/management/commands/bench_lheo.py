"""`bench_lheo`: what the ways out in LHÉO cost, on what is online in the base."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from catalogue.bench import lheo
from catalogue.models import Diffusion


class Command(BaseCommand):
    help = "Mesure l’export et la lecture LHÉO de ce qui est en ligne, contre COPY."
    #: As the commands it measures.
    requires_system_checks = ()

    def handle(self, **options):
        if settings.IS_PRODUCTION:
            raise CommandError("Les mesures ne se font pas sur un serveur en production (SOFI_MODE).")
        if not Diffusion.objects.exists():
            raise CommandError("Rien n’est en ligne dans cette base.")
        lheo.mesurer(self.stdout)
