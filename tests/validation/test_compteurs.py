"""The queue's figures on random data: eight counters, « En retard », « Urgentes », « Dossier x sur y ».

Each is equal to a statement written by hand, which shares nothing with the code but the tables.
"""

from datetime import date, datetime, time, timedelta
from itertools import product
from random import Random
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from catalogue.enums import StatutAction
from catalogue.models import Action, Delais, JourFerme
from catalogue.validation.file import position
from tests.factories import ActionFactory, DemandeAIFFactory, DemandeCleFactory, SiteFactory, UserFactory

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")
COMPTEURS = {
    "Actions à valider": "SELECT count(*) FROM catalogue_action WHERE statut = 'en_attente_validation'",
    "Questions posées, sans réponse encore": "SELECT count(*) FROM catalogue_action "
    "WHERE statut = 'en_attente_reponse'",
    "Messages d’organismes sans réponse": "SELECT count(*) FROM catalogue_action WHERE reponse_due = 'carif'",
    "Sites à valider": "SELECT count(*) FROM catalogue_site WHERE statut = 'a_valider'",
    "Demandes AIF hors Certifinfo": "SELECT count(*) FROM catalogue_demandeaif "
    "WHERE statut NOT IN ('transformee', 'refusee', 'annulee')",
    "Demandes de clé d’activation": "SELECT count(*) FROM accounts_demandecle WHERE statut = 'demandee'",
    "Erreurs signalées par des visiteurs": "SELECT count(*) FROM catalogue_signalement "
    "WHERE traite_le IS NULL",
}
#: The waiting actions that a filter keeps, in words of SQL; `%(jour)s` is today, `%(moi)s` who looks.
FILTRES = {
    "": "TRUE",
    "priorite=retard": """(
        SELECT count(*) FROM generate_series(
            (a.soumise_le AT TIME ZONE 'Europe/Paris')::date + 1, %(jour)s::date, interval '1 day') AS j
        WHERE extract(isodow FROM j) < 6
            AND NOT EXISTS (SELECT FROM catalogue_jourferme f WHERE f.jour = j::date)
        ) > (SELECT cible FROM catalogue_delais)""",
    "priorite=urgente": "a.premier_debut - %(jour)s::date <= (SELECT urgence FROM catalogue_delais)",
    "attribution=moi": "a.examinateur_id = %(moi)s",
    "attribution=personne": "a.examinateur_id IS NULL",
}
TRIS = {"": "a.soumise_le", "tri=debut": "a.premier_debut"}


def sql(statement, **parametres):
    with connection.cursor() as cursor:
        cursor.execute(statement, parametres)
        return cursor.fetchall()


def random_workshop(hasard: Random, equipe) -> None:
    """Some two dozen actions in any state, sent at any moment, beside places and requests."""
    jour = timezone.localdate()
    Delais.objects.update(cible=hasard.randint(1, 6), urgence=hasard.randint(1, 30))
    fermes = hasard.sample(range(1, 30), k=hasard.randint(0, 6))
    JourFerme.objects.bulk_create(JourFerme(jour=jour - timedelta(days=n), libelle="Pont") for n in fermes)
    for _ in range(hasard.randint(12, 24)):
        random_action(hasard, equipe, jour)
    for _ in range(hasard.randint(1, 5)):
        SiteFactory(statut=hasard.choice(["a_valider", "actif", "ferme"]))
        DemandeCleFactory()
    for _ in range(hasard.randint(0, 4)):
        demande = DemandeAIFFactory()
        if hasard.random() < 0.5:
            type(demande).objects.filter(pk=demande.pk).update(
                statut="annulee", decidee_le=timezone.now(), motif=""
            )


def random_action(hasard: Random, equipe, jour: date) -> None:
    trait = hasard.choice(["attente"] * 5 + ["question", "validee", "refusee", "archivee", ""])
    envoi = datetime.combine(
        jour - timedelta(days=hasard.randint(0, 20)),
        hasard.choice([time(0), time(0, 30), time(9), time(23, 59, 59)]),
        tzinfo=PARIS,
    )
    examinateur = hasard.choice([None, *equipe])
    champs = {
        "examinateur": examinateur,
        "prise_le": timezone.now() if examinateur else None,
        "reponse_due": hasard.choice(["", "", "of", "carif"]),
    }
    if trait == "attente":
        # Few starts for many actions: those of the same day are told apart by their keys.
        champs |= {"soumise_le": envoi, "premier_debut": jour + timedelta(days=hasard.randint(0, 12) * 3)}
    ActionFactory(**champs, **({trait: True} if trait else {}))


@pytest.fixture(params=range(3))
def agent(request, client):
    """Who looks at a random workshop."""
    equipe = [UserFactory(agent=True), UserFactory(valideur=True)]
    random_workshop(Random(request.param), equipe)  # noqa: S311 - the same ones each time
    client.force_login(equipe[0])
    return equipe[0]


def kept(filtre, agent, order="a.id"):
    condition = FILTRES[filtre]
    return [
        pk
        for (pk,) in sql(
            f"SELECT a.id FROM catalogue_action a WHERE a.statut = 'en_attente_validation' AND {condition} "  # noqa: S608 - our words
            f"ORDER BY {order}, a.id",
            jour=timezone.localdate(),
            moi=agent.pk,
        )
    ]


def test_the_eight_counters(client, agent):
    compteurs = client.get(reverse("validation:file")).context["compteurs"]
    assert {compteur["libelle"]: compteur["nombre"] for compteur in compteurs} == {
        libelle: sql(statement)[0][0] for libelle, statement in COMPTEURS.items()
    }


def test_what_a_filter_keeps_and_in_which_order(client, agent):
    for filtre, (tri, colonne) in product(FILTRES, TRIS.items()):
        adresse = "&".join(filter(None, [filtre, tri]))
        lignes = client.get(f"{reverse('validation:file')}?{adresse}").context["lignes"]
        affichees = [int(ligne.choix.partition("-")[0]) for ligne in lignes]
        assert affichees == kept(filtre, agent, colonne)[:20], adresse


def test_where_a_dossier_stands(agent):
    """Asked of the function the dossier calls; its page is looked at in `test_dossier`."""
    for filtre in FILTRES:
        gardees = kept(filtre, agent, "a.soumise_le")
        for action in Action.objects.filter(statut=StatutAction.EN_ATTENTE_VALIDATION):
            place = position(action, agent, filtre)
            rang = gardees.index(action.pk) + 1 if action.pk in gardees else None
            assert (place.rang, place.total) == (rang, len(gardees)), filtre
            if rang:
                # After the last, the first again, unless it is the only one.
                voisins = [None, *gardees, gardees[0] if len(gardees) > 1 else None]
                assert (place.precedent, place.suivant) == (voisins[rang - 1], voisins[rang + 1]), filtre
