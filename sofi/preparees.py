"""Statements that PostgreSQL plans once for a connection: those it takes longer to plan than to answer.

Django sends each statement whole, to be planned anew. That is right for a search, whose best plan depends on
its words; not for a wide statement which always reads a few rows by the same indexes.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from hashlib import sha256
from weakref import WeakKeyDictionary

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators
from django.db.models.sql.compiler import SQLCompiler

#: Of each open connection, the names of what it has prepared. One connection is never of two threads.
_connues: WeakKeyDictionary = WeakKeyDictionary()


class Preparee:
    """A SELECT whose only parameters are keys, `$1`, `$2`… in its text."""

    def __init__(self, texte: str, nombre: int = 1):
        self.nom = f"sofi_{sha256(texte.encode()).hexdigest()[:16]}"
        self._texte, self._nombre = texte, nombre

    def execute(self, cursor, cles: Sequence[int | None]):
        """Run it on `cursor` (Django's) with `cles` in place of `$1`, `$2`…; the cursor."""
        self._prepare()
        places = ", ".join(["%s"] * self._nombre)
        return cursor.execute(f"EXECUTE {self.nom} ({places})", cles)

    def _prepare(self) -> None:
        """Unless this connection has done it. The same plan whatever the keys: see the module."""
        noms = _connues.setdefault(connection.connection, set())
        if self.nom in noms:
            return
        types = ", ".join(["bigint"] * self._nombre)
        with connection.wrap_database_errors, connection.connection.cursor() as cursor:
            cursor.execute("SET plan_cache_mode = force_generic_plan")
            cursor.execute(f"PREPARE {self.nom} ({types}) AS {self._texte}")
        noms.add(self.nom)


class Lecture:
    """The rows of a model that keys alone choose, in a query that Django writes once too.

    `build(*cles)` is their queryset, `nombre` how many keys. `select_related` and `annotate` are followed;
    `prefetch_related` is not: it is for the rows once read.
    """

    def __init__(self, build: Callable[..., QuerySet], nombre: int = 1):
        self._build = build
        #: Stand for the keys; no row has them.
        self._places = [-2_000_000_100 - rang for rang in range(nombre)]

    def rows(self, *cles: int | None) -> list[Model]:
        """The rows for `cles`, in the order of the queryset. One query."""
        compiler, requete = self._ecrite
        with connection.cursor() as cursor:
            lignes = requete.execute(cursor, cles).fetchall()
        info, colonnes, base = compiler.klass_info, compiler.select, connection.alias
        places = info["select_fields"]
        noms = [colonnes[place][0].target.attname for place in places]
        liees = get_related_populators(info, colonnes, base)
        rows = []
        for ligne in compiler.results_iter([lignes]):
            rows.append(row := info["model"].from_db(base, noms, [ligne[place] for place in places]))
            for liee in liees:
                liee.populate(ligne, row)
            for nom, place in compiler.annotation_col_map.items():
                setattr(row, nom, ligne[place])
        return rows

    @cached_property
    def _ecrite(self) -> tuple[SQLCompiler, Preparee]:
        """What knows where a row holds each column, and the statement."""
        compiler = self._build(*self._places).query.get_compiler(connection=connection)
        return compiler, bound(*compiler.as_sql(), self._places)


def bound(sql: str, params: Sequence, cles: Sequence[int]) -> Preparee:
    """The statement `sql`, `params` written in it but those equal to one of `cles`: they stand for its keys.

    `cles` are numbers that nothing else equals, the first for `$1` and so on.
    """
    connection.ensure_connection()
    texte = connection.ops.compose_sql(sql, params)
    for rang, cle in enumerate(cles, 1):
        texte = texte.replace(str(cle), f"${rang}")
    return Preparee(texte, len(cles))
