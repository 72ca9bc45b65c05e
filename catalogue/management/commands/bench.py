"""`bench`: figures and ratios of what must stay fast, on offers of several sizes."""

import subprocess
import sys
from itertools import chain

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection
from django.test import override_settings

from catalogue.bench import base, fautes, pages, referentiels, validation
from catalogue.bench.mesure import Resultat
from sofi import verrous
from sofi.commandes import Commande
from sofi.typographie import NBSP

TAILLES = (10_000, 100_000, 1_000_000)
#: Any number of our own: two measures at once would each measure the other.
VERROU = 2_303_004


class Command(Commande):
    help = (
        "Mesure les pages, le flux, les fautes de frappe, la validation et les imports, sur des offres "
        "inventées, dans des bases à part (gardées pour la suite)."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--sessions", type=int, nargs="+", default=TAILLES, help="tailles (par défaut : %(default)s)"
        )
        parser.add_argument("--refaire", action="store_true", help="recommencer les bases de mesure à vide")

    def handle(self, *, sessions, refaire, **options):
        if settings.IS_PRODUCTION:
            raise CommandError("Les mesures ne se font pas sur un serveur en production (SOFI_MODE).")
        if min(sessions) < 1:
            raise CommandError(f"--sessions{NBSP}: il en faut au moins une.")
        try:
            with verrous.held(VERROU):
                resultats = {taille: self._measure(taille, refaire=refaire) for taille in sessions}
                self._measure_references(min(sessions))
        except verrous.Occupe:
            raise CommandError("Une autre mesure est en cours (bench).") from None
        for ligne in pages.compare(resultats):
            self.stdout.write(ligne)

    def _measure(self, taille: int, *, refaire: bool) -> list[Resultat]:
        with (
            base.offer_of(taille, refaire=refaire, stdout=self.stdout),
            override_settings(ROOT_URLCONF="catalogue.bench.mesure"),
        ):
            if not pages.is_enough():
                raise CommandError(
                    f"{taille} sessions ne suffisent pas{NBSP}: rien n’est en ligne, ou n’attend."
                )
            self.stdout.write(f"\n{taille} sessions")
            self.stdout.flush()
            measure_lheo(connection.settings_dict["NAME"])
            resultats = []
            for resultat in pages.measure_all():
                self.stdout.write(str(resultat))
                resultats.append(resultat)
            for ligne in chain(fautes.measure(), validation.measure()):
                self.stdout.write(ligne)
            return resultats

    def _measure_references(self, taille: int) -> None:
        """What does not depend on the size, in the base of one of them."""
        with base.offer_of(taille, refaire=False, stdout=self.stdout):
            self.stdout.write("")
            for ligne in referentiels.measure():
                self.stdout.write(ligne)


def measure_lheo(nom: str) -> None:
    """`bench_lheo`, in a process of its own: its memory is that of a command that shows no page."""
    with subprocess.Popen([sys.executable, sys.argv[0], "bench_lheo", "--base", nom]) as enfant:
        try:
            code = enfant.wait()
        finally:
            enfant.terminate()
            enfant.wait()  # leaving the block after Ctrl-C would not
    if code:
        raise CommandError(f"Les mesures LHÉO de la base {nom} ont échoué (bench_lheo, code {code}).")
