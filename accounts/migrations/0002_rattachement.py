import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("catalogue", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="rattachement",
            name="organisme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rattachements",
                to="catalogue.organisme",
            ),
        ),
        migrations.AddField(
            model_name="rattachement",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rattachements",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="organismes",
            field=models.ManyToManyField(
                related_name="membres", through="accounts.Rattachement", to="catalogue.organisme"
            ),
        ),
        migrations.AddConstraint(
            model_name="rattachement",
            constraint=models.UniqueConstraint(
                models.F("user"), models.F("organisme"), name="rattachement_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="rattachement",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["gestionnaire", "saisie", "lecture"])),
                name="rattachement_role_connu",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("email", django.db.models.functions.text.Lower("email"))),
                name="user_email_minuscules",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("role_carif__in", ["", "agent", "administrateur"])),
                name="user_role_carif_connu",
            ),
        ),
    ]
