"""What each value of a filter in force would find: its figures, as if nothing of that filter were chosen."""

from collections import Counter

from django.core.exceptions import EmptyResultSet
from django.db import connection

from catalogue.recherche.estimation import expected_rows
from catalogue.recherche.filtres import GROUPES, MODALITES, OffreFilter
from catalogue.recherche.ordre import Resultats

#: Above, these figures are not told: they would take as long as the search itself.
SEUIL = 1_000
STATEMENT = "WITH m AS MATERIALIZED ({rows}) SELECT '', NULL, count(*) FROM m {groupes}"
GROUPE = "UNION ALL SELECT %s, {valeur}, count(*) FROM m WHERE {autres} GROUP BY 2"
#: How a row of `m` tells the values of each filter, and verifies those chosen.
VALEURS = {"departement": "departement", "niveau": "niveau::text", "modalite": "modalite"} | {
    "dispositif": "unnest(types)"
}
CONDITIONS = {
    "departement": "departement = ANY(%s)",
    "niveau": "niveau = ANY(%s::int[])",
    "modalite": "modalite = ANY(%s)",
    "dispositif": "types && %s::varchar[]",
}
COLONNES = ("departement", "niveau", "modalite", "types")
CODES = {nom: code.value for nom, (code, _) in MODALITES.items()}
NOMS = {code: nom for nom, code in CODES.items()}


def complete(filtre: OffreFilter, found: Resultats) -> Resultats:
    """`found`, whose sessions were counted, with the figures of every value of its filters in force.

    It stays as it is when too many sessions verify the rest. Two queries at most, none when no such filter
    is in force.
    """
    choisis = {nom: filtre.valeurs[nom] for nom in GROUPES if filtre.valeurs.get(nom)}
    if choisis and (counts := _count(filtre, choisis)) is not None:
        found.facettes |= counts
        found.completes = frozenset(choisis)
    return found


def _count(filtre: OffreFilter, choisis: dict[str, list[str]]) -> dict[str, Counter] | None:
    """For each filter of `choisis`, how many sessions have each value; ``None`` when they are too many."""
    try:
        if expected_rows(filtre.rows_to_read(filtre.queryset, sans=GROUPES)) > SEUIL:
            return None
        rows = filtre.filter_but_groups(filtre.queryset).order_by().values_list(*COLONNES)
        sql, params = rows[: SEUIL + 1].query.sql_with_params()
    except EmptyResultSet:
        return None
    if "modalite" in choisis:
        choisis = choisis | {"modalite": [CODES[nom] for nom in choisis["modalite"]]}
    groupes, params = [], list(params)
    for nom in choisis:
        autres = [autre for autre in choisis if autre != nom]
        conditions = " AND ".join(["TRUE", *(CONDITIONS[autre] for autre in autres)])
        groupes.append(GROUPE.format(valeur=VALEURS[nom], autres=conditions))
        params += [nom, *(choisis[autre] for autre in autres)]
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT.format(rows=sql, groupes=" ".join(groupes)), params)
        (_, _, total), *lines = cursor.fetchall()
    if total > SEUIL:
        return None
    counts = {nom: Counter() for nom in choisis}
    for nom, valeur, nombre in lines:
        counts[nom][NOMS[valeur] if nom == "modalite" else valeur] = nombre
    return counts
