"""Changing whom one works for, and what a page that is not there offers."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.middleware import CLE_ESPACE
from accounts.models import EvenementSecurite, Rattachement
from catalogue.models import Formation, NoteInterne
from tests.accounts.test_espace import action_of, get
from tests.factories import ActionFactory, CertificationFactory, OrganismeFactory, UserFactory
from tests.parcours.visiteur import held_by
from tests.tunnel.outils import page, words

pytestmark = pytest.mark.django_db
ESPACES = reverse("accounts:espaces")
QUITTER = reverse("accounts:espace_quitter")


def entrer(organisme) -> str:
    return reverse("accounts:espace_entrer", args=[organisme.pk])


@pytest.fixture
def premier():
    return OrganismeFactory(raison_sociale="Premier")


@pytest.fixture
def second():
    return OrganismeFactory(raison_sociale="Second")


@pytest.fixture
def nadia(premier, second):
    """A person of two organisations; she works for the first."""
    user = UserFactory(organisme=premier)
    user.rattachements.create(organisme=second)
    return user


@pytest.fixture
def agent():
    return UserFactory(agent=True, prenom="Awa", nom="Diallo")


def lines() -> list[tuple]:
    """The security journal's lines about spaces."""
    rows = EvenementSecurite.objects.filter(type__startswith="espace").order_by("pk")
    return list(rows.values_list("type", "user", "auteur", "organisme"))


def test_the_band_says_for_whom_and_leads_to_the_others(client, nadia):
    client.force_login(nadia)
    band = page(client.get("/")).select_one(".bandeau")

    assert band.select_one(".qui__organisme").text == "Premier"
    assert band.find("a", string="Changer d’organisme")["href"] == ESPACES


def test_the_band_of_a_person_of_one_organisme_offers_no_change(client, premier):
    client.force_login(UserFactory(organisme=premier))

    assert page(client.get("/")).find("a", string="Changer d’organisme") is None


def test_choosing_another_organisme(client, nadia, premier, second):
    client.force_login(nadia)
    du_second = action_of(second)
    shown = page(client.get(ESPACES))
    assert [form.select_one("[name=organisme]")["value"] for form in shown.main.select("form")] == [
        str(second.pk)
    ]

    response = client.post(ESPACES, {"organisme": second.pk}, follow=True)

    assert page(response).select_one(".qui__organisme").text == "Second"
    assert "Vous travaillez maintenant pour Second" in words(response)
    assert (get(client, du_second), get(client, action_of(premier))) == (200, 404)


@pytest.mark.parametrize("wanted", ["", "abc", "0", "99999999999999999999", "\x00"])
def test_an_organisme_that_is_not_theirs_cannot_be_chosen(client, nadia, premier, wanted):
    client.force_login(nadia)

    assert client.post(ESPACES, {"organisme": wanted}).status_code == 404
    assert client.post(ESPACES, {"organisme": OrganismeFactory().pk}).status_code == 404
    assert client.session[CLE_ESPACE] == premier.pk


@pytest.mark.parametrize("suite", ["https://ailleurs.example/", "//ailleurs.example", "javascript:alert(1)"])
def test_a_change_never_leads_elsewhere(client, nadia, second, agent, suite):
    client.force_login(nadia)
    assert client.post(ESPACES, {"organisme": second.pk, "next": suite}).url == "/"
    client.force_login(agent)
    for url in (entrer(second), QUITTER):
        assert client.post(url, {"next": suite}).url == "/"


@pytest.mark.parametrize("n", [1, 3])
def test_my_organisations_cost_the_same_however_many(client, n, django_assert_num_queries):
    user = UserFactory(organisme=OrganismeFactory())
    Rattachement.objects.bulk_create(
        Rattachement(user=user, organisme=organisme) for organisme in OrganismeFactory.create_batch(n)
    )
    client.force_login(user)

    with django_assert_num_queries(2):  # session and person, their organisations
        client.get(ESPACES)


def test_a_page_not_found_offers_the_other_organisme_and_opens_it_there(client, nadia, second):
    client.force_login(nadia)
    url = reverse("tunnel:recapitulatif", args=[action_of(second).pk])

    response = client.get(url)
    form = page(response).main.select_one("form")
    assert response.status_code == 404
    assert "Vous travaillez pour Premier" in words(response)
    assert (form["action"], form["method"], form.button.text) == (ESPACES, "post", "Passer à Second")

    suite = form.select_one("[name=next]")["value"]
    response = client.post(form["action"], {"next": suite, "organisme": form.button["value"]}, follow=True)
    assert (response.status_code, response.request["PATH_INFO"]) == (200, url)


def test_a_foreign_page_and_a_missing_one_are_the_same(client, nadia, second):
    """The offer depends on the person alone: it tells nothing of what exists."""
    client.force_login(nadia)
    foreign, of_second = action_of(OrganismeFactory()).pk, action_of(second).pk
    pages = set()
    for pk in (foreign, of_second, 999_999_999):
        html = client.get(reverse("tunnel:recapitulatif", args=[pk])).content.decode()
        html = html.replace(f"/actions/{pk}/", "/actions/PK/")
        pages.add(re.sub(r'(name="csrfmiddlewaretoken" value=)"\w+"', r"\1", html))

    assert len(pages) == 1


def test_a_person_of_one_organisme_is_offered_nothing(client, premier, second):
    client.force_login(UserFactory(organisme=premier))
    response = client.get(reverse("tunnel:recapitulatif", args=[action_of(second).pk]))

    assert page(response).main.select("form") == []


def test_acting_for_an_organisme_is_bannered_journalled_and_left(client, agent, premier):
    client.force_login(agent)
    action = action_of(premier)
    dossier = reverse("tunnel:formation", args=[action.formation_id])
    form = page(client.get(dossier)).main.select_one(f"form[action='{entrer(premier)}']")
    assert form.button.get_text().startswith("Agir pour cet organisme")

    response = client.post(form["action"], {"next": form.select_one("[name=next]")["value"]}, follow=True)
    shown = page(response)
    assert response.request["PATH_INFO"] == dossier
    assert "Vous agissez pour Premier (Carif-Oref)." in shown.select_one(".espace").get_text()
    assert shown.select_one(".qui__organisme").text == "Carif-Oref, pour Premier"
    for url in ("/", reverse("aide:accueil"), "/nulle/part/"):
        assert page(client.get(url)).select_one(".espace form")["action"] == QUITTER

    assert client.post(QUITTER).url == "/"
    assert page(client.get("/", follow=True)).select_one(".espace") is None
    assert client.get(reverse("validation:file")).status_code == 200
    assert lines() == [
        ("espace_ouvert", agent.pk, agent.pk, premier.pk),
        ("espace_quitte", agent.pk, agent.pk, premier.pk),
    ]


def test_a_double_click_enters_once_and_leaves_once(client, agent, premier):
    client.force_login(agent)
    answers = [client.post(url).status_code for url in (entrer(premier), entrer(premier), QUITTER, QUITTER)]

    assert answers == [302] * 4
    assert [line[0] for line in lines()] == ["espace_ouvert", "espace_quitte"]


def test_one_space_at_a_time(client, agent, premier, second):
    client.force_login(agent)
    client.post(entrer(premier))

    assert client.post(entrer(second)).status_code == 404
    assert client.session[CLE_ESPACE] == premier.pk


def test_nobody_else_acts_for_an_organisme(client, nadia, second):
    client.force_login(nadia)

    assert client.post(entrer(second)).status_code == 404
    assert client.post(QUITTER).status_code == 404
    assert lines() == []


def test_the_workshop_is_missing_from_the_space_and_the_page_says_why(client, agent, premier):
    client.force_login(agent)
    client.post(entrer(premier))
    url = reverse("validation:file") + "?organisme=a%26b"

    response = client.get(url)
    form = page(response).main.select_one("form")
    assert response.status_code == 404
    assert "les pages de l’atelier" in words(response)
    response = client.post(form["action"], {"next": form.select_one("[name=next]")["value"]}, follow=True)
    assert (response.status_code, response.request["QUERY_STRING"]) == (200, "organisme=a%26b")


def test_signing_out_leaves_the_space(client, agent, premier):
    client.force_login(agent)
    client.post(entrer(premier))
    client.post(reverse("accounts:logout"))

    assert [line[0] for line in lines()] == ["espace_ouvert", "espace_quitte"]
    client.force_login(agent)
    assert client.get(reverse("validation:file")).status_code == 200


def test_an_organisme_that_does_not_exist_has_no_space(client, agent):
    client.force_login(agent)

    assert client.post(reverse("accounts:espace_entrer", args=[999_999_999])).status_code == 404
    assert CLE_ESPACE not in client.session


def test_a_formation_chosen_on_a_page_of_another_organisme_is_not_created(client, nadia, premier, second):
    """Two tabs: the other one made the person work for another organisme."""
    client.force_login(nadia)
    code = CertificationFactory().code
    url = reverse("tunnel:formation_create")
    held = held_by(page(client.get(url, {"code": code})).main.select_one("form[method=post]"))
    assert held["organisme"] == [str(premier.pk)]
    client.post(ESPACES, {"organisme": second.pk})

    response = client.post(url, held, follow=True)
    assert "Vous travaillez maintenant pour Second" in words(response)
    assert not Formation.objects.exists()

    client.post(url, held_by(page(response).main.select_one("form[method=post]")))
    assert Formation.objects.get().organisme == second


def test_the_staff_choose_an_organisme_before_they_create(client, agent):
    client.force_login(agent)
    response = client.get(reverse("tunnel:formation_create"), follow=True)

    assert response.request["PATH_INFO"] == reverse("etablissements:annuaire")
    assert "Agir pour cet organisme" in words(response)


def test_what_the_staff_sent_to_the_workshop_from_a_space_waits_for_them_to_leave_it(client, agent, premier):
    """« Agir pour cet organisme » in one tab, a note being written in another."""
    action = ActionFactory(attente=True, formation__organisme=premier)
    note = reverse("validation:note", args=[action.pk])
    client.force_login(agent)
    typed = {"texte": "Comparer avec Laval.", "jeton": str(uuid4()), "filtres": "attribution=moi"}
    client.post(entrer(premier))

    refused = client.post(note, typed)
    assert refused.status_code == 404
    assert "n’est pas perdu" in words(refused)
    button = page(refused).main.find("button", string="Quitter cet espace et reprendre ma saisie")
    left = client.post(QUITTER, {"next": button.find_parent("form").select_one("[name=next]")["value"]})

    assert left.url == reverse("accounts:saisie_gardee")
    assert "Comparer avec Laval." in words(client.get(left.url))
    assert client.post(note, typed).status_code == 302
    assert NoteInterne.objects.get().texte == "Comparer avec Laval."
    assert client.get(left.url).url == "/"


def test_what_was_sent_to_another_of_ones_organisations_waits_there(client, nadia, premier, second):
    action = ActionFactory(complete=True, formation__organisme=second)
    retour = reverse("tunnel:transition", args=[action.pk, "submit"])
    client.force_login(nadia)

    refused = client.post(retour, {"revision": action.revision, "texte": "Complétée."})
    assert refused.status_code == 404
    suite = page(refused).main.select_one("[name=next]")["value"]
    passed = client.post(ESPACES, {"organisme": second.pk, "next": suite})

    assert "Complétée." in words(client.get(passed.url))


def test_nothing_is_kept_of_a_page_that_is_nowhere(client, premier):
    """Of whoever works for one organisme only: what is not theirs is not there, as for anybody."""
    client.force_login(UserFactory(organisme=premier))

    refused = client.post("/atelier/actions/1/notes/", {"texte": "Bonjour"})

    assert refused.status_code == 404
    assert "n’est pas perdu" not in words(refused)
    assert client.get(reverse("accounts:saisie_gardee")).url == "/"
