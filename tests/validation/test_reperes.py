"""What a dossier says besides its fields: delay, rules, shortcuts, history, and the way back."""

from collections import Counter
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from catalogue.completude import REGLES
from catalogue.models import Delais
from tests.factories import ActionFactory, CertificationFactory, FormationFactory, SessionFactory, UserFactory
from tests.validation.outils_file import waiting

pytestmark = pytest.mark.django_db
FILE = reverse("validation:file")


@pytest.fixture
def valideur(client):
    valideur = UserFactory(valideur=True)
    client.force_login(valideur)
    return valideur


def dossier(action):
    return reverse("validation:dossier", args=[action.pk])


def soup(client, url):
    return BeautifulSoup(client.get(url).content, "html.parser")


def text(tag):
    return tag.get_text(" ", strip=True).replace("\u00a0", " ")


@pytest.mark.parametrize(("days", "debut"), [(0, 200), (11, 5), (30, 200)])
def test_the_delay_in_the_words_of_the_queue(client, valideur, days, debut):
    action = waiting(days)
    action.premier_debut = timezone.localdate() + timedelta(days=debut)
    action.save()

    row = soup(client, FILE).select_one("table tbody tr")
    shown = soup(client, dossier(action)).select_one(".delai")

    attente, priorite = row.select_one("[data-label='En attente']"), row.select_one("[data-label='Priorité']")
    assert attente.span.contents[0].replace("\u00a0", " ") in text(shown)
    echeance = text(attente.select_one(".precision")).partition("échéance")[2]
    assert f"échéance{echeance}" in text(shown)
    assert [text(badge) for badge in shown.select(".etat")] == [text(b) for b in priorite.select(".etat")]


def test_the_badges_follow_the_delays_that_are_kept(client, valideur):
    action = waiting(11)
    Delais.objects.update(cible=1, urgence=365)
    assert [text(b) for b in soup(client, dossier(action)).select(".delai .etat")] == ["Urgente", "En retard"]

    Delais.objects.update(cible=60, urgence=1)
    assert soup(client, dossier(action)).select(".delai .etat") == []


def test_what_does_not_wait_has_no_delay(client, valideur):
    assert soup(client, dossier(ActionFactory(validee=True))).select_one(".delai") is None


def test_each_finding_names_its_rule_and_the_page_explains_it(client, valideur):
    action = ActionFactory(complete=True, attente=True, complement_intitule="LE MEILLEUR CAP")
    action.sessions.update(rythmes=[])

    page = soup(client, dossier(action))

    found = page.select(".alerte")
    links = {text(a.select_one(".alerte__regle")): a.select_one(".alerte__regle")["href"] for a in found}
    regles = reverse("aide:theme", args=["regles"])
    assert links["Règle 13"] == f"{regles}#regle-13"
    assert links["Champ obligatoire"] == f"{regles}#obligatoires"
    there = soup(client, regles)
    assert REGLES[12].quoi in there.find(id="regle-13").get_text()
    assert all(there.find(id=href.partition("#")[2]) for href in links.values())


def test_the_whole_history_is_one_link_away(client, valideur):
    action = waiting()

    link = soup(client, dossier(action)).find("a", string="Tout l’historique")

    assert link["href"] == reverse("echanges:historique", args=[action.pk])
    assert client.get(link["href"]).status_code == 200


def test_no_two_places_of_the_page_have_one_id(client, valideur):
    action = waiting(organisme=None, code_rncp="37535")
    SessionFactory(action=action)

    ids = Counter(tag["id"] for tag in soup(client, dossier(action)).select("[id]"))

    assert [name for name, times in ids.items() if times > 1] == []


def shortcuts(client, url):
    return [key.get_text() for key in soup(client, url).select(".raccourcis kbd")]


def test_only_the_shortcuts_that_do_something_are_listed(client, valideur):
    first, last = waiting(2), waiting(1)
    assert shortcuts(client, dossier(first)) == ["v", "q", "r", "p", "n", "u", "?"]
    assert shortcuts(client, FILE) == ["j", "k", "o", "x", "?"]

    last.sessions.update(capacite=None)  # it may not be approved
    client.force_login(UserFactory(agent=True))
    assert shortcuts(client, dossier(last)) == ["q", "p", "n", "b", "u", "?"]


def test_an_agent_without_the_right_to_validate_is_shown_no_key_for_it(client):
    client.force_login(UserFactory(agent=True))

    keys = shortcuts(client, dossier(waiting()))

    assert "q" in keys
    assert not {"v", "r"} & set(keys)


@pytest.mark.parametrize("suivant", ["", "1"])
@pytest.mark.parametrize(
    ("nom", "mot"),
    [
        ("approve", "Annuler la décision"),
        ("refuse", "Annuler la décision"),
        ("request_changes", "Annuler la question"),
    ],
)
def test_the_message_of_a_decision_leads_to_undoing_it(client, valideur, nom, mot, suivant):
    action, _ = waiting(2), waiting(1)
    data = {"revision": action.revision, "texte": "Doublon.", "suivant": suivant}

    response = client.post(reverse("validation:decision", args=[action.pk, nom]), data)

    message = soup(client, response.url).select_one("[role=status]")
    assert message.find("a", string=action.intitule)["href"] == dossier(action)
    back = message.find("a", string=mot)["href"]
    page = soup(client, back)
    assert page.find(id=back.partition("#")[2])
    assert mot in [text(button) for button in page.select(".decisions form button")]


def test_official_titles_are_printed_with_their_apostrophes(client, valideur):
    titre = "Certificat d'aptitude à l'art"
    certification = CertificationFactory(intitule=titre, type_diplome__libelle="Brevet d'art")
    formation = FormationFactory(certification=certification)
    action = ActionFactory(attente=True, complete=True, formation=formation)
    imprime = "Certificat d’aptitude à l’art"

    page = soup(client, dossier(action))

    assert text(page.h1) == imprime
    assert text(page.find(id=f"formation-{formation.pk}-intitule").dd) == imprime
    assert text(page.find(id=f"formation-{formation.pk}-type_diplome").dd) == "Brevet d’art"
    assert text(soup(client, FILE).select_one("tbody th a")) == imprime
    data = {"revision": action.revision, "texte": "Doublon."}
    response = client.post(reverse("validation:decision", args=[action.pk, "refuse"]), data)
    assert imprime in text(soup(client, response.url).select_one("[role=status]"))
    formation.certification.refresh_from_db()
    assert formation.certification.intitule == titre


def test_a_place_is_named_without_its_key(client, valideur):
    action = waiting()

    shown = soup(client, dossier(action)).find(id=f"action-{action.pk}-site_dispensateur").dd

    assert text(shown).startswith(action.site_dispensateur.nom)


def test_an_address_and_a_uai_are_read_on_the_dossier(client, valideur):
    action = waiting()
    organisme = action.organisme
    organisme.uai, organisme.ligne1 = "0440001M", "12 quai des Apprentis"
    organisme.code_postal, organisme.ville = "44200", "Nantes"
    organisme.save()

    page = soup(client, dossier(action))

    assert text(page.find(id=f"organisme-{organisme.pk}-uai").dd) == "0440001M"
    assert text(page.find(id=f"organisme-{organisme.pk}-adresse").dd) == "12 quai des Apprentis, 44200 Nantes"


def test_the_findings_of_the_staff_s_page_do_not_speak_to_the_organisme(client, valideur):
    action = waiting()
    type(action.organisme).objects.filter(pk=action.organisme_id).update(
        est_qualiopi=False, qualiopi_debut=None, qualiopi_fin=None
    )

    said = [text(alerte) for alerte in soup(client, dossier(action)).select(".alerte > p")]

    assert any("L’organisme n’a pas de certificat Qualiopi" in message for message in said)
    assert not any("otre organisme" in message or "vous" in message for message in said)
