"""`load_demo`: something behind every counter, told as if it had really happened."""

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from catalogue import completude, demo
from catalogue import recherches_suivies as suivies
from catalogue.enums import StatutAction, StatutSuivi
from catalogue.identifiants import validate_nda, validate_siret
from catalogue.models import (
    Action,
    Demande,
    DemandeAIF,
    Diffusion,
    Evenement,
    Mesure,
    Organisme,
    RechercheSuivie,
    Session,
    Site,
)
from catalogue.tableau_de_bord.compteurs import GROUPES, count
from catalogue.validation.cadence import load_cadence
from catalogue.validation.comparaison import changes
from tests.courriels.outils import boite

pytestmark = pytest.mark.django_db


def test_every_counter_of_the_first_organisme_has_something_behind_it(loaded):
    nadia = get_user_model().objects.get(email="nadia.leroux@exemple.fr")

    nombres = count(nadia)

    vides = [
        etat.libelle
        for groupe in GROUPES
        for etat in groupe.etats
        if etat.est_compteur and not nombres[groupe.titre, etat.code]
    ]
    assert vides == []


def test_every_state_is_there(loaded):
    assert set(Action.objects.values_list("statut", flat=True)) == set(StatutAction.values)
    assert Action.objects.en_saisie().filter(validee_le__isnull=False).exists()
    assert Demande.objects.ouvertes().exists()
    assert Demande.objects.exclude(reponse="").exists()
    assert Action.objects.en_attente_validation().filter(site_dispensateur__statut="a_valider").exists()
    assert Session.objects.expirantes().exists()
    assert Session.objects.inactives().exists()


def test_the_queue_shows_what_it_is_made_for(loaded):
    """A renewed action whose differences are told, one that is late and urgent, one that a valideur holds."""
    attente = Action.objects.en_attente_validation()
    renouvelee = attente.with_tree().get(diffusions__isnull=False)
    changements = changes(renouvelee, list(renouvelee.diffusions.all()))
    assert {"Durée en entreprise", "Places disponibles", "Session ajoutée"} <= {c.champ for c in changements}
    assert any("coût stagiaire" in c.champ for c in changements)

    cadence = load_cadence()
    assert attente.filter(cadence.urgentes & cadence.en_retard).exists()
    assert attente.filter(examinateur__role_carif="valideur").exists()


def test_the_drafts_stop_at_each_step(loaded):
    drafts = Action.objects.en_saisie().with_tree()
    etapes = {next(iter(constats)).etape for draft in drafts if (constats := completude.blocking(draft))}

    assert {"action", "session"} <= etapes
    assert any(not completude.blocking(draft) for draft in drafts)
    champs = {constat.champ for draft in drafts for constat in completude.blocking(draft)}
    assert {"ajouter_session", "ajouter_dispositif", "site_dispensateur", "date_debut"} <= champs


def test_size_and_places(loaded):
    assert Organisme.objects.count() == 3
    assert 8 <= Site.objects.count() <= 10
    assert 22 <= Action.objects.count() <= 32
    assert 35 <= Session.objects.count() <= 50
    assert set(Site.objects.values_list("departement", flat=True)) == {"44", "49", "53", "72", "85"}


def test_what_went_online_before_last_night_has_left_in_the_feed(loaded):
    hier = timezone.now() - timedelta(days=1)
    assert not Diffusion.objects.filter(publiee_le__lt=hier, transmise_le=None, fragment__fautes=[]).exists()
    assert not Diffusion.objects.filter(transmise_le__gt=timezone.now()).exists()
    assert Diffusion.objects.filter(transmise_le__isnull=False).exists()


def test_a_request_s_history_and_its_list_give_one_date(loaded):
    for demande in DemandeAIF.objects.all():
        assert demande.evenements.get(type="creation").le == demande.cree_le


def test_a_visitor_has_the_news_of_a_search_and_another_is_still_asked(loaded):
    suivie, demandee = RechercheSuivie.objects.order_by("cree_le")
    assert (suivie.statut, demandee.statut) == (StatutSuivi.SUIVIE, StatutSuivi.A_CONFIRMER)
    assert [lu.nom for lu in boite(suivie.courriel)] == ["recherche_confirmer", "recherche_nouveautes"]
    [lu] = boite(demandee.courriel)
    assert suivies.find(lu.lien("/confirmer/").rstrip("/").rpartition("/")[2], timezone.now()) == demandee


def test_identifiers_have_valid_keys(loaded):
    for organisme in Organisme.objects.all():
        validate_siret(organisme.siret)
        validate_nda(organisme.nda)


def test_the_journal_tells_one_story(loaded):
    """Nothing is dated after now, lines follow each other, and states chain."""
    now = timezone.now()
    for action in Action.objects.prefetch_related("evenements"):
        lines = list(action.evenements.all())[::-1]
        assert [line.le for line in lines] == sorted(line.le for line in lines)
        assert lines[0].type == "creation"
        assert lines[0].le == action.cree_le
        assert lines[-1].le <= now
        assert lines[-1].statut_apres == action.statut
        assert lines[-1].revision == action.revision
        if action.soumise_le:
            assert action.soumise_le in {line.le for line in lines}


def test_what_is_online_was_validated(loaded):
    en_ligne = set(Diffusion.objects.values_list("session__action", flat=True))
    validees = set(Evenement.objects.filter(type="approve").values_list("action", flat=True))
    archivees = set(Action.objects.in_state("archivees").values_list("pk", flat=True))
    assert en_ligne == validees - archivees


def test_the_accounts_are_printed_and_open_the_door(loaded, client):
    mot_de_passe = demo.read_source()["mot_de_passe"]
    assert mot_de_passe in loaded
    for email in ("nadia.leroux", "thomas.martin", "agent", "valideur", "admin"):
        adresse = f"{email}@exemple.fr"
        assert adresse in loaded
        response = client.post(reverse("accounts:login"), {"username": adresse, "password": mot_de_passe})
        assert response.status_code == 302
        client.logout()


def test_a_second_run_changes_nothing_and_prints_the_accounts_again(loaded):
    avant = Evenement.objects.count()
    out = StringIO()

    call_command("load_demo", stdout=out)

    assert "rien n’a été changé" in out.getvalue()
    assert "nadia.leroux@exemple.fr" in out.getvalue()
    assert Evenement.objects.count() == avant


def test_the_board_is_full_at_once(loaded):
    figures = {(row.code, row.cle): row.valeur for row in Mesure.objects.all()}
    assert figures["actions", "tous"] == Action.objects.count()
    assert figures["decisions", "tous"] > 0
