"""The initials of the certifications that are there; the next import would write them all the same."""

import json

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

from catalogue.certifications.sigles import initials_of

REMPLIR = """
UPDATE catalogue_certification AS t SET sigles = lue.sigles
FROM jsonb_to_recordset(%s) AS lue (code text, sigles text[]) WHERE t.code = lue.code
"""


def fill(apps, schema_editor):
    titres = apps.get_model("catalogue", "Certification").objects.values_list("code", "intitule")
    rows = [{"code": code, "sigles": initials_of(titre)} for code, titre in titres]
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(REMPLIR, [json.dumps([row for row in rows if row["sigles"]])])


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0025_index_parcours"),
    ]

    operations = [
        migrations.AddField(
            model_name="certification",
            name="sigles",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=6),
                default=list,
                editable=False,
                size=None,
                verbose_name="initiales",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="certification",
            index=django.contrib.postgres.indexes.GinIndex(models.F("sigles"), name="certification_sigles"),
        ),
    ]
