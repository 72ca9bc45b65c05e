"""Every paged list as a file: it opens, says what the page says, to whoever reads the page, at one cost."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import EvenementSecurite, TypeEvenementSecurite
from catalogue import journal, lots
from catalogue.enums import TypeEvenement
from catalogue.models import EvenementReglage, Remplacement
from tests.acces.monde import ROLES, Monde, build_monde
from tests.accounts.outils_cles import issue
from tests.factories import (
    ActionFactory,
    CertificationFactory,
    CourrielFactory,
    DemandeCleFactory,
    FormationFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
CARIF = {"agent", "carif", "admin"}
ADMIN = {"admin"}
TOUS = set(ROLES) - {"anonyme"}
LECTEURS_DE_A = TOUS - {"of_b"}
ORGANISMES = TOUS - CARIF


def ended_code(monde: Monde) -> None:
    ancienne = CertificationFactory(annee_derniere_session=timezone.localdate().year - 1)
    Remplacement.objects.create(ancien_code=ancienne.pk, nouvelle=CertificationFactory())
    ActionFactory(formation=FormationFactory(organisme=monde.organisme, certification=ancienne))


def batch(monde: Monde) -> None:
    lots.create(monde.users["carif"], "approve", [(monde.en_attente.pk, 1)], {}, uuid4())


def formation(monde: Monde) -> None:
    FormationFactory(organisme=monde.organisme)


def history_line(monde: Monde) -> None:
    details = {"objet": "action", "champs": ["url"], "valeurs": {"url": ["", "https://exemple.fr"]}}
    journal.record(monde.action, TypeEvenement.MODIFICATION, by=monde.users["of_a"], details=details)
    journal.record(monde.action, TypeEvenement.CLAIM, by=monde.users["carif"])


def setting(monde: Monde) -> None:
    EvenementReglage.objects.create(
        objet="delais",
        objet_pk="1",
        libelle="Délais",
        version=2,
        changements={"cible": [2, 3]},
        auteur=monde.users["admin"],
    )


def security_line(monde: Monde) -> None:
    type_ = TypeEvenementSecurite.values[0]
    EvenementSecurite.objects.create(type=type_, user=UserFactory(), organisme=monde.organisme)


def unsent(monde: Monde) -> None:
    CourrielFactory(abandonne=True, tentatives=6)


def certification(monde: Monde) -> None:
    ancienne = CertificationFactory(intitule="Voilier")
    Remplacement.objects.create(ancien_code=ancienne.pk, nouvelle=CertificationFactory())


@dataclass(frozen=True)
class Liste:
    """A list: who reads it, one more row in it, and the titles of its file."""

    lecteurs: set[str]
    add: Callable[[Monde], None]
    titres: str
    kwargs: Callable[[Monde], dict] = lambda monde: {}
    query: dict = field(default_factory=dict)


LISTES = {
    "remplacements:code_list": Liste(
        CARIF, ended_code, "Code Certifinfo;Certification;Situation;Remplacée par;Actions;Organismes"
    ),
    "validation:lot_list": Liste(
        CARIF, batch, "Lot;Décision;Demandé le;Actions;Faites;Non faites;Terminé le"
    ),
    "accounts:demande_list": Liste(
        CARIF,
        lambda monde: DemandeCleFactory(),
        "Organisme;SIRET;N° de déclaration d’activité;Demandeur;E-mail;Téléphone;Reçue le;Réponse;"
        "Répondue le;Par",
    ),
    "referentiels:certification_list": Liste(
        TOUS,
        certification,
        "Code Certifinfo;Certification;Type;Niveau;Code RNCP;Codes RS;Situation;Remplacée par",
        query={"q": "voilier"},
    ),
    "tunnel:formation_list": Liste(TOUS, formation, "Formation;Code Certifinfo;Organisme;SIRET;Actions"),
    "echanges:historique": Liste(
        LECTEURS_DE_A,
        history_line,
        "Le;Par;Quoi;Texte;Ce qui a changé",
        kwargs=lambda monde: {"pk": monde.action.pk},
    ),
    "accounts:journal": Liste(ADMIN, security_line, "Le;Quoi;Qui;Par;Organisme;Adresse IP;Navigateur;Détail"),
    "reglages:historique": Liste(ADMIN, setting, "Le;Par;Réglage;Nom;Version;Quoi;Ce qui a changé"),
    "accounts:personnel": Liste(
        ADMIN,
        lambda monde: UserFactory(agent=True),
        "Personne;E-mail;Rôle;Second facteur;Dernière connexion;Compte actif",
    ),
    "accounts:equipe": Liste(
        ORGANISMES,
        lambda monde: UserFactory(organisme=monde.organisme),
        "Personne;E-mail;Rôle;Depuis le;Compte actif",
    ),
    "accounts:organisme_cles": Liste(
        CARIF,
        lambda monde: issue(organisme=monde.organisme),
        "Pour;E-mail;Rôle;Donnée par;Donnée le;État;Depuis le",
        kwargs=lambda monde: {"pk": monde.organisme.pk},
    ),
    "courriels:non_partis": Liste(
        ADMIN,
        unsent,
        "Objet;Destinataire;Créé le;Ce qui s’est passé;Essais;Prochain essai le;Abandonné le",
    ),
}
every_list = pytest.mark.parametrize("nom", LISTES)
#: Whoever reads every list.
LECTEUR = {"validation:lot_list": "carif", "accounts:equipe": "of_a"}


@pytest.fixture
def monde():
    return build_monde()


def ask(monde, nom, role, **query):
    liste = LISTES[nom]
    return monde.client(role).get(reverse(nom, kwargs=liste.kwargs(monde)), liste.query | query)


def read(response) -> list[dict]:
    assert response["Content-Type"] == "text/csv; charset=utf-8", response.status_code
    texte = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(texte), delimiter=";"))


@every_list
def test_the_page_offers_the_file_and_the_file_opens(monde, nom):
    liste = LISTES[nom]
    liste.add(monde)
    role = LECTEUR.get(nom, "admin")
    page = BeautifulSoup(ask(monde, nom, role).content, "html.parser")
    csv_link, xlsx_link = (a["href"] for a in page.select(".telecharger a"))
    url = reverse(nom, kwargs=liste.kwargs(monde))

    rows = read(monde.client(role).get(url + csv_link))

    assert ";".join(rows[0]) == liste.titres
    spreadsheet = monde.client(role).get(url + xlsx_link)
    assert b"".join(spreadsheet.streaming_content).startswith(b"PK")
    before = len(rows)
    liste.add(monde)
    # The security journal also tells that somebody came in, that a key was given.
    assert len(read(ask(monde, nom, role, format="csv"))) > before


@every_list
def test_only_who_reads_the_page_gets_the_file(monde, nom):
    LISTES[nom].add(monde)

    status = {role: ask(monde, nom, role, format="csv").status_code for role in ROLES}

    assert {role for role, code in status.items() if code == 200} == LISTES[nom].lecteurs
    assert status["anonyme"] == 302


@every_list
def test_the_file_costs_the_same_whatever_its_length(monde, nom):
    liste, role = LISTES[nom], LECTEUR.get(nom, "admin")
    counts = []
    client = monde.client(role)
    url = reverse(nom, kwargs=liste.kwargs(monde))
    for _ in range(2):
        liste.add(monde)
        liste.add(monde)
        with CaptureQueriesContext(connection) as queries:
            read(client.get(url, liste.query | {"format": "csv"}))
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_an_organisme_downloads_its_own_formations(monde):
    FormationFactory(organisme=monde.users["of_b"].rattachements.get().organisme)

    seen = {role: len(read(ask(monde, "tunnel:formation_list", role, format="csv"))) for role in TOUS}

    assert seen["of_b"] == 1
    assert seen["of_a"] == seen["of_a_lecture"] == monde.organisme.formations.count()
    assert seen["admin"] == seen["of_a"] + 1


def test_each_organisme_downloads_its_own_team(monde):
    UserFactory(organisme=monde.organisme, prenom="=1+1")

    seen = {role: read(ask(monde, "accounts:equipe", role, format="csv")) for role in ORGANISMES}

    assert seen["of_a"] == seen["of_a_lecture"]
    assert {row["E-mail"] for row in seen["of_a"]} == {
        membre.user.email for membre in monde.organisme.rattachements.select_related("user")
    }
    assert [row["E-mail"] for row in seen["of_b"]] == [monde.users["of_b"].email]
    assert seen["of_a"][-1]["Personne"].startswith("'=1+1")


def test_an_organisme_does_not_download_what_the_staff_keep_to_themselves(monde):
    history_line(monde)

    seen = {
        role: {row["Quoi"] for row in read(ask(monde, "echanges:historique", role, format="csv"))}
        for role in ("of_a", "carif")
    }

    assert seen["carif"] - seen["of_a"] == {"Prise en charge"}
    [row] = [
        row for row in read(ask(monde, "echanges:historique", "of_a", format="csv")) if row["Ce qui a changé"]
    ]
    assert "https://exemple.fr" in row["Ce qui a changé"]


def test_each_agent_downloads_their_own_batches(monde):
    batch(monde)

    assert len(read(ask(monde, "validation:lot_list", "carif", format="csv"))) == 1
    assert read(ask(monde, "validation:lot_list", "agent", format="csv")) == []


def test_no_file_holds_a_secret(monde):
    cle, texte = issue(organisme=monde.organisme)
    courriel = CourrielFactory(abandonne=True, tentatives=6, corps=b"Le corps du message")

    for nom in ("accounts:organisme_cles", "courriels:non_partis", "accounts:journal"):
        contenu = b"".join(ask(monde, nom, "admin", format="csv").streaming_content).decode()
        for secret in (texte, cle.empreinte, "Le corps du message"):
            assert secret not in contenu
    assert (
        courriel.destinataire
        in b"".join(ask(monde, "courriels:non_partis", "admin", format="csv").streaming_content).decode()
    )
