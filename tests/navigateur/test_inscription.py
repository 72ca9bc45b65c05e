"""« Au préalable » in a real browser: from the request for a key to the first steps, in three manners."""

import re
from urllib.parse import urlsplit

import pytest

from accounts.models import User
from tests.courriels.outils import boite
from tests.facteurs import code_de, installer_facteur
from tests.factories import UserFactory, siret
from tests.navigateur.personne import Souris
from tests.navigateur.test_parcours import PERSONNES, sign_in

NOUVEAU = "Voici une phrase de passe assez longue"


@pytest.fixture
def monde(nomenclatures):
    installer_facteur(UserFactory(email="agent@exemple.fr", agent=True))


@pytest.mark.parametrize("maniere", PERSONNES)
def test_a_newcomer_asks_for_a_key_and_reaches_their_first_steps(monde, open_page, axe, maniere):
    classe, options = PERSONNES[maniere]
    secretaire, agent = classe(open_page(**options)), classe(open_page(**options))
    # axe is a script: the same pages are checked in the two journeys that run scripts.
    verifier = axe if options.get("java_script_enabled", True) else lambda page: None

    ask_for_a_key(secretaire, verifier)
    sign_in(agent, "agent@exemple.fr")
    agent.remplir("Code de vérification", code_de(User.objects.get(email="agent@exemple.fr")))
    agent.presser("Vérifier le code")
    accept(agent, verifier)
    create_the_account(secretaire, verifier)
    first_steps(secretaire, verifier)


def ask_for_a_key(qui: Souris, verifier) -> None:
    """« Je n'ai pas de clé d'activation et souhaite en faire la demande », with a slip on the way."""
    qui.aller("/")
    qui.suivre("Je n’ai pas de clé d’activation et souhaite en faire la demande")
    verifier(qui.page)
    qui.remplir("Raison sociale", "Atelier des Métiers")
    qui.remplir("SIRET", "123 456 789 00012")
    qui.remplir("Numéro de déclaration d’activité (NDA)", "52 44 01234 44")
    qui.remplir("Prénom", "Zoé")
    qui.remplir(re.compile("^Nom"), "Roy")
    qui.remplir("Adresse e-mail", "zoe@exemple.fr")
    qui.remplir("Téléphone", "02 40 00 00 00")
    qui.presser("Envoyer ma demande")
    qui.lit("Ce SIRET")
    verifier(qui.page)

    qui.remplir("SIRET", siret(4_242))
    qui.presser("Envoyer ma demande")
    qui.est_sur("Votre demande est envoyée")
    verifier(qui.page)


def accept(agent: Souris, verifier) -> None:
    """The Carif-Oref creates the organisme and sends the key."""
    agent.aller("/atelier/demandes-de-cle/")
    verifier(agent.page)
    agent.suivre("Atelier des Métiers")
    verifier(agent.page)
    agent.presser("Accepter et donner la clé")
    verifier(agent.page)


def create_the_account(qui: Souris, verifier) -> None:
    """« J'ai reçu une clé d'activation et je veux créer mon compte »: from the mail, with a slip."""
    mail = next(message for message in boite("zoe@exemple.fr") if message.nom == "cle_activation")
    adresse = urlsplit(mail.lien("cle="))
    qui.aller(f"{adresse.path}?{adresse.query}")
    qui.est_sur("Créer votre compte")
    verifier(qui.page)
    qui.remplir("Votre adresse e-mail", "zoe@exemple.fr")
    qui.remplir("Mot de passe", "azerty")
    qui.presser("Créer mon compte")
    qui.lit("16 caractères")
    verifier(qui.page)

    qui.remplir("Mot de passe", NOUVEAU)
    qui.presser("Créer mon compte")


def first_steps(qui: Souris, verifier) -> None:
    """The dashboard of a new organisme."""
    qui.est_sur("Tableau de bord")
    qui.lit("Bienvenue, Zoé")
    verifier(qui.page)
