"""What follows from what is online: search rows, LHÉO fragments, withdrawals; what the public leaves with us."""

import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0014_avis_organisme"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CleApi",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("nom", models.CharField(max_length=120, verbose_name="partenaire")),
                ("courriel", models.EmailField(max_length=160, verbose_name="e-mail du contact")),
                ("empreinte", models.CharField(editable=False, max_length=64, unique=True)),
                ("debut", models.CharField(editable=False, max_length=8)),
                (
                    "quota_horaire",
                    models.PositiveIntegerField(default=10000, verbose_name="requêtes par heure"),
                ),
                ("cree_le", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("revoquee_le", models.DateTimeField(editable=False, null=True, verbose_name="révoquée le")),
                ("utilisee_le", models.DateField(editable=False, null=True, verbose_name="dernier usage")),
            ],
            options={
                "verbose_name": "clé d’API",
                "ordering": ["nom", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ExportFlux",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "profil",
                    models.CharField(
                        choices=[("complet", "Flux complet"), ("france_travail", "Flux France Travail")],
                        max_length=20,
                    ),
                ),
                (
                    "statut",
                    models.CharField(
                        choices=[
                            ("ecrit", "Écrit"),
                            ("retenu", "Retenu"),
                            ("vide", "Rien à diffuser"),
                            ("echec", "Échec"),
                        ],
                        max_length=10,
                    ),
                ),
                ("commence_le", models.DateTimeField()),
                ("fini_le", models.DateTimeField()),
                ("sessions", models.PositiveIntegerField(default=0)),
                ("nouvelles", models.PositiveIntegerField(default=0)),
                ("ecartees", models.PositiveIntegerField(default=0)),
                ("parties", models.PositiveIntegerField(default=0)),
                ("changees", models.PositiveIntegerField(default=0)),
                ("octets", models.PositiveBigIntegerField(default=0)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("raison", models.TextField(blank=True)),
            ],
            options={
                "verbose_name": "export du flux",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="FicheRecherche",
            fields=[
                (
                    "diffusion",
                    models.OneToOneField(
                        db_column="numero",
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="recherche",
                        serialize=False,
                        to="catalogue.diffusion",
                    ),
                ),
                ("action_id", models.BigIntegerField()),
                ("organisme_id", models.BigIntegerField()),
                ("date_debut", models.DateField()),
                ("date_fin", models.DateField()),
                ("departement", models.CharField(max_length=3)),
                ("commune", models.CharField(blank=True, max_length=5)),
                ("niveau", models.SmallIntegerField(default=0)),
                ("modalite", models.CharField(max_length=1)),
                ("est_esp", models.BooleanField()),
                ("est_cpf", models.BooleanField()),
                ("a_des_places", models.BooleanField()),
                (
                    "types",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), default=list, size=None
                    ),
                ),
                ("document", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                "verbose_name": "fiche de recherche",
            },
        ),
        migrations.CreateModel(
            name="FragmentLheo",
            fields=[
                (
                    "diffusion",
                    models.OneToOneField(
                        db_column="numero",
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="fragment",
                        serialize=False,
                        to="catalogue.diffusion",
                    ),
                ),
                ("organisme_id", models.BigIntegerField()),
                ("date_fin", models.DateField()),
                ("modifiee_le", models.DateTimeField()),
                ("xml", models.TextField(blank=True)),
                (
                    "fautes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                (
                    "exclusions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), default=list, size=None
                    ),
                ),
            ],
            options={
                "verbose_name": "fragment LHÉO",
            },
        ),
        migrations.CreateModel(
            name="MotRecherche",
            fields=[
                ("mot", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("nombre", models.PositiveIntegerField(default=1)),
            ],
            options={
                "verbose_name": "mot de la recherche",
            },
        ),
        migrations.CreateModel(
            name="Retrait",
            fields=[
                (
                    "numero",
                    models.CharField(
                        max_length=20, primary_key=True, serialize=False, verbose_name="numéro public"
                    ),
                ),
                ("action_id", models.BigIntegerField()),
                (
                    "motif",
                    models.CharField(
                        choices=[
                            ("archivee", "L’action est archivée"),
                            ("supprimee", "La session est supprimée"),
                            ("annulee", "La validation est annulée"),
                        ],
                        max_length=12,
                    ),
                ),
                ("le", models.DateTimeField(verbose_name="retirée le")),
            ],
            options={
                "verbose_name": "retrait",
                "ordering": ["le", "numero"],
            },
        ),
        migrations.CreateModel(
            name="Signalement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("numero", models.CharField(max_length=20, verbose_name="numéro de session")),
                (
                    "objet",
                    models.CharField(
                        choices=[
                            ("dates", "Les dates"),
                            ("lieu", "Le lieu"),
                            ("prix", "Le prix ou le financement"),
                            ("contact", "Le téléphone, l’e-mail ou le lien"),
                            ("places", "Les places\xa0: la session est complète, ou annulée"),
                            ("contenu", "Le contenu de la formation"),
                            ("autre", "Autre chose"),
                        ],
                        max_length=12,
                        verbose_name="ce qui ne va pas",
                    ),
                ),
                ("texte", models.TextField(max_length=2000, verbose_name="précisions")),
                ("courriel", models.EmailField(blank=True, max_length=160, verbose_name="votre e-mail")),
                ("jeton", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("cree_le", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "statut",
                    models.CharField(
                        choices=[
                            ("ouvert", "À traiter"),
                            ("corrige", "Corrigé"),
                            ("sans_suite", "Sans suite"),
                        ],
                        default="ouvert",
                        max_length=10,
                    ),
                ),
                ("reponse", models.TextField(blank=True, max_length=2000, verbose_name="réponse")),
                ("traite_le", models.DateTimeField(null=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                "verbose_name": "signalement",
                "ordering": ["-pk"],
            },
        ),
        migrations.AddField(
            model_name="commune",
            name="latitude",
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name="commune",
            name="longitude",
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name="diffusion",
            name="formation",
            field=models.ForeignKey(
                null=True,
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="diffusions",
                to="catalogue.formation",
            ),
        ),
        migrations.AddIndex(
            model_name="commune",
            index=models.Index(models.F("latitude"), models.F("longitude"), name="commune_position"),
        ),
        migrations.AddIndex(
            model_name="diffusion",
            index=models.Index(models.F("modifiee_le"), models.F("numero"), name="diffusion_modifiee"),
        ),
        migrations.AddIndex(
            model_name="diffusion",
            index=models.Index(
                models.F("certification_code"), models.F("date_fin"), name="diffusion_certification"
            ),
        ),
        migrations.AddConstraint(
            model_name="commune",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("latitude", None), ("longitude", None)),
                    models.Q(
                        ("latitude__isnull", False),
                        ("latitude__range", (-90, 90)),
                        ("longitude__isnull", False),
                        ("longitude__range", (-180, 180)),
                    ),
                    _connector="OR",
                ),
                name="commune_position_entiere",
            ),
        ),
        migrations.AddField(
            model_name="cleapi",
            name="cree_par",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="exportflux",
            constraint=models.CheckConstraint(
                condition=models.Q(("profil__in", ["complet", "france_travail"])), name="export_profil_connu"
            ),
        ),
        migrations.AddConstraint(
            model_name="exportflux",
            constraint=models.CheckConstraint(
                condition=models.Q(("statut__in", ["ecrit", "retenu", "vide", "echec"])),
                name="export_statut_connu",
            ),
        ),
        migrations.AddConstraint(
            model_name="exportflux",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("statut__in", ["retenu", "echec"]), _negated=True),
                    models.Q(("raison", ""), _negated=True),
                    _connector="OR",
                ),
                name="export_motive",
            ),
        ),
        migrations.AddIndex(
            model_name="ficherecherche",
            index=django.contrib.postgres.indexes.GinIndex(
                models.F("document"), fastupdate=False, name="recherche_document"
            ),
        ),
        migrations.AddIndex(
            model_name="ficherecherche",
            index=models.Index(
                models.F("date_debut"),
                models.F("diffusion"),
                include=("date_fin", "departement", "niveau", "modalite"),
                name="recherche_debut",
            ),
        ),
        migrations.AddIndex(
            model_name="ficherecherche",
            index=models.Index(
                models.F("departement"),
                models.F("date_debut"),
                models.F("diffusion"),
                name="recherche_departement",
            ),
        ),
        migrations.AddIndex(
            model_name="ficherecherche",
            index=models.Index(
                models.F("commune"), models.F("date_debut"), models.F("diffusion"), name="recherche_commune"
            ),
        ),
        migrations.AddIndex(
            model_name="ficherecherche",
            index=models.Index(
                models.F("niveau"), models.F("date_debut"), models.F("diffusion"), name="recherche_niveau"
            ),
        ),
        migrations.AddIndex(
            model_name="ficherecherche",
            index=models.Index(models.F("date_fin"), name="recherche_fin"),
        ),
        migrations.AddIndex(
            model_name="ficherecherche",
            index=models.Index(models.F("action_id"), name="recherche_action"),
        ),
        migrations.AddConstraint(
            model_name="ficherecherche",
            constraint=models.CheckConstraint(
                condition=models.Q(("date_fin__gte", models.F("date_debut"))),
                name="recherche_dates_ordonnees",
            ),
        ),
        migrations.AddConstraint(
            model_name="ficherecherche",
            constraint=models.CheckConstraint(
                condition=models.Q(("niveau__range", (0, 8))), name="recherche_niveau_connu"
            ),
        ),
        migrations.AddIndex(
            model_name="fragmentlheo",
            index=models.Index(models.F("organisme_id"), name="fragment_organisme"),
        ),
        migrations.AddIndex(
            model_name="fragmentlheo",
            index=models.Index(models.F("modifiee_le"), models.F("diffusion"), name="fragment_modifie"),
        ),
        migrations.AddIndex(
            model_name="fragmentlheo",
            index=models.Index(
                models.F("diffusion"),
                condition=models.Q(("fautes", []), _negated=True),
                name="fragment_ecarte",
            ),
        ),
        migrations.AddConstraint(
            model_name="fragmentlheo",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("xml", ""), _negated=True),
                    models.Q(("fautes", []), _negated=True),
                    _connector="OR",
                ),
                name="fragment_vide_a_une_raison",
            ),
        ),
        migrations.AddIndex(
            model_name="motrecherche",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass("mot", "gin_trgm_ops"), name="mot_trgm"
            ),
        ),
        migrations.AddField(
            model_name="retrait",
            name="organisme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalogue.organisme"
            ),
        ),
        migrations.AddField(
            model_name="signalement",
            name="action",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="signalements",
                to="catalogue.action",
            ),
        ),
        migrations.AddField(
            model_name="signalement",
            name="organisme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="signalements",
                to="catalogue.organisme",
            ),
        ),
        migrations.AddField(
            model_name="signalement",
            name="traite_par",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="cleapi",
            constraint=models.CheckConstraint(
                condition=models.Q(("nom", ""), _negated=True), name="cle_api_nommee"
            ),
        ),
        migrations.AddConstraint(
            model_name="cleapi",
            constraint=models.CheckConstraint(
                condition=models.Q(("empreinte__regex", "^[0-9a-f]{64}$")), name="cle_api_empreinte"
            ),
        ),
        migrations.AddConstraint(
            model_name="cleapi",
            constraint=models.CheckConstraint(
                condition=models.Q(("quota_horaire__gte", 1), ("quota_horaire__lte", 1000000)),
                name="cle_api_quota",
            ),
        ),
        migrations.AddIndex(
            model_name="retrait",
            index=models.Index(models.F("le"), models.F("numero"), name="retrait_le"),
        ),
        migrations.AddIndex(
            model_name="retrait",
            index=models.Index(models.F("action_id"), name="retrait_action"),
        ),
        migrations.AddConstraint(
            model_name="retrait",
            constraint=models.CheckConstraint(
                condition=models.Q(("motif__in", ["archivee", "supprimee", "annulee"])),
                name="retrait_motif_connu",
            ),
        ),
        migrations.AddIndex(
            model_name="signalement",
            index=models.Index(
                models.F("cree_le"),
                models.F("id"),
                condition=models.Q(("statut", "ouvert")),
                name="signalement_ouvert",
            ),
        ),
        migrations.AddConstraint(
            model_name="signalement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("objet__in", ["dates", "lieu", "prix", "contact", "places", "contenu", "autre"])
                ),
                name="signalement_objet_connu",
            ),
        ),
        migrations.AddConstraint(
            model_name="signalement",
            constraint=models.CheckConstraint(
                condition=models.Q(("statut__in", ["ouvert", "corrige", "sans_suite"])),
                name="signalement_statut_connu",
            ),
        ),
        migrations.AddConstraint(
            model_name="signalement",
            constraint=models.CheckConstraint(
                condition=models.Q(("texte", ""), _negated=True), name="signalement_texte_rempli"
            ),
        ),
        migrations.AddConstraint(
            model_name="signalement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("reponse", ""), ("statut", "ouvert"), ("traite_le", None), ("traite_par", None)
                    ),
                    models.Q(
                        models.Q(("statut", "ouvert"), _negated=True),
                        models.Q(("reponse", ""), _negated=True),
                        ("traite_le__isnull", False),
                        ("traite_par__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="signalement_traite_repondu",
            ),
        ),
        # What is online already belongs to the formation of its action; a decision kept for undoing does not
        # know it, and is only undone within its day.
        migrations.RunSQL(
            """UPDATE catalogue_diffusion d SET formation_id = a.formation_id
            FROM catalogue_action a WHERE a.id = d.action_id;
            DELETE FROM catalogue_decisionannulable;
            SET CONSTRAINTS ALL IMMEDIATE""",
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            model_name="diffusion",
            name="formation",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="diffusions",
                to="catalogue.formation",
            ),
        ),
    ]
