"""Feeds from stored fragments: what changed since when, by what two feeds are compared, who let one go."""

import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0017_signalements"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="fragmentlheo",
            name="fragment_modifie",
        ),
        migrations.AddField(
            model_name="exportflux",
            name="laisse_le",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="exportflux",
            name="laisse_par",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="fragmentlheo",
            name="ecrit_le",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AddIndex(
            model_name="diffusion",
            index=models.Index(
                models.F("numero"), condition=models.Q(("transmise_le", None)), name="diffusion_a_transmettre"
            ),
        ),
        migrations.AddIndex(
            model_name="fragmentlheo",
            index=models.Index(models.F("ecrit_le"), models.F("diffusion"), name="fragment_ecrit"),
        ),
        migrations.AddConstraint(
            model_name="exportflux",
            constraint=models.CheckConstraint(
                condition=models.Q(("laisse_le", None), ("statut", "retenu"), _connector="OR"),
                name="export_laisse_s_il_est_retenu",
            ),
        ),
        migrations.AddField(
            model_name="fragmentlheo",
            name="empreinte",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.text.MD5("xml"),
                output_field=models.CharField(max_length=32),
            ),
        ),
    ]
