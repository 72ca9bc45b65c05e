"""`bench`: figures and ratios of the pages that must stay fast, on an offer of national size."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.test import override_settings
from django.urls import reverse
from psycopg import sql

from catalogue.bench import jeu, mesure
from catalogue.models import Action, Session
from catalogue.validation.views_file import PAR_PAGE
from sofi.paging import AFTER, SEPARATOR

BASE = "sofi_bench"
#: `speed.md` G2: the queue's page by key far in the list.
RANG = 50


class Command(BaseCommand):
    help = "Mesure la file et le dossier sur une offre inventée, dans une base à part (gardée pour la suite)."

    def add_arguments(self, parser):
        parser.add_argument("--sessions", type=int, default=1_000_000, help="taille de l’offre")
        parser.add_argument("--refaire", action="store_true", help="recommencer la base de mesure à vide")

    def handle(self, *, sessions, refaire, **options):
        if settings.IS_PRODUCTION:
            raise CommandError("Les mesures ne se font pas sur un serveur en production (SOFI_MODE).")
        with _other_base(refaire=refaire), override_settings(ROOT_URLCONF="catalogue.bench.mesure"):
            self._prepare(sessions)
            self._measure()

    def _prepare(self, sessions: int) -> None:
        call_command("migrate", verbosity=0)
        call_command("load_nomenclatures", verbosity=0)
        if not Session.objects.exists():
            self.stdout.write(f"Écriture de {sessions} sessions…")
            start = perf_counter()
            jeu.fill(sessions)
            self.stdout.write(f"  {perf_counter() - start:.0f} s")
        self.stdout.write(f"{Session.objects.count()} sessions")

    def _measure(self) -> None:
        user, _ = get_user_model().objects.get_or_create(
            email="bench@exemple.fr", defaults={"prenom": "Mesure", "nom": "Bench", "role_carif": "valideur"}
        )
        client = mesure.sign_in(user)
        file = reverse("validation:file")
        premiere = mesure.measure("File, première page", client, file)
        loin, rang = _page(file)
        lointaine = mesure.measure(f"File, page {rang} par clé", client, loin)
        debut = mesure.measure("File, par début de session", client, f"{file}?tri=debut")
        action = Action.objects.en_attente_validation().order_by("soumise_le", "pk").first()
        url = reverse("validation:dossier", args=[action.pk])
        dossier = mesure.measure("Dossier de la première action", client, url)
        for resultat in (premiere, lointaine, debut, dossier):
            self.stdout.write(str(resultat))
        self.stdout.write(f"Page {rang} / première page : {lointaine.ms / premiere.ms:.2f}")


def _page(url: str) -> tuple[str, int]:
    """The address of the `RANG`-th page of the queue, or of the last one, and its rank."""
    file = Action.objects.en_attente_validation().order_by("soumise_le", "pk")
    rang = min(RANG, file.count() // PAR_PAGE)
    derniere = file.values_list("soumise_le", "pk")[(rang - 1) * PAR_PAGE - 1]
    return f"{url}?{urlencode({AFTER: SEPARATOR.join(map(str, derniere))})}", rang


@contextmanager
def _other_base(*, refaire: bool) -> Iterator[None]:
    """Work in the base of the measures, made when it is missing; then come back."""
    nom = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        base = sql.Identifier(BASE)
        if refaire:
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(base))
        cursor.execute("SELECT FROM pg_database WHERE datname = %s", [BASE])
        if cursor.fetchone() is None:
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(base))
    connection.close()
    connection.settings_dict["NAME"] = BASE
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = nom
