"""What PostgreSQL itself refuses about establishments, whoever writes: one row per constraint."""

from datetime import date, timedelta
from functools import partial

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from catalogue import journal
from catalogue.enums import EtatQualiopi
from catalogue.models import Contact, EvenementEtablissement, Organisme, Site
from tests.factories import ContactFactory, OrganismeFactory, SiteFactory, UserFactory

pytestmark = pytest.mark.django_db
JOUR = date(2027, 3, 1)

#: For each CHECK: the model and values of one row that break it and nothing else.
CHECKS = {
    "organisme_uai_format": (Organisme, {"uai": "04400011"}),
    "organisme_telephone_format": (Organisme, {"telephone": "appelez-moi"}),
    "organisme_adresse_entiere": (Organisme, {"ville": "Nantes"}),
    "organisme_qualiopi_dates": (Organisme, {"est_qualiopi": True}),
    "organisme_site_web_http": (Organisme, {"site_web": "javascript:alert(1)"}),
    "site_telephone_format": (Site, {"telephone": "+"}),
    "site_acces_pmr_connu": (Site, {"acces_pmr": "peut-être"}),
    "site_nom_rempli": (Site, {"nom": ""}),
    "contact_type_connu": (Contact, {"type": "99"}),
    "contact_joignable": (Contact, {"telephone": "", "courriel": ""}),
    "contact_telephone_format": (Contact, {"telephone": "02.40.00.00.00"}),
    "evenement_etab_objet_connu": (EvenementEtablissement, {"objet": "session"}),
    "evenement_etab_type_connu": (EvenementEtablissement, {"type": "devine"}),
    "evenement_etab_motive": (EvenementEtablissement, {"type": "refuse", "texte": ""}),
    "evenement_etab_pour_organisme": (EvenementEtablissement, {"par_carif": False, "pour_organisme": True}),
}


@pytest.fixture
def contact():
    return ContactFactory(site=None)


@pytest.mark.parametrize("constraint", CHECKS)
def test_the_incoherent_is_refused(contact, constraint):
    model, values = CHECKS[constraint]
    SiteFactory(organisme=contact.organisme)
    write = partial(model.objects.update, **values)
    if model is EvenementEtablissement:
        line = {"objet": "site", "objet_pk": 1, "type": "creation", "par_carif": True, "libelle": "Site"}
        auteur = UserFactory(agent=True)
        write = partial(model.objects.create, organisme=contact.organisme, auteur=auteur, **line | values)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        write()


def test_every_new_constraint_has_its_row():
    names = {
        constraint.name
        for model in (Contact, EvenementEtablissement)
        for constraint in apps.get_model("catalogue", model.__name__)._meta.constraints
    }
    assert names <= CHECKS.keys()


@pytest.mark.parametrize(
    ("debut", "fin"), [(JOUR, None), (None, JOUR), (JOUR, JOUR), (JOUR, JOUR - timedelta(days=1))]
)
def test_a_certificate_has_two_dates_in_order(debut, fin):
    with pytest.raises(IntegrityError, match="organisme_qualiopi_dates"), transaction.atomic():
        OrganismeFactory(est_qualiopi=True, qualiopi_debut=debut, qualiopi_fin=fin)


def test_without_a_certificate_there_are_no_dates():
    with pytest.raises(IntegrityError, match="organisme_qualiopi_dates"), transaction.atomic():
        OrganismeFactory(qualiopi_debut=JOUR, qualiopi_fin=JOUR + timedelta(days=1))


def test_a_contact_stays_on_the_places_of_its_organisme(contact):
    Contact.objects.update(site=SiteFactory())
    with (
        pytest.raises(IntegrityError, match="catalogue_contact_site_id_meme_organisme"),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("statement", ["UPDATE {} SET texte = 'autre'", "DELETE FROM {}"])
def test_the_journal_only_grows(contact, statement):
    journal.record_etablissement(contact, "creation", by=UserFactory(agent=True))
    with (
        pytest.raises(IntegrityError, match="Le journal ne se modifie pas"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format("catalogue_evenementetablissement"))
    assert EvenementEtablissement.objects.get().texte == ""


@pytest.mark.parametrize(
    ("debut", "fin", "etat"),
    [
        (-400, 61, EtatQualiopi.VALIDE),
        (-400, 60, EtatQualiopi.VALIDE),
        (-400, 59, EtatQualiopi.EXPIRE_BIENTOT),
        (-400, 0, EtatQualiopi.EXPIRE_BIENTOT),
        (-400, -1, EtatQualiopi.EXPIRE),
        (0, 400, EtatQualiopi.VALIDE),
        (1, 400, EtatQualiopi.A_VENIR),
    ],
)
def test_where_a_certificate_stands(debut, fin, etat):
    organisme = OrganismeFactory(
        est_qualiopi=True,
        qualiopi_debut=JOUR + timedelta(days=debut),
        qualiopi_fin=JOUR + timedelta(days=fin),
    )
    assert organisme.qualiopi_etat(JOUR) == etat
    valides = {EtatQualiopi.VALIDE, EtatQualiopi.EXPIRE_BIENTOT}
    assert Organisme.objects.qualiopi_valide(JOUR).exists() == (etat in valides)


def test_whoever_is_not_certified_is_said_so():
    assert OrganismeFactory().qualiopi_etat(JOUR) == EtatQualiopi.AUCUN
