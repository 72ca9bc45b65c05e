"""Attacks in every column of text of the database, whatever the forms would have refused.

What is left as it was is either held by a constraint (`Bilan.refus` names it), too short for any attack, or
a code of the program (`CODES`). Each text begins with the mark of its column: what a page shows is known.
"""

from dataclasses import dataclass, field

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import IntegrityError, connection, models, transaction

from catalogue import recherche
from catalogue.lheo import fragments
from catalogue.models import Diffusion
from tests.hostile.attaques import LIEN, PLUS_COURTE, attaque, poison

APPLICATIONS = ("accounts", "catalogue", "sofi")
#: Columns that hold no text of anybody: hashes, keys, and words that the program writes for itself (names of
#: fields in the details of two journals).
CODES = {
    "accounts_user.password",
    "accounts_cleactivation.empreinte",
    "catalogue_evenementaif.details",
    "catalogue_evenementetablissement.details",
    "accounts_codesecours.empreinte",
    "accounts_changementadresse.empreinte_ancienne",
    "accounts_changementadresse.empreinte_nouvelle",
    "accounts_sessionnavigateur.session_data",
    "catalogue_cleapi.empreinte",
    "catalogue_recherchesuivie.empreinte",
    "catalogue_exportflux.sha256",
    # the public number, which is in the addresses
    "catalogue_session.numero",
    "catalogue_signalement.numero",
    # names of fields, of rules and of tables
    "catalogue_pointdemande.champ",
    "catalogue_derogation.code",
    "catalogue_derogation.etape",
    "catalogue_mesure.code",
    "catalogue_mesure.cle",
    "catalogue_evenementreglage.objet",
    "catalogue_evenementreglage.objet_pk",
    # codes of a national list, by which rows find each other
    "catalogue_diffusion.certification_code",
    "catalogue_certification.code_rncp",
    "catalogue_certification.codes_rs",
    "catalogue_remplacement.ancien_code",
    "catalogue_remplacement.ancien_code_rncp",
    "catalogue_remplacementfiche.ancienne",
    "catalogue_remplacementfiche.nouvelle",
    "catalogue_fragmentlheo.exclusions",
    "catalogue_ficherecherche.types",
    # what the program writes from the texts (`rewrite`), and the sentence that a waiver holds for
    "catalogue_fragmentlheo.xml",
    "catalogue_fragmentlheo.fautes",
    "catalogue_derogation.message",
}
#: The same in JSON, by key: the rest is what people typed.
CODES_JSON = {
    *("etat", "niveau", "departement", "numero", "date_debut", "date_fin", "cout_stagiaire", "duree_hebdo"),
    *("modalites_enseignement", "insee", "type"),
    *("champs", "objet", "jeton", "le", "decidee_le", "validee_le"),
}
LIENS = {"url", "site_web"}


@dataclass
class Bilan:
    """What became of each column, named « table.column »."""

    #: Those that hold an attack, with the mark their texts begin with ('' where it would not fit).
    marques: dict[str, str] = field(default_factory=dict)
    #: The constraint that refused an attack in every row.
    refus: dict[str, str] = field(default_factory=dict)
    #: Without any row to write in.
    vides: set[str] = field(default_factory=set)


def columns() -> list[tuple[type[models.Model], models.Field]]:
    """The columns of text of every table: of one word that names a row, of codes and of choices excepted."""
    return [
        (modele, champ)
        for application in APPLICATIONS
        for modele in apps.get_app_config(application).get_models()
        for champ in modele._meta.local_concrete_fields
        if _is_text(champ) and f"{modele._meta.db_table}.{champ.column}" not in CODES
    ]


def _is_text(champ: models.Field) -> bool:
    base = champ.base_field if isinstance(champ, ArrayField) else champ
    if champ.primary_key or champ.is_relation or base.choices:
        return False
    if isinstance(base, models.JSONField | models.TextField):
        return True
    return isinstance(base, models.CharField) and base.max_length >= PLUS_COURTE


def poison_all(suite: str = "", *, tour: int = 0) -> Bilan:
    """Write attacks in every column of `columns()`, row by row where a constraint refuses some rows.

    `suite` is put after the attacks in texts and in the columns that have room for it. A short column holds
    one attack or two: as many tours as attacks, `tour` after `tour`, put each of them first in each column.
    """
    bilan = Bilan()
    with transaction.atomic(), connection.cursor() as cursor:
        # The journals are append-only, by triggers.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for rang, (modele, champ) in enumerate(columns()):
            _poison_column(modele, champ, rang, suite, tour, bilan)
    return bilan


def rewrite() -> None:
    """Write again what is kept of the texts that are online: the search and the exchange format."""
    rows = list(Diffusion.objects.all())
    recherche.write(rows)
    fragments.write(rows)


def _poison_column(modele, champ, rang: int, suite: str, tour: int, bilan: Bilan) -> None:
    nom, marque = f"{modele._meta.db_table}.{champ.column}", f"~{rang:03d}"
    rows = modele._base_manager.order_by("pk").values_list("pk", champ.attname)
    if not rows:
        bilan.vides.add(nom)
    # From the last: at the next tour each row takes what the one after it has left.
    for ligne, (pk, valeur) in reversed(list(enumerate(rows))):
        refus = "rien à remplacer"
        for nouvelle in _values(champ, valeur, marque, rang + ligne + tour, suite):
            try:
                with transaction.atomic():
                    modele._base_manager.filter(pk=pk).update(**{champ.attname: nouvelle})
            except IntegrityError as error:
                refus = error.__cause__.diag.constraint_name
            else:
                bilan.marques[nom] = marque if marque in str(nouvelle) else ""
                break
        else:
            bilan.refus.setdefault(nom, refus)
    if nom in bilan.marques:
        bilan.refus.pop(nom, None)


def _values(champ: models.Field, valeur, marque: str, rang: int, suite: str) -> list:
    """What to try in the place of `valeur`, the most dangerous first."""
    if isinstance(champ, models.JSONField):
        textes = iter(range(rang, 10_000))

        def texte(cle: str) -> str:
            return LIEN + marque if cle in LIENS else f"{marque} {attaque(next(textes))}{suite}"

        nouvelle = poison(valeur, texte, CODES_JSON)
        return [] if nouvelle == valeur else [nouvelle]
    if isinstance(champ, ArrayField):
        base = champ.base_field
        # Two words at least: one text alone would not tell how they are joined.
        return [[_text(base, marque, rang + i, suite) for i in range(max(2, len(valeur)))]]
    essais = [
        *([LIEN + marque] if champ.name in LIENS and rang % 2 else []),
        _text(champ, marque, rang, suite),
        _text(champ, marque, rang),
        _text(champ, f"https://exemple.fr/{marque}", rang),
        f"{marque}\"onfocus='xss(16)'${{xss(18)}}.{rang}@exemple.fr",
    ]
    return [texte for texte in essais if len(texte) <= (champ.max_length or len(texte))]


def _text(champ: models.Field, marque: str, rang: int, suite: str = "") -> str:
    # A TextField's length is the form's business.
    place = None if isinstance(champ, models.TextField) else champ.max_length
    if place is not None and place < len(marque) + 1 + PLUS_COURTE:
        return attaque(rang, place)
    debut = f"{marque}.{rang} " if champ.unique else f"{marque} "
    pris = len(debut) + len(suite)
    if place is not None and place < pris + PLUS_COURTE:
        return debut + attaque(rang, place - len(debut))
    return debut + attaque(rang, place and place - pris) + suite
