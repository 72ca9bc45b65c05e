"""« Tableau de bord »: what waits, first steps, and to whom it speaks."""

from datetime import timedelta
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from accounts import cles
from catalogue import fil, workflow
from sofi.typographie import date_longue
from tests.accounts.outils_cles import issue
from tests.factories import (
    ActionFactory,
    OrganismeFactory,
    SessionFactory,
    SiteFactory,
    UserFactory,
    publier,
)

pytestmark = pytest.mark.django_db
ACCUEIL = reverse("tableau_de_bord:accueil")


def page_of(client, user):
    client.force_login(user)
    return BeautifulSoup(client.get(ACCUEIL).content, "html.parser")


def a_faire(page) -> dict[str, str]:
    """The lines of « À faire »: their sentence and where they lead."""
    return {li.p.get_text(" ", strip=True): li.a["href"] for li in page.select(".a-faire li")}


def test_what_waits_comes_first_with_a_way_to_it(client):
    organisme = OrganismeFactory()
    ActionFactory(formation__organisme=organisme, question=True)
    ActionFactory(formation__organisme=organisme, refusee=True)
    ActionFactory.create_batch(2, formation__organisme=organisme)
    publier(ActionFactory(formation__organisme=organisme, complete=True)).sessions.update(
        date_debut=timezone.localdate(), date_fin=timezone.localdate()
    )
    ActionFactory(
        formation__organisme=organisme,
        attente=True,
        certification_precedente="31999",
        certification_remplacee_le=timezone.now(),
    )
    ActionFactory(question=True)  # somebody else's

    lines = a_faire(page_of(client, UserFactory(organisme=organisme)))

    assert lines == {
        "1 question du Carif-Oref attend votre réponse": "/actions/?etat=en_attente_reponse",
        "1 action a été refusée : le motif vous dit quoi corriger": "/actions/?etat=refusees",
        "2 actions ne sont pas encore envoyées : le Carif-Oref ne peut pas les relire": (
            "/actions/?etat=jamais_envoyees"
        ),
        "1 session se termine dans moins d’un mois et rien ne la suit : pensez à saisir la suivante": (
            "/sessions/?etat=sans_suite"
        ),
        "1 action a changé de code Certifinfo : relisez-la": "/actions/?etat=code_remplace",
    }
    assert next(iter(lines)).startswith("1 question")


@pytest.mark.parametrize(
    ("ailleurs", "jours", "est_archivee", "reste"),
    [
        (False, 90, False, False),  # the next one, still a draft
        (True, 90, False, False),  # in another action of the formation
        (False, 20, False, True),  # ends within the month too
        (True, 90, True, True),  # archived
    ],
)
def test_a_session_that_ends_is_to_do_until_another_follows_it(client, ailleurs, jours, est_archivee, reste):
    """The same formation goes on, whatever its action: there is nothing to type any more."""
    action = publier()
    today = timezone.localdate()
    action.sessions.update(date_debut=today, date_fin=today)
    of = UserFactory(organisme=action.organisme)
    [(ligne, _)] = a_faire(page_of(client, of)).items()
    assert ligne.startswith("1 session se termine dans moins d’un mois et rien ne la suit")

    suivante = ActionFactory(formation=action.formation, archivee=est_archivee) if ailleurs else action
    SessionFactory(
        action=suivante,
        date_debut=today,
        date_fin=today + timedelta(days=jours),
        est_archivee=est_archivee,
    )

    lignes = a_faire(page_of(client, of))
    assert any("rien ne la suit" in ligne for ligne in lignes) == reste
    page = BeautifulSoup(client.get("/sessions/?etat=sans_suite").content, "html.parser")
    assert len(page.select("tbody tr")) == reste
    assert "Inactives dans moins d’un mois 1" in page.get_text(" ", strip=True)  # the manual counts it still


def test_an_action_taken_back_is_not_told_as_never_sent(client):
    """Validated, online and reopened: it was sent, and is to be sent again."""
    organisme = OrganismeFactory()
    reprise = publier(ActionFactory(formation__organisme=organisme, complete=True))
    of = UserFactory(organisme=organisme)
    workflow.apply(reprise.pk, "reopen", by=of)

    [(ligne, url)] = a_faire(page_of(client, of)).items()
    assert ligne.startswith("1 action modifiée ou reprise, à renvoyer")
    liste = BeautifulSoup(client.get(url).content, "html.parser")
    assert len(liste.select("tbody tr")) == 1

    jamais = ActionFactory(formation__organisme=organisme)
    lignes = a_faire(page_of(client, of))
    assert [ligne.split("\xa0")[0] for ligne in lignes] == [
        "1 action n’est pas encore envoyée",
        "1 action modifiée ou reprise, à renvoyer",
    ]
    for (_, url), action in zip(lignes.items(), (jamais, reprise), strict=True):
        liste = BeautifulSoup(client.get(url).content, "html.parser")
        assert [a["href"] for a in liste.select("tbody th a")] == [
            reverse("tunnel:recapitulatif", args=[action.pk])
        ]


def test_a_replaced_code_asks_for_an_act_until_it_is_acknowledged(client):
    action = ActionFactory(
        attente=True, certification_precedente="31999", certification_remplacee_le=timezone.now()
    )
    cases = page_of(client, UserFactory(organisme=action.organisme)).select(".compteur")
    [case] = [case for case in cases if "Certifinfo a été remplacé" in case.get_text()]
    assert case.select_one(".compteur__agir")


def test_nothing_to_do_is_said(client):
    action = ActionFactory(attente=True)
    page = page_of(client, UserFactory(organisme=action.organisme))
    assert "Tout est à jour" in page.main.get_text()
    assert not page.select(".a-faire")


def steps(page) -> dict[str, str]:
    """The first steps: the act, and what is said of it (« fait », « facultatif » or nothing)."""
    return {
        li.a.get_text(): etat.get_text() if (etat := li.select_one(".premiers-pas__etat")) else ""
        for li in page.select(".premiers-pas li")
    }


FICHE, SITE = "Complétez la fiche de votre organisme", "Ajoutez un site"
FORMATION, COLLEGUE = "Créez une première formation", "Invitez un collègue"


def test_first_steps_of_a_new_organisme(client):
    organisme = OrganismeFactory(telephone="", nda="")
    page = page_of(client, UserFactory(organisme=organisme, prenom="Nadia"))

    assert page.find("h2", string="Bienvenue, Nadia")
    assert steps(page) == {FICHE: "", SITE: "", FORMATION: "", COLLEGUE: "facultatif"}
    assert page.find("a", string=lambda text: text and "Créer une formation" in text)
    for link in page.select(".premiers-pas a"):
        assert client.get(link["href"]).status_code == 200, link["href"]


def test_first_steps_tick_themselves_then_go(client):
    organisme = OrganismeFactory(telephone="")
    user = UserFactory(organisme=organisme)
    ActionFactory(formation__organisme=organisme)
    UserFactory(organisme=organisme)

    page = page_of(client, user)
    assert page.find("h2", string="Premiers pas")
    assert steps(page) == {FICHE: "", SITE: "fait", FORMATION: "fait", COLLEGUE: "fait"}
    assert a_faire(page)  # what waits is told too

    type(organisme).objects.update(telephone="02 40 00 00 00")
    page = page_of(client, user)
    assert steps(page) == {}
    assert a_faire(page)


def test_an_invitation_under_way_counts_as_a_colleague(client):
    organisme = OrganismeFactory()
    user = UserFactory(organisme=organisme)
    cle, _ = issue(organisme, par=user)
    assert steps(page_of(client, user))[COLLEGUE] == "fait"

    cles.revoquer(cle, par=user, origine=None)
    assert steps(page_of(client, user))[COLLEGUE] == "facultatif"


def test_who_does_not_manage_the_team_is_not_told_to_invite(client):
    user = UserFactory(organisme=OrganismeFactory(), organisme__role="saisie")

    assert steps(page_of(client, user)) == {FICHE: "fait", SITE: "", FORMATION: ""}


@pytest.mark.parametrize("n", [1, 3])
def test_first_steps_cost_the_same_however_large_the_team(client, n, django_assert_num_queries):
    organisme = OrganismeFactory(telephone="")
    SiteFactory.create_batch(n, organisme=organisme)
    users = [UserFactory(organisme=organisme) for _ in range(n + 1)]
    client.force_login(users[0])
    with django_assert_num_queries(4):  # the dashboard's three, and the team
        client.get(ACCUEIL)


def test_a_reader_is_not_offered_to_type(client):
    user = UserFactory(organisme=OrganismeFactory())
    user.rattachements.update(role="lecture")

    page = page_of(client, user)

    assert "/formations/creer/" not in [a["href"] for a in page.main.select("a")]
    assert "consulter, pas de saisir" in page.main.get_text()


def test_a_reader_has_nothing_to_do(client):
    user = UserFactory(organisme=ActionFactory(question=True).organisme)
    user.rattachements.update(role="lecture")

    page = page_of(client, user)

    assert not page.select(".a-faire")
    assert "Tout est à jour" not in page.main.get_text()
    assert len(page.select(".compteur")) == 10


def test_somebody_without_organisme_gets_a_page(client):
    page = page_of(client, UserFactory())
    assert page.h1.get_text() == "Tableau de bord"
    assert "aucun organisme de formation" in page.main.get_text()


def test_the_staff_are_led_to_their_queue(client):
    client.force_login(UserFactory(valideur=True))
    response = client.get(ACCUEIL)
    assert response.status_code == 302
    assert response.url == reverse("validation:file")


def test_a_visitor_signs_in_first(client):
    response = client.get(ACCUEIL)
    assert response.status_code == 302
    assert response.url.startswith(reverse("accounts:login"))


def test_post_is_refused(client):
    client.force_login(UserFactory(organisme=OrganismeFactory()))
    assert client.post(ACCUEIL).status_code == 405


@pytest.mark.parametrize("n", [1, 3])
def test_queries_do_not_grow(n, client, django_assert_num_queries):
    organisme = OrganismeFactory()
    for _ in range(n):
        publier(ActionFactory(formation__organisme=organisme, complete=True))
        ActionFactory(formation__organisme=organisme, question=True)
    client.force_login(UserFactory(organisme=organisme))
    # the session and its person, the band's organisme, every number
    with django_assert_num_queries(3):
        assert client.get(ACCUEIL).status_code == 200


def test_a_message_that_waits_for_the_organisme_is_to_do_until_it_answers(client):
    action = ActionFactory(validee=True)
    agent, of = UserFactory(agent=True), UserFactory(organisme=action.organisme)
    fil.post(action.pk, "Quelle salle ?", attend=True, jeton=uuid4(), by=agent)

    [(ligne, url)] = a_faire(page_of(client, of)).items()
    assert ligne == "1 message du Carif-Oref attend votre réponse"
    liste = BeautifulSoup(client.get(url).content, "html.parser")
    assert liste.select_one("tbody a[href$='/echanges/']")

    fil.post(action.pk, "La grande.", attend=False, jeton=uuid4(), by=of)
    assert a_faire(page_of(client, of)) == {}


def test_a_draft_never_sent_says_for_how_long(client):
    action = ActionFactory(cree_le=timezone.now() - timedelta(days=12))

    [ligne] = a_faire(page_of(client, UserFactory(organisme=action.organisme)))

    assert ligne.startswith("1 action n’est pas encore envoyée")
    assert "La plus ancienne est commencée depuis 12\u00a0jours." in ligne


@pytest.mark.parametrize(
    ("jours", "attendu"),
    [(-1, "est expiré depuis le"), (0, "expire le"), (59, "expire le"), (60, ""), (400, "")],
)
def test_a_qualiopi_certificate_that_ends_asks_for_the_next(client, jours, attendu):
    fin = timezone.localdate() + timedelta(days=jours)
    organisme = OrganismeFactory(
        est_qualiopi=True, qualiopi_debut=fin - timedelta(days=900), qualiopi_fin=fin
    )
    ActionFactory(formation__organisme=organisme, attente=True)

    lines = a_faire(page_of(client, UserFactory(organisme=organisme)))

    assert bool(lines) == bool(attendu)
    for texte, url in lines.items():
        assert f"1 certificat Qualiopi {attendu} {date_longue(fin)}" in texte
        assert url == reverse("etablissements:organisme_edit", args=[organisme.pk]) + "#id_qualiopi_debut"
