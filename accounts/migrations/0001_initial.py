import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "email",
                    models.EmailField(
                        error_messages={"unique": "Un compte existe déjà pour cette adresse e-mail."},
                        max_length=160,
                        unique=True,
                        verbose_name="adresse e-mail",
                    ),
                ),
                ("prenom", models.CharField(max_length=50, verbose_name="prénom")),
                ("nom", models.CharField(max_length=50, verbose_name="nom")),
                (
                    "role_carif",
                    models.CharField(
                        blank=True,
                        choices=[("agent", "Agent"), ("administrateur", "Administrateur")],
                        max_length=20,
                        verbose_name="rôle au Carif-Oref",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="compte actif")),
                (
                    "cree_le",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="créé le"
                    ),
                ),
            ],
            options={
                "verbose_name": "personne",
                "verbose_name_plural": "personnes",
            },
        ),
        migrations.CreateModel(
            name="Rattachement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("gestionnaire", "Gestionnaire"),
                            ("saisie", "Saisie"),
                            ("lecture", "Lecture"),
                        ],
                        default="gestionnaire",
                        max_length=20,
                        verbose_name="rôle",
                    ),
                ),
                (
                    "cree_le",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="créé le"
                    ),
                ),
            ],
            options={
                "verbose_name": "rattachement",
            },
        ),
    ]
