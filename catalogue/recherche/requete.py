"""The condition « this row holds these words and verifies these filters »: one tsquery, one index."""

from collections.abc import Iterable

from django.db import connection
from django.db.models import BooleanField, F, Func, IntegerField, Value
from django.utils import timezone

from catalogue.certifications.mots import ABREGES, stem, words
from catalogue.recherche.ecriture import MAX_MOT

#: What people say before what they look for: « formation coiffure », « stage poterie ».
BANALS = frozenset({"formation", "formations", "cours", "stage", "stages"})
#: « Titre pro » for « titre professionnel », where titles say « bac pro ».
EQUIVALENTS = {abrege: [stem(entier)] for abrege, entier in ABREGES.items()}
_TENUS = """
SELECT mot FROM unnest(%s::text[], %s::text[]) AS demande (mot, requete) WHERE EXISTS (
    SELECT FROM catalogue_ficherecherche WHERE document @@ requete::tsquery AND date_fin >= %s
)
"""


class Holds(Func):
    """`document @@ requete`: a condition, which the GIN index answers."""

    template = "%(expressions)s::tsquery"
    arg_joiner = " @@ "
    output_field = BooleanField()

    def __init__(self, document, requete, **extra):
        super().__init__(document, requete, **extra)


class MissingFromTitle(Func):
    """How many of the given words the title does not hold: 0 is best."""

    template = "(%(expressions)s)"
    arg_joiner = " + "
    output_field = IntegerField()


class _Lacks(Func):
    """1 when the row does not hold `requete`, 0 when it does."""

    template = "(NOT (%(expressions)s::tsquery))::int"
    arg_joiner = " @@ "
    output_field = IntegerField()


def asked(texte: str) -> list[str]:
    """The words of `texte` (plain) that say what is looked for; all of them when none says more."""
    mots = words(texte)
    return [mot for mot in mots if mot not in BANALS] or mots


def stems_of(texte: str) -> list[str]:
    """The stems of what a person typed, once each, as `ecriture.write` wrote those of the titles."""
    return list(dict.fromkeys(stem(mot[:MAX_MOT]) for mot in asked(texte)))


def lexemes_of(stem: str) -> list[str]:
    """The lexemes of which any will do for a stem: its own, and what it is short for."""
    return [stem, *EQUIVALENTS.get(stem, ())]


def held_words(mots: list[str]) -> set[str]:
    """Those of `mots` (plain words) that some session online holds. One query."""
    if not mots:
        return set()
    with connection.cursor() as cursor:
        demandes = [_quote(stem(mot[:MAX_MOT])) for mot in mots]
        cursor.execute(_TENUS, [mots, demandes, timezone.localdate()])
        return {mot for (mot,) in cursor.fetchall()}


def holds(clauses: Iterable[Iterable[str]]) -> Holds:
    """Rows that hold, of each clause, one of its lexemes: stems, or tokens of `jetons`."""
    parts = [" | ".join(_quote(lexeme) for lexeme in clause) for clause in clauses]
    return Holds(F("document"), Value(" & ".join(f"({part})" for part in parts)))


def missing_from_title(stems: list[str]) -> MissingFromTitle | Value:
    """By how many of `stems` the title falls short."""
    if not stems:
        return Value(0)
    titles = (" | ".join(f"{_quote(lexeme)}:A" for lexeme in lexemes_of(stem)) for stem in stems)
    return MissingFromTitle(*(_Lacks(F("document"), Value(title)) for title in titles))


def _quote(lexeme: str) -> str:
    """A lexeme as the text of a tsquery writes it."""
    escaped = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
