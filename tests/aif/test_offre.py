"""From a request to the offer it asks for, and what has no code typed without request."""

from uuid import uuid4

import pytest
from django.urls import reverse

from catalogue import demandes_aif, hors_certifinfo, saisie, workflow
from catalogue.hors_certifinfo import OffreRefusee
from catalogue.models import Action, Dispositif, Formation, Session, Site
from tests.aif.conftest import browser
from tests.aif.outils import COMPLEMENT, new_offre, typed
from tests.factories import DispositifFactory, SessionFactory, SiteFactory
from tests.tunnel.outils import fields, page, words

pytestmark = pytest.mark.django_db


def rows() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Formation, Action, Session, Dispositif))


def test_a_request_becomes_a_whole_offer_of_the_organisme(demande, organisme, agent, aif, site):
    action = demandes_aif.transform(demande.pk, new_offre(organisme, site=site), uuid4(), by=agent, version=1)

    demande.refresh_from_db()
    assert (demande.statut, demande.action, demande.examinateur) == ("transformee", action, agent)
    assert action.statut == "en_attente_validation"
    assert (action.organisme, action.formation.certification) == (organisme, None)
    session = action.sessions.get()
    assert session.dispositifs.get().type == aif
    lignes = action.evenements.order_by("pk").values_list("type", flat=True)
    assert list(lignes) == ["creation", "creation", "creation", "submit"]


def test_the_offer_leads_back_to_its_request_on_both_sides(demande, organisme, nadia, agent, aif, site):
    action = demandes_aif.transform(demande.pk, new_offre(organisme, site=site), uuid4(), by=agent, version=1)

    for user, name in ((agent, "validation:dossier"), (nadia, "tunnel:recapitulatif")):
        text = browser(user).get(reverse(name, args=[action.pk])).content.decode()
        assert f'<a href="{reverse("aif:demande", args=[demande.pk])}">Demande {demande.numero}</a>' in text


def test_twice_by_the_same_person_is_once(demande, organisme, agent, aif, site):
    jeton = uuid4()

    first, second = (
        demandes_aif.transform(demande.pk, new_offre(organisme, site=site), jeton, by=agent, version=1)
        for _ in range(2)
    )

    assert first == second
    assert first.notes.count() == 1
    assert rows() == (1, 1, 1, 1)


def test_an_incomplete_offer_is_refused_whole_unless_it_is_not_sent(demande, organisme, agent, aif, site):
    offre = new_offre(organisme, site=site)
    offre.action.niveau_entree = ""

    with pytest.raises(OffreRefusee) as refus:
        demandes_aif.transform(demande.pk, offre, uuid4(), by=agent, version=1)
    assert [c.champ for c in refus.value.constats] == ["niveau_entree"]
    assert rows() == (0, 0, 0, 0)
    demande.refresh_from_db()
    assert demande.statut == "envoyee"

    offre = new_offre(organisme, site=site)
    offre.action.niveau_entree = ""
    action = demandes_aif.transform(demande.pk, offre, uuid4(), by=agent, version=1, envoyer=False)
    assert action.statut == "en_saisie"


@pytest.mark.parametrize(("role", "statut"), [("agent", "a_valider"), ("valideur", "actif")])
def test_a_new_place_is_checked_at_once_by_who_may(request, organisme, aif, role, statut):
    by = request.getfixturevalue(role)
    lieu = SiteFactory.build(organisme=organisme, nom="Atelier du port", statut="a_valider")

    action = hors_certifinfo.create_offer(new_offre(organisme, lieu=lieu), uuid4(), by=by)

    created = Site.objects.get(nom="Atelier du port")
    assert created.statut == statut
    assert action.site_dispensateur == action.sessions.get().site_lieu == created
    assert "creation" in organisme.evenements.values_list("type", flat=True)


def test_an_organisme_types_nothing_without_code(organisme, nadia, agent, aif, site):
    agent.work_for(organisme.pk)  # in its space, an agent is the organisme
    for by in (nadia, agent):
        with pytest.raises(OffreRefusee, match="saisies par le Carif-Oref"):
            hors_certifinfo.create_offer(new_offre(organisme, site=site), uuid4(), by=by)
    assert rows() == (0, 0, 0, 0)


def test_no_page_lets_an_organisme_make_a_formation_without_code(organisme, nadia):
    client = browser(nadia)
    libre = {"intitule_libre": "Voilerie", "objectif_libre": "Coudre.", "code": ""}

    assert client.post(reverse("tunnel:formation_create"), libre).status_code == 404
    assert client.post(reverse("tunnel:offre_create", args=[organisme.pk]), libre).status_code == 404
    assert not Formation.objects.exists()


def test_the_screen_carries_everything_over(demande, agent, aif, site):
    data = fields(browser(agent).get(reverse("tunnel:aif_transformer", args=[demande.pk])))

    carried = {
        "formation-intitule_libre": demande.intitule,
        "formation-objectif_libre": demande.objectif,
        "formation-programme_libre": demande.programme,
        "lieu-lieu": "nouveau",
        "lieu-nom": "Atelier du port",
        "lieu-ligne1": "3 quai du Port",
        "lieu-code_postal": "85100",
        "lieu-ville": "Les Sables-d’Olonne",
        "action-url": demande.url,
        "action-duree_centre": "210",
        "action-duree_hebdo": "35",
        "session-date_debut": demande.date_debut.isoformat(),
        "session-date_fin": demande.date_fin.isoformat(),
        "session-capacite": "8",
        "dispositif-type": "aif",
        "dispositif-nb_places": "5",
    }
    assert {name: data[name] for name in carried} == carried


@pytest.mark.parametrize(
    ("heures", "rythme"), [(35, "temps_plein"), (30, "temps_plein"), (17, "temps_partiel")]
)
def test_what_a_request_does_not_ask_has_an_ordinary_answer_that_is_told(demande, agent, aif, heures, rythme):
    type(demande).objects.update(duree_hebdo=heures)
    response = browser(agent).get(reverse("tunnel:aif_transformer", args=[demande.pk]))
    data = fields(response)

    assert (data["action-niveau_entree"], data["action-type_parcours"]) == ("0", "1")
    assert (data["session-rythmes"], data["session-modalites_enseignement"]) == ([rythme], "0")
    assert "Réponses supposées, à vérifier" in words(response)


def test_a_place_that_the_organisme_has_is_found(demande, organisme, agent, aif):
    connu = SiteFactory(
        organisme=organisme, ligne1="3 Quai du Port", code_postal="85100", ville="Les Sables-d’Olonne"
    )

    data = fields(browser(agent).get(reverse("tunnel:aif_transformer", args=[demande.pk])))

    assert (data["lieu-lieu"], data["session-site_lieu"]) == ("existant", str(connu.pk))


def dispensateur_of(demande, agent):
    data = fields(browser(agent).get(reverse("tunnel:aif_transformer", args=[demande.pk])))
    return data["action-site_dispensateur"]


def test_the_only_place_of_the_organisme_gives_the_course(demande, agent, aif, site):
    """The request gives the organisation's own SIRET, which no place has."""
    assert dispensateur_of(demande, agent) == str(site.pk)


def test_the_place_that_gives_the_course_is_the_most_certain_one(demande, organisme, agent, aif, site):
    assert dispensateur_of(demande, agent) == str(site.pk)
    autre = SiteFactory(organisme=organisme, nom="Antenne")
    assert dispensateur_of(demande, agent) == ""
    la = SiteFactory(
        organisme=organisme, ligne1="3 Quai du Port", code_postal="85100", ville="Les Sables-d’Olonne"
    )
    assert dispensateur_of(demande, agent) == str(la.pk)
    autre.nom = demande.nom_usage.upper()
    autre.save()
    assert dispensateur_of(demande, agent) == str(autre.pk)
    site.siret = demande.siret
    site.save()
    assert dispensateur_of(demande, agent) == str(site.pk)


def test_what_no_field_holds_is_a_note_and_in_the_history(demande, agent, nadia, aif, site):
    demande.precisions = "Chaussures de sécurité fournies."
    demande.save()
    client, url = browser(agent), reverse("tunnel:aif_transformer", args=[demande.pk])
    # The place is a new one: the organisme's own is not that of the session.
    client.post(url, fields(client.get(url)) | COMPLEMENT | {"session-site_lieu": ""})

    action = Action.objects.get()
    [note] = action.notes.all()
    creation = action.evenements.filter(type="creation").earliest("pk")
    for texte in (note.texte, creation.texte):
        assert demande.numero in texte
        assert demande.nom_usage in texte
        assert "Chaussures de sécurité fournies." in texte
    assert "Chaussures de sécurité fournies." in words(
        client.get(reverse("validation:dossier", args=[action.pk]))
    )


def test_one_screen_one_click_and_the_offer_waits(demande, agent, aif):
    client, url = browser(agent), reverse("tunnel:aif_transformer", args=[demande.pk])

    response = client.post(url, fields(client.get(url)) | COMPLEMENT)

    action = Action.objects.get()
    assert response["Location"] == reverse("validation:dossier", args=[action.pk])
    assert action.statut == "en_attente_validation"
    assert (action.site_dispensateur.nom, action.site_dispensateur.statut) == ("Atelier du port", "a_valider")
    assert "Hors Certifinfo" in words(
        browser(demande.auteur).get(reverse("tunnel:recapitulatif", args=[action.pk]))
    )


def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(demande, agent, aif):
    client, url = browser(agent), reverse("tunnel:aif_transformer", args=[demande.pk])
    data = fields(client.get(url)) | {"action-commentaire_prerequis": "Savoir nager."}
    data |= {"action-niveau_entree": "", "session-rythmes": []}

    response = client.post(url, data)

    resume = page(response).select_one(".resume-erreurs")
    liens = [a["href"] for a in resume.select("a")]
    assert f"Il y a {len(liens)} erreurs" in resume.h2.get_text()
    assert "Il manque encore des informations" in resume.select_one("h2 + p").get_text()
    assert "#id_action-niveau_entree" in liens
    assert "#id_session-rythmes" in liens
    assert fields(response)["action-commentaire_prerequis"] == "Savoir nager."
    assert rows() == (0, 0, 0, 0)
    assert not Site.objects.exists()


def test_a_request_changed_meanwhile_is_read_again_before_it_becomes_an_offer(demande, nadia, agent, aif):
    client, url = browser(agent), reverse("tunnel:aif_transformer", args=[demande.pk])
    data = fields(client.get(url)) | COMPLEMENT
    demande.places_session = 12
    demandes_aif.update(demande, ["places_session"], 1, by=nadia)

    response = client.post(url, data)

    assert response.status_code == 409
    assert "L’organisme a modifié sa demande" in words(response)
    assert not Action.objects.exists()
    assert client.post(url, fields(response) | COMPLEMENT).status_code == 302


def test_a_request_already_dealt_with_leads_back_to_its_page(demande, agent, valideur, aif):
    client, url = browser(valideur), reverse("tunnel:aif_transformer", args=[demande.pk])
    data = fields(client.get(url)) | COMPLEMENT
    demandes_aif.refuse(demande.pk, "Hors région.", by=agent, version=1)

    response = client.post(url, data, follow=True)

    assert response.redirect_chain[-1][0] == reverse("aif:demande", args=[demande.pk])
    assert "déjà « Refusée », par Awa Diallo" in words(response)
    assert client.get(url).status_code == 302


def test_without_request_the_same_screen_from_the_organisme_s_sheet(organisme, valideur, aif):
    client = browser(valideur)
    fiche = page(client.get(reverse("etablissements:organisme", args=[organisme.pk])))
    url = fiche.find("a", string="Nouvelle offre hors Certifinfo")["href"]
    data = fields(client.get(url)) | COMPLEMENT
    data |= {
        "formation-intitule_libre": "Voilerie",
        "formation-objectif_libre": "Coudre.",
        "lieu-lieu": "nouveau",
        "lieu-nom": "Atelier",
        "lieu-ligne1": "3 quai du Port",
        "lieu-code_postal": "85100",
        "lieu-ville": "Les Sables-d’Olonne",
        "action-modalites_es": "0",
        "action-duree_centre": "210",
        "session-date_debut": typed()["date_debut"],
        "session-date_fin": typed()["date_fin"],
        "session-capacite": "8",
        "suite": "brouillon",
    }

    response = client.post(url, data)
    again = client.post(url, data)

    action = Action.objects.get()
    assert response["Location"] == again["Location"] == reverse("tunnel:recapitulatif", args=[action.pk])
    assert action.statut == "en_saisie"
    assert rows() == (1, 1, 1, 1)


@pytest.fixture
def offre(organisme, valideur, aif, site):
    """An action without code that is online."""
    action = hors_certifinfo.create_offer(new_offre(organisme, site=site), uuid4(), by=valideur)
    return workflow.apply(action.pk, "approve", by=valideur)


def test_the_organisme_renews_its_offer_by_itself(offre, nadia, aif):
    action = workflow.apply(offre.pk, "reopen", by=nadia)
    session = saisie.create(
        SessionFactory.build(action=action, organisme=action.organisme, site_lieu=action.site_dispensateur),
        uuid4(),
        by=nadia,
    )[0]
    client, url = browser(nadia), reverse("tunnel:dispositif_create", args=[session.pk])
    choix = [o["value"] for o in page(client.get(url)).select("#id_type option")]
    assert "aif" in choix  # its action runs under it already

    data = fields(client.get(url)) | {"type": "aif", "publics": ["80006"], "suite": "continuer"}
    assert client.post(url, data).status_code == 302
    assert workflow.apply(action.pk, "submit", by=nadia).statut == "en_attente_validation"


def test_elsewhere_the_aif_stays_the_carif_s(nadia, organisme, aif):
    session = SessionFactory(action__formation__organisme=organisme)
    DispositifFactory(type=aif)  # somebody else's

    shown = page(browser(nadia).get(reverse("tunnel:dispositif_create", args=[session.pk])))

    assert "aif" not in [o["value"] for o in shown.select("#id_type option")]


def test_the_texts_are_changed_by_the_carif_alone(offre, nadia, agent):
    url = reverse("tunnel:formation_textes", args=[offre.formation_id])
    revision = Action.objects.get().revision
    assert browser(nadia).get(url).status_code == 404
    client = browser(agent)
    stale = fields(client.get(url))

    assert client.post(url, stale | {"intitule_libre": "Voilerie du port"}).status_code == 302

    action = Action.objects.get()
    assert action.formation.intitule == "Voilerie du port"
    assert action.revision == revision + 1
    line = action.evenements.first()
    assert (line.type, line.details["champs"]) == ("modification", ["intitule_libre"])
    assert action.diffusions.get().intitule == "Voilerie"  # until the next validation

    conflit = client.post(url, stale | {"intitule_libre": "Autre"})
    assert conflit.status_code == 409
    assert "valeur enregistrée : Voilerie du port" in words(conflit)
    assert Formation.objects.get().intitule_libre == "Voilerie du port"
