"""The orders of the results, and the keys by which one page follows another.

Every order is (rang, commencee, jours, numero): by rang (words missing from the title, or metres from the
place; 0 by date), then what is to come, soonest first, then what has begun, latest first.
"""

from dataclasses import dataclass, field
from datetime import date

from sofi.paging import SEPARATOR

PERTINENCE, DATE, DISTANCE = "pertinence", "date", "distance"
#: Farther than any place: what is followed from home, in the order of distance.
LOINTAIN = 1_000_000_000
LONGUEUR_NUMERO = 20


@dataclass(frozen=True)
class Cle:
    """A row's place in an order: `tri` names the order, `rang` its first column."""

    tri: str
    rang: int
    date_debut: date
    numero: str

    def __str__(self) -> str:
        return SEPARATOR.join([self.tri, str(self.rang), self.date_debut.isoformat(), self.numero])


def read_key(texte: str | None) -> Cle | None:
    """The key that an address carries; ``None`` when there is none, or it is forged."""
    parts = (texte or "").split(SEPARATOR)
    if len(parts) != 4 or "\0" in texte:
        return None
    tri, rang, debut, numero = parts
    if not (rang.isascii() and rang.isdigit() and len(rang) <= 10 and 0 < len(numero) <= LONGUEUR_NUMERO):
        return None
    try:
        jour = date.fromisoformat(debut)
    except ValueError:
        return None
    return Cle(tri, min(int(rang), LOINTAIN), jour, numero)


@dataclass(frozen=True)
class Place:
    """Where a page begins: on one side of a key, or at the beginning without it."""

    tri: str
    cle: Cle | None = None
    est_avant: bool = False


@dataclass
class Resultats:
    """One page of a search."""

    #: The keys of its rows, in order.
    cles: list[Cle]
    #: How many sessions there are; an estimate unless `est_exact`.
    total: int
    est_exact: bool
    #: The order in force: by date above `SEUIL_EXACT`, where the others would be too long to tell.
    tri: str
    #: Filter → value (as in the address) → how many sessions; empty when they were not counted.
    facettes: dict[str, dict[str, int]] = field(default_factory=dict)
    #: The filters in force whose figures were told of every value, as if none of theirs were chosen.
    completes: frozenset[str] = frozenset()
    #: The keys of the pages around, '' when there is none.
    precedent: str = ""
    suivant: str = ""

    @property
    def numeros(self) -> list[str]:
        """The public numbers of its sessions, in order."""
        return [cle.numero for cle in self.cles]


def build_page(place: Place, cles: list[Cle], taille: int, **rest) -> Resultats:
    """The page of `cles`, read from `place` on: one more than `taille` when others follow."""
    more, cles = len(cles) > taille, cles[:taille]
    if place.est_avant:
        cles.reverse()
    before, after = (more, True) if place.est_avant else (place.cle is not None, more)
    return Resultats(
        cles,
        tri=place.tri,
        precedent=str(cles[0]) if cles and before else "",
        suivant=str(cles[-1]) if cles and after else "",
        **rest,
    )
