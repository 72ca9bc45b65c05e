"""Public numbers are looked for whole: Django's indexes for LIKE on them serve nothing, and cost each writing."""

from django.db import migrations

INDEXES = {
    "catalogue_session": "catalogue_session_numero_d70d8907_like",
    "catalogue_diffusion": "catalogue_diffusion_numero_531aa9ac_like",
    "catalogue_ficherecherche": "catalogue_ficherecherche_numero_6caf6de5_like",
    "catalogue_fragmentlheo": "catalogue_fragmentlheo_numero_b933acdc_like",
    "catalogue_retrait": "catalogue_retrait_numero_426908a6_like",
}


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0032_index_des_retraits")]

    operations = [
        migrations.RunSQL(
            f"DROP INDEX IF EXISTS {nom}",
            f"CREATE INDEX IF NOT EXISTS {nom} ON {table} (numero varchar_pattern_ops)",
        )
        for table, nom in INDEXES.items()
    ]
