"""What is typed for a session, or a formation, that goes away meanwhile is kept, and saved elsewhere."""

import pytest
from django.urls import reverse

from catalogue import saisie
from catalogue.models import Dispositif, Session
from catalogue.remplacement import replace_one
from tests.factories import CertificationFactory, DispositifFactory, SessionFactory, UserFactory
from tests.tunnel.outils import fields, page, text, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(organisme):
    return SessionFactory(action__formation__organisme=organisme)


def orphan(poste, colleague, session, url):
    """The dispositif typed at `url` is sent once the colleague has deleted its `session`."""
    data = fields(poste.get(url)) | {"codes_externes": "<b>Réf 12</b>"}
    colleague.post(reverse("tunnel:session_delete", args=[session.pk]))
    return data, poste.post(url, data)


def buttons(response) -> dict[str, str]:
    """Where each button of the form sends it; "" for the address of the form."""
    return {
        text(b): b.get("formaction", "") for b in page(response).select("main form[data-sofi-garde] button")
    }


@pytest.mark.parametrize("nom", ["dispositif_create", "dispositif"])
def test_a_dispositif_whose_session_is_deleted_meanwhile_is_saved_in_another(poste, colleague, session, nom):
    autre = SessionFactory(action=session.action, site_lieu__ville="<i>Île</i>")
    pk = session.pk if nom == "dispositif_create" else DispositifFactory(session=session).pk
    url = reverse(f"tunnel:{nom}", args=[pk])

    data, refused = orphan(poste, colleague, session, url)

    assert (refused.status_code, poste.post(url, data).status_code) == (409, 409)
    assert not Dispositif.objects.exists()
    assert "Quelqu’un a supprimé la session de ce dispositif" in words(refused)
    assert page(refused).title.string.startswith("Attention")
    assert not page(refused).select(f"main b, main i, main a[href*='/sessions/{session.pk}/']")
    assert fields(refused)["codes_externes"] == "<b>Réf 12</b>"
    envoi = reverse("tunnel:dispositif_create", args=[autre.pk])
    assert buttons(refused) == {
        f"Enregistrer dans : {autre.description}": envoi,
        "Relire les sessions de l’action": "",
    }
    for _ in range(2):  # a double click
        assert poste.post(envoi, fields(refused)).status_code == 302
    assert [(row.session, row.codes_externes) for row in Dispositif.objects.all()] == [
        (autre, "<b>Réf 12</b>")
    ]


def test_a_dispositif_of_the_only_session_waits_for_a_new_one(poste, colleague, session):
    url = reverse("tunnel:dispositif_create", args=[session.pk])
    _, refused = orphan(poste, colleague, session, url)
    assert "Cette action n’a plus de session" in words(refused)
    ajouter = page(refused).select_one("[role=alert] a")["href"]
    assert ajouter == reverse("tunnel:session_create", args=[session.action_id])
    poste.post(ajouter, fields(poste.get(ajouter)))
    nouvelle = Session.objects.get()

    again = poste.post(url, fields(refused))

    envoi = reverse("tunnel:dispositif_create", args=[nouvelle.pk])
    assert envoi in buttons(again).values()
    assert poste.post(envoi, fields(again)).status_code == 302
    assert nouvelle.dispositifs.get().codes_externes == "<b>Réf 12</b>"


def test_a_session_that_never_was_or_is_somebody_else_s_stays_not_found(poste, colleague, session, organisme):
    voisine = SessionFactory(action__formation__organisme=organisme)
    foreign = SessionFactory()
    etranger = UserFactory(organisme=foreign.organisme)
    url = reverse("tunnel:dispositif_create", args=[session.pk])
    data, _ = orphan(poste, colleague, session, url)
    saisie.delete(foreign, by=etranger)
    absente = session.pk + 10**9
    for pk, action in (
        (absente, session.action_id),
        (foreign.pk or absente, session.action_id),
        (session.pk, foreign.action_id),
        (session.pk, voisine.action_id),
        (session.pk, ""),
        (session.pk, "x" * 5000),
        (session.pk, "9" * 4000),
    ):
        envoi = reverse("tunnel:dispositif_create", args=[pk])
        assert poste.post(envoi, data | {"action": action}).status_code == 404, (pk, action)
    poste.force_login(etranger)
    assert poste.post(url, data).status_code == 404
    assert poste.get(url).status_code == 404


def test_a_session_deleted_at_the_last_moment_keeps_what_was_typed(poste, session, nadia, monkeypatch):
    """It disappears between the reading of the page's row and the lock."""
    url = reverse("tunnel:dispositif_create", args=[session.pk])
    data = fields(poste.get(url)) | {"codes_externes": "Réf 12"}
    create = saisie.create

    def late(*args, **kwargs):
        saisie.delete(Session.objects.get(), by=nadia)
        return create(*args, **kwargs)

    monkeypatch.setattr(saisie, "create", late)
    refused = poste.post(url, data)
    assert refused.status_code == 409
    assert fields(refused)["codes_externes"] == "Réf 12"
    assert "Cette action n’a plus de session" in words(refused)


@pytest.fixture
def replace_code(organisme):
    """Give every action of `organisme` another Certifinfo code: its formation goes away."""

    def replace():
        nouvelle = CertificationFactory(intitule="CAP <b>d'après</b>")
        for pk in list(organisme.actions.values_list("pk", flat=True)):
            replace_one(pk, nouvelle.pk, by=UserFactory(valideur=True))
        return organisme.formations.get()

    return replace


@pytest.mark.parametrize("est_tardif", [False, True])
def test_an_action_whose_formation_lost_its_code_meanwhile_is_saved_in_the_new_one(
    poste, session, organisme, replace_code, monkeypatch, est_tardif
):
    ancienne = session.action.formation
    url = reverse("tunnel:action_create", args=[ancienne.pk])
    data = fields(poste.get(url)) | {"complement_intitule": "<b>En un an</b>"}
    create = saisie.create
    if est_tardif:  # between the reading of the page's row and the lock
        monkeypatch.setattr(
            saisie, "create", lambda *args, **kwargs: replace_code() and create(*args, **kwargs)
        )
    else:
        replace_code()

    refused = poste.post(url, data)

    monkeypatch.undo()
    nouvelle = organisme.formations.get()
    assert nouvelle.pk != ancienne.pk
    assert refused.status_code == 409
    assert "Le Carif-Oref a remplacé le code Certifinfo de cette formation" in words(refused)
    assert not page(refused).select("main b")
    assert fields(refused)["complement_intitule"] == "<b>En un an</b>"
    envoi = reverse("tunnel:action_create", args=[nouvelle.pk])
    assert buttons(refused) == {f"Enregistrer dans : CAP <b>d’après</b> ({nouvelle.certification_id})": envoi}
    for _ in range(2):  # a double click
        assert poste.post(envoi, fields(refused)).status_code == 302
    assert nouvelle.actions.exclude(pk=session.action_id).get().complement_intitule == "<b>En un an</b>"


def test_a_formation_that_is_gone_is_found_by_its_organisme_alone(poste, session, replace_code, lectrice):
    url = reverse("tunnel:action_create", args=[session.action.formation_id])
    data = fields(poste.get(url))
    replace_code()
    assert poste.get(url).status_code == 404
    assert poste.post(reverse("tunnel:action_create", args=[10**9]), data).status_code == 404
    for personne in (lectrice, UserFactory(organisme=SessionFactory().organisme)):
        poste.force_login(personne)
        assert poste.post(url, data).status_code == 404
