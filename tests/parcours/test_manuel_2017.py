"""The 2017 manual of SOFI, step by step: what each screen says, from sign-in to « Sessions actives »."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from catalogue.enums import StatutSite
from tests.facteurs import code_de, installer_facteur
from tests.factories import MOT_DE_PASSE, OrganismeFactory, SiteFactory, UserFactory
from tests.parcours.visiteur import Visiteur, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def nomenclatures():
    call_command("load_nomenclatures", verbosity=0)


@pytest.fixture
def organisme():
    """The training organisation of the manual: referenced in SOFI, with its SIRET and its NDA."""
    organisme = OrganismeFactory(raison_sociale="Carif Oref des Pays de la Loire")
    SiteFactory(organisme=organisme, nom="Site de Nantes", statut=StatutSite.ACTIF)
    return organisme


@pytest.fixture
def secretaire(nomenclatures, organisme):
    """Step 1 – « Se connecter à SOFI »."""
    UserFactory(email="nadia@exemple.fr", organisme=organisme)
    return sign_in("nadia@exemple.fr")


@pytest.fixture
def agent():
    agent = UserFactory(email="agent@exemple.fr", valideur=True)
    installer_facteur(agent)
    visiteur = sign_in("agent@exemple.fr")
    assert visiteur.title == "Code de vérification"
    visiteur.fill("Code de vérification", code_de(agent))
    visiteur.press("Vérifier le code")
    return visiteur


def sign_in(email: str) -> Visiteur:
    visiteur = Visiteur()
    visiteur.go("/")
    assert visiteur.title == "Connexion SOFI"
    assert "* Champ obligatoire" in visiteur.text
    visiteur.fill("E-mail", email)
    visiteur.fill("Mot de passe", MOT_DE_PASSE)
    visiteur.press("Se connecter")
    return visiteur


def counters(visiteur: Visiteur) -> dict[str, int]:
    """The dashboard's ten counters, by their words."""
    visiteur.go("/")
    assert visiteur.title == "Tableau de bord"
    return {
        words(tile.select_one("a")).split(" : ")[0]: int(words(tile.select_one(".compteur__nombre")))
        for tile in visiteur.page.select(".compteur")
    }


EN_SAISIE = "Actions de formation en cours de saisie"
EN_ATTENTE = "Actions de formation en attente de validation par CARIF-OREF"
EN_ATTENTE_REPONSE = "Actions de formation en attente de réponses"
ACTIVES = "Sessions de formation actives"
PUBLIQUES = "Sessions de formation publiques actives"


def pick_formation(visiteur: Visiteur) -> None:
    """Step 2 – « Formations > Créer : entrez dans le tunnel ! »."""
    visiteur.go("/")
    visiteur.follow("Créer une formation")
    visiteur.fill("Code Certifinfo, intitulé, ou numéro RNCP ou RS", "CAP boucherie")
    visiteur.press("Chercher")
    assert "CAP boucher" in visiteur.text
    visiteur.go(visiteur.url.split("?")[0] + "?code=114763")
    assert "CAP boucher" in visiteur.text
    visiteur.press("Choisir cette certification")


def fill_action(visiteur: Visiteur) -> None:
    """Step 3 – « Remplir la fiche Action »."""
    visiteur.choose("Site dispensateur", "Site de Nantes")
    visiteur.choose("Niveau d’entrée", "Sans niveau spécifique")
    visiteur.choose("Type de parcours", "En groupe")
    visiteur.tick("Entrées/sorties à dates fixes")
    visiteur.fill("Durée en centre", "400")
    visiteur.fill("Durée en entreprise", "140")
    visiteur.fill("Durée hebdo", "35")
    visiteur.press("Enregistrer et continuer")


def fill_session(visiteur: Visiteur, debut: date) -> None:
    """Step 4 – « Remplir la fiche Session »."""
    visiteur.choose("Site lieu", "Site de Nantes")
    visiteur.fill("Date début", debut.strftime("%d/%m/%Y"))
    visiteur.fill("Date fin", (debut + timedelta(days=200)).strftime("%d/%m/%Y"))
    visiteur.tick("Temps plein")
    visiteur.tick("Formation entièrement présentielle")
    visiteur.fill("Capacité d’accueil de la session", "12")
    visiteur.fill("Places disponibles", "12")
    visiteur.press("Enregistrer et continuer")


def fill_dispositif(visiteur: Visiteur, then: str = "Enregistrer et continuer") -> None:
    """Steps 5 and 6 – « Remplir la fiche Dispositif », « Enregistrer »."""
    visiteur.choose("Dispositif", "Formation avec financement privé")
    visiteur.tick("Tout public")
    visiteur.fill("Nombre de places du dispositif", "12")
    visiteur.fill("Coût stagiaire", "3 500,00")
    visiteur.choose("Prise en charge des frais pédagogiques", "Oui")
    visiteur.press(then)


def enter_offer(visiteur: Visiteur, debut: date) -> None:
    """Steps 2 to 7, up to the récapitulatif."""
    pick_formation(visiteur)
    fill_action(visiteur)
    fill_session(visiteur, debut)
    fill_dispositif(visiteur)


@pytest.fixture
def debut():
    """First day of the session typed: in two months."""
    return timezone.localdate() + timedelta(days=60)


def test_step_1_dashboard_shows_the_manuals_ten_counters_in_three_groups(secretaire):
    assert counters(secretaire) == {
        EN_SAISIE: 0,
        EN_ATTENTE: 0,
        EN_ATTENTE_REPONSE: 0,
        "Actions de formation dont le code Certifinfo a été remplacé par le CARIF-OREF": 0,
        ACTIVES: 0,
        "Sessions de formation inactives dans moins d’un mois": 0,
        "Sessions de formation inactives": 0,
        PUBLIQUES: 0,
        "Établissements et sites en attente de validation par le Carif-oref": 0,
        "Établissements et sites actifs": 1,
    }
    assert [words(h2) for h2 in secretaire.page.select("main h2")][-3:] == [
        "Actions",
        "Sessions",
        "Sites et contacts",
    ]
    assert "Permanence téléphonique du lundi au vendredi" in secretaire.text
    assert "02 40 20 40 20" in secretaire.text
    assert "offre@cariforef-pdl.org" in secretaire.text


def test_step_2_the_formation_sheet_is_read_only_and_complete(secretaire):
    pick_formation(secretaire)
    secretaire.follow("CAP boucher")

    for words_of_the_manual in (
        "114763",
        "Objectif",
        "Programme",
        "Formacodes",
        "21599",
        "Niveau de sortie",
        "Niveau 3",
        "CPF",
        "Non renseigné",
    ):
        assert words_of_the_manual in secretaire.text
    assert secretaire.page.select("main input:not([type=hidden]), main textarea, main select") == []


def test_steps_3_to_5_show_the_manuals_fields(secretaire, debut):
    pick_formation(secretaire)
    assert labels(secretaire) >= {
        "Site dispensateur",
        "Complément intitulé",
        "Complément descriptif",
        "URL vers le site de l’OF",
        "Niveau d’entrée",
        "Type de parcours",
        "Modalités pédagogiques",
        "ESP ou dates fixes",
        "Durée en centre",
        "Durée en entreprise",
        "Durée hebdo",
        "Commentaire durée",
        "Commentaire prérequis",
    }
    fill_action(secretaire)
    assert labels(secretaire) >= {
        "Site lieu",
        "Date début",
        "Date fin",
        "Rythmes",
        "Périodes de formation",
        "Modalités d’enseignement",
        "Capacité d’accueil de la session",
        "Places disponibles",
    }
    fill_session(secretaire, debut)
    assert labels(secretaire) >= {
        "Dispositif",
        "Publics",
        "Codes externes",
        "Nombre de places du dispositif",
        "Coût stagiaire",
        "Prise en charge des frais pédagogiques",
        "État",
    }


def labels(visiteur: Visiteur) -> set[str]:
    """The names of the fields on the screen, without what is said of them in parentheses."""
    return {words(tag).split(" (")[0] for tag in visiteur.page.select("main label, main legend")}


def test_step_7_recapitulatif_recalls_the_four_levels(secretaire, debut):
    enter_offer(secretaire, debut)

    assert secretaire.title.startswith("Récapitulatif")
    for heading in ("Rappel formation", "Rappel action", "Rappel session"):
        assert any(heading in words(h2) for h2 in secretaire.page.select("h2")), heading
    for value in (
        "114763",
        "CAP boucher",
        "Site de Nantes",
        "Nantes",
        f"{debut:%d/%m/%Y}",
        "3 500,00 €",
        "Actif",
    ):
        assert value in secretaire.text
    headers = [words(th) for th in secretaire.page.select("table thead th")]
    assert [h for h in headers if h in {"Dispositif", "Code externe", "Coût", "Frais péda", "État"}] == [
        "Dispositif",
        "Code externe",
        "Coût",
        "Frais péda",
        "État",
    ]


def test_step_8_sending_validation_and_going_live(secretaire, agent, debut):
    enter_offer(secretaire, debut)
    recapitulatif = secretaire.url
    assert counters(secretaire)[EN_SAISIE] == 1

    secretaire.go(recapitulatif)
    secretaire.press("Envoyer au Carif-Oref")
    assert "24 h" in secretaire.text
    assert "48 h" in secretaire.text
    after = counters(secretaire)
    assert (after[EN_SAISIE], after[EN_ATTENTE], after[ACTIVES]) == (0, 1, 0)

    agent.go("/")
    agent.follow("CAP boucher")
    agent.press("Valider")
    after = counters(secretaire)
    assert (after[EN_ATTENTE], after[ACTIVES], after[PUBLIQUES]) == (0, 1, 1)

    secretaire.follow(ACTIVES)
    assert "CAP boucher" in secretaire.text
    secretaire.go(recapitulatif)
    assert "52_0" in secretaire.text


def test_step_8_unfinished_entry_is_found_again_at_its_first_missing_step(secretaire):
    pick_formation(secretaire)
    fill_action(secretaire)

    assert counters(secretaire)[EN_SAISIE] == 1
    secretaire.follow(EN_SAISIE)
    secretaire.follow("Reprendre la saisie", within="main table")

    assert secretaire.title.startswith("Fiche Session")


def test_step_9_another_dispositif_another_session_another_action(secretaire, debut):
    enter_offer(secretaire, debut)
    recapitulatif = secretaire.url

    secretaire.follow("Ajouter un dispositif")
    fill_dispositif(secretaire, then="Enregistrer et revenir au récapitulatif")
    assert secretaire.url == recapitulatif
    secretaire.follow("Ajouter une session")
    fill_session(secretaire, debut + timedelta(days=365))
    fill_dispositif(secretaire)
    secretaire.go(recapitulatif)
    assert len(secretaire.page.select("table tbody tr")) == 3
    assert secretaire.text.count("Rappel session") == 2

    secretaire.follow("Ajouter une action")
    fill_action(secretaire)
    assert counters(secretaire)[EN_SAISIE] == 2


def test_incomplete_offer_says_what_is_missing_and_leads_to_it(secretaire):
    pick_formation(secretaire)
    secretaire.press("Enregistrer et continuer")
    secretaire.press("Enregistrer")
    secretaire.follow("Voir le récapitulatif")

    assert not [b for b in secretaire.page.select("button") if words(b) == "Envoyer au Carif-Oref"]
    secretaire.follow("Indiquez le niveau d’entrée")
    assert secretaire.title.startswith("Fiche Action")


def test_question_and_answer_return_to_the_queue(secretaire, agent, debut):
    enter_offer(secretaire, debut)
    recapitulatif = secretaire.url
    secretaire.press("Envoyer au Carif-Oref")

    agent.go("/")
    agent.follow("CAP boucher")
    agent.fill("Votre question", "La durée hebdomadaire est-elle bien de 35 heures ?")
    agent.press("Poser une question")
    assert counters(secretaire)[EN_ATTENTE_REPONSE] == 1

    secretaire.go(recapitulatif)
    assert "La durée hebdomadaire est-elle bien de 35 heures" in secretaire.text
    secretaire.fill("Votre réponse", "Oui, c’est exact.")
    secretaire.press("Répondre et renvoyer")
    assert counters(secretaire)[EN_ATTENTE] == 1

    agent.go("/")
    agent.follow("CAP boucher")
    assert "Oui, c’est exact." in agent.text


def test_offers_without_a_code_are_explained(secretaire):
    secretaire.go("/")
    secretaire.follow("Créer une formation")
    secretaire.fill("Code Certifinfo, intitulé, ou numéro RNCP ou RS", "zzzzqqq")
    secretaire.press("Chercher")
    secretaire.go(secretaire.page.select_one('main a[href*="hors-certifinfo"]')["href"])

    assert "Demande AIF hors Certifinfo" in secretaire.text
    for wanted in ("SIRET", "Nom d’usage", "Durée", "Lieu de la formation", "AIF"):
        assert wanted.lower() in secretaire.text.lower()


def test_reopened_offer_stays_online_as_it_was(secretaire, agent, debut):
    enter_offer(secretaire, debut)
    recapitulatif = secretaire.url
    secretaire.press("Envoyer au Carif-Oref")
    agent.go("/")
    agent.follow("CAP boucher")
    agent.press("Valider")

    secretaire.go(recapitulatif)
    secretaire.follow("Modifier cette action")
    assert "reste en ligne" in secretaire.text
    secretaire.press("Modifier cette action")
    after = counters(secretaire)
    assert (after[EN_SAISIE], after[ACTIVES], after[PUBLIQUES]) == (1, 1, 1)
