"""`generate_volume`: fill an empty base with a made-up offer of any size, the same for the same seed."""

from time import perf_counter

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection
from django.utils import timezone

from catalogue.models import Certification, Commune, Organisme, TypeDispositif
from catalogue.volume import copie
from catalogue.volume.offre import Volume
from sofi import verrous
from sofi.commandes import Commande
from sofi.typographie import NBSP

#: Any number of our own: one offer at a time is written in a base.
VERROU = 2_303_003


class Command(Commande):
    help = "Remplit une base sans organisme d’une offre inventée, de la taille voulue (pour les mesures)."

    def add_arguments(self, parser):
        parser.add_argument("--sessions", type=int, default=60_000, help="combien (par défaut : %(default)s)")
        parser.add_argument("--graine", type=int, default=1, help="la même donne la même offre")

    def handle(self, *, sessions, graine, **options):
        if settings.IS_PRODUCTION:
            raise CommandError("Une offre inventée ne se charge pas en production (SOFI_MODE).")
        if sessions < 1:
            raise CommandError(f"--sessions{NBSP}: il en faut au moins une.")
        try:
            with verrous.held(VERROU):
                self._write(sessions, graine)
        except verrous.Occupe:
            raise CommandError("Une autre offre inventée est en train de s’écrire dans cette base.") from None

    def _write(self, sessions: int, graine: int) -> None:
        if copie.is_unfinished():
            raise CommandError(
                "Une offre inventée a été interrompue dans cette base, où des lignes et des index peuvent "
                f"manquer{NBSP}: supprimez la base «{NBSP}{connection.settings_dict['NAME']}{NBSP}», puis "
                "recommencez (migrate, load_nomenclatures, generate_volume)."
            )
        if Organisme.objects.exists():
            raise CommandError(f"La base contient déjà des organismes{NBSP}: rien n’a été changé.")
        if not all(model.objects.exists() for model in (Certification, Commune, TypeDispositif)):
            raise CommandError("Chargez d’abord les nomenclatures (load_nomenclatures).")
        debut = perf_counter()
        nombre = Volume(sessions, graine, timezone.localdate(), self._dire).write()
        self.stdout.write(f"{nombre} sessions écrites en {perf_counter() - debut:.0f}{NBSP}s.")

    def _dire(self, ligne: str) -> None:
        """On a terminal, where it stands."""
        if self.stderr.isatty():
            self.stderr.write(f"{ligne}…", ending="\r")
