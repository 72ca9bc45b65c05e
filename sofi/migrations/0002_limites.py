"""What is counted comes from `accounts` (accounts/migrations/0006_limites.py)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sofi", "0001_initial"), ("accounts", "0006_limites")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Limite",
                    fields=[
                        ("cle", models.CharField(max_length=100, primary_key=True, serialize=False)),
                        ("nombre", models.PositiveIntegerField()),
                        ("finit_le", models.DateTimeField(db_index=True)),
                    ],
                    options={"verbose_name": "limite"},
                )
            ]
        )
    ]
