"""The nine steps of the 2017 manual in a real browser: by mouse, without JavaScript, by keyboard alone."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from tests.facteurs import code_de, installer_facteur
from tests.factories import MOT_DE_PASSE, OrganismeFactory, SiteFactory, UserFactory
from tests.navigateur.personne import Clavier, Souris

PERSONNES = {
    "souris": (Souris, {}),
    "sans_javascript": (Souris, {"java_script_enabled": False}),
    "clavier": (Clavier, {}),
}


@pytest.fixture
def monde(nomenclatures):
    """A training organisation with its place, its secretary, and an agent of the Carif-Oref."""
    organisme = OrganismeFactory(raison_sociale="Atelier des Métiers")
    SiteFactory(organisme=organisme, nom="Site de Nantes")
    UserFactory(email="nadia@exemple.fr", organisme=organisme)
    installer_facteur(UserFactory(email="agent@exemple.fr", valideur=True))


@pytest.mark.parametrize("maniere", PERSONNES)
def test_an_offer_goes_from_the_secretary_to_the_public(monde, open_page, axe, maniere):
    classe, options = PERSONNES[maniere]
    secretaire, agent = classe(open_page(**options)), classe(open_page(**options))
    # axe is a script: the same pages are checked in the two journeys that run scripts.
    verifier = axe if options.get("java_script_enabled", True) else lambda page: None

    sign_in(secretaire, "nadia@exemple.fr")
    type_offer(secretaire, timezone.localdate() + timedelta(days=60), verifier)
    secretaire.presser("Envoyer au Carif-Oref")
    secretaire.lit("Envoyée au Carif-Oref")
    verifier(secretaire.page)

    sign_in(agent, "agent@exemple.fr")
    verifier(agent.page)
    agent.remplir("Code de vérification", code_de(User.objects.get(email="agent@exemple.fr")))
    agent.presser("Vérifier le code")
    verifier(agent.page)
    agent.suivre("CAP boucher")
    verifier(agent.page)
    agent.presser("Valider")
    agent.est_sur("Actions à valider")
    verifier(agent.page)

    secretaire.aller("/sessions/?etat=publiques_actives")
    secretaire.lit("CAP boucher")
    secretaire.lit("52_")
    verifier(secretaire.page)


def sign_in(qui: Souris, email: str) -> None:
    """Step 1."""
    qui.aller("/")
    qui.remplir("E-mail", email)
    qui.remplir("Mot de passe", MOT_DE_PASSE)
    qui.presser("Se connecter")


def type_offer(qui: Souris, debut: date, verifier) -> None:
    """Steps 2 to 7, checking each screen."""
    qui.est_sur("Tableau de bord")
    verifier(qui.page)

    qui.suivre("Créer une formation")
    verifier(qui.page)
    qui.remplir("Code Certifinfo, intitulé, ou numéro RNCP ou RS", "114763")
    qui.presser("Chercher")
    verifier(qui.page)
    qui.presser("Choisir cette certification", exact=False)

    qui.est_sur("Fiche Action")
    verifier(qui.page)
    qui.choisir("Niveau d’entrée", "Sans niveau spécifique")
    qui.choisir("Type de parcours", "Individualisé")
    qui.cocher("Entrées/sorties à dates fixes")
    qui.remplir("Durée en centre", "400")
    qui.presser("Enregistrer et continuer")

    qui.est_sur("Fiche Session")
    verifier(qui.page)
    qui.remplir("Date début", debut.isoformat())
    qui.remplir("Date fin", (debut + timedelta(days=200)).isoformat())
    qui.cocher("Temps plein")
    qui.cocher("Formation entièrement présentielle")
    qui.remplir("Capacité d’accueil", "12")
    qui.presser("Enregistrer et continuer")

    qui.est_sur("Fiche Dispositif")
    verifier(qui.page)
    qui.cocher("Tout public")
    qui.remplir("Coût stagiaire", "3500")
    qui.presser("Enregistrer et continuer")

    qui.est_sur("Récapitulatif")
    verifier(qui.page)
