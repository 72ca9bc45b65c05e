"""The LHÉO fragment of each published session, written and checked once, when it goes online.

Feeds are these fragments one after the other: they build nothing.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from functools import lru_cache
from itertools import islice
from time import sleep

from django.conf import settings
from django.db import connection
from django.utils import timezone
from psycopg import sql

from catalogue.lheo import document, profils, schema
from catalogue.lheo.fragment import Parties, Redacteur, parties
from catalogue.models import Diffusion, FragmentLheo

#: Sheets the schema reads at once.
PAQUET = 50

#: A published sheet and the days of its first and last publication.
Fiche = tuple[Parties, date, date]

#: A fragment that says the same as before keeps the moment it was written: nothing has to leave again.
ECRIRE = """
INSERT INTO catalogue_fragmentlheo AS ancien (
    numero, organisme_id, date_fin, modifiee_le, xml, fautes, exclusions, ecrit_le)
SELECT numero, organisme_id, date_fin, modifiee_le, xml, fautes, exclusions, clock_timestamp()
FROM jsonb_to_recordset(%s) AS fragment (numero text, xml text, fautes text[], exclusions text[])
    JOIN catalogue_diffusion USING (numero)
ON CONFLICT (numero) DO UPDATE SET
    organisme_id = excluded.organisme_id, date_fin = excluded.date_fin, modifiee_le = excluded.modifiee_le,
    xml = excluded.xml, fautes = excluded.fautes, exclusions = excluded.exclusions,
    ecrit_le = CASE
        WHEN (ancien.xml, ancien.fautes, ancien.exclusions) IS DISTINCT FROM
            (excluded.xml, excluded.fautes, excluded.exclusions) THEN excluded.ecrit_le
        ELSE ancien.ecrit_le
    END
WHERE (ancien.organisme_id, ancien.date_fin, ancien.modifiee_le, ancien.xml, ancien.fautes, ancien.exclusions)
    IS DISTINCT FROM (excluded.organisme_id, excluded.date_fin, excluded.modifiee_le, excluded.xml,
        excluded.fautes, excluded.exclusions)
"""


#: What is online, cut in its parts by the server.
LIRE = """
SELECT diffusion.numero, (publiee_le AT TIME ZONE {zone})::date, (modifiee_le AT TIME ZONE {zone})::date,
    partie.*
FROM catalogue_diffusion diffusion, jsonb_to_record(contenu) AS partie ({parties})
WHERE {condition} ORDER BY action_id, diffusion.numero
"""


def write(rows: Sequence[Diffusion], types: profils.Types = profils.AUCUN) -> int:
    """Write the fragments of the published sessions `rows`; how many differ from before. One statement.

    `types`: see `profils.exclusions`.
    """
    if not rows:
        return 0
    return _put(
        [
            {"numero": f.diffusion_id, "xml": f.xml, "fautes": f.fautes, "exclusions": f.exclusions}
            for f in fragments_of(rows, types)
        ]
    )


def rewrite(
    actions: Sequence[int], redacteur: Redacteur, types: profils.Types = profils.AUCUN
) -> tuple[int, int]:
    """Write anew the fragments of what is online of `actions` (keys); how many there are, and differ.

    As `write`, without reading again what sessions share: `redacteur` keeps it from one call to the next.
    """

    @lru_cache(PAQUET)
    def exclusions(organisme: bytes, dispositifs: bytes) -> list[str]:
        contenu = {"organisme": json.loads(organisme), "dispositifs": json.loads(dispositifs)}
        return profils.exclusions(contenu, types)

    lues = list(published(sql.SQL("action_id = ANY({})").format(list(actions))))
    batis = build_all((fiche for _, fiche in lues), redacteur)
    return len(lues), _put(
        [
            {
                "numero": numero,
                "xml": xml,
                "fautes": fautes,
                "exclusions": exclusions(parties.organisme, parties.dispositifs),
            }
            for (numero, (parties, *_)), (xml, fautes) in zip(lues, batis, strict=True)
        ]
    )


def published(condition: sql.Composable) -> Iterator[tuple[str, Fiche]]:
    """The number and the sheet of what is online and meets `condition`, those of an action together."""
    requete = sql.SQL(LIRE).format(
        zone=settings.TIME_ZONE,
        parties=sql.SQL(", ").join(sql.SQL("{} text").format(sql.Identifier(nom)) for nom in Parties._fields),
        condition=condition,
    )
    colonnes = ("text", "date", "date", *["bytea"] * len(Parties._fields))
    for numero, creee, modifiee, *textes in document.rows(requete, *colonnes):
        yield numero, (Parties._make(textes), creee, modifiee)


def _put(fragments: list[dict]) -> int:
    """Write `fragments` of what is online; how many differ from before. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(ECRIRE, [json.dumps(fragments)])
        return cursor.rowcount


def fragments_of(
    rows: Sequence[Diffusion], types: profils.Types = profils.AUCUN, *, avec_schema: bool = True
) -> list[FragmentLheo]:
    """The fragments of `rows`, unsaved; one that breaks the schema says why and is put aside by the feeds."""
    batis = build_all(map(_fiche, rows), avec_schema=avec_schema)
    return [
        FragmentLheo(
            diffusion_id=row.numero,
            organisme_id=row.organisme_id,
            date_fin=row.date_fin,
            modifiee_le=row.modifiee_le,
            xml=xml,
            fautes=fautes,
            exclusions=profils.exclusions(row.contenu, types),
        )
        for row, (xml, fautes) in zip(rows, batis, strict=True)
    ]


def _fiche(row: Diffusion) -> Fiche:
    return parties(row.contenu), timezone.localdate(row.publiee_le), timezone.localdate(row.modifiee_le)


def build_all(
    fiches: Iterable[Fiche], redacteur: Redacteur | None = None, *, avec_schema: bool = True
) -> Iterator[tuple[str, list[str]]]:
    """The XML of each of `fiches` and what is wrong with it, for the schema too (where it is, if asked).

    The schema reads a packet in a thread of its own, outside Python, while the next one is built.
    """
    with ThreadPoolExecutor(1) as fil:
        redacteur, precedent = redacteur or Redacteur(), None
        fiches = iter(fiches)
        # Each is built as it is read: the server reads the next ones meanwhile.
        while batis := [_build(redacteur, fiche) for fiche in islice(fiches, PAQUET)]:
            if not avec_schema:
                yield from batis
                continue
            lecture = fil.submit(schema.refusals, [xml for xml, fautes in batis if not fautes])
            sleep(0)  # the thread leaves Python at once, where it would wait for this one to be tired
            if precedent:
                yield from _with_refusals(*precedent)
            precedent = batis, lecture
        if precedent:
            yield from _with_refusals(*precedent)


def _with_refusals(batis: list[tuple[str, list[str]]], lecture: Future) -> Iterator[tuple[str, list[str]]]:
    refus = iter(lecture.result())
    for xml, fautes in batis:
        yield xml, fautes or list(filter(None, [next(refus)]))


def _build(redacteur: Redacteur, fiche: Fiche) -> tuple[str, list[str]]:
    """The XML of a published sheet, and what is wrong with it; '' when it cannot be read."""
    try:
        return redacteur.write(*fiche)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        return "", [f"fiche illisible ({type(error).__name__}\u00a0: {error})"]
