"""Writing down what is online for search: one narrow row per session, two statements for all of them.

A row holds what a title is called by too; the lexicon, the words that are written.
"""

import json
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import accumulate

from django.db import connection

from catalogue.certifications.mots import VIDES, plain, stem
from catalogue.certifications.sigles import initials_of
from catalogue.models import Diffusion, MotRecherche
from catalogue.recherche import jetons

ECRIRE = """
INSERT INTO catalogue_ficherecherche (
    numero, action_id, organisme_id, date_debut, date_fin, departement, commune, niveau, modalite,
    est_esp, est_cpf, a_des_places, types, document)
SELECT numero, action_id, organisme_id, date_debut, date_fin, departement, commune, niveau, modalite,
    est_esp, est_cpf, a_des_places, types,
    -- Weights belong to positions, which `array_to_tsvector` does not give.
    setweight(to_tsvector('simple', array_to_string(titre, ' ')), 'A')
        || setweight(to_tsvector('simple', array_to_string(autour, ' ')), 'B')
        || array_to_tsvector(jetons)
FROM jsonb_to_recordset(%s) AS fiche (
    numero text, action_id bigint, organisme_id bigint, date_debut date, date_fin date, departement text,
    commune text, niveau smallint, modalite text, est_esp boolean, est_cpf boolean, a_des_places boolean,
    types text[], titre text[], autour text[], jetons text[])
ON CONFLICT (numero) DO UPDATE SET
    action_id = excluded.action_id, organisme_id = excluded.organisme_id, date_debut = excluded.date_debut,
    date_fin = excluded.date_fin, departement = excluded.departement, commune = excluded.commune,
    niveau = excluded.niveau, modalite = excluded.modalite, est_esp = excluded.est_esp,
    est_cpf = excluded.est_cpf, a_des_places = excluded.a_des_places, types = excluded.types,
    document = excluded.document
"""
MAX_MOT = MotRecherche._meta.get_field("mot").max_length
#: How much of a title, and of the names around it, is searched, in bytes of the document: the index
#: `recherche_debut` holds it, and no row of an index is above 2,700. Certif Info's longest title takes 370.
MAX_TITRE, MAX_AUTOUR = 1_000, 500
#: What a word takes in a document besides its letters.
ENTOUR = 10


def write(rows: Sequence[Diffusion]) -> None:
    """Write the search rows of the published sessions `rows`, and the words they hold. Two statements."""
    if not rows:
        return
    textes = {texte for row in rows for texte in _texts(row)}
    mots = sorted({mot for texte in textes for mot in words_of(texte)})
    with connection.cursor() as cursor:
        cursor.execute(ECRIRE, [json.dumps([fiche_of(row) for row in rows])])
        # Sorted: two validations that bring the same new words wait for each other, and never both ways.
        cursor.execute(
            "INSERT INTO catalogue_motrecherche (mot, nombre) SELECT mot, 1 FROM unnest(%s::text[]) mot"
            " ON CONFLICT DO NOTHING",
            [mots],
        )


def fiche_of(row: Diffusion) -> dict:
    """The columns of the search row of `row`; `titre`, `autour` and `jetons` make its document."""
    contenu = row.contenu
    titre, *autour = _texts(row)
    return {
        "numero": row.numero,
        "action_id": row.action_id,
        "organisme_id": row.organisme_id,
        "date_debut": row.date_debut.isoformat(),
        "date_fin": row.date_fin.isoformat(),
        "departement": row.departement,
        "commune": contenu["session"]["site_lieu"]["insee"] or "",
        "niveau": row.niveau or 0,
        "modalite": contenu["session"]["modalites_enseignement"],
        "est_esp": jetons.est_esp(contenu),
        "est_cpf": jetons.est_cpf(contenu),
        "a_des_places": jetons.a_des_places(contenu),
        "types": sorted({dispositif["type"] for dispositif in contenu["dispositifs"]}),
        "titre": _words_of_title(titre),
        "autour": _words_around(*autour),
        "jetons": jetons.of_row(row),
    }


def _texts(row: Diffusion) -> list[str]:
    """What is searched: the title, then the names of the organisme and the town."""
    organisme = row.contenu["organisme"]
    return [row.intitule, organisme["raison_sociale"], organisme["nom_usage"], row.ville]


#: Both kept: the sessions of an action say the same.
@lru_cache(maxsize=512)
def _words_of_title(titre: str) -> tuple[str, ...]:
    """What the title is found by: its words and its initials."""
    return _within(stems([titre, *initials_of(titre)]), MAX_TITRE)


@lru_cache(maxsize=512)
def _words_around(*textes: str) -> tuple[str, ...]:
    return _within(stems(textes), MAX_AUTOUR)


def _within(mots: list[str], octets: int) -> tuple[str, ...]:
    """The first of `mots` that fit in `octets`."""
    takes = accumulate(len(mot) + ENTOUR for mot in mots)
    return tuple(mot for mot, taken in zip(mots, takes, strict=True) if taken <= octets)


def stems(textes: Iterable[str]) -> list[str]:
    """The stems of the words of `textes`, once each: « Boulangerie, pâtisserie » → boulang, patiss."""
    return list(dict.fromkeys(_stem(mot) for texte in textes for mot in words_of(texte)))


@lru_cache(maxsize=4096)
def words_of(texte: str) -> tuple[str, ...]:
    """The words of `texte` that say something, plain; none longer than the lexicon holds.

    Kept: the sessions of an action say the same, and towns and organisations come back all the time.
    """
    return tuple(mot[:MAX_MOT] for mot in re.findall(r"[a-z0-9]+", plain(texte)) if mot not in VIDES)


#: The same words come back all the time; a national offer has some 50,000.
_stem = lru_cache(maxsize=100_000)(stem)
