"""`bench_lheo`: what the ways out in LHÉO cost, on what is online in the base."""

from contextlib import nullcontext

from django.conf import settings
from django.core.management.base import CommandError

from catalogue.bench import lheo
from catalogue.bench.base import exists, used
from catalogue.models import Diffusion
from sofi.commandes import Commande
from sofi.typographie import NBSP


class Command(Commande):
    help = "Mesure l’export et la lecture LHÉO de ce qui est en ligne, contre COPY."
    #: As the commands it measures.
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--base", help="une autre base du même serveur (par défaut : celle du site)")

    def handle(self, *, base, **options):
        if settings.IS_PRODUCTION:
            raise CommandError("Les mesures ne se font pas sur un serveur en production (SOFI_MODE).")
        if base and not exists(base):
            raise CommandError(f"Le serveur n’a pas de base «{NBSP}{base}{NBSP}».")
        with used(base) if base else nullcontext():
            if not Diffusion.objects.exists():
                raise CommandError("Rien n’est en ligne dans cette base.")
            lheo.mesurer(self.stdout)
