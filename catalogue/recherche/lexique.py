"""Keeping the lexicon: how many sessions online hold each word, and no word that none holds."""

from datetime import date

from django.db import connection, transaction

from catalogue.certifications.mots import VIDES
from catalogue.recherche.ecriture import MAX_MOT

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
