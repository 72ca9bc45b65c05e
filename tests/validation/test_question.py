"""A question that points at fields: every row can be, however many there are."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from catalogue import workflow
from catalogue.enums import StatutAction, UsageTexte
from catalogue.models import TexteType
from tests.factories import ActionFactory, DispositifFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db
#: What Django reads of a form, at most (the setting's default).
LIMITE = 1000


def waiting(sessions=1, dispositifs=1):
    action = ActionFactory(attente=True, complete=True)
    first = action.sessions.get()
    for rank in range(sessions):
        session = first if rank == 0 else SessionFactory(action=action)
        for _ in range(dispositifs - session.dispositifs.count()):
            DispositifFactory(session=session)
    return action


def page_url(action):
    return reverse("validation:question", args=[action.pk])


def dossier_url(action):
    return reverse("validation:dossier", args=[action.pk])


def soup_of(response):
    return BeautifulSoup(response.content, "html.parser")


def controls(tag):
    return tag.select("input, select, textarea, button")


def form_of(soup):
    """What a browser would post of the question's form."""
    form = soup.select_one("form.question-points")
    fields = {field["name"]: field.get("value", "") for field in form.select("input[name]")}
    fields |= {field["name"]: field.get_text().lstrip("\n") for field in form.select("textarea")}
    for select in form.select("select"):
        chosen = select.select_one("option[selected]") or select.select_one("option")
        fields[select["name"]] = chosen["value"]
    return fields


def send(client, action, fields):
    return client.post(reverse("validation:decision", args=[action.pk, "request_changes"]), fields)


def points_of(action):
    return set(action.demandes.get().points.values_list("champ", "objet_pk", "cause", "texte"))


@pytest.mark.parametrize(("sessions", "dispositifs"), [(20, 4), (25, 1)])
def test_every_session_of_a_big_action_is_pointed_at_level_by_level(client, agent, sessions, dispositifs):
    action = waiting(sessions, dispositifs)
    fields = form_of(soup_of(client.get(page_url(action))))
    fields |= {"texte": "Corrigez les dates.", "cause-action-0-url": "obsolete"}

    expected = {("action.url", 0, "obsolete", "")}
    for session in action.sessions.all():
        fields = form_of(soup_of(client.post(page_url(action), fields | {"niveau": f"session-{session.pk}"})))
        dispositif = session.dispositifs.last()
        fields |= {
            f"cause-session-{session.pk}-date_fin": "incorrect",
            f"cause-dispositif-{dispositif.pk}-nb_places": "incomplet",
            f"texte-dispositif-{dispositif.pk}-nb_places": "Combien ?",
        }
        assert len(fields) < LIMITE / 2
        expected |= {
            ("session.date_fin", session.pk, "incorrect", ""),
            ("dispositif.nb_places", dispositif.pk, "incomplet", "Combien ?"),
        }
    response = send(client, action, fields)

    assert response.status_code == 302
    assert action.demandes.get().question == "Corrigez les dates."
    assert points_of(action) == expected


def test_the_dossier_does_not_grow_with_what_may_be_pointed_at(client, agent):
    small, big, _ = waiting(1, 1), waiting(8, 4), waiting()

    soups = [soup_of(client.get(dossier_url(action))) for action in (small, big)]

    # The rest of the page has its own (a reason for each warning let pass).
    counts = [len(controls(soup.select_one("form[action$='/request_changes/']"))) for soup in soups]
    assert counts[0] == counts[1] < 10


def test_the_page_of_the_question_holds_one_level(client, agent):
    small, big = waiting(1, 1), waiting(8, 4)

    counts = [len(controls(soup_of(client.get(page_url(action))).main)) for action in (small, big)]

    assert counts[0] == counts[1]


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_of_the_question_costs_the_same_whatever_its_size(
    client, agent, django_assert_num_queries, number
):
    action = waiting(number, number)

    # Session, person; action, sessions, dispositifs; texts with delays; being seen; what follows.
    with django_assert_num_queries(7):
        client.get(page_url(action))


def test_from_the_dossier_what_was_typed_comes_along(client, agent):
    action = waiting()
    form = soup_of(client.get(dossier_url(action))).select_one("form[action$='/request_changes/']")
    button = form.find("button", string="Signaler des champs à corriger")

    soup = soup_of(client.post(button["formaction"], {"texte": "Quelle durée ?", "revision": "1"}))

    fields = form_of(soup)
    assert (fields["texte"], fields["revision"]) == ("Quelle durée ?", "1")


def test_a_prepared_text_is_added_to_what_was_typed(client, agent):
    action = waiting()
    prepare = TexteType.objects.create(
        usage=UsageTexte.QUESTION, libelle="Dates", texte="Les dates de {intitule} ?", ordre=1
    )

    data = {"texte": "Bonjour.", "charger": "1", "modele": prepare.pk, "cause-action-0-url": "obsolete"}
    fields = form_of(soup_of(client.post(page_url(action), data)))

    assert fields["texte"] == f"Bonjour.\n\nLes dates de {action.intitule} ?"
    assert fields["cause-action-0-url"] == "obsolete"


def test_an_error_is_shown_on_the_page_with_everything_typed(client, agent):
    action = waiting(2)
    session = action.sessions.last()
    fields = form_of(soup_of(client.post(page_url(action), {"niveau": f"session-{session.pk}"})))
    fields |= {"texte": "", "cause-action-0-url": "obsolete", "texte-action-0-duree_centre": "En heures ?"}

    soup = soup_of(send(client, action, fields))

    summary = soup.select_one(".resume-erreurs")
    assert {a["href"] for a in summary.select("a")} == {
        "#id_request_changes_texte",
        "#id_request_changes_cause-action-0-duree_centre",
    }
    again = form_of(soup)
    fields.pop("csrfmiddlewaretoken")
    assert {name: again[name] for name in fields} == fields
    assert not action.demandes.exists()


def test_too_many_points_are_told_and_kept(client, agent):
    action = waiting(7, 1)
    every = {
        f"cause-session-{session.pk}-{champ}": "incorrect"
        for session in action.sessions.all()
        for champ in ("site_lieu", "date_debut", "date_fin", "rythmes", "periodes", "capacite")
    }
    every |= {
        f"cause-dispositif-{dispositif.pk}-{champ}": "incorrect"
        for session in action.sessions.all()
        for dispositif in session.dispositifs.all()
        for champ in ("type", "publics", "nb_places", "cout_stagiaire", "est_actif", "codes_externes")
    }
    every |= {
        f"cause-session-{session.pk}-{champ}": "incorrect"
        for session in action.sessions.all()
        for champ in ("modalites_enseignement", "places_disponibles")
    }
    every |= {"cause-action-0-url": "incorrect", "cause-action-0-duree_centre": "incorrect"}
    every |= {"cause-action-0-duree_hebdo": "incorrect"}
    assert len(every) == 101

    data = every | {"texte": "Tout.", "revision": action.revision, "page": "question"}
    soup = soup_of(send(client, action, data))

    assert "100 champs au plus" in soup.select_one(".resume-erreurs").get_text()
    assert every.items() <= form_of(soup).items()
    assert not action.demandes.exists()


def test_what_was_read_is_not_made_fresher_by_the_page(client, agent):
    """Withdrawn, edited and sent again while the question is typed: the agent must read the dossier again."""
    action = waiting()
    manager = UserFactory(organisme=action.organisme)
    fields = form_of(soup_of(client.get(page_url(action))))
    workflow.apply(action.pk, "withdraw", by=manager)
    workflow.apply(action.pk, "submit", by=manager)
    fields = form_of(soup_of(client.post(page_url(action), fields | {"texte": "Quelle durée ?"})))

    response = send(client, action, fields | {"cause-action-0-url": "obsolete"})

    soup = soup_of(response)
    assert response.status_code == 409
    assert "relisez-la" in soup.select_one(".resume-erreurs").get_text()
    chosen = soup.select_one("[name='cause-action-0-url'] option[selected]")
    assert chosen["value"] == "obsolete"
    assert soup.find(id="id_request_changes_texte").get_text(strip=True) == "Quelle durée ?"


def test_too_late_the_points_are_given_back_in_words(client, agent):
    action = waiting()
    workflow.apply(action.pk, "withdraw", by=UserFactory(organisme=action.organisme))

    data = {"revision": action.revision, "texte": "Voyez.", "page": "question"}
    data |= {"cause-action-0-url": "obsolete", "texte-action-0-url": "Page morte"}
    response = send(client, action, data)

    text = soup_of(response).main.get_text(" ", strip=True)
    assert response.status_code == 409
    assert "Voyez." in text
    assert "– obsolète – Page morte" in text


def test_where_no_question_may_be_asked_the_page_leads_to_the_dossier(client, agent):
    action = ActionFactory(complete=True)

    response = client.get(page_url(action))

    assert (response.status_code, response.url) == (302, dossier_url(action))
    assert action.statut == StatutAction.EN_SAISIE


def test_a_forged_level_shows_the_points_only(client, agent):
    action = waiting()

    response = client.post(page_url(action), {"niveau": "session-0", "cause-action-0-url": "obsolete"})

    names = {name for name in form_of(soup_of(response)) if name.startswith("cause-")}
    assert (response.status_code, names) == (200, {"cause-action-0-url"})
