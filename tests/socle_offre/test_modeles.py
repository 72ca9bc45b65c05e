"""What PostgreSQL itself refuses, whoever writes: one row per constraint, broken behind the forms' back."""

from datetime import date

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import CheckConstraint

from accounts.models import User
from catalogue.models import (
    Action,
    Certification,
    Demande,
    Diffusion,
    Dispositif,
    Evenement,
    FicheRepertoire,
    Formation,
    Organisme,
    Remplacement,
    RemplacementFiche,
    Session,
    Site,
)
from tests.atelier import test_modeles as atelier
from tests.diffusion import test_modeles as diffusion
from tests.etablissements.test_modeles import CHECKS as CHECKS_ETABLISSEMENTS
from tests.factories import (
    ActionFactory,
    CertificationFactory,
    DispositifFactory,
    FormationFactory,
    OrganismeFactory,
    SessionFactory,
    SiteFactory,
    UserFactory,
    publier,
)
from tests.suivis import test_requete as suivis

pytestmark = pytest.mark.django_db

#: For each CHECK: the model and values of one row that break it and nothing else.
CHECKS = {
    "organisme_siret_format": (Organisme, {"siret": "1300054810001X"}),
    "organisme_nda_format": (Organisme, {"nda": "5244Z000144"}),
    "organisme_raison_sociale_remplie": (Organisme, {"raison_sociale": ""}),
    "site_statut_connu": (Site, {"statut": "ouvert"}),
    "site_code_postal_format": (Site, {"code_postal": "4400"}),
    "site_siret_format": (Site, {"siret": "123"}),
    "site_uai_format": (Site, {"uai": "04400011"}),
    "certification_code_format": (Certification, {"code": "31A99"}),
    "certification_niveau_connu": (Certification, {"niveau": 9}),
    "certification_etat_connu": (Certification, {"etat": 7}),
    "fiche_numero_format": (FicheRepertoire, {"numero": "37535"}),
    "formation_certification_ou_intitule": (Formation, {"intitule_libre": "Anglais"}),
    "action_statut_connu": (Action, {"statut": "publiee", "soumise_le": "2027-01-01T00:00Z"}),
    "action_soumise_datee": (Action, {"statut": "en_attente_validation", "premier_debut": date(2027, 3, 1)}),
    "action_validee_datee": (
        Action,
        {"statut": "validee", "soumise_le": "2027-01-01T00:00Z", "decidee_le": "2027-01-02T00:00Z"},
    ),
    "action_decidee_datee": (Action, {"statut": "refusee", "soumise_le": "2027-01-01T00:00Z"}),
    "action_remplacement_nomme": (Action, {"certification_remplacee_le": "2027-01-01T00:00Z"}),
    "action_niveau_entree_connu": (Action, {"niveau_entree": "99"}),
    "action_type_parcours_connu": (Action, {"type_parcours": "9"}),
    "action_modalites_es_connues": (Action, {"modalites_es": "2"}),
    "action_url_http": (Action, {"url": "javascript:alert(1)"}),
    "action_duree_centre_bornee": (Action, {"duree_centre": 100_000}),
    "action_duree_entreprise_bornee": (Action, {"duree_entreprise": 100_000}),
    "action_duree_hebdo_possible": (Action, {"duree_hebdo": 169}),
    "catalogue_action_duree_centre_check": (Action, {"duree_centre": -1}),
    "session_dates_ordonnees": (Session, {"date_debut": date(2027, 2, 1), "date_fin": date(2027, 1, 31)}),
    "session_places_dans_capacite": (Session, {"capacite": 8, "places_disponibles": 9}),
    "session_capacite_bornee": (Session, {"capacite": 100_000}),
    "session_places_bornees": (Session, {"capacite": None, "places_disponibles": 100_000}),
    "catalogue_session_places_disponibles_check": (Session, {"places_disponibles": -1}),
    "session_rythmes_connus": (Session, {"rythmes": ["temps_plein", "parfois"]}),
    "session_periodes_connues": (Session, {"periodes": ["nuit"]}),
    "session_modalites_enseignement_connues": (Session, {"modalites_enseignement": "3"}),
    "dispositif_publics_connus": (Dispositif, {"publics": ["00000"]}),
    "dispositif_nb_places_borne": (Dispositif, {"nb_places": 100_000}),
    "dispositif_cout_positif": (Dispositif, {"cout_stagiaire": -1}),
    "diffusion_dates_ordonnees": (
        Diffusion,
        {"date_debut": date(2027, 2, 1), "date_fin": date(2027, 1, 31)},
    ),
    "demande_question_remplie": (Demande, {"question": ""}),
    "demande_reponse_datee": (Demande, {"reponse": "400 heures"}),
}
#: Constraints tried by a test of their own, below.
APART = {
    "evenement_type_connu",
    "evenement_motive",
    "evenement_pour_organisme",
    # The workshop: tests/atelier/test_modeles.py.
    *atelier.CHECKS,
    *atelier.UNIQUES,
    *atelier.APART,
    "consultation_unique",
    # Sheets, places, contacts and their journal: tests/etablissements/test_modeles.py.
    *CHECKS_ETABLISSEMENTS,
    # What follows from the offer online: tests/diffusion/test_modeles.py.
    *diffusion.CHECKS,
    # Searches followed by e-mail: tests/suivis/test_requete.py.
    *suivis.CHECKS,
    *suivis.UNIQUES,
    # Only there as targets of the tenants' foreign keys.
    "site_id_organisme",
    "formation_id_organisme",
    "action_id_organisme",
    "session_id_organisme",
}


@pytest.fixture
def offer():
    """One row of everything: an action online, an open question, a person of the organisme."""
    action = publier()
    UserFactory(organisme=action.organisme)
    FicheRepertoire.objects.create(numero="RNCP37535")
    Demande.objects.create(action=action, question="Quelle durée ?", posee_par=User.objects.first())
    return action


def refused(constraint):
    """The database refuses what follows, by the name of `constraint`."""
    return pytest.raises(IntegrityError, match=constraint)


@pytest.mark.parametrize("constraint", CHECKS)
def test_the_incoherent_is_refused(offer, constraint):
    model, values = CHECKS[constraint]
    if model is Action:
        row = ActionFactory().pk
    elif model is Session:
        row = SessionFactory(capacite=None, places_disponibles=None).pk
    else:
        row = model.objects.order_by("pk").values_list("pk", flat=True).first()

    with refused(constraint), transaction.atomic():
        model.objects.filter(pk=row).update(**values)
        force_deferred()


def test_every_constraint_has_its_row():
    models = apps.get_app_config("catalogue").get_models()
    named = {c.name for model in models for c in model._meta.constraints}

    assert named <= CHECKS.keys() | UNIQUES.keys() | APART


def test_checks_of_forms_speak_french():
    """A constraint that a form may meet carries its own sentence."""
    spoken = {"session_dates_ordonnees", "session_places_dans_capacite", "dispositif_cout_positif"}
    constraints = {c.name: c for m in (Session, Dispositif) for c in m._meta.constraints}

    assert all(constraints[name].violation_error_code is None for name in spoken)
    assert all("ne peu" in constraints[name].get_violation_error_message() for name in spoken)
    assert all(isinstance(constraints[name], CheckConstraint) for name in spoken)


def force_deferred():
    """Make deferred foreign keys speak now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def same_siret(action):
    OrganismeFactory(siret=action.organisme.siret)


def same_certification(action):
    FormationFactory(organisme=action.organisme, certification=action.formation.certification)


def second_open_question(action):
    Demande.objects.create(action=action, question="Et le lieu ?", posee_par=User.objects.first())


def same_replacement(action):
    for _ in range(2):
        Remplacement.objects.create(ancien_code="1", nouvelle=action.formation.certification)


def same_sheet_replacement(_):
    for _ in range(2):
        RemplacementFiche.objects.create(ancienne="RNCP1", nouvelle="RNCP2")


def same_number(action):
    session = SessionFactory(action=action)
    Session.objects.filter(pk=session.pk).update(numero=action.sessions.exclude(numero=None).get().numero)


def same_session_online_twice(action):
    row = Diffusion.objects.get()
    row.pk = "52_999999"
    row.save(force_insert=True)


def same_form_token(model, factory):
    def twice(action):
        row = factory()
        factory(jeton=row.jeton)

    twice.__name__ = f"same_{model}_token"
    return twice


UNIQUES = {
    "organisme_siret_unique": same_siret,
    "formation_organisme_certification": same_certification,
    "demande_une_ouverte_par_action": second_open_question,
    "remplacement_unique": same_replacement,
    "remplacement_fiche_unique": same_sheet_replacement,
    "catalogue_session_numero_key": same_number,
    "catalogue_diffusion_session_id_key": same_session_online_twice,
    "catalogue_action_jeton_key": same_form_token("action", ActionFactory),
    "catalogue_session_jeton_key": same_form_token("session", SessionFactory),
    "catalogue_dispositif_jeton_key": same_form_token("dispositif", DispositifFactory),
}


@pytest.mark.parametrize("constraint", UNIQUES)
def test_the_double_is_refused(offer, constraint):
    with refused(constraint), transaction.atomic():
        UNIQUES[constraint](offer)


def elsewhere(model, column, factory):
    """A call that points `column` of a row to a row of another organisme."""

    def point(action):
        row = model.objects.filter(organisme=action.organisme).order_by("pk").first()
        model.objects.filter(pk=row.pk).update(**{column: factory()})

    return point


TENANTS = {
    "catalogue_action_formation_id_meme_organisme": elsewhere(Action, "formation", FormationFactory),
    "catalogue_action_site_dispensateur_id_meme_organisme": elsewhere(
        Action, "site_dispensateur", SiteFactory
    ),
    "catalogue_session_action_id_meme_organisme": elsewhere(Session, "action", ActionFactory),
    "catalogue_session_site_lieu_id_meme_organisme": elsewhere(Session, "site_lieu", SiteFactory),
    "catalogue_dispositif_session_id_meme_organisme": elsewhere(Dispositif, "session", SessionFactory),
}


@pytest.mark.parametrize("constraint", TENANTS)
def test_nothing_of_another_organisme_may_be_used(offer, constraint):
    with refused(constraint), transaction.atomic():
        TENANTS[constraint](offer)
        force_deferred()


def test_a_public_number_never_changes(offer):
    session = offer.sessions.get()

    for numero in ("52_999999", None):
        with refused("numéro public"), transaction.atomic():
            Session.objects.filter(pk=session.pk).update(numero=numero)
    Session.objects.filter(pk=session.pk).update(numero=session.numero, capacite=20)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE catalogue_evenement SET texte = 'autre'",
        "UPDATE catalogue_evenement SET auteur_id = auteur_id",
        "DELETE FROM catalogue_evenement",
    ],
)
def test_the_journal_is_only_ever_added_to(offer, statement):
    before = list(Evenement.objects.values())

    with refused("journal"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert list(Evenement.objects.values()) == before


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("evenement_type_connu", {"type": "publish"}),
        ("evenement_pour_organisme", {"par_carif": False, "pour_organisme": True}),
        *(("evenement_motive", {"type": t}) for t in ("refuse", "request_changes", "answer", "archive")),
    ],
)
def test_a_line_of_the_journal_is_coherent(offer, constraint, values):
    line = {"type": "submit", "statut_apres": "en_saisie", "revision": 1, "par_carif": True} | values

    with refused(constraint), transaction.atomic():
        Evenement.objects.create(action=offer, auteur=User.objects.first(), **line)


@pytest.mark.parametrize("model", [Organisme, Certification, Formation, Site, Session, User])
def test_what_is_used_is_not_deleted(offer, model):
    row = {
        Organisme: offer.organisme,
        Certification: offer.formation.certification,
        Formation: offer.formation,
        Site: offer.site_dispensateur,
        Session: offer.sessions.get(),
        User: offer.evenements.first().auteur,
    }[model]

    def delete():
        with transaction.atomic():
            model.objects.filter(pk=row.pk)._raw_delete("default")
            force_deferred()

    with pytest.raises(IntegrityError):
        delete()


def test_certifications_share_no_code():
    with pytest.raises(IntegrityError):
        Certification.objects.create(
            code="31999",
            intitule="Autre",
            etat=0,
            type_diplome=CertificationFactory(code="31999").type_diplome,
        )
