"""What the base holds, read in as few statements as can be: each is prepared once for a connection.

The invariants look at it after each act; Django would take longer to write these than PostgreSQL to answer.
"""

from typing import NamedTuple

from django.db import connection

from tests.etats.impossible import IMPOSSIBLE

#: Every table an act may change, and those that the public reads.
EN_LIGNE = ("catalogue_diffusion", "catalogue_ficherecherche", "catalogue_fragmentlheo", "catalogue_retrait")
TABLES = (
    *("catalogue_action", "catalogue_session", "catalogue_dispositif", "catalogue_formation"),
    *("catalogue_demande", "catalogue_pointdemande", "catalogue_evenement", "catalogue_site"),
    *("catalogue_evenementetablissement", "catalogue_demandeaif", "catalogue_evenementaif"),
    *("catalogue_lot", "catalogue_lotligne", "catalogue_decisionannulable", "catalogue_avisenattente"),
    *("catalogue_preferenceavis", "catalogue_certification", "catalogue_remplacement"),
    *("catalogue_organisme", "sofi_courriel", "procrastinate_jobs"),
)


def _versions(tables) -> str:
    """The place of every row of `tables`: whatever is written, a row is added, moved or gone."""
    parts = [f"(SELECT string_agg(ctid::text, ' ' ORDER BY ctid) FROM {table})" for table in tables]  # noqa: S608 - our tables
    return f"concat_ws('|', {', '.join(f'coalesce({part}, chr(45))' for part in parts)})"


STATEMENTS = {
    "vu": f"SELECT {_versions(EN_LIGNE)}, {_versions(TABLES)}",
    "impossible": IMPOSSIBLE,
    "actions": """
        SELECT a.id, a.statut, a.revision, coalesce(u.email, ''), coalesce(f.certification_id, ''),
            a.certification_remplacee_le IS NOT NULL, a.reponse_due FROM catalogue_action a
        JOIN catalogue_formation f ON f.id = a.formation_id
        LEFT JOIN accounts_user u ON u.id = a.examinateur_id ORDER BY a.id""",
    "archivees": """
        SELECT a.id, md5(concat(to_jsonb(a) - 'reponse_due' - 'certification_remplacee_le',
            (SELECT string_agg(s::text, '|' ORDER BY s.id) FROM catalogue_session s WHERE s.action_id = a.id),
            (SELECT string_agg(d::text, '|' ORDER BY d.id) FROM catalogue_dispositif d
                JOIN catalogue_session s ON s.id = d.session_id WHERE s.action_id = a.id)))
        FROM catalogue_action a WHERE a.statut = 'archivee'""",
    "diffusions": """
        SELECT d.numero, d.session_id, d.action_id, d.date_debut, d.date_fin,
            (d.contenu #>> '{session,capacite}')::int, (d.contenu #>> '{session,places_disponibles}')::int,
            d.certification_code, f.xml, f.fautes
        FROM catalogue_diffusion d JOIN catalogue_fragmentlheo f ON f.numero = d.numero""",
    "retraits": "SELECT numero, motif FROM catalogue_retrait WHERE motif <> 'terminee'",
    "certifications": "SELECT md5(string_agg(c::text, '|' ORDER BY code)) FROM catalogue_certification c",
    "dernieres": """
        SELECT coalesce((SELECT max(id) FROM catalogue_evenement), 0),
            coalesce((SELECT max(id) FROM catalogue_evenementetablissement), 0),
            coalesce((SELECT max(id) FROM catalogue_evenementaif), 0),
            coalesce((SELECT max(job) FROM sofi_courriel), 0)""",
}
#: Those that take the last keys seen.
NOUVEAUX = {
    "lignes (bigint, bigint, bigint)": """
        SELECT 'action', e.id, e.action_id, e.type, u.email, e.par_carif, e.pour_organisme, e.texte,
            e.revision, e.statut_apres
        FROM catalogue_evenement e JOIN accounts_user u ON u.id = e.auteur_id WHERE e.id > $1
        UNION ALL SELECT 'etablissement', e.id, e.objet_pk, e.type, u.email, e.par_carif, e.pour_organisme,
            e.texte, NULL, NULL
        FROM catalogue_evenementetablissement e JOIN accounts_user u ON u.id = e.auteur_id WHERE e.id > $2
        UNION ALL SELECT 'aif', e.id, e.demande_id, e.type, u.email, e.par_carif, e.pour_organisme, e.texte,
            NULL, NULL
        FROM catalogue_evenementaif e JOIN accounts_user u ON u.id = e.auteur_id WHERE e.id > $3
        ORDER BY 1, 2""",
}


class Vu(NamedTuple):
    """Which rows there are, in which version: of what the public reads, and of all the rest."""

    en_ligne: str
    reste: str


def prepare() -> None:
    """Prepare the statements for this connection, unless that is done."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements")
        faits = {nom for (nom,) in cursor.fetchall()}
        for nom, sql in (STATEMENTS | NOUVEAUX).items():
            if f"etats_{nom.partition(' ')[0]}" not in faits:
                cursor.execute(f"PREPARE etats_{nom} AS {sql}")


def read(nom: str, *arguments: int) -> list[tuple]:
    """The rows of a prepared statement."""
    suite = f" ({', '.join(map(str, map(int, arguments)))})" if arguments else ""
    with connection.cursor() as cursor:
        cursor.execute(f"EXECUTE etats_{nom}{suite}")
        return cursor.fetchall()


def see() -> Vu:
    """Which rows there are now."""
    return Vu(*read("vu")[0])
