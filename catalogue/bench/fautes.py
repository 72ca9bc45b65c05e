"""Typing errors: what putting one right costs, and how often the first proposal is the right one."""

from collections.abc import Iterator
from random import Random
from statistics import median

from django.utils import timezone

from catalogue.bench.copies import copied, settle
from catalogue.bench.requetes import milliseconds, read_by_key, tell
from catalogue.certifications.mots import stem
from catalogue.models import MotRecherche
from catalogue.recherche import lexique
from catalogue.recherche.fautes import Faute
from sofi.typographie import NBSP, entier

#: Errors, and passes of which each error's median is kept.
NOMBRE, PASSES, GRAINE = 150, 3, 1
#: Words of a national lexicon: the made-up offer is written with fewer.
NATIONAL = 46_000
#: Shorter words are too like one another for their slips to have one answer.
LONGUEUR = 6
LETTRES = "aeioulmnprst"


def measure() -> Iterator[str]:
    """A line on the words of the offer, and one on a lexicon of national size."""
    with copied(MotRecherche):
        # As it is each morning: how frequent a word is chooses between those as near.
        lexique.count_words(timezone.localdate())
        settle(MotRecherche)
        yield _measure("Fautes de frappe, mots de l’offre")
        _widen(NATIONAL)
        settle(MotRecherche)
        yield _measure("Fautes de frappe, lexique national")


def build_slips(nombre: int, graine: int = GRAINE) -> list[tuple[str, str]]:
    """`nombre` words of the lexicon, each with the slip it was typed with: another word, of no family known
    there, for a slip within a family is found without any correction."""
    alea, mots = Random(graine), set(MotRecherche.objects.values_list("mot", flat=True))
    longs, familles, slips = _long(mots), {stem(mot) for mot in mots}, []
    while len(slips) < nombre:
        mot = alea.choice(longs)
        faute = _misspell(mot, alea)
        if faute not in mots and stem(faute) not in familles:
            slips.append((mot, faute))
    return slips


def _long(mots: set[str]) -> list[str]:
    return sorted(mot for mot in mots if len(mot) >= LONGUEUR and mot.isalpha())


def _misspell(mot: str, alea: Random) -> str:
    """`mot` with one slip: a letter missing, doubled, changed or added, or two of them exchanged."""
    i = alea.randrange(1, len(mot) - 1)
    return alea.choice(
        [
            mot[:i] + mot[i + 1 :],
            mot[:i] + mot[i] + mot[i:],
            mot[:i] + alea.choice(LETTRES) + mot[i + 1 :],
            mot[:i] + alea.choice(LETTRES) + mot[i:],
            mot[:i] + mot[i + 1] + mot[i] + mot[i + 2 :],
        ]
    )


def _widen(nombre: int) -> None:
    """Bring the lexicon to some `nombre` words, with the beginning of one and the end of another."""
    mots, alea = set(MotRecherche.objects.values_list("mot", flat=True)), Random(GRAINE)
    longs = _long(mots)
    crosses = {_cross(alea.choice(longs), alea.choice(longs)) for _ in range(nombre - len(mots))}
    MotRecherche.objects.bulk_create(MotRecherche(mot=mot) for mot in sorted(crosses - mots))


def _cross(mot: str, autre: str) -> str:
    return mot[: len(mot) // 2] + autre[len(autre) // 2 :]


def _measure(nom: str) -> str:
    slips, planchers = build_slips(NOMBRE), []
    passes = [[_correct(faute, planchers) for _, faute in slips] for _ in range(PASSES)]
    durees = [median(suite) for suite in zip(*passes, strict=True)]
    justes = sum(Faute(faute).correction == mot for mot, faute in slips)
    part = f"{100 * justes / len(slips):.0f}{NBSP}% justes du premier coup"
    mots = entier(MotRecherche.objects.count())
    return tell(nom, durees, planchers, f"{part} ({len(slips)} fautes, {mots} mots)")


def _correct(faute: str, planchers: list[float]) -> float:
    """Milliseconds of a correction, Python's included; the floor's, just before, goes to `planchers`."""
    planchers.append(read_by_key())
    return milliseconds(lambda: Faute(faute).correction)
