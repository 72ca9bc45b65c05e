"""A session that ended while somebody was typing loses nothing of what they typed."""

from datetime import timedelta

import pytest
from django import forms
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from accounts import saisies_gardees
from accounts.models import SessionNavigateur
from accounts.saisies_gardees import CHAMPS, NOMBRE, TAILLE, TropLong
from catalogue.models import Action
from tests.accounts.test_sessions import time_passes
from tests.factories import (
    MOT_DE_PASSE,
    FormationFactory,
    OrganismeFactory,
    SiteFactory,
    UserFactory,
)
from tests.tunnel.outils import fields, page, words

pytestmark = pytest.mark.django_db
REPRENDRE = "Reprendre ma saisie gardée"
TEXTE = "Première ligne\r\n\r\n  Deuxième « ligne » <b>&amp; fin\r\n"


@pytest.fixture
def nadia():
    return UserFactory(email="nadia@exemple.fr", organisme=OrganismeFactory())


@pytest.fixture
def poste(nadia):
    """A real browser's behaviour: the CSRF check is on."""
    client = Client(enforce_csrf_checks=True)
    sign_in(client, nadia)
    return client


def sign_in(client, user):
    token = page(client.get(reverse("accounts:login"))).select_one("[name=csrfmiddlewaretoken]")["value"]
    data = {"username": user.email, "password": MOT_DE_PASSE, "csrfmiddlewaretoken": token}
    return client.post(reverse("accounts:login"), data)


def choose(client, url, **data):
    """Press the button that leads to `url`, from the home."""
    token = page(client.get("/compte/")).select_one("[name=csrfmiddlewaretoken]")["value"]
    return client.post(url, data | {"csrfmiddlewaretoken": token})


def step(client, organisme, **changes) -> tuple[str, dict]:
    """Step A as it was open in the browser, filled in, with its CSRF token."""
    url = reverse("tunnel:action_create", args=[FormationFactory(organisme=organisme).pk])
    response = client.get(url)
    token = page(response).main.select_one("[name=csrfmiddlewaretoken]")["value"]
    data = fields(response) | {
        "site_dispensateur": SiteFactory(organisme=organisme).pk,
        "duree_centre": "400 h",
        "type_parcours": "1",
        "modalites_es": ["0"],
        "csrfmiddlewaretoken": token,
    }
    return url, data | changes


def resend(client, response, bouton: str):
    """Press `bouton` on the page, as a browser without JavaScript."""
    form = page(response).main.find("button", string=bouton).find_parent("form")
    data = QueryDict(mutable=True)
    for control in form.select("input[name]"):
        data.appendlist(control["name"], control["value"])
    return client.post(form["action"], data.urlencode(), content_type="application/x-www-form-urlencoded")


def test_whoever_comes_back_too_late_finds_their_form_again(poste, nadia):
    url, data = step(poste, nadia.organismes.get(), objectif=TEXTE, complement_intitule="option porc")
    time_passes(timedelta(hours=3))

    response = poste.post(url, data)
    assert response.url.startswith(reverse("accounts:login"))
    assert "ce que vous veniez de saisir est gardé" in words(poste.get(response.url))
    assert not Action.objects.exists()

    response = sign_in(poste, nadia)
    assert response.url == reverse("accounts:saisie_gardee")
    response = poste.get(response.url)
    assert "option porc" in words(response)
    hidden = page(response).main.select("input[type=hidden]")
    kept = {control["name"]: control["value"] for control in hidden if control["name"] in data}
    kept.pop("csrfmiddlewaretoken")
    assert kept == {
        name: str(v[0] if isinstance(v, list) else v)
        for name, v in data.items()
        if name != "csrfmiddlewaretoken"
    }

    response = resend(poste, response, "Reprendre ma saisie")
    action = Action.objects.get()
    assert response.status_code == 302
    assert action.complement_intitule == "option porc"
    assert poste.get(reverse("accounts:saisie_gardee")).status_code == 302


def test_each_value_of_a_field_is_kept_in_order(poste, nadia):
    url, data = step(poste, nadia.organismes.get())
    time_passes(timedelta(hours=3))
    poste.post(url, data | {"modalites_es": ["2", "0", "1"], "vide": ""})
    response = poste.get(sign_in(poste, nadia).url)

    hidden = page(response).main.select("input[name=modalites_es]")
    assert [control["value"] for control in hidden] == ["2", "0", "1"]
    assert page(response).main.select_one("input[name=vide]")["value"] == ""


def test_nobody_else_is_shown_what_was_typed(poste, nadia):
    url, data = step(poste, nadia.organismes.get(), complement_intitule="confidentiel")
    time_passes(timedelta(hours=3))
    poste.post(url, data)
    somebody = UserFactory(organisme=OrganismeFactory())

    assert sign_in(poste, somebody).url == "/"
    assert poste.get(reverse("accounts:saisie_gardee")).url == "/"
    assert saisies_gardees.CLE not in poste.session


def test_what_is_given_up_is_forgotten(poste, nadia):
    url, data = step(poste, nadia.organismes.get())
    time_passes(timedelta(hours=3))
    poste.post(url, data)
    response = poste.get(sign_in(poste, nadia).url)

    assert resend(poste, response, "Abandonner cette saisie").url == "/"
    assert poste.get(reverse("accounts:saisie_gardee")).url == "/"
    assert not Action.objects.exists()


def test_forms_of_several_tabs_are_all_kept(poste, nadia):
    envois = [step(poste, nadia.organismes.get(), complement_intitule=f"onglet {n}") for n in range(2)]
    token = poste.cookies["sofi_csrf"].value
    time_passes(timedelta(hours=3))
    for url, data in envois:
        poste.post(url, data | {"csrfmiddlewaretoken": token})

    text = words(poste.get(sign_in(poste, nadia).url))
    assert "onglet 0" in text
    assert "onglet 1" in text


@pytest.mark.parametrize("adresse", ["/compte/", "/connexion/", "/aide/"])
def test_form_is_kept_when_another_tab_came_back_first(poste, nadia, adresse):
    url, data = step(poste, nadia.organismes.get(), complement_intitule="premier onglet")
    time_passes(timedelta(hours=3))
    poste.get(adresse)

    poste.post(url, data)
    assert "premier onglet" in words(poste.get(sign_in(poste, nadia).url))


def test_what_was_typed_for_the_other_organisme_comes_back_there(poste, nadia):
    nadia.rattachements.create(organisme=OrganismeFactory(nom_usage="Le second"))
    second = nadia.organismes.get(nom_usage="Le second")
    choose(poste, reverse("accounts:espaces"), organisme=second.pk)
    url, data = step(poste, second, complement_intitule="pour le second")
    time_passes(timedelta(hours=3))
    poste.post(url, data)

    response = poste.get(sign_in(poste, nadia).url)
    assert page(response).select_one(".qui__organisme").text == "Le second"
    assert resend(poste, response, "Reprendre ma saisie").status_code == 302
    assert Action.objects.get().complement_intitule == "pour le second"


def test_nobody_else_comes_back_to_the_organisme_of_whoever_left(poste, nadia):
    organisme = OrganismeFactory()
    nadia.rattachements.create(organisme=organisme)
    choose(poste, reverse("accounts:espaces"), organisme=organisme.pk)
    time_passes(timedelta(hours=3))
    poste.get("/compte/")
    somebody = UserFactory(organisme=OrganismeFactory(nom_usage="Le sien"))
    somebody.rattachements.create(organisme=organisme)

    sign_in(poste, somebody)
    assert page(poste.get("/")).select_one(".qui__organisme").text == "Le sien"


def test_every_page_leads_to_what_is_kept_until_it_is_sent_or_given_up(poste, nadia):
    url, data = step(poste, nadia.organismes.get())
    time_passes(timedelta(hours=3))
    poste.post(url, data)
    sign_in(poste, nadia)

    lien = page(poste.get("/formations/")).select_one(".bandeau").find("a", string=REPRENDRE)
    resend(poste, poste.get(lien["href"]), "Reprendre ma saisie")
    assert page(poste.get("/formations/")).select_one(".bandeau").find("a", string=REPRENDRE) is None


def test_what_a_page_that_is_gone_did_not_take_is_still_kept(poste, nadia):
    url, data = step(poste, nadia.organismes.get(), complement_intitule="rien ne se perd")
    time_passes(timedelta(hours=3))
    poste.post(url, data)
    response = poste.get(sign_in(poste, nadia).url)
    nadia.rattachements.update(role="lecture")

    assert resend(poste, response, "Reprendre ma saisie").status_code == 404
    assert "rien ne se perd" in words(poste.get(reverse("accounts:saisie_gardee")))


def test_page_asked_too_late_comes_back_after_sign_in_with_a_word(poste, nadia):
    url = reverse("accounts:sessions")
    time_passes(timedelta(hours=3))

    response = poste.get(url)
    assert response.url == f"{reverse('accounts:login')}?next={url}"
    assert "Votre session a pris fin" in words(poste.get(response.url))


def test_a_page_that_asks_again_and_again_is_told_once(poste, nadia):
    """A dossier left open says each minute who looks at it; suggestions are asked for at each letter."""
    time_passes(timedelta(hours=3))
    for _ in range(3):
        poste.get(reverse("accounts:sessions"))

    assert words(poste.get(reverse("accounts:login"))).count("Votre session a pris fin") == 1


def test_stranger_has_nothing_kept(client):
    response = client.post(reverse("accounts:sessions_fermer"), {"texte": "essai"})

    assert response.status_code == 302
    assert not SessionNavigateur.objects.exists()
    assert "Votre session a pris fin" not in words(client.get(response.url))


def test_form_without_its_token_is_not_kept(poste, nadia):
    url, data = step(poste, nadia.organismes.get())
    time_passes(timedelta(hours=3))

    assert poste.post(url, data | {"csrfmiddlewaretoken": "faux"}).status_code == 403
    assert sign_in(poste, nadia).url == "/"


@pytest.mark.parametrize(
    "champ", ["password", "mot_de_passe", "nouveau_mot_de_passe_1", "csrfmiddlewaretoken", "cle"]
)
def test_secrets_are_never_kept(champ):
    session = {}
    assert saisies_gardees.keep(session, 1, "/x/", QueryDict(f"{champ}=secret&nom=Nadia"))
    [saisie] = saisies_gardees.kept_for(session, 1)
    assert saisie.champs == [("nom", "Nadia")]


def test_the_code_of_a_certification_is_kept_and_that_of_a_telephone_is_not():
    session = {}
    assert saisies_gardees.keep(session, 1, reverse("tunnel:formation_create"), QueryDict("code=114763"))
    assert not saisies_gardees.keep(
        session, 1, reverse("accounts:facteur_confirmer", args=["codes"]), QueryDict("code=123456")
    )
    [saisie] = saisies_gardees.kept_for(session, 1)
    assert saisie.champs == [("code", "114763")]


@pytest.mark.parametrize("texte", [f"a={'x' * TAILLE}", "&".join(f"a{n}=" for n in range(CHAMPS + 1))])
def test_what_no_form_of_ours_sends_is_not_kept(texte, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = None
    session = {}
    with pytest.raises(TropLong):
        saisies_gardees.keep(session, 1, "/x/", QueryDict(texte))
    assert session == {}


def test_a_browser_keeps_a_few_forms_and_the_last_of_each_address():
    session = {}
    for numero in range(NOMBRE + 2):
        saisies_gardees.keep(session, 1, f"/{numero}/", QueryDict("a=1"))
    saisies_gardees.keep(session, 1, "/6/", QueryDict("a=2"))

    gardees = saisies_gardees.kept_for(session, 1)
    assert [saisie.chemin for saisie in gardees] == ["/2/", "/3/", "/4/", "/5/", "/6/"]
    assert gardees[-1].champs == [("a", "2")]


def test_a_password_is_never_kept_whatever_its_field(nadia, client):
    client.post(reverse("accounts:login"), {"username": nadia.email, "password": MOT_DE_PASSE})
    time_passes(timedelta(hours=3))
    mots = {"actuel": MOT_DE_PASSE, "nouveau": "quatre tortues roses", "confirmation": "quatre tortues roses"}

    client.post(reverse("accounts:mot_de_passe"), mots | {"autre": "gardé"})

    (saisie,) = client.session[saisies_gardees.CLE]["saisies"]
    assert saisie["champs"] == [["autre", "gardé"]]


def test_each_field_of_a_password_is_among_those_never_kept():
    reverse("accounts:login")  # reads every module of forms
    kinds = [Form for Form in _subclasses(forms.Form) if Form.__module__.startswith("accounts.")]
    secrets = {
        name
        for Form in kinds
        for name, field in Form.base_fields.items()
        if isinstance(field.widget, forms.PasswordInput)
    }

    assert secrets >= {"actuel", "nouveau", "confirmation", "mot_de_passe", "password"}
    assert [name for name in secrets if not saisies_gardees.SECRETS.search(name)] == []


def _subclasses(parent: type) -> list[type]:
    return [parent, *(below for child in parent.__subclasses__() for below in _subclasses(child))]
