"""Upkeep of search: how many sessions online hold each word, no word that none holds, no old session."""

from datetime import date, timedelta

from django.db import connection, transaction

from catalogue.certifications.mots import VIDES
from catalogue.models import FicheRecherche
from catalogue.recherche.ecriture import MAX_MOT

#: Ended sessions are told to the partners for some months (`catalogue.lheo.retraits` reads them here).
MEMOIRE = timedelta(days=365)

#: The same texts come back in many sessions: they are read once.
_COMPTE = """
CREATE TEMPORARY TABLE compte AS
SELECT mot, sum(nombre) AS nombre FROM (
    SELECT lower(f_unaccent(concat_ws(' ', intitule, contenu #>> '{organisme,raison_sociale}',
        contenu #>> '{organisme,nom_usage}', ville))) AS texte, count(*) AS nombre
    FROM catalogue_diffusion WHERE date_fin >= %s GROUP BY 1
) textes
CROSS JOIN LATERAL (SELECT DISTINCT left(m[1], %s) AS mot FROM regexp_matches(texte, '[a-z0-9]+', 'g') m) mots
WHERE mot <> ALL(%s) GROUP BY mot
"""
_ECRIRE = """
INSERT INTO catalogue_motrecherche AS m (mot, nombre) SELECT mot, nombre FROM compte ORDER BY mot
ON CONFLICT (mot) DO UPDATE SET nombre = excluded.nombre WHERE m.nombre <> excluded.nombre
"""
_OUBLIER = "DELETE FROM catalogue_motrecherche m WHERE NOT EXISTS (SELECT FROM compte c WHERE c.mot = m.mot)"


@transaction.atomic
def count_words(jour: date) -> int:
    """Count again the words of what is online on `jour`; forget those of nothing. How many there are.

    A word that a validation brings meanwhile may be forgotten until the next count, a day later at most.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COMPTE, [jour, MAX_MOT, sorted(VIDES)])
        cursor.execute(_ECRIRE)
        cursor.execute(_OUBLIER)
        cursor.execute("SELECT count(*) FROM compte")
        (nombre,) = cursor.fetchone()
        cursor.execute("DROP TABLE compte")
    return nombre


def forget_ended(jour: date) -> int:
    """Delete the search rows of what ended more than a year before `jour`; how many there were."""
    return FicheRecherche.objects.filter(date_fin__lt=jour - MEMOIRE).delete()[0]
