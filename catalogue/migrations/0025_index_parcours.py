from django.db import migrations, models

# No row of an index is above 2,700 bytes. What a title of hundreds of words says beyond is not searched
# (`recherche.ecriture`); `refaire_sorties` says again where those that are left stand in the title.
RACCOURCIR = """
UPDATE catalogue_ficherecherche SET document = (
    SELECT array_to_tsvector(array_agg(lexeme)) FROM (
        SELECT lexeme, sum(octet_length(lexeme) + 10) OVER (ORDER BY lexeme LIKE '§%' DESC, lexeme) AS pris
        FROM unnest(document)
    ) AS mots WHERE pris <= 2000
)
WHERE pg_column_size(document) > 2000
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0024_retrait_terminee"),
    ]

    operations = [
        migrations.RunSQL(RACCOURCIR, migrations.RunSQL.noop),
        migrations.RemoveIndex(
            model_name="ficherecherche",
            name="recherche_debut",
        ),
        migrations.AddIndex(
            model_name="ficherecherche",
            index=models.Index(
                models.F("date_debut"),
                models.F("diffusion"),
                include=("date_fin", "departement", "niveau", "modalite", "commune", "document"),
                name="recherche_debut",
            ),
        ),
    ]
