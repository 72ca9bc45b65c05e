"""What PostgreSQL itself refuses about people, keys and their journal, behind the forms' back."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts import journal
from accounts.models import (
    ChangementAdresse,
    CleActivation,
    CodeSecours,
    DemandeCle,
    EvenementSecurite,
    Rattachement,
    Totp,
    TypeEvenementSecurite,
    User,
)
from tests.factories import OrganismeFactory, UserFactory

pytestmark = pytest.mark.django_db
HIER = timezone.now() - timedelta(days=1)

#: For each CHECK: the model and values of one row that break it and nothing else.
CHECKS = {
    "user_email_minuscules": (User, {"email": "Nadia@exemple.fr"}),
    "user_role_carif_connu": (User, {"role_carif": "chef"}),
    "user_anonyme_sans_nom": (User, {"anonymise_le": HIER}),
    "rattachement_role_connu": (Rattachement, {"role": "patron"}),
    "demandecle_statut_connu": (DemandeCle, {"statut": "oubliee", "decidee_le": HIER}),
    "demandecle_email_minuscules": (DemandeCle, {"email": "Nadia@exemple.fr"}),
    "demandecle_siret_format": (DemandeCle, {"siret": "123"}),
    "demandecle_nda_format": (DemandeCle, {"nda": "5244Z000144"}),
    "demandecle_decision_datee": (DemandeCle, {"decidee_le": HIER}),
    "demandecle_refus_motive": (DemandeCle, {"statut": "refusee", "decidee_le": HIER}),
    "demandecle_organisme": (DemandeCle, {"statut": "acceptee", "decidee_le": HIER}),
    "cleactivation_un_role": (CleActivation, {"role_carif": "agent"}),
    "cleactivation_email_minuscules": (CleActivation, {"email": "Nadia@exemple.fr"}),
    "cleactivation_utilisee_ou_revoquee": (CleActivation, {"utilisee_le": HIER, "revoquee_le": HIER}),
    "cleactivation_empreinte_format": (CleActivation, {"empreinte": "en clair"}),
    "changementadresse_minuscules": (ChangementAdresse, {"nouvelle": "Nadia@exemple.fr"}),
}
APART = {"evenementsecurite_type_connu"}


@pytest.fixture
def world():
    """One row of everything."""
    organisme = OrganismeFactory()
    user = UserFactory(organisme=organisme)
    return {"organisme": organisme, "user": user, "cle": make_key(organisme, user)} | {
        "demande": make_request(),
        "changement": make_change(user),
    }


def make_request(**fields):
    return DemandeCle.objects.create(
        **{
            "raison_sociale": "Nouvel organisme",
            "siret": OrganismeFactory.build().siret,
            "nda": "52440123444",
            "prenom": "Zoé",
            "nom": "Roy",
            "email": "zoe@exemple.fr",
            "telephone": "02 40 00 00 00",
            "jeton": uuid4(),
        }
        | fields
    )


def make_key(organisme, par, **fields):
    return CleActivation.objects.create(
        **{
            "empreinte": uuid4().hex * 2,
            "organisme": organisme,
            "role": "gestionnaire" if organisme else "",
            "role_carif": "" if organisme else "agent",
            "email": "zoe@exemple.fr",
            "prenom": "Zoé",
            "nom": "Roy",
            "emise_par": par,
            "expire_le": timezone.now() + timedelta(days=14),
        }
        | fields
    )


def make_change(user):
    return ChangementAdresse.objects.create(
        user=user,
        nouvelle="autre@exemple.fr",
        empreinte_ancienne=uuid4().hex,
        empreinte_nouvelle=uuid4().hex,
        expire_le=timezone.now(),
    )


def refused(constraint):
    """The database refuses what follows, by the name of `constraint`."""
    return pytest.raises(IntegrityError, match=constraint)


@pytest.mark.parametrize("constraint", CHECKS)
def test_the_incoherent_is_refused(world, constraint):
    model, values = CHECKS[constraint]
    row = model.objects.order_by("pk").first()
    if "statut" in values and "decidee_le" in values:
        values = values | {"decidee_par": world["user"]}

    with refused(constraint), transaction.atomic():
        model.objects.filter(pk=row.pk).update(**values)


def test_what_has_no_name_left_may_stay(world):
    User.objects.filter(pk=world["user"].pk).update(
        anonymise_le=HIER, is_active=False, prenom="", nom="", email="supprime-1@anonyme.invalid"
    )


UNIQUES = {
    "rattachement_unique": lambda w: w["user"].organismes.through.objects.create(
        user=w["user"], organisme=w["organisme"]
    ),
    "demandecle_une_ouverte": lambda w: make_request(siret=w["demande"].siret),
    "cleactivation_une_vivante": lambda w: make_key(w["organisme"], w["user"]),
    "cleactivation_une_vivante_carif": lambda w: [make_key(None, w["user"]) for _ in range(2)],
    "accounts_cleactivation_empreinte_key": lambda w: make_key(
        OrganismeFactory(), w["user"], empreinte=w["cle"].empreinte
    ),
    "changementadresse_un_en_cours": lambda w: make_change(w["user"]),
    "totp_un_par_personne": lambda w: [Totp.objects.create(user=w["user"], secret=b"x") for _ in range(2)],
    "codesecours_unique": lambda w: [
        CodeSecours.objects.create(user=w["user"], rang=1, empreinte="x") for _ in range(2)
    ],
}


@pytest.mark.parametrize("constraint", UNIQUES)
def test_the_double_is_refused(world, constraint):
    with refused(constraint), transaction.atomic():
        UNIQUES[constraint](world)


@pytest.mark.parametrize("fin", [{"utilisee_le": HIER}, {"revoquee_le": HIER}])
def test_a_key_may_follow_one_that_is_over(world, fin):
    CleActivation.objects.filter(pk=world["cle"].pk).update(**fin)

    assert make_key(world["organisme"], world["user"]).pk


def test_every_constraint_has_its_row():
    named = {
        c.name for model in apps.get_app_config("accounts").get_models() for c in model._meta.constraints
    }

    assert named <= CHECKS.keys() | UNIQUES.keys() | APART


def test_only_known_events_are_written():
    with refused("evenementsecurite_type_connu"), transaction.atomic():
        journal.record("autre")


@pytest.mark.parametrize("statement", ["UPDATE {} SET details = '{{}}'", "DELETE FROM {}"])
def test_the_security_journal_is_only_ever_added_to(statement):
    journal.record(TypeEvenementSecurite.CONNEXION, user=UserFactory())

    with refused("journal"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(EvenementSecurite._meta.db_table))

    assert EvenementSecurite.objects.get().type == "connexion"


def test_lines_older_than_a_year_may_be_purged():
    line = journal.record(TypeEvenementSecurite.CONNEXION)
    old = EvenementSecurite.objects.create(type="connexion", le=timezone.now() - timedelta(days=367))

    EvenementSecurite.objects.filter(pk=old.pk)._raw_delete("default")

    assert EvenementSecurite.objects.get() == line
