"""What a new version changes to what is online, told before deciding."""

from datetime import date
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from catalogue import saisie, workflow
from catalogue.enums import NiveauEntree, Public
from tests.factories import (
    ActionFactory,
    DispositifFactory,
    FormationFactory,
    SessionFactory,
    SiteFactory,
    UserFactory,
    publier,
)

pytestmark = pytest.mark.django_db
ANNEE = timezone.localdate().year + 1


@pytest.fixture
def agent(client):
    agent = UserFactory(valideur=True)
    client.force_login(agent)
    return agent


@pytest.fixture
def reopened(agent):
    """An action online with one session, reopened."""
    action = ActionFactory(duree_centre=400)
    session = SessionFactory(action=action, date_debut=date(ANNEE, 1, 1), date_fin=date(ANNEE, 12, 31))
    DispositifFactory(session=session)
    publier(action)
    return workflow.apply(action.pk, "reopen", by=agent)


def edit(row, **fields):
    for name, value in fields.items():
        setattr(row, name, value)
    saisie.update(row, list(fields), row.version, by=UserFactory(valideur=True))


def told(client, action):
    """The rows of the table of changes: where, field, online, proposed."""
    soup = BeautifulSoup(client.get(reverse("validation:dossier", args=[action.pk])).content, "html.parser")
    table = next((t for t in soup.select("table") if "Ce qui change" in t.caption.get_text()), None)
    rows = table.select("tbody tr") if table else []
    return [tuple(cell.get_text(" ", strip=True) for cell in row.select("td, th")) for row in rows]


def test_nothing_changed_says_nothing(client, reopened):
    assert told(client, reopened) == []


def test_an_action_never_online_says_nothing(client, agent):
    assert told(client, ActionFactory(complete=True)) == []


def test_an_incomplete_action_says_nothing_yet(client, reopened):
    edit(reopened.sessions.get(), date_debut=None)

    assert told(client, reopened) == []


def test_each_change_is_told_in_words(client, reopened):
    session = reopened.sessions.get()
    numero = session.numero
    site = SiteFactory(organisme=reopened.organisme, nom="Antenne", ville="Laval", code_postal="53000")
    edit(
        reopened,
        complement_intitule="en soirée",
        niveau_entree=NiveauEntree.NIVEAU_3,
        duree_centre=None,
        duree_hebdo=Decimal("28.50"),
    )
    edit(session, date_debut=date(ANNEE, 2, 1), rythmes=["alternance", "discontinu"], site_lieu=site)
    avant_lieu = session.organisme.sites.exclude(pk=site.pk).get(sessions=None, actions_dispensees=None)

    rows = told(client, reopened)

    assert rows == [
        ("Action", "Complément intitulé", "–", "en soirée"),
        ("Action", "Niveau d’entrée", "Sans niveau spécifique", "Niveau 3\u00a0: CAP, BEP"),
        ("Action", "Durée en centre (heures)", "400", "–"),
        ("Action", "Durée hebdo (heures)", "35,00", "28,50"),
        (
            f"Session {numero}",
            "Site lieu",
            f"{avant_lieu.nom}, 1 rue des Écoles, 44000 Nantes",
            "Antenne, 1 rue des Écoles, 53000 Laval",
        ),
        (f"Session {numero}", "Date début", f"1er\u00a0janvier {ANNEE}", f"1er\u00a0février {ANNEE}"),
        (
            f"Session {numero}",
            "Rythmes",
            "Temps plein",
            "En alternance, Discontinu (par modules ou regroupements)",
        ),
    ]


def test_sessions_added_and_removed_are_told(client, reopened):
    gone = reopened.sessions.get()
    new = SessionFactory(action=reopened, date_debut=date(ANNEE + 1, 1, 1))
    DispositifFactory(session=new)
    saisie.delete(gone, by=UserFactory(valideur=True))

    assert told(client, reopened) == [
        ("Session", "Session ajoutée", "–", f"à partir du 1er\u00a0janvier {ANNEE + 1}"),
        (f"Session {gone.numero}", "Session retirée", f"à partir du 1er\u00a0janvier {ANNEE}", "–"),
    ]


def test_dispositifs_are_told_whole(client, reopened):
    session = reopened.sessions.get()
    edit(
        session.dispositifs.get(),
        cout_stagiaire=Decimal("1200.50"),
        publics=[Public.DEMANDEUR_EMPLOI, Public.SALARIE],
        prise_en_charge=None,
        nb_places=None,
    )

    assert told(client, reopened) == [
        (
            f"Session {session.numero}",
            "Dispositifs",
            "Financement privé, Tout public, 12 places, 3500,00\u00a0€, frais pris en charge\u00a0: oui",
            "Financement privé, Demandeur d’emploi, Salarié, 1200,50\u00a0€",
        )
    ]


def test_a_free_title_that_changes_is_told(client, agent):
    formation = FormationFactory(certification=None, intitule_libre="Anglais")
    action = publier(ActionFactory(formation=formation, complete=True))
    formation.intitule_libre = "Anglais des affaires"
    formation.save()

    assert told(client, action) == [("Formation", "Intitulé", "Anglais", "Anglais des affaires")]
