"""`bench`: figures and ratios of the pages and feeds that must stay fast, on offers of several sizes."""

import subprocess
import sys

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.test import override_settings

from catalogue.bench import base, pages

TAILLES = (10_000, 100_000, 1_000_000)


class Command(BaseCommand):
    help = (
        "Mesure les pages et le flux sur des offres inventées, dans des bases à part (gardées pour la suite)."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--sessions", type=int, nargs="+", default=TAILLES, help="tailles (par défaut : %(default)s)"
        )
        parser.add_argument("--refaire", action="store_true", help="recommencer les bases de mesure à vide")

    def handle(self, *, sessions, refaire, **options):
        if settings.IS_PRODUCTION:
            raise CommandError("Les mesures ne se font pas sur un serveur en production (SOFI_MODE).")
        for taille in sessions:
            with (
                base.offer_of(taille, refaire=refaire, stdout=self.stdout),
                override_settings(ROOT_URLCONF="catalogue.bench.mesure"),
            ):
                self.stdout.write(f"\n{taille} sessions")
                self.stdout.flush()
                # In a process of its own: its memory is that of a command that shows no page.
                lheo = [sys.executable, sys.argv[0], "bench_lheo", "--base", connection.settings_dict["NAME"]]
                subprocess.run(lheo, check=True)
                for resultat in pages.measure_all():
                    self.stdout.write(str(resultat))
