"""A stale form never overwrites and never loses what was typed."""

import pytest
from django.urls import reverse

from catalogue import saisie
from catalogue.models import Dispositif, Session
from tests.factories import DispositifFactory, SessionFactory
from tests.tunnel.outils import fields, page, text, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(organisme):
    return SessionFactory(action__formation__organisme=organisme, capacite=12, places_disponibles=8)


def url_of(row):
    return reverse(f"tunnel:{row._meta.model_name}", args=[row.pk])


def test_two_colleagues_the_second_sees_both_values_and_decides(poste, colleague, session):
    url = url_of(session)
    mine = fields(poste.get(url)) | {"capacite": "20", "rythmes": ["alternance"]}
    colleague.post(url, fields(colleague.get(url)) | {"capacite": "30"})

    refused = poste.post(url, mine)

    assert refused.status_code == 409
    session.refresh_from_db()
    assert (session.capacite, session.version) == (30, 2)
    soup = page(refused)
    assert soup.title.string.startswith("Attention")
    assert soup.select_one("[role=alert][data-sofi-focus]")
    assert "Karim Benali" in words(refused)
    assert "Rien n’a été écrasé" in words(refused)
    assert "Valeur enregistrée par Karim Benali : 30" in text(soup.select_one("#id_capacite_helptext"))
    assert "Valeur enregistrée par Karim Benali : Temps plein" in text(
        soup.select_one("#id_rythmes_helptext")
    )
    assert "Valeur enregistrée" not in text(soup.select_one("#id_places_disponibles_helptext"))
    assert [a["href"] for a in soup.select("[role=alert] li a")] == ["#id_rythmes", "#id_capacite"]
    kept = fields(refused)
    assert (kept["capacite"], kept["rythmes"], kept["version"]) == ("20", ["alternance"], "2")
    assert [text(b) for b in soup.select("main form[data-sofi-garde] button")] == ["Enregistrer ma version"]

    accepted = poste.post(soup.select_one("main form[data-sofi-garde]")["action"], kept)

    assert accepted.status_code == 302
    session.refresh_from_db()
    assert (session.capacite, session.rythmes, session.version) == (20, ["alternance"], 3)


def test_two_tabs_of_one_person_are_told_apart_from_a_colleague(poste, session):
    url = url_of(session)
    old = fields(poste.get(url))
    poste.post(url, old | {"capacite": "30"})
    refused = poste.post(url, old | {"capacite": "20"})
    assert refused.status_code == 409
    assert "enregistrée ailleurs par vous-même" in words(refused)


def test_a_second_conflict_is_refused_again(poste, colleague, session):
    url = url_of(session)
    mine = fields(poste.get(url)) | {"capacite": "20"}
    colleague.post(url, fields(colleague.get(url)) | {"capacite": "30"})
    again = fields(poste.post(url, mine))
    colleague.post(url, fields(colleague.get(url)) | {"capacite": "31"})
    refused = poste.post(url, again)
    assert refused.status_code == 409
    assert "Valeur enregistrée par Karim Benali : 31" in words(refused)
    session.refresh_from_db()
    assert session.capacite == 31


def test_the_same_thing_saved_twice_is_no_conflict(poste, session):
    url = url_of(session)
    data = fields(poste.get(url)) | {"capacite": "30"}
    assert poste.post(url, data).status_code == 302
    assert poste.post(url, data).status_code == 302
    session.refresh_from_db()
    assert session.version == 2


def test_a_stored_value_is_never_read_as_markup(poste, colleague, organisme):
    dispositif = DispositifFactory(session__action__formation__organisme=organisme)
    url = url_of(dispositif)
    mine = fields(poste.get(url)) | {"codes_externes": "A1"}
    colleague.post(url, fields(colleague.get(url)) | {"codes_externes": "<b>x</b>"})
    refused = poste.post(url, mine)
    assert "&lt;b&gt;x&lt;/b&gt;" in refused.content.decode()
    assert not page(refused).select("main b")


@pytest.mark.parametrize("version", ["", "0", "x", "99"])
def test_a_forged_version_never_overwrites(poste, session, version):
    url = url_of(session)
    response = poste.post(url, fields(poste.get(url)) | {"capacite": "20", "version": version})
    assert response.status_code in (200, 409)
    session.refresh_from_db()
    assert session.capacite == 12


def test_a_new_row_sent_again_with_a_correction_is_corrected(poste, session):
    """The browser's « back » after a creation: one row, holding what was typed last."""
    action = session.action
    url = reverse("tunnel:session_create", args=[action.pk])
    data = fields(poste.get(url)) | {"capacite": "20"}
    first = poste.post(url, data)
    second = poste.post(url, data | {"capacite": "21"})
    assert first.url == second.url
    nouvelle = action.sessions.exclude(pk=session.pk).get()
    assert (nouvelle.capacite, nouvelle.version) == (21, 2)


def test_a_new_row_sent_again_after_a_colleague_changed_it_is_a_conflict(poste, colleague, session):
    action = session.action
    url = reverse("tunnel:session_create", args=[action.pk])
    data = fields(poste.get(url)) | {"capacite": "20"}
    poste.post(url, data)
    nouvelle = action.sessions.exclude(pk=session.pk).get()
    colleague.post(url_of(nouvelle), fields(colleague.get(url_of(nouvelle))) | {"capacite": "25"})
    refused = poste.post(url, data | {"capacite": "21"})
    assert refused.status_code == 409
    assert page(refused).select_one("main form[data-sofi-garde]")["action"] == url_of(nouvelle)
    assert poste.post(url_of(nouvelle), fields(refused)).status_code == 302
    nouvelle.refresh_from_db()
    assert nouvelle.capacite == 21
    assert action.sessions.count() == 2


def deleted_before(row, poste, colleague):
    """The colleague deletes the row, then the person sends what was typed."""
    url, nom = url_of(row), row._meta.model_name
    data = fields(poste.get(url))
    data |= {"codes_externes": "Réf 12"} if nom == "dispositif" else {"capacite": "21"}
    colleague.post(reverse(f"tunnel:{nom}_delete", args=[row.pk]))
    return poste.post(url, data)


@pytest.mark.parametrize("nom", ["session", "dispositif"])
def test_a_row_deleted_meanwhile_is_kept_on_screen_and_made_anew(poste, colleague, organisme, nom):
    dispositif = DispositifFactory(session__action__formation__organisme=organisme)
    row = dispositif if nom == "dispositif" else dispositif.session
    parent = dispositif.session_id if nom == "dispositif" else dispositif.session.action_id
    refused = deleted_before(row, poste, colleague)
    assert refused.status_code == 409
    assert "Quelqu’un a supprimé cette fiche" in words(refused)
    assert text(page(refused).select_one("main form[data-sofi-garde] button")) == (
        "Enregistrer comme une nouvelle fiche"
    )
    envoi = page(refused).select_one("main form[data-sofi-garde]")["action"]
    assert envoi == reverse(f"tunnel:{nom}_create", args=[parent])
    assert poste.post(envoi, fields(refused)).status_code == 302
    nouvelle = type(row).objects.get()
    assert nouvelle.pk != row.pk
    if nom == "dispositif":
        assert nouvelle.codes_externes == "Réf 12"
    else:
        assert nouvelle.capacite == 21


def test_a_forged_parent_of_a_row_that_is_gone_is_not_found(poste):
    foreign = SessionFactory()
    for parent in ("", "x", str(foreign.action_id)):
        url = reverse("tunnel:session", args=[foreign.pk])
        assert poste.post(url, {"parent": parent}).status_code == 404


def test_a_row_deleted_at_the_last_moment_is_kept_on_screen(poste, session, monkeypatch):
    """The session disappears between the reading of the page's row and the lock."""
    dispositif = DispositifFactory(session=session)
    url = url_of(dispositif)
    data = fields(poste.get(url)) | {"codes_externes": "Réf 12"}
    update = saisie.update

    def late(row, *args, **kwargs):
        Dispositif.objects.all().delete()
        return update(row, *args, **kwargs)

    monkeypatch.setattr(saisie, "update", late)
    refused = poste.post(url, data)
    assert refused.status_code == 409
    assert fields(refused)["codes_externes"] == "Réf 12"
    monkeypatch.undo()
    envoi = page(refused).select_one("main form[data-sofi-garde]")["action"]
    assert envoi == reverse("tunnel:dispositif_create", args=[session.pk])
    assert poste.post(envoi, fields(refused)).status_code == 302
    assert Dispositif.objects.get().codes_externes == "Réf 12"
    assert Session.objects.count() == 1
