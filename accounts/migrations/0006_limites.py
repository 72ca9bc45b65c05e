"""What is counted moves to `sofi`: the public API counts too. The table keeps its rows."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_purge_du_journal")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.DeleteModel("Limite")],
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE accounts_limite RENAME TO sofi_limite",
                    "ALTER TABLE sofi_limite RENAME TO accounts_limite",
                )
            ],
        )
    ]
