"""Lines older than twelve months leave the security journal by one door, whoever runs the site."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_journal_immuable")]

    operations = [
        migrations.RunSQL(
            # The owner's rights, and a path that nobody else can put a table in the way of.
            """
            CREATE FUNCTION accounts_purger_journal() RETURNS bigint LANGUAGE plpgsql
            SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
            DECLARE lignes bigint;
            BEGIN
                DELETE FROM public.accounts_evenementsecurite WHERE le < now() - interval '12 months';
                GET DIAGNOSTICS lignes = ROW_COUNT;
                RETURN lignes;
            END $$;
            REVOKE ALL ON FUNCTION accounts_purger_journal() FROM PUBLIC;
            """,
            "DROP FUNCTION accounts_purger_journal();",
        ),
    ]
