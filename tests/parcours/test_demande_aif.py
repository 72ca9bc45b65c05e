"""The manual's last part: a formation without Certifinfo code that the AIF pays, from request to renewal."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from tests.facteurs import code_de, installer_facteur
from tests.factories import MOT_DE_PASSE, OrganismeFactory, UserFactory
from tests.parcours.visiteur import Visiteur, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretaire():
    """Whoever types for an organisme that SOFI knows, and that has no place yet."""
    call_command("load_nomenclatures", verbosity=0)
    today = timezone.localdate()
    organisme = OrganismeFactory(
        raison_sociale="Voiles et Cordages",
        est_qualiopi=True,
        qualiopi_debut=today - timedelta(days=100),
        qualiopi_fin=today + timedelta(days=900),
    )
    UserFactory(email="nadia@exemple.fr", organisme=organisme)
    return sign_in("nadia@exemple.fr")


@pytest.fixture
def valideur():
    user = UserFactory(email="valideur@exemple.fr", valideur=True)
    installer_facteur(user)
    visiteur = sign_in("valideur@exemple.fr")
    visiteur.fill("Code de vérification", code_de(user))
    visiteur.press("Vérifier le code")
    return visiteur


def sign_in(email: str) -> Visiteur:
    visiteur = Visiteur()
    visiteur.go("/")
    visiteur.fill("E-mail", email)
    visiteur.fill("Mot de passe", MOT_DE_PASSE)
    visiteur.press("Se connecter")
    return visiteur


def in_days(days: int) -> str:
    return f"{timezone.localdate() + timedelta(days=days):%d/%m/%Y}"


def ask(visiteur: Visiteur) -> str:
    """« Fournir les infos suivantes » (manual): the request's number."""
    visiteur.go("/")
    visiteur.follow("Créer une formation")
    visiteur.follow("Faire une demande AIF hors Certifinfo")
    visiteur.fill("Intitulé de la formation", "Voilerie et sellerie nautique")
    visiteur.fill("Objectif", "Tracer, couper et assembler une voile.")
    visiteur.fill("Programme", "Matières\nTracé\nCouture")
    visiteur.fill("Date de début", in_days(40))
    visiteur.fill("Date de fin", in_days(100))
    visiteur.fill("Durée en centre", "210")
    visiteur.fill("Durée hebdo", "35")
    visiteur.fill("URL vers le site de l’OF", "www.exemple.fr/voilerie")
    visiteur.fill("Organisme ou nom du lieu", "Atelier du port")
    visiteur.fill("Adresse, ligne 1", "3 quai du Port")
    visiteur.fill("Code postal", "85100")
    visiteur.fill("Ville", "Les Sables-d’Olonne")
    visiteur.fill("Nombre de places de la session", "8")
    visiteur.fill("Nombre de places AIF", "5")
    visiteur.press("Envoyer la demande")
    return visiteur.title.split()[1]


def test_a_request_becomes_an_offer_online_that_the_organisme_renews(secretaire, valideur):
    numero = ask(secretaire)
    assert "Votre demande attend le Carif-Oref" in secretaire.text

    # The Carif-Oref's side: one click to take it, one screen to type what the request does not say.
    valideur.go("/atelier/")
    valideur.follow("Demandes AIF hors Certifinfo")
    valideur.follow("Voilerie et sellerie nautique")
    assert valideur.title.startswith(f"Demande {numero}")
    valideur.press("Prendre en charge")
    valideur.follow("Transformer en offre")
    valideur.choose("Niveau d’entrée", "Sans niveau spécifique")
    valideur.choose("Type de parcours", "En groupe")
    valideur.fill("Commentaire prérequis", "Savoir lire un plan.")
    valideur.tick("Temps plein")
    valideur.tick("Formation entièrement présentielle")
    valideur.fill("Coût stagiaire", "2800")
    valideur.choose("Prise en charge", "Oui")
    valideur.press("Créer l’offre et l’envoyer en validation")
    assert "prête à être validée" in valideur.text
    valideur.press("Valider")

    # The organisme's side: followed from its request, then renewed by itself.
    secretaire.go("/aif/")
    secretaire.follow("Voilerie et sellerie nautique")
    assert "Cette demande est devenue l’action" in secretaire.text
    assert "État de l’action : Validée" in secretaire.text
    secretaire.follow("Voir l’action")
    assert "Hors Certifinfo" in secretaire.text
    secretaire.follow("Modifier cette action")
    secretaire.press("Modifier cette action")
    secretaire.follow("Ajouter une session")
    secretaire.fill("Date début", in_days(200))
    secretaire.fill("Date fin", in_days(260))
    secretaire.press("Enregistrer et continuer")
    secretaire.choose("Dispositif", "Aide individuelle à la formation")
    secretaire.press("Enregistrer et continuer")
    secretaire.press("Envoyer au Carif-Oref")
    assert "En attente de validation" in secretaire.text
    assert not [a for a in secretaire.page.select("a") if "Modifier les textes" in words(a)]
