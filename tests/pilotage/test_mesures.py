"""The figures of the board, against SQL written by hand, and who may compute them when."""

# ruff: noqa: S608 - the SQL of this file is put together from its own constants

from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import pytest
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from catalogue.enums import ProfilFlux, StatutExport
from catalogue.models import Delais, Demande, ExportFlux, Mesure
from catalogue.pilotage import mesures
from catalogue.pilotage.mois import bounds, is_month, last_months
from catalogue.tasks import calculer_mesures
from tests.courriels.test_worker import travailler
from tests.factories import ActionFactory, JourFermeFactory, OrganismeFactory, UserFactory
from tests.pilotage.conftest import NOW, decide, event

pytestmark = pytest.mark.django_db
ACTIVE = "s.numero IS NOT NULL AND NOT s.est_archivee AND s.date_fin >= current_date_fr"
#: Each figure, counted by hand; `current_date_fr` is today in Paris.
A_LA_MAIN = {
    ("actions", "tous"): "SELECT count(*) FROM catalogue_action",
    ("actions", "en_saisie"): "SELECT count(*) FROM catalogue_action WHERE statut = 'en_saisie'",
    ("actions", "validees"): "SELECT count(*) FROM catalogue_action WHERE statut = 'validee'",
    ("actions", "refusees"): "SELECT count(*) FROM catalogue_action WHERE statut = 'refusee'",
    ("sessions", "en_preparation"): """
        SELECT count(*) FROM catalogue_session
        WHERE numero IS NULL OR (date_fin IS NULL AND NOT est_archivee)""",
    ("sessions", "actives"): f"SELECT count(*) FROM catalogue_session s WHERE {ACTIVE}",
    ("sessions", "expirantes"): f"""
        SELECT count(*) FROM catalogue_session s
        WHERE {ACTIVE} AND s.date_fin < current_date_fr + interval '1 month'""",
    ("sessions", "inactives"): """
        SELECT count(*) FROM catalogue_session s
        WHERE numero IS NOT NULL AND (est_archivee OR date_fin < current_date_fr)""",
    ("sessions", "publiques_actives"): """
        SELECT count(*) FROM catalogue_diffusion
        WHERE date_fin >= current_date_fr AND session_id IS NOT NULL""",
    ("sites", "actifs"): "SELECT count(*) FROM catalogue_site WHERE statut = 'actif'",
    ("organismes", "tous"): "SELECT count(*) FROM catalogue_organisme",
    ("organismes", "sans_offre"): """
        SELECT count(*) FROM catalogue_organisme WHERE id NOT IN
            (SELECT organisme_id FROM catalogue_diffusion WHERE date_fin >= current_date_fr)""",
    ("organismes", "sans_gestionnaire"): """
        SELECT count(*) FROM catalogue_organisme WHERE id NOT IN
            (SELECT r.organisme_id FROM accounts_rattachement r JOIN accounts_user u ON u.id = r.user_id
             WHERE r.role = 'gestionnaire' AND u.is_active)""",
    ("organismes", "sans_qualiopi"): """
        SELECT count(*) FROM catalogue_organisme WHERE NOT (est_qualiopi
            AND current_date_fr BETWEEN coalesce(qualiopi_debut, '-infinity') AND qualiopi_fin)""",
    ("completude", "tous"): "SELECT count(*) FROM catalogue_action WHERE statut = 'validee'",
    ("completude", "sans_url"): """
        SELECT count(*) FROM catalogue_action WHERE statut = 'validee' AND url = ''""",
    ("completude", "sans_prerequis"): """
        SELECT count(*) FROM catalogue_action WHERE statut = 'validee' AND commentaire_prerequis = ''""",
    ("completude", "sans_descriptif"): """
        SELECT count(*) FROM catalogue_action WHERE statut = 'validee' AND complement_descriptif = ''""",
    ("completude", "sans_session"): f"""
        SELECT count(*) FROM catalogue_action WHERE statut = 'validee' AND id NOT IN
            (SELECT s.action_id FROM catalogue_session s WHERE {ACTIVE})""",
    ("completude", "sans_places"): f"""
        SELECT count(DISTINCT a.id) FROM catalogue_action a JOIN catalogue_session s ON s.action_id = a.id
        WHERE a.statut = 'validee' AND {ACTIVE} AND s.places_disponibles IS NULL""",
    ("completude", "sans_prix"): f"""
        SELECT count(DISTINCT a.id) FROM catalogue_action a JOIN catalogue_session s ON s.action_id = a.id
        JOIN catalogue_dispositif d ON d.session_id = s.id
        WHERE a.statut = 'validee' AND {ACTIVE} AND d.est_actif AND d.cout_stagiaire IS NULL""",
    ("completude", "sans_pmr"): """
        SELECT count(*) FROM catalogue_action a JOIN catalogue_site t ON t.id = a.site_dispensateur_id
        WHERE a.statut = 'validee' AND t.acces_pmr = ''""",
    ("completude", "sans_handicap"): """
        SELECT count(*) FROM catalogue_action WHERE statut = 'validee' AND organisme_id NOT IN
            (SELECT organisme_id FROM catalogue_contact WHERE type = '1')""",
    ("attentes", "ecartees"): """
        SELECT count(*) FROM catalogue_fragmentlheo
        WHERE cardinality(fautes) > 0 AND date_fin >= current_date_fr""",
    ("attentes", "flux"): """
        SELECT count(*) FROM catalogue_exportflux e WHERE statut IN ('retenu', 'echec') AND NOT EXISTS
            (SELECT FROM catalogue_exportflux s WHERE s.profil = e.profil AND s.id > e.id)""",
    ("flux", "en_ligne"): "SELECT count(*) FROM catalogue_fragmentlheo WHERE date_fin >= current_date_fr",
    ("flux", "complet"): """
        SELECT count(*) FROM catalogue_fragmentlheo
        WHERE cardinality(fautes) = 0 AND date_fin >= current_date_fr""",
    ("flux", "ecartees"): """
        SELECT count(*) FROM catalogue_fragmentlheo
        WHERE cardinality(fautes) > 0 AND date_fin >= current_date_fr""",
    ("flux", "france_travail"): """
        SELECT count(*) FROM catalogue_fragmentlheo
        WHERE cardinality(fautes) = 0 AND cardinality(exclusions) = 0 AND date_fin >= current_date_fr - 30""",
    ("flux", "apprentissage"): """
        SELECT count(*) FROM catalogue_fragmentlheo
        WHERE cardinality(fautes) = 0 AND 'apprentissage' = ANY (exclusions)
            AND date_fin >= current_date_fr""",
    ("attentes", "codes"): """
        SELECT count(DISTINCT f.certification_id) FROM catalogue_formation f
        JOIN catalogue_action a ON a.formation_id = f.id AND a.statut <> 'archivee'
        JOIN catalogue_certification c ON c.code = f.certification_id
        WHERE c.retiree_le IS NOT NULL OR c.annee_derniere_session < extract(year FROM current_date_fr)
            OR EXISTS (SELECT FROM catalogue_remplacement r WHERE r.ancien_code = c.code)""",
    ("attentes", "aif"): """
        SELECT count(*) FROM catalogue_demandeaif WHERE statut IN ('envoyee', 'prise')""",
    ("attentes", "courriels"): "SELECT count(*) FROM sofi_courriel WHERE abandonne_le IS NOT NULL",
    ("attentes", "messages"): "SELECT count(*) FROM catalogue_action WHERE reponse_due = 'carif'",
}
MOIS = """
    to_char(date_trunc('month', {colonne} AT TIME ZONE 'Europe/Paris'), 'YYYY-MM')
"""
DOUZE = """
    date_trunc('month', {colonne} AT TIME ZONE 'Europe/Paris')
    > date_trunc('month', now() AT TIME ZONE 'Europe/Paris') - interval '12 months'
"""


def by_hand(sql: str) -> list[tuple]:
    jour = timezone.localdate().isoformat()
    with connection.cursor() as cursor:
        cursor.execute(sql.replace("current_date_fr", f"date '{jour}'"))
        return cursor.fetchall()


def computed() -> dict[tuple[str, str], int]:
    return {
        (code, cle): int(valeur) for code, cle, valeur in Mesure.objects.values_list("code", "cle", "valeur")
    }


@pytest.mark.usefixtures("region")
def test_every_figure_is_the_one_counted_by_hand():
    mesures.compute(timezone.now())
    found = computed()

    assert {cle: found.get(cle) for cle in A_LA_MAIN} == {
        cle: by_hand(sql)[0][0] for cle, sql in A_LA_MAIN.items()
    }


@pytest.mark.usefixtures("region")
def test_figures_by_month_are_those_counted_by_hand():
    mesures.compute(timezone.now())
    found = computed()

    def expect(code, colonne, table, condition):
        par_mois, douze = (sql.format(colonne=colonne) for sql in (MOIS, DOUZE))
        rows = by_hand(f"SELECT {par_mois}, count(*) FROM {table} WHERE {condition} AND {douze} GROUP BY 1")
        mois = {cle: n for (un, cle), n in found.items() if un == code and cle != "tous" and n}
        assert mois == dict(rows), code

    expect("inscrits", "cree_le", "catalogue_organisme", "true")
    expect("envois", "le", "catalogue_evenement", "type = 'submit'")
    for objet in ("action", "session"):
        creation = f"type = 'creation' AND details->>'objet' = '{objet}'"
        expect(f"{objet}s_creees", "le", "catalogue_evenement", creation)
    expect("decisions", "le", "catalogue_evenement", "delai_ouvre IS NOT NULL")


@pytest.mark.usefixtures("region")
def test_delays_are_the_median_and_the_ninetieth_centile_of_each_month():
    mesures.compute(timezone.now())
    found = computed()
    colonne = "le AT TIME ZONE 'Europe/Paris'"
    rows = by_hand(
        f"SELECT to_char({colonne}, 'YYYY-MM'), delai_ouvre FROM catalogue_evenement "
        f"WHERE delai_ouvre IS NOT NULL AND {DOUZE.format(colonne='le')}"
    )

    for mois in last_months(timezone.localdate()):
        delais = sorted(delai for un, delai in rows if un == mois)
        mediane = delais[-(-len(delais) // 2) - 1] if delais else None
        centile = delais[-(-9 * len(delais) // 10) - 1] if delais else None
        assert found.get(("delai_mediane", mois)) == mediane
        assert found.get(("delai_p90", mois)) == centile


def test_centiles_are_delays_that_were_really_seen(action):
    for delai in (0, 1, 1, 2, 3, 3, 4, 5, 9, 40):
        decide(action, NOW - timedelta(days=1), delai)

    mesures.compute(NOW)

    found = computed()
    assert (found["delai_mediane", "2027-03"], found["delai_p90", "2027-03"]) == (3, 9)
    assert (found["delai_mediane", "tous"], found["delai_p90", "tous"], found["decisions", "tous"]) == (
        3,
        9,
        10,
    )


def test_a_month_begins_at_midnight_in_paris(action):
    """1 March 2027, 00:00 in Paris is 28 February, 23:00 UTC."""
    event(action, "submit", datetime(2027, 2, 28, 22, 59, 59, tzinfo=UTC))
    event(action, "submit", datetime(2027, 2, 28, 23, 0, tzinfo=UTC))

    mesures.compute(NOW)

    assert computed()["envois", "2027-02"] == computed()["envois", "2027-03"] == 1


def test_twelve_months_and_no_more(action):
    assert last_months(NOW.date())[0] == "2026-04"
    assert last_months(NOW.date())[-1] == "2027-03"
    debut, _ = bounds("2026-04")
    decide(action, debut - timedelta(seconds=1), 30)
    decide(action, debut, 4)

    mesures.compute(NOW)

    assert computed()["decisions", "tous"] == 1
    assert computed()["delai_mediane", "2026-04"] == 4


def test_without_any_answer_there_is_no_delay():
    mesures.compute(NOW)
    assert ("delai_mediane", "tous") not in computed()
    assert computed()["decisions", "tous"] == 0


def test_late_ones_are_those_beyond_the_working_days_aimed_at():
    """Two working days: on Wednesday 10 March, what was sent on Friday 5 is late; on Monday 8, not."""
    for jour in (4, 5, 8):
        ActionFactory(attente=True, soumise_le=datetime(2027, 3, jour, 12, tzinfo=UTC))
    mesures.compute(NOW)
    assert computed()["attentes", "retard"] == 2

    JourFermeFactory(jour="2027-03-09")
    mesures.compute(NOW)
    assert computed()["attentes", "retard"] == 1


def test_old_questions_are_counted_by_the_delays_of_the_settings():
    for jours in (3, 6, 16):
        Demande.objects.create(
            action=ActionFactory(question=True),
            question="Quelle durée ?",
            posee_par=UserFactory(agent=True),
            posee_le=NOW - timedelta(days=jours),
        )
    mesures.compute(NOW)
    assert (computed()["attentes", "premiere"], computed()["attentes", "seconde"]) == (2, 1)

    Delais.objects.update(premiere_relance=2)
    mesures.compute(NOW)
    assert computed()["attentes", "premiere"] == 3


def test_a_computation_replaces_the_one_before():
    mesures.compute(NOW)
    OrganismeFactory()
    assert mesures.compute(NOW + timedelta(minutes=15))
    assert computed()["organismes", "tous"] == 1
    assert set(Mesure.objects.values_list("calculee_le", flat=True)) == {NOW + timedelta(minutes=15)}


@pytest.mark.django_db(transaction=True)
def test_one_computation_at_a_time():
    held, done = Event(), Event()

    def hold():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [mesures.VERROU])
            held.set()
            done.wait(20)
        connection.close()

    other = Thread(target=hold)
    other.start()
    held.wait(20)
    assert mesures.compute(NOW) is False
    assert not Mesure.objects.exists()
    done.set()
    other.join(20)
    assert mesures.compute(NOW) is True


@pytest.mark.django_db(transaction=True)
def test_the_worker_computes_what_is_asked_once():
    assert mesures.order() is True
    assert mesures.order() is False
    travailler()
    assert Mesure.objects.exists()
    jobs = ProcrastinateJob.objects.filter(task_name=calculer_mesures.name, args={"timestamp": 0})
    assert jobs.get().status == "succeeded"


@pytest.mark.parametrize(
    ("texte", "verdict"),
    [
        ("2027-03", True),
        ("2027-13", False),
        ("2027-3", False),
        ("1999-01", False),
        ("", False),
        ("٢٠٢٧-٠١", False),
    ],
)
def test_only_months_of_this_century_are_months(texte, verdict):
    assert is_month(texte) is verdict


def test_a_feed_held_or_failed_is_counted_until_its_next_run():
    def run(profil, statut, raison=""):
        now = timezone.now()
        champs = {"statut": statut, "raison": raison, "commence_le": now, "fini_le": now}
        ExportFlux.objects.create(profil=profil, **champs)

    un, autre = ProfilFlux.values
    run(un, StatutExport.RETENU, "Trop de sessions parties.")
    run(autre, StatutExport.ECHEC, "Disque plein.")
    mesures.compute(timezone.now())
    assert computed()["attentes", "flux"] == 2
    run(un, StatutExport.ECRIT)
    mesures.compute(timezone.now())
    assert computed()["attentes", "flux"] == 1
