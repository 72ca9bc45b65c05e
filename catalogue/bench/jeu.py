"""A made-up offer of any size, written by the server itself: a million sessions in about a minute.

Rows are coherent (every CHECK and foreign key holds) and spread: organisations of all sizes, four sessions
an action, one action in fifty waiting. Their texts are short: what is measured is the number of rows.
"""

from collections.abc import Mapping

from django.apps import apps
from django.db import connection, models

from catalogue.models import Certification

#: Sessions of an action, actions of a formation, formations of an organisme.
PAR_ACTION, PAR_FORMATION, PAR_ORGANISME = 4, 2, 25
#: One action in this many waits for the Carif-Oref; one in this many is being typed.
PART_EN_ATTENTE, PART_EN_SAISIE = 50, 20

#: What a column holds when nothing is said of it, by the beginning of its type.
NEUTRES = {
    "varchar": "''",
    "text": "''",
    "bigint": "id",  # keys are always said
    "integer": "1",
    "smallint": "1",
    "timestamp": "now()",
    "boolean": "false",
    "uuid": "gen_random_uuid()",
}


def fill(sessions: int) -> None:
    """Write an offer of about `sessions` sessions in empty tables. Certifications must be there."""
    codes = list(Certification.objects.order_by("pk").values_list("pk", flat=True)[: PAR_ORGANISME * 4])
    actions = max(sessions // PAR_ACTION, 1)
    formations = max(actions // PAR_FORMATION, 1)
    organismes = max(formations // PAR_ORGANISME, 1)
    with connection.cursor() as cursor:
        # Rows are right by construction: the checks of foreign keys would take longer than the writing.
        cursor.execute("SET session_replication_role = replica")
        _organismes(organismes)
        cursor.execute(
            "CREATE TEMPORARY TABLE codes AS SELECT * FROM unnest(%s::text[]) WITH ORDINALITY c (code, n)",
            [codes],
        )
        _offre(organismes, formations, actions, len(codes))
        for table in ("organisme", "site", "formation", "action", "session", "dispositif"):
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('catalogue_{table}', 'id'),"
                f" (SELECT max(id) FROM catalogue_{table}))"
            )
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE")


def _organismes(organismes: int) -> None:
    _insert(
        "organisme",
        {
            "id": "n",
            "raison_sociale": "'Organisme ' || n",
            "siret": "lpad((10000000000000 + n)::text, 14, '0')",
            "nda": "lpad((52440000000 + n)::text, 11, '0')",
            "telephone": "'0240000000'",
        },
        f"generate_series(1, {organismes}) n",
    )
    _insert(
        "site",
        {
            "id": "n",
            "organisme_id": "n",
            "nom": "'Centre ' || n",
            "ligne1": "'1 rue du Port'",
            "code_postal": "departement || '000'",
            "departement": "departement",
            "ville": "'Ville ' || n % 200",
            "statut": "'actif'",
            "commune_id": "NULL",
        },
        f"(SELECT n, (ARRAY['44', '49', '53', '72', '85'])[1 + n % 5] AS departement"
        f" FROM generate_series(1, {organismes}) n) s",
    )


def _offre(organismes: int, formations: int, actions: int, codes: int) -> None:
    _insert(
        "formation",
        {"id": "f", "organisme_id": "1 + (f - 1) % o", "certification_id": "code"},
        f"(SELECT {organismes} AS o, f, 1 + ((f - 1) / {organismes} + f) % {codes} AS rang"
        f" FROM generate_series(1, {formations}) f) s JOIN codes ON codes.n = rang",
    )
    _insert(
        "action",
        {
            "id": "a",
            "formation_id": "f",
            "organisme_id": "o",
            "site_dispensateur_id": "o",
            "niveau_entree": "'1'",
            "type_parcours": "'1'",
            "modalites_es": "'0'",
            "duree_centre": "400",
            "statut": "statut",
            "soumise_le": "CASE WHEN statut <> 'en_saisie' THEN now() - (a % 900) * interval '1 hour' END",
            "decidee_le": "CASE WHEN statut = 'validee' THEN now() END",
            "validee_le": "CASE WHEN statut = 'validee' THEN now() END",
            "premier_debut": "CASE WHEN statut LIKE 'en_attente%' THEN current_date + (a % 200)::int END",
        },
        f"(SELECT a, 1 + (a - 1) % {formations} AS f, 1 + ((a - 1) % {formations}) % {organismes} AS o,"
        f" CASE WHEN a % {PART_EN_ATTENTE} = 0 THEN 'en_attente_validation'"
        f" WHEN a % {PART_EN_SAISIE} = 0 THEN 'en_saisie' ELSE 'validee' END AS statut"
        f" FROM generate_series(1, {actions}) a) s",
    )
    _insert(
        "session",
        {
            "id": "(a - 1) * 4 + s",
            "action_id": "a",
            "organisme_id": "o",
            "site_lieu_id": "o",
            "date_debut": "jour",
            "date_fin": "jour + 120",
            "rythmes": "'{temps_plein}'",
            "modalites_enseignement": "'0'",
            "capacite": "12",
            "places_disponibles": "6",
            "numero": "CASE WHEN statut = 'validee' THEN '52_' || lpad(((a - 1) * 4 + s)::text, 6, '0') END",
        },
        "(SELECT id AS a, organisme_id AS o, statut, s,"
        " current_date - 300 + ((id + s * 150) % 700)::int AS jour"
        f" FROM catalogue_action, generate_series(1, {PAR_ACTION}) s) t",
    )
    _insert(
        "dispositif",
        {
            "id": "id",
            "session_id": "id",
            "organisme_id": "organisme_id",
            "type_id": "'financement-prive'",
            "publics": "'{83056}'",
            "cout_stagiaire": "1200",
            "est_actif": "true",
        },
        "(SELECT id, organisme_id FROM catalogue_session) s",
    )


def _insert(model: str, values: Mapping[str, str], source: str) -> None:
    """`INSERT … SELECT`, from `source`, of the SQL expressions `values`; other columns are neutral."""
    meta = apps.get_model("catalogue", model)._meta
    columns = {field.column: _neutral(field) for field in meta.concrete_fields if not field.generated}
    columns |= values
    with connection.cursor() as cursor:
        names, expressions = ", ".join(columns), ", ".join(columns.values())
        cursor.execute(f"INSERT INTO {meta.db_table} ({names}) SELECT {expressions} FROM {source}")


def _neutral(field: models.Field) -> str:
    if field.null:
        return "NULL"
    kind = field.db_type(connection)
    return "'{}'" if kind.endswith("[]") else next(v for k, v in NEUTRES.items() if kind.startswith(k))
