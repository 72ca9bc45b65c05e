"""Nothing was found: typing errors are put right in the words, not in the rows, and the rest is told."""

import re
from functools import cached_property
from string import ascii_lowercase

from django.db import connection

from catalogue.certifications.mots import plain, stem, words
from catalogue.certifications.recherche import known_words
from catalogue.certifications.sigles import MAXIMUM
from catalogue.recherche.departements import DEPARTEMENTS
from catalogue.recherche.mots_de_filtres import FILTRES
from catalogue.recherche.requete import asked, held_words

#: Shorter words are too like one another to be corrected.
LONGUEUR_MINIMALE = 4
LIMITE_MOTS, LONGUEUR_MAXIMALE = 8, 200
#: How many words are proposed.
LIMITE_PROCHES = 5
#: How many words that look alike are compared.
LIMITE_CANDIDATS = 40
#: Beyond, it is another word.
DISTANCE_MAX = 2
#: The words of the names of the départements: « Vendée » is not « Vendin » written wrong.
_DEPARTEMENTS = {mot for nom in DEPARTEMENTS.values() for mot in words(nom)}
_LIKE = """
SELECT rang, mot, nombre FROM unnest(%s::text[]) WITH ORDINALITY AS tape (faute, rang)
CROSS JOIN LATERAL (
    SELECT mot, nombre FROM catalogue_motrecherche
    WHERE mot %% faute ORDER BY similarity(mot, faute) DESC, nombre DESC LIMIT %s
) proche
UNION ALL
-- An array, not a join: the index is asked for each word; joined, the whole lexicon would be read. Sent as
-- one text: hundreds of words take longer to quote, each on its own, than to find. From a query of its own:
-- seen by the planner, each of them would be weighed, which takes longer than to find them all.
SELECT 0, mot, nombre FROM catalogue_motrecherche
WHERE mot = ANY((SELECT string_to_array(%s, ' '))::text[])
"""


class Faute:
    """The words of a search `q`, beside those of the offer and of the catalogue: three queries at most."""

    def __init__(self, q: str):
        self.mots, self._demandes = _words(q), asked(q)
        # A number is not another one written wrong.
        self._longs = [mot for mot in self.mots if len(mot) >= LONGUEUR_MINIMALE and not mot.isdigit()]
        self._tapes = {plain(tape): tape for tape in re.findall(r"[^\W_]+", q[:LONGUEUR_MAXIMALE])}

    @cached_property
    def _voisins(self) -> dict[str, set[str]]:
        return {mot: edits(mot) for mot in self._longs}

    @cached_property
    def _candidats(self) -> dict[str, list[tuple[str, int]]]:
        return _candidates(self._voisins) if self._longs else {}

    @cached_property
    def _offerts(self) -> set[str]:
        """The words of the search that some session online holds: of the family of a word of the lexicon, or
        else, for those that may be initials or numbers, as the index says."""
        familles = {mot: {stem(candidat) for candidat, _ in self._candidats[mot]} for mot in self._longs}
        offerts = {mot for mot, racines in familles.items() if stem(mot) in racines}
        autres = [mot for mot in self._demandes if mot not in offerts]
        return offerts | held_words([mot for mot in autres if mot.isdigit() or len(mot) <= MAXIMUM])

    @cached_property
    def _manques(self) -> list[str]:
        """The long words that the offer does not hold."""
        return [mot for mot in self._longs if mot in self._demandes and mot not in self._offerts]

    @cached_property
    def _inconnus(self) -> list[str]:
        """Those that may be slips: a word of the national catalogue is not, nor that of a département, which
        nobody offers here for now, nor what a filter says: « en ligne » is not « linge »."""
        rares = [mot for mot in self._manques if mot not in _DEPARTEMENTS and mot not in FILTRES]
        connus = known_words(rares) if rares else set()
        return [mot for mot in rares if mot not in connus]

    @cached_property
    def correction(self) -> str:
        """The search with its unknown words corrected; '' when there is none, or nothing like them."""
        corrections = {mot: _closest(mot, self._candidats[mot], self._voisins[mot]) for mot in self._inconnus}
        return " ".join(corrections.get(mot) or mot for mot in self.mots) if any(corrections.values()) else ""

    @property
    def proches(self) -> list[str]:
        """Words of the offer that look like those it does not hold, or begin so, the likeliest first."""
        ranked = sorted(
            (ecart, -nombre, candidat)
            for mot in self._manques
            for candidat, nombre in self._candidats[mot]
            if (
                (ecart := distance(mot, candidat)) <= max(DISTANCE_MAX, len(mot) // 2)
                and mot in self._inconnus
            )
            or candidat.startswith(mot)
        )
        return list(dict.fromkeys(candidat for _, _, candidat in ranked))[:LIMITE_PROCHES]

    @property
    def presents(self) -> list[str]:
        """Of a search of several words, those that some session online holds, as they were typed."""
        return self._tell(offert=True) if len(self._demandes) > 1 else []

    @property
    def absents(self) -> list[str]:
        """The words that no session online holds, as they were typed."""
        return self._tell(offert=False)

    def _tell(self, *, offert: bool) -> list[str]:
        retenus = [mot for mot in self._demandes if (mot in self._offerts) == offert]
        return [self._tapes.get(mot, mot) for mot in retenus]


def _words(q: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r"[a-z0-9]+", plain(q)[:LONGUEUR_MAXIMALE])))[:LIMITE_MOTS]


def _candidates(voisins: dict[str, set[str]]) -> dict[str, list[tuple[str, int]]]:
    """For each word, the words of the lexicon that look like it, with how many sessions hold them.

    `voisins`, by word: the texts one slip away.
    """
    mots, found = list(voisins), {mot: {} for mot in voisins}
    with connection.cursor() as cursor:
        cursor.execute(_LIKE, [mots, LIMITE_CANDIDATS, " ".join(set().union(*voisins.values()))])
        for rang, candidat, nombre in cursor.fetchall():
            for mot in [mots[rang - 1]] if rang else mots:
                if rang or candidat in voisins[mot]:
                    found[mot][candidat] = nombre
    return {mot: list(candidats.items()) for mot, candidats in found.items()}


def edits(mot: str) -> set[str]:
    """Every text one slip away from `mot`: a letter missing, added, changed, or two of them exchanged.

    Trigrams miss half of those of a short word.
    """
    splits = [(mot[:i], mot[i:]) for i in range(len(mot) + 1)]
    found = {a + b[1:] for a, b in splits if b}
    found |= {a + b[1] + b[0] + b[2:] for a, b in splits if len(b) > 1}
    found |= {a + c + b[1:] for a, b in splits if b for c in ascii_lowercase}
    return found | {a + c + b for a, b in splits for c in ascii_lowercase}


def _closest(mot: str, candidats: list[tuple[str, int]], voisins: set[str]) -> str:
    """The likeliest of `candidats`: fewest slips, same beginning, then the most frequent.

    `voisins` are the texts one slip away: when some candidate is one of them, the others are not compared.
    """
    proches = [candidat for candidat in candidats if candidat[0] in voisins] or candidats
    ranked = [
        (distance(mot, candidat), candidat[0] != mot[0], -nombre, candidat) for candidat, nombre in proches
    ]
    ranked = [row for row in ranked if row[0] <= DISTANCE_MAX]
    return min(ranked)[-1] if ranked else ""


def distance(a: str, b: str) -> int:
    """How many slips (missing, added, changed letter, two exchanged) lead from `a` to `b`."""
    before, previous = [], list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        current = [i]
        for j, y in enumerate(b, start=1):
            best = min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                best = min(best, before[j - 2] + 1)
            current.append(best)
        before, previous = previous, current
    return previous[-1]
