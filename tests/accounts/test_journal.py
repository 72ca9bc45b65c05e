"""The security journal: read by administrators, written once, and kept twelve months."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import tasks
from accounts.consultation import views
from accounts.models import EvenementSecurite
from catalogue.models import Evenement
from tests.factories import ActionFactory, OrganismeFactory, UserFactory
from tests.tunnel.outils import page, words

pytestmark = pytest.mark.django_db
URL = "/atelier/journal/"


@pytest.fixture
def admin(client):
    user = UserFactory(administrateur=True, prenom="Ada", nom="Admin")
    client.force_login(user)
    return client


def write(type_="connexion", il_y_a=timedelta(), **fields) -> EvenementSecurite:
    """A line written `il_y_a` ago."""
    people = {name: fields.pop(name, None) for name in ("user", "auteur", "organisme")}
    le = timezone.now() - il_y_a
    return EvenementSecurite.objects.create(type=type_, ip="192.0.2.7", le=le, details=fields, **people)


def rows(response) -> list[str]:
    return [" ".join(row.get_text(" ").split()) for row in page(response).select("tbody tr")]


@pytest.mark.parametrize("trait", ["agent", "valideur"])
def test_journal_is_for_administrators(trait):
    client = Client()
    client.force_login(UserFactory(**{trait: True}))
    assert client.get(URL).status_code == 404


def test_page_says_who_did_what_to_whom_from_where(admin):
    nadia = UserFactory(prenom="Nadia", nom="Leroux")
    write(
        "role_donne", user=nadia, auteur=UserFactory(nom="Chef"), organisme=OrganismeFactory(), role="saisie"
    )
    write("connexion_refusee")

    refusee, role = rows(admin.get(URL))[:2]
    assert "Connexion refusée" in refusee
    assert "Adresse sans compte" in refusee
    assert "192.0.2.7" in refusee
    assert "Rôle donné (rôle : saisie)" in role.replace("\xa0", " ")
    assert "Nadia Leroux, par Camille Chef" in role


def test_filters_narrow_and_are_said(admin):
    nadia = UserFactory(prenom="Nadia", nom="Leroux", email="nadia@exemple.fr")
    write("connexion", user=nadia, il_y_a=timedelta(days=3))
    write("deconnexion", user=nadia)
    write("connexion_refusee")

    assert len(rows(admin.get(URL, {"type": "connexion_refusee"}))) == 1
    assert len(rows(admin.get(URL, {"personne": "leroux nad"}))) == 2
    hier = (timezone.localdate() - timedelta(days=1)).strftime("%d/%m/%Y")
    assert len(rows(admin.get(URL, {"personne": "nadia@", "du": hier}))) == 1
    response = admin.get(URL, {"personne": "nadia@", "au": hier})
    assert len(rows(response)) == 1
    assert "Personne (nom ou e-mail)" in words(response)
    assert "Aucun événement ne répond" in words(admin.get(URL, {"personne": "introuvable"}))
    assert admin.get(URL, {"du": "demain", "type": "x"}).status_code == 200


def test_pages_go_by_key(admin, monkeypatch):
    monkeypatch.setattr(views, "PAR_PAGE", 2)
    for jours in range(5):
        write("deconnexion", user=UserFactory(nom=f"Personne{jours}"), il_y_a=timedelta(days=jours))

    seen, url = [], f"{URL}?type=deconnexion"
    while url:
        response = admin.get(url)
        seen += rows(response)
        following = page(response).select_one("[rel=next]")
        url = following and URL + following["href"]
    assert [f"Personne{n}" in row for n, row in enumerate(seen)] == [True] * 5


def test_page_costs_the_same_whatever_its_length(admin, django_assert_num_queries):
    for lines in (1, 2):
        for _ in range(lines):
            write("connexion", user=UserFactory(), auteur=UserFactory(), organisme=OrganismeFactory())
        with django_assert_num_queries(2):
            admin.get(URL)


class TestApplicationRole:
    """Under the site's role PostgreSQL itself refuses to rewrite the journals."""

    @pytest.fixture
    def role(self):
        with connection.cursor() as cursor:
            cursor.execute("CREATE ROLE sofi_essai")
        call_command("grant_application_role", "sofi_essai", stdout=StringIO())
        return "sofi_essai"

    @pytest.fixture
    def as_role(self, role):
        def run(statement):
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL ROLE {role}")
                try:
                    with transaction.atomic():
                        return statement()
                finally:
                    cursor.execute("RESET ROLE")

        return run

    @pytest.mark.parametrize(
        "table", ["accounts_evenementsecurite", "catalogue_evenement", "catalogue_evenementetablissement"]
    )
    @pytest.mark.parametrize("act", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
    def test_journals_cannot_be_rewritten(self, as_role, table, act):
        def attempt():
            with connection.cursor() as cursor:
                cursor.execute(act.format(table))

        with pytest.raises(ProgrammingError, match="permission denied"):
            as_role(attempt)

    @pytest.mark.parametrize(
        "statement",
        [
            "ALTER TABLE accounts_evenementsecurite DISABLE TRIGGER ALL",
            "DROP TABLE accounts_evenementsecurite",
            "DELETE FROM django_migrations",
            "SET session_replication_role = replica",
        ],
    )
    def test_nor_their_guards_taken_away(self, as_role, statement):
        def attempt():
            with connection.cursor() as cursor:
                cursor.execute(statement)

        with pytest.raises(DatabaseError, match=r"permission denied|must be owner"):
            as_role(attempt)

    def test_site_works_under_it(self, as_role):
        user = UserFactory()

        def work():
            client = Client()
            client.post(reverse("accounts:password_reset"), {"email": user.email})
            client.force_login(user)
            assert client.get(reverse("accounts:sessions")).status_code == 200
            client.post(reverse("accounts:logout"))
            return ActionFactory().pk

        assert as_role(work)
        assert EvenementSecurite.objects.filter(user=user).count() == 2
        assert Evenement.objects.count() == 0

    def test_old_lines_leave_by_the_purge_alone(self, as_role):
        old, young = write(il_y_a=timedelta(days=370)), write(il_y_a=timedelta(days=300))
        as_role(lambda: tasks.purger_journal(0))
        assert list(EvenementSecurite.objects.values_list("pk", flat=True)) == [young.pk]
        assert old.pk != young.pk

    @pytest.mark.parametrize("nom", ["inconnu", "postgres"])
    def test_role_must_exist_and_own_nothing(self, nom):
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            nom = cursor.fetchone()[0] if nom == "postgres" else nom
        with pytest.raises(CommandError, match=r"n’existe pas|peut déjà tout faire"):
            call_command("grant_application_role", nom)

    def test_command_is_the_owner_s(self, as_role):
        """PostgreSQL only warns whoever has rights and may not give them: nothing would be granted."""
        with pytest.raises(CommandError, match=r"«\u00a0sofi_essai\u00a0» ne possède pas les tables"):
            as_role(lambda: call_command("grant_application_role", "pg_monitor"))

    def test_command_may_be_run_again(self, role):
        call_command("grant_application_role", role, stdout=StringIO())


def test_owner_cannot_rewrite_a_young_line_either():
    line = write()
    for statement in ("UPDATE {} SET ip = NULL", "DELETE FROM {}"):
        refused = pytest.raises(DatabaseError, match="ne se modifie pas")
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement.format("accounts_evenementsecurite"))
    assert EvenementSecurite.objects.filter(pk=line.pk).exists()
