"""What steps A, S and D take: prefilled, chosen, coherent, never cut (manual steps 3 to 6)."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.utils import timezone

from catalogue.enums import StatutSite
from catalogue.models import Action, Dispositif, Session
from tests.factories import (
    ActionFactory,
    DispositifFactory,
    SessionFactory,
    SiteFactory,
    TypeDispositifFactory,
)
from tests.tunnel.outils import fields, page, text, tunnel, words

pytestmark = pytest.mark.django_db
FAIT = "L’enregistrement a bien été effectué."


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

    def test_the_end_is_at_most_ten_years_after_the_start(self, send, session):
        response = send(session, date_debut="2027-03-01", date_fin="2072-06-30")
        assert "vérifiez l’année" in text(page(response).select_one("#id_date_fin_error"))
        response = send(session, date_debut="2007-03-01", date_fin="2027-06-30")
        assert "vérifiez l’année" in text(page(response).select_one("#id_date_debut_error"))
        assert session.version == 1
        assert send(session, date_debut="2027-03-01", date_fin="2037-03-01").status_code == 302

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
