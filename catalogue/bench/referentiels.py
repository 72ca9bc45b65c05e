"""The reference data: how fast an import writes it, beside the same rows sent by COPY alone, and how many."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle, islice
from statistics import median
from time import perf_counter

from django.db import connection, models
from psycopg import sql

from catalogue.bench.copies import copied, settle
from catalogue.models import Certification, FicheRepertoire
from catalogue.referentiels import certifinfo, rncp
from catalogue.referentiels.chargement import Chargement
from sofi.typographie import NBSP, entier

#: As many as the country has of certifications, and of sheets of the RNCP and RS.
CERTIFICATIONS, FICHES = 30_000, 15_000
TOURS = 3
#: One title in so many has changed.
UN_SUR = 100
MODELES = (Certification, FicheRepertoire)


@dataclass(frozen=True)
class Jeu:
    """Rows of a table: values of `champs`, of which the first is the key and the second a title.

    `initiales` are the constants that new rows hold besides.
    """

    model: type[models.Model]
    champs: Sequence[str]
    initiales: dict[str, str]
    rows: list[tuple]

    def change(self) -> "Jeu":
        """The same rows, one title in `UN_SUR` being another."""
        rows = [
            (cle, titre if rang % UN_SUR else f"{titre} bis", *autres)
            for rang, (cle, titre, *autres) in enumerate(self.rows)
        ]
        return replace(self, rows=rows)


def measure() -> Iterator[str]:
    """A line for COPY and for each import; the base comes out as it was."""
    jeux = build_sets(CERTIFICATIONS, FICHES)
    tours, lignes = [_round(jeux) for _ in range(TOURS)], sum(len(jeu.rows) for jeu in jeux)
    yield f"Référentiels, {entier(lignes)} lignes"
    for nom in tours[0]:
        secondes = median(tour[nom][0] for tour in tours)
        part = median(tour["COPY dans une table vide"][0] / tour[nom][0] for tour in tours)
        yield (
            f"{nom:<42} {lignes / secondes:>9.0f} lignes/s  {part:5.2f} × COPY  "
            f"{entier(tours[0][nom][1])} lignes écrites"
        )


def build_sets(certifications: int, fiches: int) -> list[Jeu]:
    """As many rows as are asked of each, made from those of the base, which may be an extract."""
    return [
        _build(Certification, certifinfo.CHAMPS, certifinfo.INITIALES, certifications, ""),
        _build(FicheRepertoire, rncp.CHAMPS, {}, fiches, "RNCP"),
    ]


def _build(model, champs: Sequence[str], initiales: dict[str, str], nombre: int, prefixe: str) -> Jeu:
    """The rows of the base again and again, their rank in their key and in their title."""
    lues = cycle(list(model.objects.order_by("pk").values_list(*champs)))
    rows = [
        (f"{prefixe}{rang}", f"{titre[:480]} {rang}", *autres)
        for rang, (_, titre, *autres) in enumerate(islice(lues, nombre), start=1)
    ]
    return Jeu(model, champs, initiales, rows)


def _round(jeux: list[Jeu]) -> dict[str, tuple[float, int]]:
    """Seconds, and rows written: by COPY, then by each import."""
    with copied(*MODELES):
        copie = _timed(copy, jeux)
    with copied(*MODELES):
        return {
            "COPY dans une table vide": copie,
            "Import, premier chargement": _timed(load, jeux),
            "Import, mêmes lignes": _timed(load, jeux),
            f"Import, 1{NBSP}% de lignes changées": _timed(load, [jeu.change() for jeu in jeux]),
        }


def _timed(write: Callable[[Jeu], int], jeux: list[Jeu]) -> tuple[float, int]:
    debut = perf_counter()
    ecrites = sum(write(jeu) for jeu in jeux)
    secondes = perf_counter() - debut
    settle(*MODELES)
    return secondes, ecrites


def copy(jeu: Jeu) -> int:
    """The limit: the rows sent to their table, which must be empty; how many."""
    colonnes = [jeu.model._meta.get_field(nom).column for nom in (*jeu.champs, *jeu.initiales)]
    ordre = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(jeu.model._meta.db_table), sql.SQL(", ").join(map(sql.Identifier, colonnes))
    )
    with connection.cursor() as cursor, cursor.copy(ordre) as copie:
        for row in jeu.rows:
            copie.write_row((*row, *jeu.initiales.values()))
    return len(jeu.rows)


def load(jeu: Jeu) -> int:
    """What an import does once it has read its file; how many rows it wrote."""
    with Chargement(jeu.model, jeu.champs, valeurs_initiales=jeu.initiales) as chargement:
        chargement.copy(jeu.rows)
        compte = chargement.merge()
    return compte.nouvelles + compte.modifiees
