"""Everything the database holds about one person, as plain values."""

from datetime import date, datetime
from uuid import UUID

from django.db import models

from accounts.models import CleActivation, DemandeCle, EvenementSecurite, User
from catalogue.models import CleApi, RechercheSuivie, Signalement
from sofi.models import Courriel

#: Never given, even to the person: what opens something, or proves it.
SECRETS = {
    *("password", "empreinte", "empreinte_ancienne", "empreinte_nouvelle", "session_key", "session_data"),
    *("jeton", "corps", "uuid", "job"),
}
#: What a key or a request says of the person it was for, when the account's owner only handled it.
TIERS = {"email", "prenom", "nom", "telephone", "message", "registre"}
#: From where somebody else did something to the account.
ORIGINE = {"ip", "navigateur"}


def collect(user: User) -> dict:
    """The account, then each table that names `user`: by a key, or by their e-mail address.

    It follows the keys that point to the account, so that a table added later is not forgotten.
    """
    tables = [_table(lien.related_model, lien.field.name, user) for lien in links()]
    par_adresse = (
        *((CleActivation, "email"), (DemandeCle, "email")),
        *((Courriel, "destinataire"), (RechercheSuivie, "courriel")),
    )
    tables += [_table(model, champ, user.email) for model, champ in par_adresse]
    return {"compte": _row(user, set()), "tables": [table for table in tables if table["lignes"]]}


def links() -> list:
    """The foreign keys of all tables that point to a person."""
    relations = User._meta.get_fields(include_hidden=True)
    return [lien for lien in relations if lien.auto_created and (lien.one_to_many or lien.one_to_one)]


def _table(model: type[models.Model], champ: str, value) -> dict:
    """The rows of `model` where the field `champ` is `value`; of those of others, without who they are."""
    rows = model._base_manager.filter(**{champ: value}).order_by("pk")
    return {
        "table": str(model._meta.verbose_name),
        "en_tant_que": champ,
        "lignes": [_row(row, _hidden(row, champ, value)) for row in rows],
    }


def _hidden(row: models.Model, champ: str, value) -> set[str]:
    """What `row`, found because its `champ` is `value`, says of somebody else."""
    if isinstance(row, CleActivation | DemandeCle) and champ not in ("email", "utilisee_par"):
        return TIERS
    if isinstance(row, CleApi | Signalement):  # a partner's contact, a visitor
        return {"courriel"}
    if isinstance(row, EvenementSecurite) and row.auteur_id not in (None, value.pk):
        return ORIGINE
    return set()


def _row(row: models.Model, cache: set[str]) -> dict:
    return {
        field.name: _value(row.serializable_value(field.attname))
        for field in row._meta.concrete_fields
        if field.name not in SECRETS | cache and not isinstance(field, models.BinaryField)
    }


def _value(value):
    """`value` as JSON writes it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
