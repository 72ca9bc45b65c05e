"""The security journal is append-only, for the year its lines are kept."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_cles_et_journal")]

    operations = [
        migrations.RunSQL(
            """
            CREATE FUNCTION accounts_journal_immuable() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP = 'DELETE' AND OLD.le < now() - interval '12 months' THEN
                    RETURN OLD;
                END IF;
                RAISE EXCEPTION 'Le journal de sécurité ne se modifie pas' USING ERRCODE = '23514';
            END $$;
            CREATE TRIGGER evenementsecurite_immuable BEFORE UPDATE OR DELETE ON accounts_evenementsecurite
                FOR EACH ROW EXECUTE FUNCTION accounts_journal_immuable();
            """,
            """
            DROP TRIGGER evenementsecurite_immuable ON accounts_evenementsecurite;
            DROP FUNCTION accounts_journal_immuable();
            """,
        ),
    ]
