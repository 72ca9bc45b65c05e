"""What PostgreSQL itself refuses about the workshop, whoever writes: one row per constraint."""

from datetime import date
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from catalogue.models import (
    Action,
    AvisEnAttente,
    Delais,
    Demande,
    DemandeAIF,
    Derogation,
    Evenement,
    EvenementAIF,
    EvenementReglage,
    FiltreEnregistre,
    LectureFil,
    Lot,
    LotLigne,
    Mesure,
    NoteInterne,
    PointDemande,
    PreferenceAvis,
    TexteType,
)
from tests.factories import ActionFactory, UserFactory

pytestmark = pytest.mark.django_db
QUAND = "2027-01-01T00:00Z"

#: For each CHECK: the model and values that, given to a coherent row, break it and nothing else.
CHECKS = {
    "action_en_attente_premier_debut": (Action, {"statut": "en_attente_validation", "soumise_le": QUAND}),
    "action_prise_datee": (Action, {"prise_le": QUAND}),
    "action_reponse_due_connue": (Action, {"reponse_due": "région"[:5]}),
    "demande_deux_relances_au_plus": (Demande, {"relances": 3}),
    "point_champ_nomme": (PointDemande, {"champ": ""}),
    "point_cause_connue": (PointDemande, {"cause": "bizarre"}),
    "point_correction_datee": (PointDemande, {"corrige_le": QUAND}),
    "note_remplie": (NoteInterne, {"texte": ""}),
    "filtre_nomme": (FiltreEnregistre, {"nom": ""}),
    "derogation_motivee": (Derogation, {"motif": ""}),
    "lot_decision_connue": (Lot, {"decision": "deviner"}),
    "lot_ligne_datee": (LotLigne, {"resultat": "fait"}),
    "lot_refus_explique": (LotLigne, {"resultat": "refuse", "fait_le": QUAND}),
    "delais_une_seule_ligne": (Delais, {"id": 2}),
    "delais_relances_ordonnees": (Delais, {"premiere_relance": 15}),
    "delais_bornes": (Delais, {"cible": 0}),
    "texte_type_usage_connu": (TexteType, {"usage": "poème"}),
    "texte_type_rempli": (TexteType, {"texte": ""}),
    "preference_type_connu": (PreferenceAvis, {"type": "météo"}),
    "preference_mode_connu": (PreferenceAvis, {"mode": "parfois"}),
    "avis_type_connu": (AvisEnAttente, {"type": "météo"}),
    "aif_dates_ordonnees": (DemandeAIF, {"date_fin": date(2026, 12, 31)}),
    "aif_siret_format": (DemandeAIF, {"siret": "1300054810001X"}),
    "aif_code_postal_format": (DemandeAIF, {"lieu_code_postal": "4400"}),
    "aif_refus_motive": (DemandeAIF, {"statut": "refusee", "decidee_le": QUAND}),
    "aif_transformee_en_action": (DemandeAIF, {"statut": "transformee", "decidee_le": QUAND}),
    "aif_decision_datee": (DemandeAIF, {"statut": "annulee"}),  # and any state it does not know
    "aif_prise_par_quelqu_un": (DemandeAIF, {"statut": "prise"}),
    "aif_duree_centre_bornee": (DemandeAIF, {"duree_centre": 0}),
    "aif_duree_hebdo_possible": (DemandeAIF, {"duree_hebdo": 169}),
    "aif_places_session_bornees": (DemandeAIF, {"places_session": 0, "places_aif": None}),
    "aif_places_dans_session": (DemandeAIF, {"places_aif": 13}),
}
#: Tried by a test of their own, below.
APART = {
    "evenement_delai_de_decision",
    "evenement_aif_type_connu",
    "evenement_aif_motive",
    "evenement_aif_pour_organisme",
}


@pytest.fixture
def rows():
    """One coherent row of each model, by model."""
    action, agent = ActionFactory(), UserFactory(agent=True)
    evenement = Evenement.objects.create(
        action=action, type="creation", statut_apres="en_saisie", revision=1, auteur=agent, par_carif=True
    )
    demande = Demande.objects.create(action=action, question="Quelle durée ?", posee_par=agent)
    lot = Lot.objects.create(auteur=agent, decision="approve")
    created = [
        action,
        demande,
        PointDemande.objects.create(demande=demande, champ="action.duree_centre", cause="incorrect"),
        LectureFil.objects.create(action=action, user=agent, evenement=evenement),
        NoteInterne.objects.create(action=action, auteur=agent, texte="Rappelle mardi"),
        FiltreEnregistre.objects.create(user=agent, nom="Ma file"),
        Derogation.objects.create(
            action=action, code="x", etape="action", objet_pk=1, message="m", motif="vu", par=agent
        ),
        lot,
        LotLigne.objects.create(lot=lot, action=action, revision=1),
        Mesure.objects.create(code="volumes", valeur=1, calculee_le=QUAND),
        Delais.objects.get_or_create(pk=1)[0],
        TexteType.objects.create(usage="refus", libelle="Hors région", texte="Bonjour"),
        PreferenceAvis.objects.create(user=agent, type="refus", mode="jamais"),
        AvisEnAttente.objects.create(user=agent, type="refus", texte="Refusée", url="https://sofi.example/"),
        new_aif(action.organisme, agent),
    ]
    return {type(row): row for row in created}


def new_aif(organisme, auteur, numero="AIF-2027-00001"):
    return DemandeAIF.objects.create(
        numero=numero,
        organisme=organisme,
        auteur=auteur,
        intitule="Anglais du tourisme",
        objectif="Parler",
        siret="13000548100010",
        nom_usage="Estuaire",
        date_debut=date(2027, 1, 4),
        date_fin=date(2027, 2, 5),
        duree_centre=100,
        duree_hebdo=35,
        lieu_organisme="Estuaire",
        lieu_lignes=["2 rue du Port"],
        lieu_code_postal="44000",
        lieu_ville="Nantes",
        places_session=12,
        places_aif=4,
    )


def refused(constraint):
    """The database refuses what follows, by the name of `constraint`."""
    return pytest.raises(IntegrityError, match=constraint)


@pytest.mark.parametrize("constraint", CHECKS)
def test_the_incoherent_is_refused(rows, constraint):
    model, values = CHECKS[constraint]
    with refused(constraint), transaction.atomic():
        model.objects.filter(pk=rows[model].pk).update(**values)


def again(row):
    """Write `row` a second time."""
    row.pk, row._state.adding = None, True
    for field in ("jeton",):
        if hasattr(row, field):
            setattr(row, field, uuid4())
    row.save(force_insert=True)


UNIQUES = {
    "point_unique_par_champ": PointDemande,
    "lecture_unique": LectureFil,
    "filtre_nom_unique": FiltreEnregistre,
    "derogation_unique": Derogation,
    "lot_action_unique": LotLigne,
    "mesure_unique": Mesure,
    "texte_type_nom_unique": TexteType,
    "preference_avis_unique": PreferenceAvis,
    "catalogue_demandeaif_numero_key": DemandeAIF,
}


@pytest.mark.parametrize("constraint", UNIQUES)
def test_the_double_is_refused(rows, constraint):
    with refused(constraint), transaction.atomic():
        again(rows[UNIQUES[constraint]])


def test_a_person_reads_a_dossier_once(rows):
    consultations, agent = rows[Action].consultations, UserFactory(agent=True)
    consultations.create(user=agent)
    with refused("consultation_unique"), transaction.atomic():
        consultations.create(user=agent)


def test_only_decisions_have_a_delay(rows):
    line = {"statut_apres": "validee", "revision": 1, "auteur": UserFactory(agent=True), "par_carif": True}
    Evenement.objects.create(action=rows[Action], type="approve", delai_ouvre=2, **line)
    with refused("evenement_delai_de_decision"), transaction.atomic():
        Evenement.objects.create(action=rows[Action], type="submit", delai_ouvre=2, **line)


def test_an_answer_goes_with_every_point_ticked(rows):
    demande, auteur = rows[Demande], UserFactory()
    reponse = {"reponse": "400 heures", "repondue_par": auteur, "close_le": timezone.now()}
    with refused("points"), transaction.atomic():
        Demande.objects.filter(pk=demande.pk).update(**reponse)

    demande.points.update(corrige_le=timezone.now(), corrige_par=auteur)
    assert Demande.objects.filter(pk=demande.pk).update(**reponse) == 1


@pytest.mark.parametrize("statement", ["UPDATE {} SET version = 9", "DELETE FROM {}"])
def test_the_journal_of_settings_is_only_ever_added_to(rows, statement):
    table = EvenementReglage._meta.db_table
    EvenementReglage.objects.create(
        objet="delais", objet_pk="1", libelle="Délais", version=2, changements={}, auteur=UserFactory()
    )
    with refused("journal"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("evenement_aif_type_connu", {"type": "perdre"}),
        ("evenement_aif_motive", {"type": "refuse", "texte": ""}),
        ("evenement_aif_pour_organisme", {"par_carif": False, "pour_organisme": True}),
    ],
)
def test_a_line_of_a_request_s_journal_is_coherent(rows, constraint, values):
    line = {"type": "take", "par_carif": True, "auteur": UserFactory(agent=True)} | values
    with refused(constraint), transaction.atomic():
        EvenementAIF.objects.create(demande=rows[DemandeAIF], **line)


def test_every_constraint_of_the_workshop_has_its_row():
    modules = {f"catalogue.models.{name}" for name in ("atelier", "aif", "reglages", "avis")}
    models = [m for m in apps.get_app_config("catalogue").get_models() if m.__module__ in modules]
    models.remove(EvenementAIF)  # tests/aif/test_modeles.py: its lines do not change
    named = {c.name for model in [*models, PointDemande, LectureFil] for c in model._meta.constraints}

    assert named <= CHECKS.keys() | UNIQUES.keys() | APART | {"consultation_unique"}


@pytest.mark.django_db(transaction=True)
def test_an_emptied_base_has_its_delays_again():
    Delais.objects.update(cible=7)

    call_command("flush", interactive=False, verbosity=0)

    assert Delais.current().cible == 2
