import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations, models

import catalogue.identifiants
import catalogue.models.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        # PostgreSQL's unaccent() depends on a setting and so may not be stored; naming its
        # dictionary makes the same function immutable.
        migrations.RunSQL(
            """
            CREATE FUNCTION f_unaccent(text) RETURNS text
            LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
            AS $$ SELECT public.unaccent('public.unaccent', $1) $$
            """,
            "DROP FUNCTION f_unaccent(text)",
        ),
        migrations.CreateModel(
            name="Action",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("jeton", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "cree_le",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="créé le"
                    ),
                ),
                (
                    "modifie_le",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="modifié le"
                    ),
                ),
                (
                    "complement_intitule",
                    models.CharField(blank=True, max_length=255, verbose_name="complément intitulé"),
                ),
                (
                    "complement_descriptif",
                    models.TextField(blank=True, max_length=3000, verbose_name="complément descriptif"),
                ),
                (
                    "url",
                    models.CharField(
                        blank=True,
                        max_length=400,
                        validators=[
                            django.core.validators.URLValidator(
                                message="Saisissez une adresse web complète, qui commence par https:// ou http://.",
                                schemes=["http", "https"],
                            )
                        ],
                        verbose_name="URL vers le site de l’OF",
                    ),
                ),
                (
                    "niveau_entree",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("0", "Information non communiquée"),
                            ("1", "Sans niveau spécifique"),
                            ("11", "Niveau 1 : maîtrise des savoirs de base"),
                            ("12", "Niveau 2 : activités simples et résolution de problèmes courants"),
                            ("13", "Niveau 3 : CAP, BEP"),
                            ("14", "Niveau 4 : baccalauréat, brevet professionnel"),
                            ("15", "Niveau 5 : BTS, DUT (bac + 2)"),
                            ("16", "Niveau 6 : licence, BUT, maîtrise (bac + 3 et 4)"),
                            ("17", "Niveau 7 : master, titre d’ingénieur (bac + 5)"),
                            ("18", "Niveau 8 : doctorat"),
                        ],
                        max_length=2,
                        verbose_name="niveau d’entrée",
                    ),
                ),
                (
                    "type_parcours",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("1", "En groupe (non personnalisable)"),
                            ("2", "Individualisé"),
                            ("3", "Modularisé"),
                            ("4", "Mixte"),
                        ],
                        max_length=1,
                        verbose_name="type de parcours",
                    ),
                ),
                (
                    "modalites_pedagogiques",
                    models.CharField(blank=True, max_length=200, verbose_name="modalités pédagogiques"),
                ),
                (
                    "modalites_es",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("0", "Entrées/sorties à dates fixes"),
                            ("1", "Entrées/sorties permanentes (ESP)"),
                        ],
                        max_length=1,
                        verbose_name="ESP ou dates fixes",
                    ),
                ),
                (
                    "duree_centre",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(99999)],
                        verbose_name="durée en centre",
                    ),
                ),
                (
                    "duree_entreprise",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(99999)],
                        verbose_name="durée en entreprise",
                    ),
                ),
                (
                    "duree_hebdo",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=5, null=True, verbose_name="durée hebdo"
                    ),
                ),
                (
                    "commentaire_duree",
                    models.CharField(blank=True, max_length=500, verbose_name="commentaire durée"),
                ),
                (
                    "commentaire_prerequis",
                    models.TextField(blank=True, max_length=3000, verbose_name="commentaire prérequis"),
                ),
                (
                    "statut",
                    models.CharField(
                        choices=[
                            ("en_saisie", "En cours de saisie"),
                            ("en_attente_validation", "En attente de validation"),
                            ("en_attente_reponse", "En attente de réponse"),
                            ("validee", "Validée"),
                            ("refusee", "Refusée"),
                            ("archivee", "Archivée"),
                        ],
                        default="en_saisie",
                        editable=False,
                        max_length=30,
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=1, editable=False)),
                ("soumise_le", models.DateTimeField(editable=False, null=True, verbose_name="envoyée le")),
                ("decidee_le", models.DateTimeField(editable=False, null=True, verbose_name="décidée le")),
                ("validee_le", models.DateTimeField(editable=False, null=True, verbose_name="validée le")),
                (
                    "certification_precedente",
                    models.CharField(
                        blank=True, editable=False, max_length=10, verbose_name="ancien code Certifinfo"
                    ),
                ),
                (
                    "certification_remplacee_le",
                    models.DateTimeField(editable=False, null=True, verbose_name="code remplacé le"),
                ),
            ],
            options={
                "verbose_name": "action",
                "ordering": ["-modifie_le", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Certification",
            fields=[
                (
                    "code",
                    models.CharField(
                        max_length=10, primary_key=True, serialize=False, verbose_name="code Certifinfo"
                    ),
                ),
                ("intitule", models.CharField(max_length=500, verbose_name="intitulé")),
                ("niveau", models.SmallIntegerField(null=True, verbose_name="niveau de sortie")),
                (
                    "etat",
                    models.SmallIntegerField(
                        choices=[
                            (0, "Certification publiée"),
                            (4, "Formation préparatoire ou non certifiante"),
                            (11, "Habilitation"),
                        ],
                        verbose_name="état",
                    ),
                ),
                (
                    "formacodes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=5), default=list, size=None
                    ),
                ),
                (
                    "romes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=5), default=list, size=None
                    ),
                ),
                (
                    "nsfs",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=3), default=list, size=None
                    ),
                ),
                ("code_rncp", models.CharField(blank=True, max_length=10, verbose_name="code RNCP")),
                (
                    "codes_rs",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=10),
                        default=list,
                        size=None,
                        verbose_name="codes RS",
                    ),
                ),
                (
                    "code_scolarite",
                    models.CharField(blank=True, max_length=10, verbose_name="code scolarité"),
                ),
                ("certificateurs", models.TextField(blank=True)),
                ("valideurs", models.TextField(blank=True)),
                (
                    "annee_premiere_session",
                    models.SmallIntegerField(null=True, verbose_name="première session"),
                ),
                (
                    "annee_derniere_session",
                    models.SmallIntegerField(null=True, verbose_name="dernière session"),
                ),
                ("maj_le", models.DateField(null=True, verbose_name="mise à jour par Certif Info le")),
                ("retiree_le", models.DateField(null=True, verbose_name="absente du fichier depuis le")),
                ("objectif", models.TextField(blank=True, max_length=3000, verbose_name="objectif")),
                ("programme", models.TextField(blank=True, max_length=3000, verbose_name="programme")),
                (
                    "tri",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.text.Lower(
                            catalogue.models.fields.Unaccent("intitule")
                        ),
                        output_field=models.TextField(),
                    ),
                ),
            ],
            options={
                "verbose_name": "certification",
                "ordering": ["tri", "code"],
            },
        ),
        migrations.CreateModel(
            name="Formacode",
            fields=[
                ("code", models.CharField(max_length=5, primary_key=True, serialize=False)),
                ("libelle", models.CharField(max_length=250, verbose_name="libellé")),
            ],
            options={
                "verbose_name": "Formacode",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="TypeDiplome",
            fields=[
                ("code", models.CharField(max_length=3, primary_key=True, serialize=False)),
                ("libelle", models.CharField(max_length=250, verbose_name="libellé")),
            ],
            options={
                "verbose_name": "type de diplôme",
                "ordering": ["libelle"],
            },
        ),
        migrations.CreateModel(
            name="TypeDispositif",
            fields=[
                ("code", models.SlugField(max_length=40, primary_key=True, serialize=False)),
                ("libelle", models.CharField(max_length=250, verbose_name="libellé")),
                (
                    "financeurs",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=2), default=list, size=None
                    ),
                ),
                (
                    "est_reserve_carif",
                    models.BooleanField(default=False, verbose_name="réservé au Carif-Oref"),
                ),
                ("ordre", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "verbose_name": "type de dispositif",
                "ordering": ["ordre", "libelle"],
            },
        ),
        migrations.CreateModel(
            name="Commune",
            fields=[
                (
                    "insee",
                    models.CharField(
                        max_length=5, primary_key=True, serialize=False, verbose_name="code INSEE"
                    ),
                ),
                ("nom", models.CharField(max_length=100)),
                (
                    "codes_postaux",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=5), default=list, size=None
                    ),
                ),
                ("departement", models.CharField(max_length=3, verbose_name="département")),
                (
                    "tri",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.text.Lower(
                            catalogue.models.fields.Unaccent("nom")
                        ),
                        output_field=models.TextField(),
                    ),
                ),
                (
                    "actuelle",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="anciennes",
                        to="catalogue.commune",
                    ),
                ),
            ],
            options={
                "verbose_name": "commune",
                "ordering": ["tri", "insee"],
            },
        ),
        migrations.CreateModel(
            name="Demande",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("question", models.TextField(max_length=3000)),
                ("champs", models.JSONField(blank=True, default=list)),
                ("posee_le", models.DateTimeField(default=django.utils.timezone.now)),
                ("reponse", models.TextField(blank=True, max_length=3000)),
                ("close_le", models.DateTimeField(null=True)),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="demandes",
                        to="catalogue.action",
                    ),
                ),
                (
                    "posee_par",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "repondue_par",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "question",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Evenement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("creation", "Création"),
                            ("modification", "Modification"),
                            ("suppression", "Suppression"),
                            ("submit", "Envoi au Carif-Oref"),
                            ("withdraw", "Retrait de l’envoi"),
                            ("request_changes", "Question du Carif-Oref"),
                            ("answer", "Réponse de l’organisme"),
                            ("approve", "Validation"),
                            ("refuse", "Refus"),
                            ("reopen", "Reprise pour modification"),
                            ("archive", "Archivage"),
                            ("restore", "Restauration"),
                            ("replace_certification", "Remplacement du code Certifinfo"),
                        ],
                        max_length=30,
                    ),
                ),
                (
                    "statut_avant",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("en_saisie", "En cours de saisie"),
                            ("en_attente_validation", "En attente de validation"),
                            ("en_attente_reponse", "En attente de réponse"),
                            ("validee", "Validée"),
                            ("refusee", "Refusée"),
                            ("archivee", "Archivée"),
                        ],
                        max_length=30,
                    ),
                ),
                (
                    "statut_apres",
                    models.CharField(
                        choices=[
                            ("en_saisie", "En cours de saisie"),
                            ("en_attente_validation", "En attente de validation"),
                            ("en_attente_reponse", "En attente de réponse"),
                            ("validee", "Validée"),
                            ("refusee", "Refusée"),
                            ("archivee", "Archivée"),
                        ],
                        max_length=30,
                    ),
                ),
                ("revision", models.PositiveIntegerField()),
                ("par_carif", models.BooleanField()),
                ("texte", models.TextField(blank=True, max_length=3000)),
                ("details", models.JSONField(blank=True, default=dict)),
                ("le", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evenements",
                        to="catalogue.action",
                    ),
                ),
                (
                    "auteur",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "événement",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="FicheRepertoire",
            fields=[
                (
                    "numero",
                    models.CharField(max_length=12, primary_key=True, serialize=False, verbose_name="numéro"),
                ),
                ("intitule", models.TextField(blank=True, verbose_name="intitulé")),
                ("niveau", models.SmallIntegerField(null=True)),
                ("est_active", models.BooleanField(null=True, verbose_name="active")),
                ("fin_enregistrement", models.DateField(null=True, verbose_name="fin d’enregistrement")),
            ],
            options={
                "verbose_name": "fiche RNCP ou RS",
                "ordering": ["numero"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("numero__regex", "^(RNCP|RS)\\d+$")), name="fiche_numero_format"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Formation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "intitule_libre",
                    models.CharField(blank=True, max_length=255, verbose_name="intitulé (hors Certifinfo)"),
                ),
                (
                    "objectif_libre",
                    models.TextField(blank=True, max_length=3000, verbose_name="objectif (hors Certifinfo)"),
                ),
                (
                    "programme_libre",
                    models.TextField(blank=True, max_length=3000, verbose_name="programme (hors Certifinfo)"),
                ),
                (
                    "cree_le",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="créée le"
                    ),
                ),
                (
                    "certification",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="formations",
                        to="catalogue.certification",
                    ),
                ),
            ],
            options={
                "verbose_name": "formation",
                "ordering": ["-pk"],
            },
        ),
        migrations.AddField(
            model_name="action",
            name="formation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="actions", to="catalogue.formation"
            ),
        ),
        migrations.CreateModel(
            name="Organisme",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("raison_sociale", models.CharField(max_length=250, verbose_name="raison sociale")),
                ("nom_usage", models.CharField(blank=True, max_length=250, verbose_name="nom d’usage")),
                (
                    "siret",
                    models.CharField(
                        max_length=14,
                        validators=[catalogue.identifiants.validate_siret],
                        verbose_name="SIRET",
                    ),
                ),
                (
                    "nda",
                    models.CharField(
                        blank=True,
                        max_length=11,
                        validators=[catalogue.identifiants.validate_nda],
                        verbose_name="numéro de déclaration d’activité",
                    ),
                ),
                ("telephone", models.CharField(blank=True, max_length=25, verbose_name="téléphone")),
                ("courriel", models.EmailField(blank=True, max_length=160, verbose_name="e-mail")),
                (
                    "site_web",
                    models.CharField(
                        blank=True,
                        max_length=400,
                        validators=[
                            django.core.validators.URLValidator(
                                message="Saisissez une adresse web complète, qui commence par https:// ou http://.",
                                schemes=["http", "https"],
                            )
                        ],
                        verbose_name="site web",
                    ),
                ),
                (
                    "cree_le",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="créé le"
                    ),
                ),
                (
                    "tri",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.text.Lower(
                            catalogue.models.fields.Unaccent("raison_sociale")
                        ),
                        output_field=models.TextField(),
                    ),
                ),
            ],
            options={
                "verbose_name": "organisme",
                "ordering": ["tri", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("siret"),
                        name="organisme_siret_unique",
                        violation_error_message="Un organisme est déjà enregistré avec ce SIRET.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("siret__regex", "^\\d{14}$")), name="organisme_siret_format"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("nda", ""), ("nda__regex", "^\\d{4}[0-9P]\\d{6}$"), _connector="OR"
                        ),
                        name="organisme_nda_format",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("raison_sociale", ""), _negated=True),
                        name="organisme_raison_sociale_remplie",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="formation",
            name="organisme",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="formations",
                to="catalogue.organisme",
            ),
        ),
        migrations.AddField(
            model_name="action",
            name="organisme",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="actions",
                to="catalogue.organisme",
            ),
        ),
        migrations.CreateModel(
            name="Remplacement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("ancien_code", models.CharField(db_index=True, max_length=10, verbose_name="ancien code")),
                (
                    "ancien_intitule",
                    models.CharField(blank=True, max_length=500, verbose_name="ancien intitulé"),
                ),
                (
                    "ancien_code_rncp",
                    models.CharField(blank=True, max_length=10, verbose_name="ancien code RNCP"),
                ),
                (
                    "ancien_etat",
                    models.CharField(blank=True, max_length=100, verbose_name="état de l’ancien code"),
                ),
                (
                    "nouvelle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="remplace",
                        to="catalogue.certification",
                    ),
                ),
            ],
            options={
                "verbose_name": "remplacement de code",
            },
        ),
        migrations.CreateModel(
            name="RemplacementFiche",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("ancienne", models.CharField(db_index=True, max_length=12)),
                ("nouvelle", models.CharField(db_index=True, max_length=12)),
            ],
            options={
                "verbose_name": "remplacement de fiche",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("ancienne"), models.F("nouvelle"), name="remplacement_fiche_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("jeton", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "cree_le",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="créé le"
                    ),
                ),
                (
                    "modifie_le",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="modifié le"
                    ),
                ),
                ("date_debut", models.DateField(blank=True, null=True, verbose_name="date début")),
                ("date_fin", models.DateField(blank=True, null=True, verbose_name="date fin")),
                (
                    "rythmes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("temps_plein", "Temps plein"),
                                ("temps_partiel", "Temps partiel"),
                                ("alternance", "En alternance"),
                                ("discontinu", "Discontinu (par modules ou regroupements)"),
                                ("a_la_carte", "À la carte"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "periodes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("journee", "En journée"),
                                ("soir", "En soirée"),
                                ("week_end", "Le week-end"),
                                ("vacances", "Pendant les vacances scolaires"),
                                ("hors_vacances", "Hors vacances scolaires"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="périodes de formation",
                    ),
                ),
                (
                    "modalites_enseignement",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("0", "Formation entièrement présentielle"),
                            ("1", "Formation mixte (présentiel et distance)"),
                            ("2", "Formation entièrement à distance"),
                        ],
                        max_length=1,
                        verbose_name="modalités d’enseignement",
                    ),
                ),
                (
                    "capacite",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(99999)],
                        verbose_name="capacité d’accueil de la session",
                    ),
                ),
                (
                    "places_disponibles",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(99999)],
                        verbose_name="places disponibles",
                    ),
                ),
                (
                    "numero",
                    models.CharField(
                        editable=False, max_length=20, null=True, unique=True, verbose_name="numéro public"
                    ),
                ),
                ("est_archivee", models.BooleanField(default=False, editable=False)),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="catalogue.action",
                    ),
                ),
                (
                    "organisme",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="catalogue.organisme",
                    ),
                ),
            ],
            options={
                "verbose_name": "session",
                "ordering": ["date_debut", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Diffusion",
            fields=[
                (
                    "numero",
                    models.CharField(
                        max_length=20, primary_key=True, serialize=False, verbose_name="numéro public"
                    ),
                ),
                ("intitule", models.CharField(max_length=800, verbose_name="intitulé")),
                (
                    "certification_code",
                    models.CharField(blank=True, max_length=10, verbose_name="code Certifinfo"),
                ),
                ("niveau", models.SmallIntegerField(null=True)),
                ("departement", models.CharField(max_length=3, verbose_name="département")),
                ("ville", models.CharField(max_length=50)),
                ("date_debut", models.DateField(verbose_name="date début")),
                ("date_fin", models.DateField(verbose_name="date fin")),
                ("contenu", models.JSONField()),
                ("revision", models.PositiveIntegerField()),
                ("publiee_le", models.DateTimeField(verbose_name="en ligne depuis le")),
                ("modifiee_le", models.DateTimeField(verbose_name="mise à jour le")),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="diffusions",
                        to="catalogue.action",
                    ),
                ),
                (
                    "organisme",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="diffusions",
                        to="catalogue.organisme",
                    ),
                ),
                (
                    "session",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="diffusion",
                        to="catalogue.session",
                    ),
                ),
            ],
            options={
                "verbose_name": "session diffusée",
                "verbose_name_plural": "sessions diffusées",
                "ordering": ["date_debut", "numero"],
            },
        ),
        migrations.CreateModel(
            name="Site",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("nom", models.CharField(max_length=250, verbose_name="nom du site")),
                (
                    "siret",
                    models.CharField(
                        blank=True,
                        max_length=14,
                        validators=[catalogue.identifiants.validate_siret],
                        verbose_name="SIRET du site",
                    ),
                ),
                (
                    "uai",
                    models.CharField(
                        blank=True,
                        max_length=8,
                        validators=[catalogue.identifiants.validate_uai],
                        verbose_name="code UAI",
                    ),
                ),
                ("ligne1", models.CharField(max_length=50, verbose_name="adresse, ligne 1")),
                ("ligne2", models.CharField(blank=True, max_length=50, verbose_name="adresse, ligne 2")),
                ("ligne3", models.CharField(blank=True, max_length=50, verbose_name="adresse, ligne 3")),
                ("ligne4", models.CharField(blank=True, max_length=50, verbose_name="adresse, ligne 4")),
                (
                    "code_postal",
                    models.CharField(
                        max_length=5,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^\\d{5}$", "Un code postal a 5 chiffres, par exemple 44200."
                            )
                        ],
                        verbose_name="code postal",
                    ),
                ),
                ("ville", models.CharField(max_length=50, verbose_name="ville")),
                ("departement", models.CharField(editable=False, max_length=3, verbose_name="département")),
                ("telephone", models.CharField(blank=True, max_length=25, verbose_name="téléphone")),
                ("courriel", models.EmailField(blank=True, max_length=160, verbose_name="e-mail")),
                (
                    "statut",
                    models.CharField(
                        choices=[
                            ("a_valider", "En attente de validation"),
                            ("actif", "Actif"),
                            ("ferme", "Fermé"),
                        ],
                        default="a_valider",
                        max_length=20,
                    ),
                ),
                (
                    "cree_le",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="créé le"
                    ),
                ),
                (
                    "commune",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalogue.commune",
                    ),
                ),
                (
                    "organisme",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sites",
                        to="catalogue.organisme",
                    ),
                ),
            ],
            options={
                "verbose_name": "site",
                "ordering": ["nom", "pk"],
            },
        ),
        migrations.AddField(
            model_name="session",
            name="site_lieu",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sessions",
                to="catalogue.site",
                verbose_name="site lieu",
            ),
        ),
        migrations.AddField(
            model_name="action",
            name="site_dispensateur",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="actions_dispensees",
                to="catalogue.site",
                verbose_name="site dispensateur",
            ),
        ),
        migrations.AddField(
            model_name="certification",
            name="type_diplome",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="certifications",
                to="catalogue.typediplome",
            ),
        ),
        migrations.CreateModel(
            name="Dispositif",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("jeton", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "cree_le",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="créé le"
                    ),
                ),
                (
                    "modifie_le",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="modifié le"
                    ),
                ),
                (
                    "publics",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("83056", "Tout public"),
                                ("80006", "Demandeur d’emploi"),
                                ("82044", "Salarié"),
                            ],
                            max_length=5,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "codes_externes",
                    models.CharField(blank=True, max_length=100, verbose_name="codes externes"),
                ),
                (
                    "nb_places",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(99999)],
                        verbose_name="nombre de places du dispositif",
                    ),
                ),
                (
                    "cout_stagiaire",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=9, null=True, verbose_name="coût stagiaire"
                    ),
                ),
                (
                    "prise_en_charge",
                    models.BooleanField(
                        blank=True, null=True, verbose_name="prise en charge des frais pédagogiques"
                    ),
                ),
                ("est_actif", models.BooleanField(default=True, verbose_name="état")),
                (
                    "organisme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dispositifs",
                        to="catalogue.organisme",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dispositifs",
                        to="catalogue.session",
                    ),
                ),
                (
                    "type",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dispositifs",
                        to="catalogue.typedispositif",
                        verbose_name="dispositif",
                    ),
                ),
            ],
            options={
                "verbose_name": "dispositif",
                "ordering": ["pk"],
            },
        ),
        migrations.AddIndex(
            model_name="commune",
            index=django.contrib.postgres.indexes.GinIndex(
                models.F("codes_postaux"), name="commune_codes_postaux"
            ),
        ),
        migrations.AddIndex(
            model_name="commune",
            index=models.Index(models.F("tri"), name="commune_tri"),
        ),
        migrations.AddConstraint(
            model_name="demande",
            constraint=models.UniqueConstraint(
                models.F("action"),
                condition=models.Q(("close_le__isnull", True)),
                name="demande_une_ouverte_par_action",
                violation_error_message="Une question attend déjà la réponse de l’organisme.",
            ),
        ),
        migrations.AddConstraint(
            model_name="demande",
            constraint=models.CheckConstraint(
                condition=models.Q(("question", ""), _negated=True), name="demande_question_remplie"
            ),
        ),
        migrations.AddConstraint(
            model_name="demande",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reponse", ""),
                    models.Q(("close_le__isnull", False), ("repondue_par__isnull", False)),
                    _connector="OR",
                ),
                name="demande_reponse_datee",
            ),
        ),
        migrations.AddConstraint(
            model_name="evenement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "type__in",
                        [
                            "creation",
                            "modification",
                            "suppression",
                            "submit",
                            "withdraw",
                            "request_changes",
                            "answer",
                            "approve",
                            "refuse",
                            "reopen",
                            "archive",
                            "restore",
                            "replace_certification",
                        ],
                    )
                ),
                name="evenement_type_connu",
            ),
        ),
        migrations.AddConstraint(
            model_name="evenement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("type__in", ["refuse", "request_changes", "answer", "archive"]), _negated=True),
                    models.Q(("texte", ""), _negated=True),
                    _connector="OR",
                ),
                name="evenement_motive",
                violation_error_message="Cette décision demande un texte.",
            ),
        ),
        migrations.AddConstraint(
            model_name="formation",
            constraint=models.UniqueConstraint(
                models.F("organisme"),
                models.F("certification"),
                name="formation_organisme_certification",
                violation_error_message="Vous avez déjà une formation pour cette certification.",
            ),
        ),
        migrations.AddConstraint(
            model_name="formation",
            constraint=models.UniqueConstraint(
                models.F("id"), models.F("organisme"), name="formation_id_organisme"
            ),
        ),
        migrations.AddConstraint(
            model_name="formation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("certification__isnull", False), ("intitule_libre", "")),
                    models.Q(
                        ("certification__isnull", True), models.Q(("intitule_libre", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="formation_certification_ou_intitule",
                violation_error_message="Une formation a soit un code Certifinfo, soit un intitulé libre.",
            ),
        ),
        migrations.AddConstraint(
            model_name="remplacement",
            constraint=models.UniqueConstraint(
                models.F("ancien_code"), models.F("nouvelle"), name="remplacement_unique"
            ),
        ),
        migrations.AddIndex(
            model_name="diffusion",
            index=models.Index(models.F("organisme"), models.F("date_fin"), name="diffusion_organisme_fin"),
        ),
        migrations.AddIndex(
            model_name="diffusion",
            index=models.Index(models.F("date_debut"), models.F("numero"), name="diffusion_date_debut"),
        ),
        migrations.AddConstraint(
            model_name="diffusion",
            constraint=models.CheckConstraint(
                condition=models.Q(("date_fin__gte", models.F("date_debut"))),
                name="diffusion_dates_ordonnees",
            ),
        ),
        migrations.AddIndex(
            model_name="site",
            index=models.Index(models.F("organisme"), include=("statut",), name="site_organisme_statut"),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.UniqueConstraint(
                models.F("id"), models.F("organisme"), name="site_id_organisme"
            ),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.CheckConstraint(
                condition=models.Q(("statut__in", ["a_valider", "actif", "ferme"])), name="site_statut_connu"
            ),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.CheckConstraint(
                condition=models.Q(("code_postal__regex", "^\\d{5}$")), name="site_code_postal_format"
            ),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.CheckConstraint(
                condition=models.Q(("siret", ""), ("siret__regex", "^\\d{14}$"), _connector="OR"),
                name="site_siret_format",
            ),
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.CheckConstraint(
                condition=models.Q(("uai", ""), ("uai__regex", "^\\d{7}[A-Z]$"), _connector="OR"),
                name="site_uai_format",
            ),
        ),
        migrations.AddIndex(
            model_name="session",
            index=models.Index(
                models.F("organisme"),
                models.F("date_fin"),
                include=("numero", "est_archivee"),
                name="session_organisme_fin",
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.UniqueConstraint(
                models.F("id"), models.F("organisme"), name="session_id_organisme"
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("date_fin__isnull", True),
                    ("date_debut__isnull", True),
                    ("date_fin__gte", models.F("date_debut")),
                    _connector="OR",
                ),
                name="session_dates_ordonnees",
                violation_error_message="La date de fin ne peut pas précéder la date de début.",
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("places_disponibles__isnull", True),
                    ("capacite__isnull", True),
                    ("places_disponibles__lte", models.F("capacite")),
                    _connector="OR",
                ),
                name="session_places_dans_capacite",
                violation_error_message="Les places disponibles ne peuvent pas dépasser la capacité d’accueil.",
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(("capacite__isnull", True), ("capacite__lte", 99999), _connector="OR"),
                name="session_capacite_bornee",
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("places_disponibles__isnull", True), ("places_disponibles__lte", 99999), _connector="OR"
                ),
                name="session_places_bornees",
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "rythmes__contained_by",
                        ["temps_plein", "temps_partiel", "alternance", "discontinu", "a_la_carte"],
                    )
                ),
                name="session_rythmes_connus",
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("periodes__contained_by", ["journee", "soir", "week_end", "vacances", "hors_vacances"])
                ),
                name="session_periodes_connues",
            ),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(("modalites_enseignement__in", ["", "0", "1", "2"])),
                name="session_modalites_enseignement_connues",
            ),
        ),
        migrations.AddIndex(
            model_name="action",
            index=models.Index(
                models.F("organisme"),
                models.F("statut"),
                include=("certification_remplacee_le",),
                name="action_organisme_statut",
            ),
        ),
        migrations.AddIndex(
            model_name="action",
            index=models.Index(
                models.F("soumise_le"),
                models.F("id"),
                condition=models.Q(("statut", "en_attente_validation")),
                name="action_file",
            ),
        ),
        migrations.AddIndex(
            model_name="action",
            index=models.Index(
                models.F("statut"),
                condition=models.Q(("statut__in", ["validee", "archivee"]), _negated=True),
                name="action_statut_rare",
            ),
        ),
        migrations.AddConstraint(
            model_name="action",
            constraint=models.UniqueConstraint(
                models.F("id"), models.F("organisme"), name="action_id_organisme"
            ),
        ),
        migrations.AddConstraint(
            model_name="action",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "statut__in",
                        [
                            "en_saisie",
                            "en_attente_validation",
                            "en_attente_reponse",
                            "validee",
                            "refusee",
                            "archivee",
                        ],
                    )
                ),
                name="action_statut_connu",
            ),
        ),
        migrations.AddConstraint(
            model_name="action",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("soumise_le__isnull", False), ("statut__in", ["en_saisie", "archivee"]), _connector="OR"
                ),
                name="action_soumise_datee",
                violation_error_message="Une action envoyée porte sa date d’envoi.",
            ),
        ),
        migrations.AddConstraint(
            model_name="action",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("statut", "validee"), _negated=True),
                    ("validee_le__isnull", False),
                    _connector="OR",
                ),
                name="action_validee_datee",
            ),
        ),
        migrations.AddConstraint(
            model_name="action",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("statut__in", ["validee", "refusee"]), _negated=True),
                    ("decidee_le__isnull", False),
                    _connector="OR",
                ),
                name="action_decidee_datee",
            ),
        ),
        migrations.AddConstraint(
            model_name="action",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("certification_remplacee_le__isnull", True),
                    models.Q(("certification_precedente", ""), _negated=True),
                    _connector="OR",
                ),
                name="action_remplacement_nomme",
            ),
        ),
        migrations.AddConstraint(
            model_name="action",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("niveau_entree__in", ["", "0", "1", "11", "12", "13", "14", "15", "16", "17", "18"])
                ),
                name="action_niveau_entree_connu",
            ),
        ),
        migrations.AddConstraint(
            model_name="action",
            constraint=models.CheckConstraint(
                condition=models.Q(("type_parcours__in", ["", "1", "2", "3", "4"])),
                name="action_type_parcours_connu",
            ),
        ),
        migrations.AddConstraint(
            model_name="action",
            constraint=models.CheckConstraint(
                condition=models.Q(("modalites_es__in", ["", "0", "1"])), name="action_modalites_es_connues"
            ),
        ),
        migrations.AddConstraint(
            model_name="action",
            constraint=models.CheckConstraint(
                condition=models.Q(("url", ""), ("url__iregex", "^https?://"), _connector="OR"),
                name="action_url_http",
            ),
        ),
        migrations.AddConstraint(
            model_name="action",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("duree_centre__isnull", True), ("duree_centre__lte", 99999), _connector="OR"
                ),
                name="action_duree_centre_bornee",
            ),
        ),
        migrations.AddConstraint(
            model_name="action",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("duree_entreprise__isnull", True), ("duree_entreprise__lte", 99999), _connector="OR"
                ),
                name="action_duree_entreprise_bornee",
            ),
        ),
        migrations.AddConstraint(
            model_name="action",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("duree_hebdo__isnull", True),
                    models.Q(("duree_hebdo__gt", 0), ("duree_hebdo__lte", 168)),
                    _connector="OR",
                ),
                name="action_duree_hebdo_possible",
                violation_error_message="La durée hebdomadaire va de plus de 0 à 168 heures.",
            ),
        ),
        migrations.AddIndex(
            model_name="certification",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass("tri", name="gin_trgm_ops"),
                name="certification_tri_trgm",
            ),
        ),
        migrations.AddIndex(
            model_name="certification",
            index=django.contrib.postgres.indexes.GinIndex(
                models.F("formacodes"), name="certification_formacodes"
            ),
        ),
        migrations.AddIndex(
            model_name="certification",
            index=models.Index(models.F("code_rncp"), name="certification_code_rncp"),
        ),
        migrations.AddIndex(
            model_name="certification",
            index=django.contrib.postgres.indexes.GinIndex(
                models.F("codes_rs"), name="certification_codes_rs"
            ),
        ),
        migrations.AddConstraint(
            model_name="certification",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^\\d{1,10}$")), name="certification_code_format"
            ),
        ),
        migrations.AddConstraint(
            model_name="certification",
            constraint=models.CheckConstraint(
                condition=models.Q(("niveau__isnull", True), ("niveau__range", (3, 8)), _connector="OR"),
                name="certification_niveau_connu",
            ),
        ),
        migrations.AddConstraint(
            model_name="certification",
            constraint=models.CheckConstraint(
                condition=models.Q(("etat__in", [0, 4, 11])), name="certification_etat_connu"
            ),
        ),
        migrations.AddConstraint(
            model_name="dispositif",
            constraint=models.CheckConstraint(
                condition=models.Q(("publics__contained_by", ["83056", "80006", "82044"])),
                name="dispositif_publics_connus",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispositif",
            constraint=models.CheckConstraint(
                condition=models.Q(("nb_places__isnull", True), ("nb_places__lte", 99999), _connector="OR"),
                name="dispositif_nb_places_borne",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispositif",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cout_stagiaire__isnull", True), ("cout_stagiaire__gte", 0), _connector="OR"
                ),
                name="dispositif_cout_positif",
                violation_error_message="Le coût stagiaire ne peut pas être négatif.",
            ),
        ),
    ]
