"""Few sessions found: their exact number, the facets and one page of them, in one statement."""

from collections import Counter
from datetime import date

from django.db import connection
from django.db.models import QuerySet

from catalogue.enums import ModalitesEnseignement
from catalogue.recherche import filtres
from catalogue.recherche.ordre import DISTANCE, LOINTAIN, PERTINENCE, Cle, Place, Resultats, build_page
from catalogue.recherche.requete import missing_from_title

CHAMPS = (
    *("pk", "date_debut", "commune", "departement", "niveau", "modalite", "types"),
    *("est_esp", "est_cpf", "a_des_places"),
)
STATEMENT = """
WITH m (
    numero, date_debut, commune, departement, niveau, modalite, types, est_esp, est_cpf, a_des_places, manque
) AS MATERIALIZED ({rows}),
-- Too many: nothing more is read of them.
n AS (SELECT count(*) AS total FROM m),
t AS (
    SELECT numero, date_debut, {rang} AS rang, date_debut < %s AS commencee, abs(date_debut - %s) AS jours
    FROM m {communes}
    WHERE (SELECT total FROM n) <= {seuil}
),
p AS (
    SELECT row_number() OVER () AS ordre, s.* FROM (
        SELECT rang, date_debut, numero FROM t WHERE {suite}
        ORDER BY rang {sens}, commencee {sens}, jours {sens},
            CASE WHEN NOT commencee THEN numero END {sens}, CASE WHEN commencee THEN numero END {inverse}
        LIMIT {taille}
    ) s
),
f AS (
    SELECT GROUPING(departement, niveau, modalite, types) AS facette,
        coalesce(departement, niveau::text, modalite, array_to_string(types, ',')) AS valeur, count(*) AS n,
        count(*) FILTER (WHERE est_esp) AS esp, count(*) FILTER (WHERE est_cpf) AS cpf,
        count(*) FILTER (WHERE a_des_places) AS places
    FROM m WHERE (SELECT total FROM n) <= {seuil}
    GROUP BY GROUPING SETS ((departement), (niveau), (modalite), (types), ())
)
SELECT (SELECT total FROM n), (SELECT json_agg(f) FROM f), (SELECT json_agg(p ORDER BY ordre) FROM p)
"""
#: What GROUPING says of each facet: a bit for each column that is not in the group.
FACETTES = {0b0111: "departement", 0b1011: "niveau", 0b1101: "modalite", 0b1110: "dispositif"}
TOTAL = 0b1111
MODALITES = {code.value: name for name, (code, _) in filtres.MODALITES.items()}
CASES = ("esp", "cpf", "places")
SUITE = """((rang, commencee, jours) {loin} (%s, %s, %s) OR (rang, commencee, jours) = (%s, %s, %s)
    AND CASE WHEN commencee THEN numero {pres} %s ELSE numero {loin} %s END)"""
METRES = "CASE WHEN modalite = %s THEN %s ELSE coalesce(metres, %s) END"
COMMUNES = "LEFT JOIN unnest(%s::text[], %s::int[]) AS c (insee, metres) ON insee = commune"


def read(
    rows: QuerySet,
    place: Place,
    *,
    stems: list[str],
    distances: dict[str, float],
    jour: date,
    seuil: int,
    taille: int,
) -> Resultats:
    """Count `rows` (search rows) up to `seuil` + 1, with their facets and one page up to `seuil`. One query.

    `stems` are the words that relevance looks for in titles; `distances`, INSEE code → kilometres.
    Raises `EmptyResultSet` when nothing can be found.
    """
    sort_stems = stems if place.tri == PERTINENCE else []
    rows = rows.annotate(manque=missing_from_title(sort_stems)).values_list(*CHAMPS, "manque")
    sql, params = rows[: seuil + 1].query.sql_with_params()
    rang, rang_params, communes, communes_params = "manque", [], "", []
    if place.tri == DISTANCE:
        rang, rang_params = METRES, [ModalitesEnseignement.DISTANCE.value, LOINTAIN, LOINTAIN]
        metres = [round(km * 1000) for km in distances.values()]
        communes, communes_params = COMMUNES, [list(distances), metres]
    suite, suite_params = _beyond(place, jour)
    sens, inverse = ("DESC", "ASC") if place.est_avant else ("ASC", "DESC")
    statement = STATEMENT.format(
        rows=sql,
        rang=rang,
        communes=communes,
        suite=suite,
        sens=sens,
        inverse=inverse,
        taille=taille + 1,
        seuil=int(seuil),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*params, *rang_params, jour, jour, *communes_params, *suite_params])
        total, facettes, page = cursor.fetchone()
    return build_page(
        place,
        [
            Cle(place.tri, row["rang"], date.fromisoformat(row["date_debut"]), row["numero"])
            for row in page or ()
        ],
        taille,
        total=total,
        est_exact=True,
        facettes=_read_facets(facettes),
    )


def _beyond(place: Place, jour: date) -> tuple[str, list]:
    """The condition « on the wanted side of the key », and its parameters."""
    cle = place.cle
    if cle is None:
        return "TRUE", []
    loin, pres = ("<", ">") if place.est_avant else (">", "<")
    key = [cle.rang, cle.date_debut < jour, abs((cle.date_debut - jour).days)]
    return SUITE.format(loin=loin, pres=pres), [*key, *key, cle.numero, cle.numero]


def _read_facets(rows: list[dict]) -> dict[str, Counter]:
    """How many sessions have each value of each filter."""
    counts = {name: Counter() for name in (*FACETTES.values(), *CASES)}
    for row in rows:
        if row["facette"] == TOTAL:
            for name in CASES:
                counts[name]["oui"] = row[name]
            continue
        name = FACETTES[row["facette"]]
        # A session has several types of dispositif.
        values = (row["valeur"] or "").split(",") if name == "dispositif" else [row["valeur"]]
        for value in values:
            if value:
                counts[name][MODALITES.get(value, value) if name == "modalite" else value] += row["n"]
    return counts
