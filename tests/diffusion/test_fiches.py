"""The public sheets: what they say, where they lead, and what they answer when there is nothing left."""

from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from catalogue import saisie, workflow
from catalogue.diffusion.fiche_pdf import document_of
from catalogue.models import Action, Diffusion, Remplacement, Retrait, Session
from catalogue.numeros import numero_action, numero_organisme
from tests.factories import (
    ActionFactory,
    CertificationFactory,
    DispositifFactory,
    FormationFactory,
    OrganismeFactory,
    SessionFactory,
    UserFactory,
    publier,
)

pytestmark = pytest.mark.django_db


def page(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def facts(shown) -> dict[str, str]:
    """The names and values of every fact of a page."""
    return {dt.text: dt.find_next("dd").get_text(" ", strip=True) for dt in shown.select("main dt")}


def end(row: Diffusion, days: int = 1) -> None:
    """Let time pass: the published session ended `days` ago."""
    fin = timezone.localdate() - timedelta(days=days)
    Diffusion.objects.filter(pk=row.pk).update(date_debut=fin - timedelta(days=30), date_fin=fin)


def with_sessions(nombre: int, **kwargs):
    """An action online with `nombre` sessions."""
    action = ActionFactory(complete=True, **kwargs)
    for rang in range(1, nombre):
        debut = timezone.localdate() + timedelta(days=30 + rang)
        DispositifFactory(session=SessionFactory(action=action, date_debut=debut))
    return publier(action)


@pytest.fixture
def action():
    return publier()


@pytest.fixture
def row(action):
    return action.diffusions.get()


def url_of(row: Diffusion) -> str:
    return reverse("diffusion:session", args=[row.numero])


def test_the_sheet_of_a_session_says_first_when_where_how_long_and_how_much(client, row):
    shown = page(client.get(url_of(row)))
    cles = {dt.text: dt.find_next("dd").text for dt in shown.select(".cles dt")}

    assert cles["Lieu"] == "Nantes (44)"
    assert cles["Durée"] == "540\u00a0h400\u00a0h en centre, 140\u00a0h en entreprise"
    assert cles["Prix"] == "3\u00a0500\u00a0€"
    assert cles["Places disponibles"] == "8\u00a0places sur\u00a012"
    assert next(iter(cles)) == "Dates"
    assert row.intitule in shown.h1.text
    assert facts(shown)["Prérequis"] == "Savoir lire et écrire."
    assert shown.select_one(".contact__geste a")["href"].startswith("mailto:contact")


def test_it_shows_what_was_validated_not_what_is_typed_since(client, row, action):
    action.sessions.update(places_disponibles=1)
    type(action).objects.filter(pk=action.pk).update(commentaire_prerequis="En cours de saisie")

    said = facts(page(client.get(url_of(row))))

    assert said["Places disponibles"] == "8\u00a0places sur\u00a012"
    assert said["Prérequis"] == "Savoir lire et écrire."


def test_each_page_names_itself_and_leads_to_the_others(client, row, action):
    urls = {
        "session": url_of(row),
        "action": reverse("diffusion:action", args=[numero_action(action.pk)]),
        "organisme": reverse("diffusion:organisme", args=[numero_organisme(action.organisme_id)]),
        "formation": reverse("diffusion:formation", args=[row.certification_code]),
    }
    titles = set()
    for url in urls.values():
        shown = page(client.get(url))
        assert shown.select_one("link[rel=canonical]")["href"].endswith(url)
        assert shown.select_one("meta[name=description]")["content"]
        titles.add(shown.title.text)
        links = {a["href"] for a in shown.select("main a")}
        assert links & set(urls.values()) - {url}
    assert len(titles) == 4


def test_official_titles_have_the_apostrophes_of_print_on_pages_and_stay_as_they_are_for_robots(client):
    formation = FormationFactory(certification=CertificationFactory(intitule="CQP conducteur d'engins"))
    row = publier(ActionFactory(complete=True, formation=formation)).diffusions.get()
    lieux = [
        reverse("diffusion:session", args=[row.numero]),
        reverse("diffusion:action", args=[numero_action(row.action_id)]),
        reverse("diffusion:formation", args=[row.certification_code]),
        reverse("diffusion:organisme", args=[numero_organisme(row.organisme_id)]),
        f"{reverse('diffusion:recherche')}?q=engins",
    ]
    for lieu in lieux:
        lue = page(client.get(lieu))
        assert "CQP conducteur d’engins" in lue.main.get_text(), lieu
        assert "d'engins" not in lue.main.get_text() + lue.title.text, lieu
    donnees = page(client.get(lieux[0])).find("script", type="application/ld+json").text
    assert "CQP conducteur d'engins" in donnees


def test_the_action_shows_its_active_sessions_then_those_that_are_over(client):
    action = with_sessions(3)
    over, *active = action.diffusions.order_by("date_debut")
    end(over)

    shown = page(client.get(reverse("diffusion:action", args=[numero_action(action.pk)])))

    assert [a["href"] for a in shown.select("tbody th a")] == [url_of(row) for row in active]
    assert over.numero in shown.details.text


def test_a_certification_lists_each_action_once_by_its_next_session(client):
    certification = CertificationFactory()
    actions = [with_sessions(2, formation=FormationFactory(certification=certification)) for _ in range(2)]
    begun = actions[0].diffusions.order_by("date_debut").first()
    today = timezone.localdate()
    Diffusion.objects.filter(pk=begun.pk).update(date_debut=today - timedelta(days=3))

    shown = page(client.get(reverse("diffusion:formation", args=[certification.code])))

    next_ones = [a.diffusions.filter(date_debut__gte=today).order_by("date_debut").first() for a in actions]
    assert {a["href"] for a in shown.select(".offre__faits a")} == {url_of(row) for row in next_ones}
    assert len(shown.select(".offre")) == 2


@pytest.mark.parametrize("nombre", [1, 3])
def test_the_number_of_queries_does_not_depend_on_how_much_is_shown(
    client, django_assert_num_queries, nombre
):
    certification = CertificationFactory()
    organisme = OrganismeFactory(certifie=True)
    formation = FormationFactory(certification=certification, organisme=organisme)
    action = with_sessions(nombre, formation=formation)
    for _ in range(nombre - 1):
        publier(ActionFactory(formation=formation, complete=True))
    row = action.diffusions.first()
    for url, queries in (
        (url_of(row), 5),
        (reverse("diffusion:action", args=[numero_action(action.pk)]), 6),
        (reverse("diffusion:formation", args=[certification.code]), 5),
        (reverse("diffusion:organisme", args=[numero_organisme(organisme.pk)]), 3),
    ):
        with django_assert_num_queries(queries):
            assert client.get(url).status_code == 200


def test_the_name_of_an_organisme_is_told_without_an_article_to_elide(client, row):
    answer = client.get(reverse("diffusion:organisme", args=[numero_organisme(row.organisme_id)]))
    contenu = row.contenu["organisme"]
    description = page(answer).select_one("meta[name=description]")["content"]
    assert description == f"Formations proposées par {contenu['raison_sociale']}, {contenu['ville']}."


@pytest.mark.parametrize(("cpf", "reponse"), [("oui", "Éligible"), ("non", "Non éligible"), ("", None)])
def test_whether_the_cpf_pays_is_told_with_the_day_it_was_checked(client, row, cpf, reponse):
    row.contenu["formation"]["cpf"] = cpf
    row.modifiee_le = datetime(2026, 10, 3, 23, tzinfo=UTC)  # the 4th, in Paris
    row.save(update_fields=["contenu", "modifiee_le"])
    attendus = {f"{reponse} (vérifié le 4\u00a0octobre 2026)"} if reponse else set()

    for nom, numero in (
        ("session", row.numero),
        ("action", numero_action(row.action_id)),
        ("formation", row.certification_code),
    ):
        shown = page(client.get(reverse(f"diffusion:{nom}", args=[numero])))
        assert {dt.find_next("dd").text for dt in shown.select("dt") if "CPF" in dt.text} == attendus
    document = document_of(row)
    faits = [*document.cles, *(fait for section in document.sections for fait in section.dits)]
    assert {fait.valeur for fait in faits if "CPF" in fait.libelle} == attendus


def test_a_session_that_is_over_says_so_and_offers_the_others(client):
    action = with_sessions(2)
    over, other = action.diffusions.order_by("date_debut")
    end(over)

    answer = client.get(url_of(over))
    shown = page(answer)

    assert answer.status_code == 410
    assert shown.h1.text.startswith("Cette session est terminée")
    assert url_of(other) in {a["href"] for a in shown.select("main a")}


def test_a_session_ends_by_date_the_day_after(client, row):
    Diffusion.objects.filter(pk=row.pk).update(
        date_debut=timezone.localdate() - timedelta(days=9), date_fin=timezone.localdate()
    )
    assert client.get(url_of(row)).status_code == 200
    end(row)
    assert client.get(url_of(row)).status_code == 410


def test_a_withdrawn_session_says_why(client, action, row):
    valideur = UserFactory(valideur=True)
    workflow.apply(action.pk, "archive", by=valideur, texte="Fermée.")

    for url in (
        url_of(row),
        reverse("diffusion:action", args=[numero_action(action.pk)]),
        reverse("diffusion:organisme", args=[numero_organisme(action.organisme_id)]),
        reverse("diffusion:formation", args=[row.certification_code]),
    ):
        assert client.get(url).status_code == 410, url
    assert "a retiré cette formation" in page(client.get(url_of(row))).main.text


@pytest.mark.parametrize("number", [1, 3])
def test_what_was_withdrawn_keeps_its_title_and_leads_to_the_same_certification(
    client, action, row, django_assert_num_queries, number
):
    workflow.apply(action.pk, "archive", by=UserFactory(valideur=True), texte="Fermée.")
    Action.objects.filter(pk=action.pk).update(complement_intitule="Jamais validé")
    url = reverse("diffusion:formation", args=[row.certification_code])
    adresses = (url_of(row), reverse("diffusion:action", args=[numero_action(action.pk)]))

    for adresse in adresses:
        seule = page(client.get(adresse))
        assert seule.h1.select_one(".entete-page__objet").text == row.intitule
        assert url not in {a["href"] for a in seule.select("main a")}

    for _ in range(number):
        publier(ActionFactory(complete=True, formation__certification=action.formation.certification))
    for adresse, queries in zip(adresses, (6, 5), strict=True):
        with django_assert_num_queries(queries):
            suivie = page(client.get(adresse))
        assert url in {a["href"] for a in suivie.select("main a")}


def test_a_cancelled_session_offers_the_others_of_its_action(client):
    action = with_sessions(2)
    valideur = UserFactory(valideur=True)
    gone, other = action.diffusions.order_by("date_debut")
    workflow.apply(action.pk, "reopen", by=valideur)
    saisie.delete(Session.objects.get(numero=gone.numero), by=valideur)
    publier(action, by=valideur)

    shown = page(client.get(url_of(gone)))

    assert Retrait.objects.get().numero == gone.numero
    assert "a annulé cette session" in shown.main.text
    assert url_of(other) in {a["href"] for a in shown.select("main a")}


def test_when_all_is_over_the_pages_are_gone(client, action, row):
    end(row)
    for url in (
        reverse("diffusion:action", args=[numero_action(action.pk)]),
        reverse("diffusion:organisme", args=[numero_organisme(action.organisme_id)]),
        reverse("diffusion:formation", args=[row.certification_code]),
    ):
        assert client.get(url).status_code == 410, url


@pytest.mark.parametrize("ecrit", ["{rang}", "52-{rang}", "000{rang}", "52_{rang}"])
def test_a_number_written_otherwise_leads_to_the_session(client, row, ecrit):
    rang = int(row.numero.removeprefix("52_"))
    answer = client.get(reverse("diffusion:session", args=[ecrit.format(rang=rang)]))
    assert (answer.status_code, answer.headers["Location"]) == (301, url_of(row))


def test_a_number_in_lower_case_leads_to_the_action_and_the_organisme(client, action):
    for nom, numero in (
        ("action", numero_action(action.pk)),
        ("organisme", numero_organisme(action.organisme_id)),
    ):
        answer = client.get(reverse(f"diffusion:{nom}", args=[numero.lower()]))
        assert (answer.status_code, answer.headers["Location"]) == (
            301,
            reverse(f"diffusion:{nom}", args=[numero]),
        )


@pytest.mark.parametrize(
    ("nom", "numero"),
    [
        ("session", "52_999999"),
        ("session", "999999"),
        ("session", "31_000001"),
        ("session", "é" * 300),
        ("action", "52_AC999999999999999999"),
        ("action", "52_AC0"),
        ("action", "52_OF1"),
        ("organisme", "52_OF999999999"),
        ("formation", "1" * 40),
    ],
)
def test_what_never_was_is_a_404(client, nom, numero):
    assert client.get(reverse(f"diffusion:{nom}", args=[numero])).status_code == 404


def test_a_replaced_code_leads_to_the_one_prepared_today(client, row):
    Remplacement.objects.create(ancien_code="111", nouvelle_id=row.certification_code)
    answer = client.get(reverse("diffusion:formation", args=["111"]))
    assert answer.status_code == 301
    assert answer.headers["Location"] == reverse("diffusion:formation", args=[row.certification_code])


def test_a_code_replaced_by_several_offers_the_choice(client, row):
    other = publier().diffusions.get()
    for code in (row.certification_code, other.certification_code, CertificationFactory().code):
        Remplacement.objects.create(ancien_code="111", nouvelle_id=code)

    shown = page(client.get(reverse("diffusion:formation", args=["111"])))

    assert {a["href"] for a in shown.select(".corps li a")} == {
        reverse("diffusion:formation", args=[code])
        for code in (row.certification_code, other.certification_code)
    }


def test_a_code_replaced_by_what_nobody_prepares_is_gone_or_unknown(client, row):
    Remplacement.objects.create(ancien_code="111", nouvelle=CertificationFactory())
    assert client.get(reverse("diffusion:formation", args=["111"])).status_code == 404


def test_a_formation_without_code_has_its_action_s_page(client):
    formation = FormationFactory(
        certification=None, intitule_libre="Voilerie", objectif_libre="Coudre", programme_libre="Fil"
    )
    row = publier(ActionFactory(formation=formation, complete=True)).diffusions.get()
    shown = page(client.get(url_of(row)))
    assert "Voilerie" in shown.h1.text
    assert shown.select_one("#certification") is None


def test_long_lists_are_paged_by_key(client):
    action = with_sessions(23)
    url = reverse("diffusion:action", args=[numero_action(action.pk)])
    first = page(client.get(url))
    following = client.get(url + first.select_one("[rel=next]")["href"])
    shown = page(following)
    seen = [a["href"] for body in (first, shown) for a in body.select("tbody th a")]
    assert len(seen) == len(set(seen)) == 23
    assert shown.select_one("meta[name=robots]")["content"] == "noindex, follow"
