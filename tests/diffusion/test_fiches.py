"""The public sheets: what they say, where they lead, and what they answer when there is nothing left."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from catalogue.diffusion.fiche_pdf import document_of
from catalogue.models import Diffusion
from catalogue.numeros import numero_action, numero_organisme
from tests.diffusion.outils import end, facts, page, url_of, with_sessions
from tests.factories import (
    ActionFactory,
    CertificationFactory,
    FormationFactory,
    OrganismeFactory,
    publier,
)

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize(
    ("entrees", "jours", "quand", "offre"),
    [
        ("0", -3, "déjà commencée", "Session en cours"),
        ("0", 3, "", "Prochaine session"),
        ("1", -3, "entrées permanentes", "Entrées permanentes"),
        ("1", 3, "entrées permanentes", "Entrées permanentes"),
    ],
)
def test_every_page_says_of_dates_whether_one_may_still_enter(client, entrees, jours, quand, offre):
    action = with_sessions(2)
    debut = timezone.localdate() + timedelta(days=jours)
    row, _ = rows = list(action.diffusions.order_by("date_debut"))
    for one in rows:
        one.date_debut = debut
        one.contenu["action"]["modalites_es"] = entrees
    Diffusion.objects.bulk_update(rows, ["date_debut", "contenu"])

    shown = page(client.get(url_of(row)))
    assert "".join(p.text for p in shown.select(".cles__fait:first-child .cles__precision")) == quand
    cles = document_of(row, timezone.localdate()).cles
    assert next(fait.precision for fait in cles if fait.libelle == "Dates") == quand
    for listed in (shown, page(client.get(reverse("diffusion:action", args=[numero_action(action.pk)])))):
        assert {
            "".join(p.text for p in th.select(".precision:not(.sur-papier)"))
            for th in listed.select("tbody th")
        } == {quand}
    shown = page(client.get(reverse("diffusion:formation", args=[row.certification_code])))
    assert shown.select_one(".offre__faits dt").text == offre


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


def test_paper_says_the_number_of_each_session_and_where_it_was_read(client):
    action = with_sessions(2)
    first, second = action.diffusions.order_by("date_debut")
    for nom, numero, expected in (
        ("session", first.numero, [second.numero]),
        ("action", numero_action(action.pk), [first.numero, second.numero]),
        ("formation", first.certification_code, [first.numero]),
        ("organisme", numero_organisme(first.organisme_id), [first.numero]),
    ):
        url = reverse(f"diffusion:{nom}", args=[numero])
        shown = page(client.get(url))
        assert [text.text for text in shown.select(".precision.sur-papier")] == expected, nom
        assert any(url in text.text for text in shown.select(".sur-papier:not(.precision)")), nom


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
    document = document_of(row, timezone.localdate())
    faits = [*document.cles, *(fait for section in document.sections for fait in section.dits)]
    assert {fait.valeur for fait in faits if "CPF" in fait.libelle} == attendus


def test_a_list_leads_to_the_search_of_the_same_sessions_and_to_their_news(client, row):
    """Where dates, places and funding are chosen."""
    for nom, numero in (
        ("formation", row.certification_code),
        ("organisme", numero_organisme(row.organisme_id)),
    ):
        publier()
        shown = page(client.get(reverse(f"diffusion:{nom}", args=[numero])))
        recherche, suivi = (link["href"] for link in shown.select(".suites-offre:has(+ ul.offres) a"))
        found = page(client.get(recherche)).select(".trouvee h3 a")
        assert [link["href"] for link in found] == [url_of(row)], nom
        assert client.get(suivi).status_code == 200
