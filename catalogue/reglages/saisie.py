"""Saving a setting: lock, check that nobody was faster, write, log. Administrators only.

Each save is a version of the setting, and a line of `EvenementReglage` with the values before and after.
"""

from collections.abc import Sequence

from django.db import IntegrityError, transaction

from catalogue.feries import holidays
from catalogue.models import Delais, EvenementReglage, JourFerme, TexteType, TypeDispositif

Reglage = Delais | JourFerme | TexteType | TypeDispositif
#: What tells two rows of a kind apart, and the sentence when somebody else has it already.
CLES: dict[type[Reglage], tuple[tuple[str, ...], str]] = {
    TypeDispositif: (("code",), "Un type de dispositif a déjà ce code\u00a0: choisissez-en un autre."),
    TexteType: (("usage", "libelle"), "Un texte préparé porte déjà ce nom\u00a0: choisissez-en un autre."),
    JourFerme: (("jour",), "Ce jour est déjà dans la liste."),
}


class ReglageRefuse(Exception):
    """A save that may not happen; `str()` is the French sentence for the user.

    `code` is ``role``, ``existe`` (`champ` is the field to change), ``supprime`` (the row is gone) or
    ``perime`` (`actuel` is the row as it now stands).
    """

    def __init__(self, code: str, message: str, *, actuel: Reglage | None = None, champ: str = ""):
        super().__init__(message)
        self.code = code
        self.actuel = actuel
        self.champ = champ


@transaction.atomic
def create(row: Reglage, champs: Sequence[str], *, by) -> Reglage:
    """Insert a filled `row`, whose columns are `champs`, and return it.

    A second click finds the row of the first. Raises `ReglageRefuse` (``existe``) when another row has the
    same key and other values.
    """
    _check_role(by)
    if not _insert(row):
        return _twin(row, champs)
    _record(row, {champ: [None, _plain(row, champ)] for champ in champs}, by)
    return row


@transaction.atomic
def update(row: Reglage, champs: Sequence[str], version: int, *, by) -> Reglage:
    """Write the columns `champs` of a changed `row` if the stored one still has `version`; return it.

    Without any change, writes nothing. Raises `ReglageRefuse`: ``supprime``, ``perime`` or ``existe``.
    """
    _check_role(by)
    actuel = type(row).objects.select_for_update().filter(pk=row.pk).first()
    if actuel is None:
        raise ReglageRefuse("supprime", "Quelqu’un a supprimé ce réglage pendant que vous le remplissiez.")
    changements = {
        champ: [_plain(actuel, champ), _plain(row, champ)]
        for champ in champs
        if getattr(actuel, champ) != getattr(row, champ)
    }
    if not changements:  # nothing typed, or the same thing twice: the first save did it
        return actuel
    if actuel.version != version:
        raise ReglageRefuse(
            "perime", "Ce réglage a été enregistré entre-temps\u00a0: rien n’a été écrasé.", actuel=actuel
        )
    for champ in changements:
        setattr(actuel, champ, getattr(row, champ))
    actuel.version += 1
    _save(actuel, update_fields=[*changements, "version"])
    _record(actuel, changements, by)
    return actuel


@transaction.atomic
def delete_jour(pk: int, *, by) -> None:
    """Take a closed day out of the list; a day already gone is fine."""
    _check_role(by)
    row = JourFerme.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        return
    row.version += 1
    _record(row, {champ: [_plain(row, champ), None] for champ in ("jour", "libelle")}, by)
    row.delete()


@transaction.atomic
def add_feries(annee: int, *, by) -> int:
    """Close the public holidays of `annee` that are not in the list yet; return how many."""
    _check_role(by)
    rows = [JourFerme(jour=jour, libelle=libelle) for jour, libelle in holidays(annee)]
    nouveaux = [row for row in rows if _insert(row)]
    for row in nouveaux:
        _record(row, {champ: [None, _plain(row, champ)] for champ in ("jour", "libelle")}, by)
    return len(nouveaux)


def _check_role(by) -> None:
    if not (by.is_active and by.est_administrateur):
        raise ReglageRefuse("role", "Seuls les administrateurs changent les réglages.")


def _insert(row: Reglage) -> bool:
    """Insert `row` unless another one has its key: whether it did. Two clicks wait for each other."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        if not _says_twin(error):
            raise
        return False
    return True


def _save(row: Reglage, **options) -> None:
    """Save a changed row, saying kindly that another one has the same name."""
    cles, phrase = CLES.get(type(row), ((), ""))
    try:
        with transaction.atomic():
            row.save(**options)
    except IntegrityError as error:
        if not _says_twin(error):
            raise
        raise ReglageRefuse("existe", phrase, champ=cles[-1]) from None


def _says_twin(error: IntegrityError) -> bool:
    """Whether the database refused a second row of the same key, and nothing else."""
    return getattr(error.__cause__, "sqlstate", "") == "23505"


def _twin(row: Reglage, champs: Sequence[str]) -> Reglage:
    """The row that has the key of `row`, when it says the same in `champs`; otherwise raises."""
    cles, phrase = CLES[type(row)]
    jumeau = type(row).objects.filter(**{cle: getattr(row, cle) for cle in cles}).first()
    if jumeau is None or any(getattr(jumeau, champ) != getattr(row, champ) for champ in champs):
        raise ReglageRefuse("existe", phrase, champ=cles[-1])
    return jumeau


def _record(row: Reglage, changements: dict, by) -> None:
    EvenementReglage.objects.create(
        objet=row._meta.model_name,
        objet_pk=str(row.pk),
        libelle=str(row)[:310],
        version=row.version,
        changements=changements,
        auteur=by,
    )


def _plain(row: Reglage, champ: str):
    """The value of a column as JSON keeps it."""
    valeur = getattr(row, champ)
    return valeur.isoformat() if champ == "jour" else valeur
