"""What robots are told: the plan of what is active, and the data block of each sheet."""

import json

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.urls import reverse
from lxml import etree

from catalogue.diffusion import plan_du_site
from catalogue.models import Diffusion
from catalogue.numeros import numero_action
from tests.factories import publier

pytestmark = pytest.mark.django_db
NS = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def addresses(client, url: str) -> list[str]:
    answer = client.get(url)
    assert answer.headers["Content-Type"] == "application/xml; charset=utf-8"
    return [
        loc.text.removeprefix(settings.SOFI_URL) for loc in etree.fromstring(answer.content).iter(f"{NS}loc")
    ]


def whole_plan(client) -> list[str]:
    pages = addresses(client, reverse("diffusion:plan_du_site"))
    return [url for page in pages for url in addresses(client, page)]


def test_the_plan_holds_every_active_page_and_each_opens(client):
    rows = [publier().diffusions.get() for _ in range(3)]
    over = rows.pop()
    Diffusion.objects.filter(pk=over.pk).update(date_debut="2020-01-01", date_fin="2020-02-01")

    plan = whole_plan(client)

    assert len(plan) == len(set(plan)) == 8
    assert reverse("diffusion:session", args=[rows[0].numero]) in plan
    assert {client.get(url).status_code for url in plan} == {200}


def slice_of(client, rang: int) -> list[str]:
    """The sessions of one slice of the plan."""
    return addresses(
        client, reverse("diffusion:plan_du_site_page", kwargs={"sorte": "sessions", "rang": rang})
    )


def test_each_slice_is_read_alone(client, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(plan_du_site, "TAILLE", 2)
    numeros = [publier().diffusions.get().numero for _ in range(3)]
    for numero in numeros:
        rang = int(numero.removeprefix("52_")) // 2
        with django_assert_num_queries(2):
            found = slice_of(client, rang)
        in_slice = [autre for autre in numeros if int(autre.removeprefix("52_")) // 2 == rang]
        assert found == [reverse("diffusion:session", args=[autre]) for autre in in_slice]


def test_the_index_reads_no_offer(client, django_assert_num_queries):
    with django_assert_num_queries(4):
        client.get(reverse("diffusion:plan_du_site"))


@pytest.mark.parametrize(("numero", "rang"), [("52_100000", 10), ("52_1000001", 100)])
def test_numbers_of_seven_digits_keep_their_own_slice(client, monkeypatch, numero, rang):
    monkeypatch.setitem(
        plan_du_site.SORTES, "sessions", (lambda: 1_500_000, plan_du_site.SORTES["sessions"][1])
    )
    row = publier().diffusions.get()
    row.pk, row.session = numero, None
    row.save(force_insert=True)
    assert slice_of(client, rang) == [reverse("diffusion:session", args=[numero])]
    assert slice_of(client, 110 - rang) == []


@pytest.mark.parametrize(("sorte", "rang"), [("sessions", 9_999), ("actions", 10**15), ("autre", 0)])
def test_there_is_no_page_beyond_the_plan(client, sorte, rang):
    url = reverse("diffusion:plan_du_site_page", kwargs={"sorte": sorte, "rang": rang})
    assert client.get(url).status_code == 404


def test_robots_are_told_where_the_plan_is(client):
    text = client.get(reverse("diffusion:robots")).content.decode()
    assert f"Sitemap: {settings.SOFI_URL}/plan-du-site.xml" in text
    assert "Disallow: /offre/sessions/*/signaler/" in text


def course(client, url: str) -> dict:
    block = BeautifulSoup(client.get(url).content, "html.parser").select_one("script[type$=json]")
    return json.loads(block.string)


def test_a_sheet_is_a_course_with_its_sessions(client):
    row = publier().diffusions.get()
    data = course(client, reverse("diffusion:session", args=[row.numero]))

    assert (data["@type"], data["name"], data["courseCode"]) == (
        "Course",
        row.intitule,
        row.certification_code,
    )
    (instance,) = data["hasCourseInstance"]
    assert instance["startDate"] == row.date_debut.isoformat()
    assert instance["location"]["address"]["addressLocality"] == "Nantes"
    assert instance["courseWorkload"] == "PT540H"
    assert instance["offers"][0]["price"] == "3500.00"
    same = course(client, reverse("diffusion:action", args=[numero_action(row.action_id)]))
    assert same["hasCourseInstance"] == data["hasCourseInstance"]


@pytest.mark.parametrize(
    ("code", "mode", "est_quelque_part"),
    [("0", "Onsite", True), ("1", "Blended", True), ("2", "Online", False)],
)
def test_only_a_session_wholly_at_a_distance_has_no_place(client, code, mode, est_quelque_part):
    row = publier().diffusions.get()
    row.contenu["session"]["modalites_enseignement"] = code
    row.save()

    data = course(client, reverse("diffusion:session", args=[row.numero]))

    (instance,) = data["hasCourseInstance"]
    assert instance["courseMode"] == mode
    assert ("location" in instance) is est_quelque_part


def test_nothing_typed_ends_the_data_block(client):
    row = publier().diffusions.get()
    row.contenu["formation"]["objectif"] = hostile = "</script><script>alert(1)</script>&amp;\u2028\u2029<!--"
    row.save()
    url = reverse("diffusion:session", args=[row.numero])

    body = client.get(url).content.decode()

    block = body.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    assert not set("<>&\u2028\u2029") & set(block)
    assert json.loads(block)["description"] == hostile
