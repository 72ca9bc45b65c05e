"""Steps A, S and D over HTTP: show, save, go on, come back (manual steps 3 to 6)."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from catalogue.enums import EtatCertification
from catalogue.models import Action, Dispositif, Evenement, Session
from tests.factories import (
    ActionFactory,
    CertificationFactory,
    DispositifFactory,
    FormationFactory,
    SessionFactory,
    TypeDispositifFactory,
)
from tests.tunnel.outils import fields, page, text, tunnel, words

pytestmark = pytest.mark.django_db
FAIT = "L’enregistrement a bien été effectué."


def test_the_path_of_the_manual_from_action_to_recapitulatif(poste, formation, site):
    """Steps 3 to 7: each « Enregistrer et continuer » opens the next sheet."""
    prive = TypeDispositifFactory()
    url = tunnel("action_create", formation.pk)
    data = fields(poste.get(url)) | {
        "site_dispensateur": site.pk,
        "complement_intitule": "option porc",
        "url": "www.exemple.fr/cap",
        "niveau_entree": "13",
        "type_parcours": "1",
        "modalites_es": "0",
        "duree_centre": "400 h",
        "duree_hebdo": "17,5",
        "suite": "continuer",
    }
    response = poste.post(url, data, follow=True)
    action = Action.objects.get()
    assert response.redirect_chain == [(tunnel("session_create", action.pk), 302)]
    assert FAIT in words(response)
    assert (action.organisme, action.statut, action.url) == (
        formation.organisme,
        "en_saisie",
        "https://www.exemple.fr/cap",
    )
    assert (action.duree_centre, action.duree_hebdo) == (400, Decimal("17.5"))

    data = fields(response) | {
        "site_lieu": site.pk,
        "date_debut": "01/09/2027",
        "date_fin": "30/06/2028",
        "rythmes": ["alternance", "temps_plein"],
        "periodes": ["journee"],
        "modalites_enseignement": "0",
        "capacite": "12",
        "places_disponibles": "8",
        "suite": "continuer",
    }
    response = poste.post(tunnel("session_create", action.pk), data, follow=True)
    session = Session.objects.get()
    assert response.redirect_chain == [(tunnel("dispositif_create", session.pk), 302)]
    assert (session.date_debut, session.rythmes) == (date(2027, 9, 1), ["temps_plein", "alternance"])

    data = fields(response) | {
        "type": prive.pk,
        "publics": ["83056"],
        "nb_places": "12",
        "cout_stagiaire": "1 234,50 €",
        "prise_en_charge": "True",
        "suite": "continuer",
    }
    response = poste.post(tunnel("dispositif_create", session.pk), data, follow=True)
    dispositif = Dispositif.objects.get()
    assert response.redirect_chain == [(tunnel("recapitulatif", action.pk), 302)]
    assert (dispositif.cout_stagiaire, dispositif.prise_en_charge, dispositif.est_actif) == (
        Decimal("1234.50"),
        True,
        True,
    )
    assert [e.type for e in Evenement.objects.order_by("pk")] == ["creation"] * 3


def test_an_empty_sheet_may_be_saved_and_stays_open(poste, formation):
    url = tunnel("action_create", formation.pk)
    response = poste.post(url, fields(poste.get(url)) | {"suite": "rester"}, follow=True)
    action = Action.objects.get()
    assert response.redirect_chain == [(tunnel("action", action.pk), 302)]
    assert FAIT in words(response)
    assert action.site_dispensateur is None


def test_a_change_is_saved_logged_and_counted(poste, nadia, organisme):
    action = ActionFactory(formation__organisme=organisme)
    url = tunnel("action", action.pk)
    poste.post(url, fields(poste.get(url)) | {"duree_centre": "350"})
    action.refresh_from_db()
    assert (action.duree_centre, action.version, action.revision) == (350, 2, 2)
    evenement = action.evenements.get()
    assert (evenement.type, evenement.auteur) == ("modification", nadia)
    assert evenement.details == {
        "objet": "action",
        "pk": action.pk,
        "champs": ["duree_centre"],
        "valeurs": {"duree_centre": ["400\u00a0h", "350\u00a0h"]},
    }


def test_saving_without_a_change_writes_nothing(poste, organisme):
    action = ActionFactory(formation__organisme=organisme, complete=True)
    session = action.sessions.get()
    dispositif = session.dispositifs.get()
    for row in (action, session, dispositif):
        url = tunnel(row._meta.model_name, row.pk)
        assert poste.post(url, fields(poste.get(url))).status_code == 302
        row.refresh_from_db()
        assert row.version == 1
    assert not action.evenements.exists()


def test_each_screen_has_its_ribbon_heading_and_ways(poste, organisme):
    action = ActionFactory(formation__organisme=organisme, complete=True)
    session = action.sessions.get()
    dispositif = session.dispositifs.get()
    expected = {
        "action": (action, "Action", tunnel("formation", action.formation_id)),
        "session": (session, "Session", tunnel("action", action.pk)),
        "dispositif": (dispositif, "Dispositif", tunnel("session", session.pk)),
    }
    for name, (row, nom, precedent) in expected.items():
        soup = page(poste.get(tunnel(name, row.pk)))
        assert text(soup.h1) == f"Fiche {nom} {action.formation.intitule}"
        ribbon = soup.select_one("nav.ruban")
        assert text(ribbon.select_one("[aria-current=step] .ruban__nom")) == nom
        assert [text(n) for n in ribbon.select(".ruban__numero")] == [
            f"n° {pk}" for pk in (action.formation_id, action.pk, session.pk, dispositif.pk)
        ]
        assert [a["href"] for a in soup.select("form .groupe-boutons a")] == [precedent]
        assert [text(b) for b in soup.select("main form[data-sofi-garde] button")] == [
            "Enregistrer et continuer",
            "Enregistrer",
        ]


def test_every_level_offers_to_add_and_to_delete(poste, organisme):
    action = ActionFactory(formation__organisme=organisme, complete=True)
    session = action.sessions.get()
    dispositif = session.dispositifs.get()
    wanted = {
        tunnel("action", action.pk): [
            tunnel("session_create", action.pk),
            tunnel("action_create", action.formation_id),
        ],
        tunnel("session", session.pk): [
            tunnel("dispositif_create", session.pk),
            tunnel("session_create", action.pk),
            tunnel("session_delete", session.pk),
        ],
        tunnel("dispositif", dispositif.pk): [
            tunnel("dispositif_create", session.pk),
            tunnel("session_create", action.pk),
            tunnel("dispositif_delete", dispositif.pk),
        ],
    }
    for url, links in wanted.items():
        found = [a["href"] for a in page(poste.get(url)).select("section.carte a")]
        assert set(links) <= set(found), url


def test_from_the_recapitulatif_a_save_comes_straight_back(poste, organisme):
    session = SessionFactory(action__formation__organisme=organisme)
    url = tunnel("session", session.pk) + "?retour=recapitulatif"
    response = poste.get(url)
    assert text(page(response).select_one("main form[data-sofi-garde] button")) == (
        "Enregistrer et revenir au récapitulatif"
    )
    response = poste.post(url, fields(response) | {"capacite": "20"})
    assert response.url == tunnel("recapitulatif", session.action_id)


@pytest.mark.parametrize("retour", ["https://exemple.org", "//exemple.org", "/connexion/", "autre"])
def test_no_other_way_back_is_followed(poste, organisme, retour):
    session = SessionFactory(action__formation__organisme=organisme)
    url = tunnel("session", session.pk)
    response = poste.get(url, {"retour": retour})
    assert "retour" not in fields(response)
    response = poste.post(url, fields(response) | {"retour": retour})
    assert response.url == url


def test_habilitation_gets_the_manual_s_advice_and_starts_permanent(poste, organisme):
    habilitation = CertificationFactory(etat=EtatCertification.HABILITATION)
    formation = FormationFactory(organisme=organisme, certification=habilitation)
    response = poste.get(tunnel("action_create", formation.pk))
    assert "Pour les habilitations, privilégier les entrées/sorties permanentes à l’année." in words(response)
    assert fields(response)["modalites_es"] == "1"


def test_no_such_advice_for_a_diploma(poste, formation):
    response = poste.get(tunnel("action_create", formation.pk))
    assert "Habilitation" not in words(response)
    assert "modalites_es" not in fields(response)


def test_every_part_has_one_way_to_its_help_at_an_anchor_that_exists(poste, organisme):
    action = ActionFactory(formation__organisme=organisme, complete=True)
    session = action.sessions.get()
    rows = (action, session, session.dispositifs.get())
    ancres = {a["id"] for a in page(poste.get(reverse("aide:theme", args=["fasd"]))).select("[id]")}
    for row in rows:
        soup = page(poste.get(tunnel(row._meta.model_name, row.pk)))
        parts = soup.select("form .section-formulaire")
        assert parts
        for part in parts:
            (lien,) = part.select(".section-formulaire__aide a[target=_blank]")
            assert text(lien) == f"Aide pour cette partie : {text(part.legend)} (nouvel onglet)"
            premier = part.select_one(".champ")["id"].removeprefix("div_id_")
            assert lien["href"].split("#")[1] == premier
            assert premier in ancres


def test_what_sending_needs_is_marked_and_nothing_is_required_by_the_browser(poste, organisme):
    session = SessionFactory(action__formation__organisme=organisme)
    soup = page(poste.get(tunnel("session", session.pk)))
    assert not soup.select("main form [required]")
    marques = [text(n) for n in soup.select("form label, form legend") if "nécessaire" in text(n)]
    assert [m.split(" (")[0] for m in marques] == [
        "Site lieu",
        "Date début",
        "Date fin",
        "Rythmes",
        "Modalités d’enseignement",
        "Capacité d’accueil de la session",
    ]


def test_what_belongs_to_others_does_not_exist(poste, client, lectrice, organisme):
    """Another organisme's rows, and those of one's own for who may only read, are a 404."""
    other = DispositifFactory()
    own = DispositifFactory(session__action__formation__organisme=organisme)

    def statuses(dispositif):
        session, action = dispositif.session, dispositif.session.action
        urls = [
            tunnel("action_create", action.formation_id),
            tunnel("action", action.pk),
            tunnel("session_create", action.pk),
            tunnel("session", session.pk),
            tunnel("session_delete", session.pk),
            tunnel("dispositif_create", session.pk),
            tunnel("dispositif", dispositif.pk),
            tunnel("dispositif_delete", dispositif.pk),
        ]
        return {client.get(url).status_code for url in urls} | {client.post(url).status_code for url in urls}

    assert statuses(other) == {404}
    assert poste.get(tunnel("reprendre", other.session.action_id)).status_code == 404
    client.force_login(lectrice)
    assert statuses(own) == {404}
    assert client.get(tunnel("reprendre", own.session.action_id)).status_code == 404
    assert Dispositif.objects.count() == 2


@pytest.mark.parametrize("pk", [0, 999_999, 10**18, 10**30])
def test_a_number_that_is_nobody_s_is_not_found(poste, pk):
    for name in ("action", "session", "dispositif", "session_delete", "reprendre", "recapitulatif"):
        assert poste.get(tunnel(name, pk)).status_code == 404


@pytest.mark.parametrize("nombre", [1, 3])
def test_each_screen_costs_the_same_whatever_the_number_of_sessions(
    poste, organisme, nombre, django_assert_num_queries
):
    """Two queries for who is asking, three for the row and its tree, one for the choices."""
    action = ActionFactory(formation__organisme=organisme)
    for _ in range(nombre):
        session = SessionFactory(action=action)
        for _ in range(nombre):
            dispositif = DispositifFactory(session=session)
    SessionFactory(action=action)
    for url in (
        tunnel("action", action.pk),
        tunnel("session", session.pk),
        tunnel("dispositif", dispositif.pk),
        tunnel("session_create", action.pk),
        tunnel("dispositif_create", session.pk),
    ):
        with django_assert_num_queries(5):
            poste.get(url)


def test_a_save_costs_eight_queries(poste, organisme, django_assert_num_queries):
    """Two for who is asking, then at most eight, its transaction's savepoint apart."""
    session = SessionFactory(action__formation__organisme=organisme)
    DispositifFactory(session=session)
    url = tunnel("session", session.pk)
    data = fields(poste.get(url)) | {"capacite": "30", "suite": "continuer"}
    with django_assert_num_queries(2 + 8 + 2):
        poste.post(url, data)
