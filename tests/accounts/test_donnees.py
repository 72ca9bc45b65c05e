"""My personal data: a copy that forgets nothing and gives no secret, a deletion that leaves no name."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.donnees import export, suppression
from accounts.journal import record
from accounts.models import (
    ChangementAdresse,
    CleActivation,
    CodeSecours,
    DemandeCle,
    EvenementSecurite,
    SessionNavigateur,
    Totp,
    TypeEvenementSecurite,
    User,
)
from catalogue import workflow
from sofi import limites
from sofi.courriels import envoyer
from sofi.origine import Origine
from tests.accounts.outils_cles import issue, use
from tests.concurrence import race, without_locks
from tests.courriels.outils import boite, envoyer_tout
from tests.factories import (
    MOT_DE_PASSE,
    ActionFactory,
    OrganismeFactory,
    RechercheSuivieFactory,
    UserFactory,
    siret,
)
from tests.tunnel.outils import page, text, words

pytestmark = pytest.mark.django_db
DONNEES, COPIE, SUPPRIMER = (reverse(f"accounts:donnees{nom}") for nom in ("", "_copie", "_supprimer"))
#: Names that nothing else in the database holds.
PRENOM, NOM, EMAIL = "Canarine", "Serinovsky", "canarine.serinovsky@exemple.fr"
CANARIS = ("canarine", "serinovsky")
#: The legal journal's free texts: what somebody wrote may name anybody, and is kept as written.
TEXTES_LIBRES = {
    ("catalogue_evenement", "texte"),
    ("catalogue_demande", "question"),
    ("catalogue_demande", "reponse"),
}


@pytest.fixture
def organisme():
    organisme = OrganismeFactory()
    UserFactory(organisme=organisme)  # somebody else manages too
    return organisme


@pytest.fixture
def canari(client, organisme):
    """Somebody with a trace in every table that may name a person."""
    agent = UserFactory(agent=True)
    DemandeCle.objects.create(
        raison_sociale="Oiseaux",
        siret=siret(77),
        nda="52440999044",
        email=EMAIL,
        prenom=PRENOM,
        nom=NOM,
        telephone="02 40 00 00 00",
        jeton=uuid4(),
        statut="refusee",
        decidee_le=timezone.now(),
        decidee_par=agent,
        motif=f"{PRENOM} {NOM} n’y travaille pas",
        message=f"Je suis {NOM}",
    )
    _, texte = issue(organisme, email=EMAIL, prenom=PRENOM, nom=NOM, role="gestionnaire", par=agent)
    user = use(texte, EMAIL).user
    issue(OrganismeFactory(), email=EMAIL, prenom=PRENOM, nom=NOM, par=agent)
    issue(organisme, email="tiers@exemple.fr", prenom="Tierce", nom="Personne", par=user)
    Totp.objects.create(user=user, secret=b"graine", name=f"Téléphone de {PRENOM}")
    CodeSecours.objects.create(user=user, rang=1, empreinte="argon2$secret")
    ChangementAdresse.objects.create(
        user=user,
        nouvelle=f"nouvelle.{EMAIL}",
        expire_le=timezone.now() + timedelta(hours=1),
        empreinte_ancienne="1" * 64,
        empreinte_nouvelle="2" * 64,
    )
    action = ActionFactory(formation__organisme=organisme, complete=True)
    workflow.apply(action.pk, "submit", by=user)
    envoyer_tout()
    envoyer("role_retire", a=EMAIL, contexte={"prenom": PRENOM, "organisme": NOM, "auteur": "X"})
    client.force_login(user)
    client.get("/")
    limites.essayer("essai", EMAIL, 5, timedelta(minutes=1))
    RechercheSuivieFactory(courriel=EMAIL)
    return user


def delete(client, mot_de_passe=MOT_DE_PASSE):
    return client.post(SUPPRIMER, {"mot_de_passe": mot_de_passe}, follow=True)


# Reading


def test_the_page_says_what_is_held_in_words(client, canari, organisme):
    shown = words(client.get(DONNEES))

    for said in (f"{PRENOM} {NOM}", EMAIL, str(organisme), "douze mois", "90 jours"):
        assert said in shown


@pytest.mark.parametrize("n", [1, 3])
def test_the_page_costs_the_same_however_many_organisations(client, n, django_assert_num_queries):
    user = UserFactory()
    for organisme in OrganismeFactory.create_batch(n):
        user.rattachements.create(organisme=organisme)
    client.force_login(user)
    client.get("/")
    with django_assert_num_queries(4):  # session and person; organisations; obstacles; the band's
        client.get(DONNEES)


# The copy


def test_the_copy_holds_everything_about_the_person(client, canari):
    response = client.post(COPIE)

    assert response.headers["Content-Disposition"] == 'attachment; filename="mes-donnees-sofi.json"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Type"] == "application/json"
    copie = json.loads(response.content)
    assert (copie["compte"]["email"], copie["compte"]["nom"]) == (EMAIL, NOM)
    tables = {(table["table"], table["en_tant_que"]) for table in copie["tables"]}
    assert tables >= {
        ("rattachement", "user"),
        ("session de navigateur", "user"),
        ("changement d’adresse", "user"),
        ("générateur de codes", "user"),
        ("code de secours", "user"),
        ("événement de sécurité", "user"),
        ("événement de sécurité", "auteur"),
        ("événement", "auteur"),
        ("clé d’activation", "utilisee_par"),
        ("clé d’activation", "emise_par"),
        ("clé d’activation", "email"),
        ("demande de clé", "email"),
        ("courriel", "destinataire"),
        ("recherche suivie", "courriel"),
    }
    assert EvenementSecurite.objects.filter(type="donnees_exportees", user=canari).count() == 1


def test_the_copy_gives_no_secret_and_nobody_else_s_name(client, canari):
    secrets = [
        canari.password,
        *SessionNavigateur.objects.values_list("session_data", flat=True),
        *SessionNavigateur.objects.values_list("pk", flat=True),
        *("1" * 64, "2" * 64, "argon2$secret", "graine"),
    ]

    texte = client.post(COPIE).content.decode()

    assert [secret for secret in secrets if secret in texte] == []
    assert "tiers@exemple.fr" not in texte
    assert "Tierce" not in texte


def test_the_copy_does_not_say_from_where_somebody_else_acted(client, canari):
    chef = UserFactory(administrateur=True)
    for auteur, ip in ((chef, "203.0.113.77"), (canari, "203.0.113.1"), (None, "203.0.113.2")):
        record(
            TypeEvenementSecurite.ROLE_DONNE,
            user=canari,
            auteur=auteur,
            origine=Origine(ip, f"Navigateur {ip}"),
        )

    copie = client.post(COPIE).content.decode()

    assert "203.0.113.77" not in copie
    assert copie.count("Navigateur 203.0.113.2") == 1
    assert "Navigateur 203.0.113.1" in copie


def test_no_table_that_names_a_person_is_forgotten():
    """Those that point to an account are followed; those that hold an address are listed."""
    holds_an_address = {
        field.model._meta.label
        for lien in [*export.links()]
        for field in lien.related_model._meta.concrete_fields
        if type(field).__name__ == "EmailField"
    }
    des_personnes = {
        *("accounts.CleActivation", "accounts.DemandeCle", "accounts.ChangementAdresse"),
        *("catalogue.CleApi", "catalogue.Signalement"),
    }
    assert holds_an_address - {"catalogue.Site"} <= des_personnes  # a place has an address of its own
    assert {lien.related_model._meta.label for lien in export.links()} >= {
        "accounts.Rattachement",
        "accounts.SessionNavigateur",
        "accounts.Totp",
        "catalogue.Evenement",
        "catalogue.Demande",
    }


def test_copies_are_limited(client, canari, monkeypatch):
    monkeypatch.setattr("accounts.donnees.views.COPIES", 1)
    assert [client.post(COPIE).status_code for _ in range(2)] == [200, 302]


# The deletion


def test_the_deletion_leaves_the_name_nowhere(client, canari):
    assert found() != []

    response = delete(client)

    assert "Votre compte est supprimé" in words(response)
    assert found() == []
    canari.refresh_from_db()
    assert str(canari) == "Ancien utilisateur"
    assert canari.email == f"supprime-{canari.pk}@anonyme.invalid"
    assert not canari.is_active
    assert not canari.has_usable_password()


def found() -> list[tuple[str, str, str]]:
    """Where a text column of any table of the database still holds the person's name or address."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns "
            "JOIN information_schema.tables USING (table_schema, table_name) "
            "WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND (data_type IN "
            "('text', 'character varying', 'json', 'jsonb', 'ARRAY', 'bytea') OR udt_name = 'citext')"
        )
        columns = sorted(set(cursor.fetchall()) - TEXTES_LIBRES)
        assert len(columns) > 100
        here = []
        for table, column in columns:
            cursor.execute(f'SELECT "{column}"::text FROM "{table}" WHERE "{column}" IS NOT NULL')  # noqa: S608 - the base's own names
            for (value,) in cursor.fetchall():
                value = bytes.fromhex(value[2:]).decode("latin-1") if value.startswith("\\x") else value
                if any(canari in value.casefold() for canari in CANARIS):
                    here.append((table, column, value[:80]))
    return here


def test_the_addresses_they_had_before_go_too(client, canari):
    """They signed up under one address, and delete their account under another."""
    User.objects.filter(pk=canari.pk).update(email="autre@exemple.fr")
    envoyer("mot_de_passe_change", a=EMAIL, contexte={"prenom": PRENOM, "url": "/"})

    delete(client)

    assert found() == []
    assert boite(EMAIL) == []


def test_an_address_they_had_that_is_now_somebody_else_s_is_left_alone(client, canari, organisme):
    User.objects.filter(pk=canari.pk).update(email="autre@exemple.fr")
    collegue = UserFactory(email=EMAIL)
    use(issue(organisme, email=EMAIL, prenom="Alix", nom="Marchand")[1], EMAIL)

    delete(client)

    assert collegue.rattachements.get().organisme == organisme
    restantes = CleActivation.objects.filter(email=EMAIL)
    assert {(cle.nom, cle.utilisee_par) for cle in restantes if cle.utilisee_le} == {("Marchand", collegue)}


def test_the_person_is_out_at_once_and_for_good(client, canari):
    autre = type(client)()
    autre.force_login(canari)
    delete(client)

    for browser in (client, autre):
        assert browser.get("/").url.startswith(reverse("accounts:login"))
    response = client.post(reverse("accounts:login"), {"username": EMAIL, "password": MOT_DE_PASSE})
    assert response.status_code == 200
    assert boite(EMAIL) == []


def test_what_was_done_stays_signed_by_nobody(client, canari):
    delete(client)

    lines = EvenementSecurite.objects.filter(type=TypeEvenementSecurite.COMPTE_ANONYMISE)
    assert list(lines.values_list("user", "auteur")) == [(canari.pk, canari.pk)]
    action = ActionFactory._meta.model.objects.get()
    event = action.evenements.select_related("auteur").get(type="submit")
    assert event.qui == "Ancien utilisateur"


def test_a_new_key_makes_a_new_account(client, canari, organisme):
    delete(client)

    user = use(issue(organisme, email=EMAIL)[1], EMAIL).user

    assert user.pk != canari.pk
    assert not EvenementSecurite.objects.filter(user=user).exclude(type="cle_utilisee").exists()


def test_the_password_is_asked(client, canari):
    for mot_de_passe in ("", "mauvais"):
        assert page(delete(client, mot_de_passe)).select_one(".resume-erreurs a[href='#id_mot_de_passe']")
    assert User.objects.get(pk=canari.pk).email == EMAIL


def test_the_only_manager_hands_over_first(client):
    organisme = OrganismeFactory(raison_sociale="Greta")
    user = UserFactory(organisme=organisme)
    client.force_login(user)

    shown = page(client.get(DONNEES))
    assert "Vous êtes la seule personne qui gère l’équipe « Greta »" in text(shown.main)
    assert shown.find("a", href=SUPPRIMER) is None
    assert page(client.get(SUPPRIMER)).main.select_one("form button").has_attr("disabled")
    assert "la seule personne qui gère l’équipe « Greta »" in words(delete(client))
    assert User.objects.get(pk=user.pk).is_active

    UserFactory(organisme=organisme)
    assert "Votre compte est supprimé" in words(delete(client))


def test_the_only_administrator_stays(client):
    user = UserFactory(administrateur=True)
    UserFactory(administrateur=True, is_active=False)
    client.force_login(user)
    assert "la seule personne qui administre SOFI" in words(delete(client))

    UserFactory(administrateur=True)
    assert "Votre compte est supprimé" in words(delete(client))


def test_a_second_deletion_changes_nothing(client, canari):
    for _ in range(2):
        suppression.anonymiser(canari, origine=Origine())

    assert EvenementSecurite.objects.filter(type="compte_anonymise").count() == 1


def test_an_open_request_and_a_live_key_of_the_address_go_too(client, canari):
    DemandeCle.objects.create(
        raison_sociale="Oiseaux",
        siret=siret(78),
        nda="52440999044",
        email=EMAIL,
        prenom=PRENOM,
        nom=NOM,
        telephone="02 40 00 00 00",
        jeton=uuid4(),
    )
    delete(client)

    assert not DemandeCle.objects.filter(statut="demandee").exists()
    assert found() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("trait", ["organisme", "administrateur"])
@pytest.mark.parametrize("verrou", [True, False])
def test_two_last_ones_who_go_at_the_same_moment(trait, verrou):
    """With the locks one stays; the control, without them, leaves nobody."""
    value = OrganismeFactory() if trait == "organisme" else True
    users = [UserFactory(**{trait: value}) for _ in range(2)]
    calls = [lambda user=user: suppression.anonymiser(user, origine=Origine()) for user in users]

    if verrou:
        results = race(*calls)
    else:
        with without_locks((suppression, "_check")):
            results = race(*calls)

    assert User.objects.filter(is_active=True).count() == (1 if verrou else 0), results
