"""Writing many rows at once: COPY to a temporary table, then only what differs; or to the table itself, as
long as it is empty.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection, models
from psycopg import sql

from sofi.lignes import tableau

from .fichiers import Bilan

#: Two imports at the same time wait for each other: one lock of the database for all of them.
VERROU = 2017_03


@dataclass(frozen=True)
class Compte:
    """Rows added, changed and left alone by a merge."""

    nouvelles: int
    modifiees: int
    inchangees: int


def lock_imports() -> None:
    """Let one import at a time write, until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [VERROU])


class Chargement:
    """The rows of a file beside those of a table; a context manager that keeps a temporary table.

    A table that is empty is its own temporary one: there is nothing to compare, and `copy` writes it.

    `champs` are the fields the file gives, the first `nb_cles` of them being its key; a field which
    is not among them keeps its value. `valeurs_initiales` are constants given to new rows only.
    To be used within a transaction.
    """

    def __init__(
        self,
        model: type[models.Model],
        champs: Sequence[str],
        *,
        nb_cles: int = 1,
        valeurs_initiales: dict[str, object] | None = None,
    ):
        columns = [model._meta.get_field(name).column for name in champs]
        self.table = sql.Identifier(model._meta.db_table)
        self.temporaire = sql.Identifier(f"import_{model._meta.model_name}")
        self.columns = [sql.Identifier(column) for column in columns]
        self.cles, self.autres = self.columns[:nb_cles], self.columns[nb_cles:]
        self.types = [model._meta.get_field(name).db_type(connection) for name in champs]
        initiales = valeurs_initiales or {}
        self.initiales = [sql.Identifier(model._meta.get_field(name).column) for name in initiales]
        self.valeurs = list(initiales.values())
        self.lues = 0

    def __enter__(self) -> "Chargement":
        self.cursor = connection.cursor()
        self._run("SELECT EXISTS (SELECT FROM {table})")
        (self.est_remplie,) = self.cursor.fetchone()
        if not self.est_remplie:
            self.temporaire = self.table
            return self
        definition = sql.SQL(", ").join(
            sql.SQL("{} {}").format(column, sql.SQL(kind))
            for column, kind in zip(self.columns, self.types, strict=True)
        )
        self._run("CREATE TEMPORARY TABLE {temporaire} ({definition})", definition=definition)
        return self

    def __exit__(self, failed, *_):
        # After an error the transaction is lost, and the table with it.
        if not failed and self.est_remplie:
            self._run("DROP TABLE {temporaire}")
        self.cursor.close()

    def copy(self, rows: Iterable[Sequence]) -> None:
        """Send `rows` (values in the order of `champs`, no key twice) to the temporary table."""
        colonnes, valeurs = self.columns, []
        if not self.est_remplie:
            colonnes, valeurs = [*self.columns, *self.initiales], self.valeurs
        statement = self._sql("COPY {temporaire} ({columns}) FROM STDIN", columns=_join(colonnes))
        with self.cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row([tableau(v) if isinstance(v, list) else v for v in (*row, *valeurs)])
                self.lues += 1
        # How many there are, and their keys: the planner needs no more, and the rest takes as long as COPY.
        self._run("ANALYZE {temporaire} ({cles})", cles=_join(self.cles))

    def absentes(self, condition: str = "TRUE", params: Sequence = ()) -> int:
        """How many rows of the table, `t`, that verify `condition` the file does not hold."""
        self._run(
            "SELECT count(*) FROM {table} t WHERE {condition} "
            "AND NOT EXISTS (SELECT FROM {temporaire} n WHERE {same})",
            params,
            condition=sql.SQL(condition),
        )
        return self.cursor.fetchone()[0]

    def update_absentes(self, assignment: str, condition: str, params: Sequence) -> int:
        """Run « UPDATE … SET `assignment` » on the rows `t` the file lacks that verify `condition`."""
        self._run(
            "UPDATE {table} t SET {assignment} WHERE {condition} "
            "AND NOT EXISTS (SELECT FROM {temporaire} n WHERE {same})",
            params,
            assignment=sql.SQL(assignment),
            condition=sql.SQL(condition),
        )
        return self.cursor.rowcount

    def delete_absentes(self, condition: str, params: Sequence = ()) -> int:
        """Delete the rows `t` the file lacks that verify `condition`; return how many."""
        self._run(
            "DELETE FROM {table} t WHERE {condition} "
            "AND NOT EXISTS (SELECT FROM {temporaire} n WHERE {same})",
            params,
            condition=sql.SQL(condition),
        )
        return self.cursor.rowcount

    def merge(self) -> Compte:
        """Insert the new rows, update those that differ, and touch no other."""
        if not self.est_remplie:
            return Compte(self.lues, 0, 0)
        self._run(
            "INSERT INTO {table} ({columns}) SELECT {values} FROM {temporaire} n "
            "WHERE NOT EXISTS (SELECT FROM {table} t WHERE {same})",
            self.valeurs,
            columns=_join([*self.columns, *self.initiales]),
            values=_join(
                [_of("n", column) for column in self.columns] + [sql.Placeholder()] * len(self.initiales)
            ),
        )
        nouvelles, modifiees = self.cursor.rowcount, 0
        if self.autres and nouvelles < self.lues:
            self._run(
                "UPDATE {table} t SET {assignments} FROM {temporaire} n "
                "WHERE {same} AND ({old}) IS DISTINCT FROM ({new})",
                assignments=_join(
                    [sql.SQL("{} = {}").format(column, _of("n", column)) for column in self.autres]
                ),
                old=_join([_of("t", column) for column in self.autres]),
                new=_join([_of("n", column) for column in self.autres]),
            )
            modifiees = self.cursor.rowcount
        return Compte(nouvelles, modifiees, self.lues - nouvelles - modifiees)

    def merge_bilan(self, objet: str, sort_des_absentes: str) -> Bilan:
        """`merge`, told as a balance about `objet`; rows the file lacks are counted and kept."""
        compte, absentes = self.merge(), self.absentes()
        precision = sort_des_absentes if absentes else ""
        return Bilan(objet, compte.nouvelles, compte.modifiees, compte.inchangees, absentes, precision)

    def _sql(self, template: str, **parts) -> sql.Composed:
        same = sql.SQL(" AND ").join(
            sql.SQL("{} = {}").format(_of("t", column), _of("n", column)) for column in self.cles
        )
        return sql.SQL(template).format(table=self.table, temporaire=self.temporaire, same=same, **parts)

    def _run(self, template: str, params: Sequence = (), **parts) -> None:
        # `parts` may hold more than the template names: `format` ignores them.
        self.cursor.execute(self._sql(template, **parts), params)


def _of(alias: str, column: sql.Identifier) -> sql.Composed:
    return sql.SQL("{}.{}").format(sql.Identifier(alias), column)


def _join(parts: Iterable[sql.Composable]) -> sql.Composed:
    return sql.SQL(", ").join(parts)
