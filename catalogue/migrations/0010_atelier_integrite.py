"""The workshop's integrity: what was waiting gets its urgency, settings their journal, requests their number."""

from django.db import migrations, models

REMPLIR = """
    UPDATE catalogue_action a SET premier_debut = COALESCE(
        (SELECT min(s.date_debut) FROM catalogue_session s
         WHERE s.action_id = a.id AND s.date_debut >= (a.soumise_le AT TIME ZONE 'Europe/Paris')::date),
        (a.soumise_le AT TIME ZONE 'Europe/Paris')::date)
    WHERE a.statut = 'en_attente_validation'
"""
DELAIS = """
    INSERT INTO catalogue_delais (id, cible, urgence, premiere_relance, seconde_relance, fin_session, version)
    VALUES (1, 2, 14, 5, 15, 30, 1)
"""
#: The settings' journal is as append-only as the actions'; its function comes from migration 0002.
JOURNAL = """
    CREATE TRIGGER evenement_reglage_immuable BEFORE UPDATE OR DELETE ON catalogue_evenementreglage
        FOR EACH ROW EXECUTE FUNCTION catalogue_journal_immuable()
"""
#: An answer goes with every point ticked: the form says so, and the base too.
REPONSE = """
    CREATE FUNCTION catalogue_points_corriges() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM catalogue_pointdemande
                   WHERE demande_id = NEW.id AND corrige_le IS NULL) THEN
            RAISE EXCEPTION 'Des points de la question ne sont pas corrigés' USING ERRCODE = '23514';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER demande_points_corriges BEFORE UPDATE OF reponse ON catalogue_demande
        FOR EACH ROW WHEN (NEW.reponse <> '') EXECUTE FUNCTION catalogue_points_corriges()
"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0009_atelier")]

    operations = [
        migrations.RunSQL(REMPLIR, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="action",
            constraint=models.CheckConstraint(
                condition=~models.Q(statut="en_attente_validation") | models.Q(premier_debut__isnull=False),
                name="action_en_attente_premier_debut",
            ),
        ),
        migrations.RunSQL(DELAIS, "DELETE FROM catalogue_delais"),
        migrations.RunSQL(JOURNAL, "DROP TRIGGER evenement_reglage_immuable ON catalogue_evenementreglage"),
        migrations.RunSQL(
            REPONSE,
            """
            DROP TRIGGER demande_points_corriges ON catalogue_demande;
            DROP FUNCTION catalogue_points_corriges();
            """,
        ),
        migrations.RunSQL(
            "CREATE SEQUENCE catalogue_demandeaif_numero", "DROP SEQUENCE catalogue_demandeaif_numero"
        ),
    ]
