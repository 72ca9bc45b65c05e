"""What the public pages answer when nothing is left, to numbers written otherwise, to what never was."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from catalogue import saisie, workflow
from catalogue.models import Action, Diffusion, Remplacement, Retrait, Session
from catalogue.numeros import numero_action, numero_organisme
from catalogue.remplacement import replace_one
from tests.diffusion.outils import end, page, url_of, with_sessions
from tests.factories import (
    ActionFactory,
    CertificationFactory,
    FormationFactory,
    UserFactory,
    publier,
)

pytestmark = pytest.mark.django_db


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


def test_a_code_under_which_a_session_was_withdrawn_is_gone_whatever_code_its_action_has_now(client):
    action = with_sessions(2)
    ancien, nouveau = action.formation.certification, CertificationFactory()
    valideur = UserFactory(valideur=True)
    workflow.apply(action.pk, "reopen", by=valideur)
    saisie.delete(action.sessions.first(), by=valideur)
    publier(action, by=valideur)
    Remplacement.objects.create(ancien_code=ancien.code, nouvelle=nouveau)
    replace_one(action.pk, nouveau.code, by=valideur)
    for row in action.diffusions.all():
        end(row)

    for nom in ("diffusion:formation", "api:certification"):
        assert client.get(reverse(nom, args=[ancien.code])).status_code == 410, nom
        assert client.get(reverse(nom, args=[CertificationFactory().code])).status_code == 404, nom


NOMS = ("diffusion:formation", "api:certification")


def statuses(client, code):
    return [client.get(reverse(nom, args=[code])).status_code for nom in NOMS]


def test_a_code_that_the_carif_oref_replaced_leads_to_the_new_one_then_is_gone(client, action):
    """Whatever Certif Info says of it, once it is no longer in force."""
    ancien, nouveau = action.formation.certification, CertificationFactory()
    replace_one(action.pk, nouveau.code, by=UserFactory(valideur=True))
    assert statuses(client, ancien.code) == [410, 410]

    ancien.retiree_le = timezone.localdate()
    ancien.save()
    for nom in NOMS:
        answer = client.get(reverse(nom, args=[ancien.code]))
        assert (answer.status_code, answer["Location"].endswith(reverse(nom, args=[nouveau.code]))) == (
            301,
            True,
        )

    for row in action.diffusions.all():
        end(row)
    assert statuses(client, ancien.code) == [410, 410]


def test_a_code_replaced_before_anything_was_online_is_unknown(client):
    action = ActionFactory(complete=True)
    ancien = action.formation.certification
    replace_one(action.pk, CertificationFactory().code, by=UserFactory(valideur=True))

    assert statuses(client, ancien.code) == [404, 404]


def test_of_older_traces_the_action_says_the_code(client, action, row):
    workflow.apply(action.pk, "archive", by=UserFactory(valideur=True), texte="Fermée.")
    Retrait.objects.update(intitule="", certification_code="")

    for nom in ("diffusion:formation", "api:certification"):
        assert client.get(reverse(nom, args=[row.certification_code])).status_code == 410, nom


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
