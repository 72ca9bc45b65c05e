"""A region with a past: decisions, sendings, organisations, complete sheets and poor ones."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from catalogue import enums
from catalogue.models import DemandeAIF, Evenement, Organisme
from tests.factories import (
    ActionFactory,
    ContactFactory,
    CourrielFactory,
    DispositifFactory,
    OrganismeFactory,
    SessionFactory,
    UserFactory,
    publier,
)

#: Wednesday 10 March 2027, 9:00 in Paris.
NOW = datetime(2027, 3, 10, 8, tzinfo=UTC)
TRAITS = ({}, {"attente": True}, {"question": True}, {"validee": True}, {"refusee": True}, {"archivee": True})


def event(action, type_: str, le: datetime, **columns) -> Evenement:
    """A line of the journal, written at the moment `le`."""
    texte = "Le motif." if type_ in ("refuse", "request_changes") else ""
    return Evenement.objects.create(
        action=action,
        type=type_,
        statut_apres=action.statut,
        revision=1,
        auteur=action.auteur_essai,
        par_carif=True,
        texte=texte,
        le=le,
        **columns,
    )


def decide(action, le: datetime, delai: int, type_: str = "approve") -> Evenement:
    return event(action, type_, le, delai_ouvre=delai)


@pytest.fixture
def action():
    """An action whose journal a test writes."""
    action = ActionFactory(validee=True)
    action.auteur_essai = UserFactory(valideur=True)
    return action


@pytest.fixture
def staff(client):
    """A browser where an agent of the Carif-Oref is signed in."""
    client.force_login(UserFactory(agent=True))
    return client


@pytest.fixture
def region():
    """Random rows of every kind, some of them of a year ago and more."""
    chance = random.Random()  # noqa: S311 - the seed is pytest-randomly's
    auteur = UserFactory(valideur=True)
    today = timezone.localdate()
    for _ in range(4):
        organisme = OrganismeFactory()
        Organisme.objects.filter(pk=organisme.pk).update(
            cree_le=timezone.now() - timedelta(days=chance.randrange(400))
        )
        if chance.random() < 0.5:
            UserFactory(organisme=organisme, is_active=chance.random() < 0.6)
        if chance.random() < 0.5:
            ContactFactory(organisme=organisme)
        for _ in range(chance.randint(1, 4)):
            action = ActionFactory(
                formation__organisme=organisme,
                url=chance.choice(["", "https://exemple.fr/"]),
                commentaire_prerequis=chance.choice(["", "Aucun"]),
                **chance.choice(TRAITS),
            )
            action.auteur_essai = auteur
            debut = today + timedelta(days=chance.randint(-60, 30))
            session = SessionFactory(
                action=action,
                numero=chance.choice([None, f"52_{action.pk}"]),
                date_debut=debut,
                date_fin=debut + timedelta(days=40),
                places_disponibles=chance.choice([None, 3]),
            )
            DispositifFactory(session=session, cout_stagiaire=chance.choice([None, 100]))
            for _ in range(chance.randint(0, 3)):
                le = timezone.now() - timedelta(days=chance.randrange(420))
                decide(action, le, chance.randint(0, 12), chance.choice(["approve", "refuse"]))
                event(action, "submit", le)
                event(action, "creation", le, details={"objet": chance.choice(["action", "session"])})
    publier(by=auteur)
    CourrielFactory(abandonne=True)
    CourrielFactory()
    DemandeAIF.objects.create(
        numero="AIF-2026-00001",
        organisme=organisme,
        auteur=auteur,
        intitule="Soudage",
        objectif="Souder",
        siret=organisme.siret,
        nom_usage="Atelier",
        date_debut=date(2031, 1, 1),
        date_fin=date(2031, 2, 1),
        duree_centre=70,
        duree_hebdo=35,
        lieu_organisme="Atelier",
        lieu_code_postal="44000",
        lieu_ville="Nantes",
        places_session=8,
        statut=enums.StatutAIF.ENVOYEE,
    )
