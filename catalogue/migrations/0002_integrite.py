"""Integrity that Django's models cannot say: tenants, the public number, the append-only journal."""

from django.db import migrations


def _tenant_key(table: str, column: str, target: str) -> migrations.RunSQL:
    """`table.column` may only point to a row of `target` of the same organisme."""
    name = f"{table}_{column}_meme_organisme"
    return migrations.RunSQL(
        f"""ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}, organisme_id)
            REFERENCES {target} (id, organisme_id) DEFERRABLE INITIALLY DEFERRED""",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]

    operations = [
        _tenant_key("catalogue_action", "formation_id", "catalogue_formation"),
        _tenant_key("catalogue_action", "site_dispensateur_id", "catalogue_site"),
        _tenant_key("catalogue_session", "action_id", "catalogue_action"),
        _tenant_key("catalogue_session", "site_lieu_id", "catalogue_site"),
        _tenant_key("catalogue_dispositif", "session_id", "catalogue_session"),
        migrations.RunSQL(
            "CREATE SEQUENCE catalogue_session_numero", "DROP SEQUENCE catalogue_session_numero"
        ),
        # A number once given stays: it is printed, mailed and typed by counsellors.
        migrations.RunSQL(
            """
            CREATE FUNCTION catalogue_numero_immuable() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'Le numéro public d''une session ne change pas' USING ERRCODE = '23514';
            END $$;
            CREATE TRIGGER session_numero_immuable BEFORE UPDATE OF numero ON catalogue_session
                FOR EACH ROW WHEN (OLD.numero IS NOT NULL AND NEW.numero IS DISTINCT FROM OLD.numero)
                EXECUTE FUNCTION catalogue_numero_immuable();
            """,
            """
            DROP TRIGGER session_numero_immuable ON catalogue_session;
            DROP FUNCTION catalogue_numero_immuable();
            """,
        ),
        migrations.RunSQL(
            """
            CREATE FUNCTION catalogue_journal_immuable() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'Le journal ne se modifie pas' USING ERRCODE = '23514';
            END $$;
            CREATE TRIGGER evenement_immuable BEFORE UPDATE OR DELETE ON catalogue_evenement
                FOR EACH ROW EXECUTE FUNCTION catalogue_journal_immuable();
            """,
            """
            DROP TRIGGER evenement_immuable ON catalogue_evenement;
            DROP FUNCTION catalogue_journal_immuable();
            """,
        ),
    ]
