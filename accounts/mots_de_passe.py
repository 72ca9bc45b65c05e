"""What a password must be: long, and more than what everybody would try (AUTH_PASSWORD_VALIDATORS).

No rule on kinds of characters. A password is read as an attacker's program would: cut into the fewest
ideas (common words, names around the person, walks on the keyboard, repeats, years), each worth some points;
below a total it is refused. Three common words are enough, two and a year are not.
"""

import re
from unicodedata import combining, normalize

from django.conf import settings
from django.core.exceptions import ValidationError

from accounts.mots_courants import LIAISONS, MOTS, PHRASES, RANGEES
from sofi.forms import NBSP

MINIMUM, MAXIMUM = 16, 128
#: Points a password must total, and those of each thing it is made of.
TOTAL = 60
MOT, CONTEXTE, MARCHE, REPETITION, LIAISON = 20, 10, 10, 5, 5
LETTRE, CHIFFRE, AUTRE, SEPARATEUR = 5, 4, 4, 0
SEPARATEURS = frozenset(" -_.,;:'/+&!?")
#: Digits beside words are a year, a département: together less than an idea.
CHIFFRES_AU_PLUS = 18
#: Letters that people write otherwise.
DEGUISEMENTS = str.maketrans("@431!05$7€", "aaeiiosste")
AUTRE_DEGUISEMENT = str.maketrans("1!|", "lll")
MARCHES = tuple(marche for rangee in RANGEES for marche in (rangee, rangee[::-1]))
PLUS_LONG = max(map(len, PHRASES))
CONSEIL = "par exemple une phrase de plusieurs mots sans rapport entre eux"


class LongueurValidator:
    """At least 16 characters, at most 128, of any kind."""

    def validate(self, password, user=None):
        compte = len(password)
        if compte < MINIMUM:
            raise ValidationError(
                f"Ce mot de passe compte {compte}{NBSP}caractère{'s' if compte > 1 else ''}{NBSP}: "
                f"il en faut au moins {MINIMUM}, {CONSEIL}.",
                code="trop_court",
            )
        if compte > MAXIMUM:
            raise ValidationError(
                f"Ce mot de passe compte {compte}{NBSP}caractères{NBSP}: "
                f"raccourcissez-le à {MAXIMUM} au plus.",
                code="trop_long",
            )

    def get_help_text(self):
        return f"{MINIMUM}{NBSP}caractères au moins, {CONSEIL}."


class DevinableValidator:
    """Neither a password that everybody would try, nor little more than names around the person."""

    def validate(self, password, user=None):
        if not MINIMUM <= len(password) <= MAXIMUM:
            return
        if worth(password) < TOTAL:
            raise ValidationError(
                "Ce mot de passe est trop facile à deviner (mots courants, suite de touches, répétition)"
                f"{NBSP}: choisissez-en un autre, {CONSEIL}.",
                code="courant",
            )
        if worth(password, context_words(user)) < TOTAL:
            raise ValidationError(
                "Ce mot de passe ressemble trop à votre nom, à votre adresse e-mail, à votre organisme "
                f"ou à SOFI{NBSP}: choisissez-en un autre, {CONSEIL}.",
                code="contexte",
            )

    def get_help_text(self):
        return "Ni votre nom, ni celui de votre organisme, ni des mots que tout le monde essaierait."


def context_words(user=None) -> frozenset[str]:
    """Return the words that are around `user`: names, address, organisations, SOFI and its region."""
    carif = settings.CARIF
    textes = ["SOFI", "Carif-Oref", carif.nom, carif.nom_court, carif.region, carif.site_regional]
    if user is not None:
        textes += [user.prenom, user.nom, user.email]
        if user.pk:
            for noms in user.organismes.values_list("raison_sociale", "nom_usage"):
                textes += noms
    simples = [simple(texte) for texte in textes if texte]
    words = {word for texte in simples for word in re.findall(r"[^\W_]{3,}", texte)}
    return frozenset(words | {re.sub(r"[\W_]", "", texte) for texte in simples})


def simple(texte: str) -> str:
    """Return `texte` in lower case and without accents."""
    return "".join(c for c in normalize("NFKD", texte.casefold()) if not combining(c))


def worth(password: str, context: frozenset[str] = frozenset()) -> int:
    """Return the points of `password` for whoever knows the `context` words; the cheapest reading counts."""
    texte = simple(password)
    compact = "".join(c for c in texte if c not in SEPARATEURS)
    undoubled = re.sub(r"(.)\1+", r"\1", compact)
    return min(_total(_cut(_unit(lecture), context)) for lecture in {texte, compact, undoubled})


def _unit(texte: str) -> str:
    """Return what `texte` repeats (« soleil42 » for « soleilsoleil42 »), or `texte` itself."""
    racine = texte.rstrip("0123456789!?.*$ ")
    period = (racine + racine).find(racine, 1) if racine else 0
    return racine[:period] + texte[len(racine) :] if 0 < period < len(racine) else texte


def _cut(texte: str, context: frozenset[str]) -> list[tuple[str, int]]:
    """Cut `texte` into the pieces that cost least in all; return them with their points."""
    clair = texte.translate(DEGUISEMENTS)
    lectures = (texte, clair, texte.translate(AUTRE_DEGUISEMENT).translate(DEGUISEMENTS))
    best: list[tuple[int, list[tuple[str, int]]]] = [(0, [])]
    for end in range(1, len(texte) + 1):
        cuts = []
        for start in range(max(0, end - PLUS_LONG), end):
            points = _points({lecture[start:end] for lecture in lectures}, texte[start:end], context)
            if points is not None:
                total, pieces = best[start]
                cuts.append((total + points, [*pieces, (texte[start:end], points)]))
        best.append(min(cuts, key=lambda cut: cut[0]))
    return best[-1][1]


def _points(lectures: set[str], piece: str, context: frozenset[str]) -> int | None:
    """Return the points of a piece of a password, whose `lectures` undo disguises; None if it is no idea."""
    if len(piece) == 1:
        if piece.isalpha():
            return LETTRE
        return CHIFFRE if piece.isdigit() else SEPARATEUR if piece in SEPARATEURS else AUTRE
    if len(piece) > 2 and len(set(piece)) == 1:
        return REPETITION
    if piece in LIAISONS:
        return LIAISON
    if len(piece) > 3 and any(piece in walk for walk in MARCHES):
        return MARCHE
    if piece.isdigit():
        return None
    if not context.isdisjoint(lectures):
        return CONTEXTE
    return None if MOTS.isdisjoint(lectures) and PHRASES.isdisjoint(lectures) else MOT


def _total(pieces: list[tuple[str, int]]) -> int:
    """Add the points of `pieces`: an idea counts once, and digits beside words for little."""
    ideas = dict(piece for piece in pieces if len(piece[0]) > 1)
    digits = sum(points for piece, points in pieces if len(piece) == 1 and piece.isdigit())
    others = sum(points for piece, points in pieces if len(piece) == 1 and not piece.isdigit())
    return sum(ideas.values()) + others + (min(digits, CHIFFRES_AU_PLUS) if ideas else digits)
