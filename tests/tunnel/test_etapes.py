"""Steps A, S and D over HTTP: show, save, go on, come back (manual steps 3 to 6)."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from catalogue.enums import EtatCertification, StatutSite
from catalogue.models import Action, Dispositif, Evenement, Session
from tests.factories import (
    ActionFactory,
    CertificationFactory,
    DispositifFactory,
    FormationFactory,
    SessionFactory,
    SiteFactory,
    TypeDispositifFactory,
)
from tests.tunnel.outils import fields, page, text, words

pytestmark = pytest.mark.django_db
FAIT = "L’enregistrement a bien été effectué."


def tunnel(name, *args):
    return reverse(f"tunnel:{name}", args=args)


@pytest.fixture
def formation(organisme):
    return FormationFactory(organisme=organisme, certification__intitule="CAP boucher")


@pytest.fixture
def site(organisme):
    return SiteFactory(organisme=organisme, nom="Campus", ville="Nantes")


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
        assert [text(b) for b in soup.select("main form[novalidate] button")] == [
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
    assert text(page(response).select_one("main form[novalidate] button")) == (
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


@pytest.mark.parametrize(
    ("etape", "champ", "maximum"),
    [("action", "complement_intitule", 255), ("dispositif", "codes_externes", 100)],
)
def test_a_text_too_long_is_refused_whole_and_never_cut_by_the_browser(
    poste, organisme, etape, champ, maximum
):
    dispositif = DispositifFactory(session__action__formation__organisme=organisme)
    row = dispositif if etape == "dispositif" else dispositif.session.action
    url = tunnel(etape, row.pk)
    assert not page(poste.get(url)).select("main form [maxlength]")

    refused = poste.post(url, fields(poste.get(url)) | {champ: "é" * (maximum + 1)})

    assert fields(refused)[champ] == "é" * (maximum + 1)
    assert f"compte {maximum + 1} caractères : raccourcissez-le à {maximum} caractères au plus" in words(
        refused
    )


class TestPrefill:
    def test_a_new_action_takes_over_from_the_last_one(self, poste, organisme, formation):
        ActionFactory(formation__organisme=organisme, niveau_entree="14", type_parcours="2")
        derniere = ActionFactory(formation__organisme=organisme, niveau_entree="15", type_parcours="3")
        response = poste.get(tunnel("action_create", formation.pk))
        data = fields(response)
        assert (data["niveau_entree"], data["type_parcours"]) == ("15", "3")
        assert data["site_dispensateur"] == str(derniere.site_dispensateur_id)
        assert data["complement_intitule"] == ""
        assert "préremplis d’après votre dernière saisie" in words(response)
        assert Action.objects.count() == 2

    def test_what_was_left_empty_gives_nothing(self, poste, organisme, formation):
        """A draft begun and dropped does not hide the offer typed before it."""
        dispositif = DispositifFactory(session__action__formation__organisme=organisme, cout_stagiaire=990)
        session = dispositif.session
        action = session.action
        vide = Session.objects.create(action=action, organisme=organisme, jeton=uuid4())
        Dispositif.objects.create(session=vide, organisme=organisme, jeton=uuid4())
        autre = SessionFactory(action=action, site_lieu=session.site_lieu)
        Action.objects.create(formation=formation, organisme=organisme, jeton=uuid4())

        nouvelle = fields(poste.get(tunnel("action_create", formation.pk)))
        assert nouvelle["site_dispensateur"] == str(action.site_dispensateur_id)
        assert nouvelle["niveau_entree"] == action.niveau_entree
        terme = fields(poste.get(tunnel("dispositif_create", autre.pk)))
        assert terme["cout_stagiaire"] == "990,00"
        autre.delete()
        suivante = fields(poste.get(tunnel("session_create", action.pk)))
        assert suivante["site_lieu"] == str(session.site_lieu_id)
        assert suivante["capacite"] == str(session.capacite)

    def test_a_first_session_takes_the_site_dispensateur(self, poste, organisme):
        action = ActionFactory(formation__organisme=organisme)
        data = fields(poste.get(tunnel("session_create", action.pk)))
        assert data["site_lieu"] == str(action.site_dispensateur_id)
        assert data["date_debut"] == ""

    def test_a_new_session_takes_over_from_the_last_one_but_its_dates(self, poste, organisme):
        session = SessionFactory(action__formation__organisme=organisme, rythmes=["alternance"], capacite=9)
        data = fields(poste.get(tunnel("session_create", session.action_id)))
        assert (data["rythmes"], data["capacite"]) == (["alternance"], "9")
        assert data["site_lieu"] == str(session.site_lieu_id)
        assert (data["date_debut"], data["date_fin"], data["places_disponibles"]) == ("", "", "")

    def test_a_new_dispositif_takes_the_terms_of_another_session(self, poste, organisme):
        dispositif = DispositifFactory(session__action__formation__organisme=organisme, cout_stagiaire=990)
        soeur = SessionFactory(action=dispositif.session.action)
        data = fields(poste.get(tunnel("dispositif_create", soeur.pk)))
        assert (data["cout_stagiaire"], data["publics"]) == ("990,00", ["83056"])

    def test_the_only_type_is_chosen_beforehand(self, poste, organisme):
        session = SessionFactory(action__formation__organisme=organisme)
        prive = TypeDispositifFactory()
        TypeDispositifFactory(code="afc", libelle="AFC", est_reserve_carif=True)
        assert fields(poste.get(tunnel("dispositif_create", session.pk)))["type"] == prive.pk


class TestChoices:
    def test_only_own_places_not_closed_are_offered(self, poste, organisme, formation, site):
        attente = SiteFactory(organisme=organisme, nom="Atelier", statut=StatutSite.A_VALIDER)
        SiteFactory(organisme=organisme, nom="Ancien", statut=StatutSite.FERME)
        SiteFactory(nom="Étranger")
        soup = page(poste.get(tunnel("action_create", formation.pk)))
        options = [text(o) for o in soup.select("#id_site_dispensateur option")]
        assert options == [
            "Choisissez dans la liste",
            f"{attente.pk} – {attente} (en attente de validation)",
            f"{site.pk} – {site}",
        ]

    def test_a_foreign_place_is_refused(self, poste, formation):
        url = tunnel("action_create", formation.pk)
        data = fields(poste.get(url)) | {"site_dispensateur": SiteFactory().pk}
        response = poste.post(url, data)
        assert "n’est plus proposée" in text(page(response).select_one(".resume-erreurs"))
        assert not Action.objects.exists()

    def test_a_place_closed_since_stays_on_the_row_that_uses_it(self, poste, organisme):
        session = SessionFactory(action__formation__organisme=organisme, site_lieu__statut=StatutSite.FERME)
        url = tunnel("session", session.pk)
        assert poste.post(url, fields(poste.get(url))).status_code == 302

    def test_an_of_sees_its_types_only_and_a_forged_one_is_refused(self, poste, organisme):
        session = SessionFactory(action__formation__organisme=organisme)
        TypeDispositifFactory()
        afc = TypeDispositifFactory(code="afc", libelle="AFC", est_reserve_carif=True, ordre=0)
        url = tunnel("dispositif_create", session.pk)
        response = poste.get(url)
        options = [text(o) for o in page(response).select("#id_type option")]
        assert options == ["Choisissez dans la liste", "Financement privé"]
        response = poste.post(url, fields(response) | {"type": afc.pk})
        assert "n’est plus proposée" in text(page(response).select_one(".resume-erreurs"))
        assert not Dispositif.objects.exists()

    def test_the_carif_oref_chooses_among_all_types(self, client, agent, organisme):
        session = SessionFactory(action__formation__organisme=organisme)
        afc = TypeDispositifFactory(code="afc", libelle="AFC", est_reserve_carif=True)
        client.force_login(agent)
        url = tunnel("dispositif_create", session.pk)
        assert client.post(url, fields(client.get(url)) | {"type": afc.pk}).status_code == 302
        assert Dispositif.objects.get().type == afc


class TestCoherence:
    @pytest.fixture
    def send(self, poste, organisme):
        """Change one sheet; return the response, and the row as stored."""

        def send(row, **typed):
            url = tunnel(row._meta.model_name, row.pk)
            response = poste.post(url, fields(poste.get(url)) | typed)
            row.refresh_from_db()
            return response

        return send

    @pytest.fixture
    def session(self, organisme):
        return SessionFactory(action__formation__organisme=organisme)

    @pytest.mark.parametrize(
        ("champ", "saisie", "erreur"),
        [
            ("url", "ftp://exemple.fr", "doit être une adresse web complète"),
            ("url", "notre site", "doit être une adresse web complète"),
            ("duree_hebdo", "0", "va de plus de 0 à 168 heures"),
            ("duree_hebdo", "168,5", "va de plus de 0 à 168 heures"),
            ("duree_centre", "-1", "doit être au moins 0"),
            ("duree_centre", "100000", "doit être au plus 99999"),
            ("duree_entreprise", "100000", "doit être au plus 99999"),
            ("duree_centre", "beaucoup", "doit être un nombre entier"),
            ("complement_intitule", "x" * 256, "compte 256 caractères"),
            ("niveau_entree", "99", "n’est plus proposée"),
        ],
    )
    def test_an_incoherent_action_is_refused_and_kept_on_screen(self, send, organisme, champ, saisie, erreur):
        action = ActionFactory(formation__organisme=organisme)
        response = send(action, **{champ: saisie})
        soup = page(response)
        assert erreur in text(soup.select_one(f"#id_{champ}_error"))
        assert soup.title.string.startswith("Erreur")
        if champ != "niveau_entree":
            assert soup.select_one(f"#id_{champ}")["value"] == saisie
        assert action.version == 1

    @pytest.mark.parametrize(
        ("champ", "saisie", "stocke"),
        [
            ("duree_hebdo", "168", Decimal("168")),
            ("duree_hebdo", "0,01", Decimal("0.01")),
            ("duree_centre", "99 999 h", 99_999),
            ("duree_entreprise", "0", 0),
            ("url", "HTTPS://Exemple.fr/a", "HTTPS://Exemple.fr/a"),
            ("url", "", ""),
        ],
    )
    def test_the_edges_are_accepted(self, send, organisme, champ, saisie, stocke):
        action = ActionFactory(formation__organisme=organisme)
        assert send(action, **{champ: saisie}).status_code == 302
        assert getattr(action, champ) == stocke

    def test_an_end_before_the_start_is_refused(self, send, session):
        response = send(session, date_debut="02/03/2027", date_fin="01/03/2027")
        assert "choisissez une date à partir du 02/03/2027" in text(
            page(response).select_one("#id_date_fin_error")
        )
        assert session.version == 1

    def test_a_session_of_one_day_is_accepted(self, send, session):
        assert send(session, date_debut="02/03/2027", date_fin="02/03/2027").status_code == 302
        assert session.date_fin == date(2027, 3, 2)

    def test_the_start_is_at_most_three_years_ahead(self, send, session):
        today = timezone.localdate()
        limite = date(today.year + 3, today.month, 28 if (today.month, today.day) == (2, 29) else today.day)
        apres = limite + timedelta(days=1)
        response = send(session, date_debut=apres.isoformat(), date_fin=apres.isoformat())
        assert "dans plus de trois ans" in text(page(response).select_one("#id_date_debut_error"))
        assert send(session, date_debut=limite.isoformat(), date_fin=limite.isoformat()).status_code == 302

    def test_places_stay_within_the_capacity(self, send, session):
        response = send(session, capacite="10", places_disponibles="11")
        assert "dépasse la capacité d’accueil (10)" in text(
            page(response).select_one("#id_places_disponibles_error")
        )
        assert send(session, capacite="10", places_disponibles="10").status_code == 302

    def test_a_negative_price_is_refused_and_zero_is_a_price(self, send, organisme):
        dispositif = DispositifFactory(session__action__formation__organisme=organisme)
        response = send(dispositif, cout_stagiaire="-1")
        assert "ne peut pas être négatif" in text(page(response).select_one("#id_cout_stagiaire_error"))
        assert send(dispositif, cout_stagiaire="0").status_code == 302
        assert dispositif.cout_stagiaire == 0


def test_a_french_price_is_shown_as_typed_and_unchanged(poste, organisme):
    dispositif = DispositifFactory(
        session__action__formation__organisme=organisme, cout_stagiaire=Decimal("1234.50")
    )
    assert fields(poste.get(tunnel("dispositif", dispositif.pk)))["cout_stagiaire"] == "1234,50"


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


class TestState:
    @pytest.mark.parametrize("trait", ["attente", "validee", "refusee", "archivee"])
    def test_a_step_of_an_action_not_being_typed_leads_to_the_recapitulatif(self, poste, organisme, trait):
        action = ActionFactory(formation__organisme=organisme, complete=True, **{trait: True})
        session = action.sessions.get()
        urls = [
            tunnel("action", action.pk),
            tunnel("session", session.pk),
            tunnel("session_create", action.pk),
            tunnel("dispositif_create", session.pk),
            tunnel("session_delete", session.pk),
        ]
        for url in urls:
            response = poste.get(url, follow=True)
            assert response.redirect_chain == [(tunnel("recapitulatif", action.pk), 302)]
            assert "n’est pas modifiable dans son état" in words(response)

    def test_a_save_after_the_state_changed_keeps_what_was_typed(self, poste, organisme):
        action = ActionFactory(formation__organisme=organisme)
        url = tunnel("action", action.pk)
        data = fields(poste.get(url)) | {"complement_intitule": "option porc"}
        Action.objects.filter(pk=action.pk).update(
            statut="en_attente_validation", soumise_le=timezone.now(), premier_debut=timezone.localdate()
        )
        response = poste.post(url, data)
        assert response.status_code == 409
        assert fields(response)["complement_intitule"] == "option porc"
        assert "n’est pas enregistrée" in words(response)
        action.refresh_from_db()
        assert action.complement_intitule == ""

    def test_a_question_lets_one_correct(self, poste, organisme):
        action = ActionFactory(formation__organisme=organisme, question=True)
        url = tunnel("action", action.pk)
        poste.post(url, fields(poste.get(url)) | {"duree_centre": "350"})
        action.refresh_from_db()
        assert action.duree_centre == 350


class TestDelete:
    def test_asking_deletes_nothing_and_confirming_deletes(self, poste, organisme):
        action = ActionFactory(formation__organisme=organisme, complete=True)
        session = action.sessions.get()
        url = tunnel("session_delete", session.pk)
        response = poste.get(url)
        assert "Supprimer cette session ?" in words(response)
        assert Session.objects.filter(pk=session.pk).exists()
        response = poste.post(url, {"action": action.pk}, follow=True)
        assert response.redirect_chain == [(tunnel("action", action.pk), 302)]
        assert "La suppression a bien été effectuée." in words(response)
        assert not Session.objects.exists()
        assert not Dispositif.objects.exists()
        evenement = action.evenements.get()
        assert (evenement.type, evenement.details["pk"]) == ("suppression", session.pk)

    def test_a_second_click_is_told_it_is_done(self, poste, organisme):
        dispositif = DispositifFactory(session__action__formation__organisme=organisme)
        action = dispositif.session.action
        url = tunnel("dispositif_delete", dispositif.pk)
        poste.post(url, {"action": action.pk})
        response = poste.post(url, {"action": action.pk}, follow=True)
        assert "C’est déjà fait" in words(response)
        assert action.evenements.count() == 1

    @pytest.mark.parametrize("posted", [{}, {"action": "x"}, {"action": "999999"}])
    def test_a_row_never_seen_is_not_found(self, poste, posted):
        assert poste.post(tunnel("session_delete", 999_999), posted).status_code == 404

    def test_a_published_session_says_it_stays_online(self, poste, organisme):
        session = SessionFactory(action__formation__organisme=organisme, numero="52_000001")
        assert "reste en ligne jusqu’à la prochaine validation" in words(
            poste.get(tunnel("session_delete", session.pk))
        )


class TestReprendre:
    def test_the_first_incomplete_step_opens(self, poste, organisme):
        action = ActionFactory(formation__organisme=organisme, niveau_entree="")
        url = tunnel("reprendre", action.pk)
        assert poste.get(url).url == tunnel("action", action.pk) + "#id_niveau_entree"
        Action.objects.filter(pk=action.pk).update(niveau_entree="1")
        assert poste.get(url).url == tunnel("session_create", action.pk)
        session = SessionFactory(action=action, capacite=None)
        assert poste.get(url).url == tunnel("session", session.pk) + "#id_capacite"
        Session.objects.filter(pk=session.pk).update(capacite=8)
        assert poste.get(url).url == tunnel("dispositif_create", session.pk)
        dispositif = DispositifFactory(session=session, publics=[])
        assert poste.get(url).url == tunnel("dispositif", dispositif.pk) + "#id_publics"
        Dispositif.objects.filter(pk=dispositif.pk).update(publics=["83056"])
        assert poste.get(url).url == tunnel("recapitulatif", action.pk)

    def test_what_is_not_being_typed_opens_its_recapitulatif(self, poste, organisme):
        action = ActionFactory(formation__organisme=organisme, attente=True)
        assert poste.get(tunnel("reprendre", action.pk)).url == tunnel("recapitulatif", action.pk)


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
