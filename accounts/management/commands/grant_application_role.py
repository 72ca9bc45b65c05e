"""Rights of the database role under which the site runs: all it needs, and journals it cannot rewrite."""

from django.core.management.base import CommandError
from django.db import connection, transaction
from psycopg import sql

from sofi.commandes import Commande

#: Append-only, in the database too (README § Security): these lines are read and added, nothing else.
JOURNAUX = (
    "accounts_evenementsecurite",
    "catalogue_evenement",
    "catalogue_evenementaif",
    "catalogue_evenementetablissement",
    "catalogue_evenementreglage",
)
RIGHTS = """
GRANT USAGE ON SCHEMA public TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {role};
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role};
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role};
REVOKE UPDATE, DELETE, TRUNCATE ON {journals} FROM {role}
"""


class Command(Commande):
    """Grants its rights to a role that exists; run as the owner of the tables, after each `migrate`."""

    help = (
        "Donne au rôle PostgreSQL sous lequel tourne le site tout ce qu’il lui faut, "
        "sauf de changer ou d’effacer les journaux. "
        "À lancer par le propriétaire des tables, après «\u00a0migrate\u00a0»."
    )

    def add_arguments(self, parser):
        parser.add_argument("role", help="le rôle de l’application, qui existe déjà et ne possède rien")

    def handle(self, *args, role, **options):
        nom = f"Le rôle «\u00a0{role}\u00a0»"
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = %s", [role])
            found = cursor.fetchone()
            if found is None:
                raise CommandError(f"{nom} n’existe pas\u00a0: créez-le d’abord (CREATE ROLE).")
            cursor.execute("SELECT 1 FROM pg_tables WHERE tableowner = %s AND schemaname = 'public'", [role])
            if found[0] or cursor.fetchone():
                raise CommandError(
                    f"{nom} peut déjà tout faire (superutilisateur ou propriétaire de tables)\u00a0: "
                    "le site doit tourner sous un autre."
                )
            self._check_owner(cursor)
            journals = sql.SQL(", ").join(map(sql.Identifier, JOURNAUX))
            cursor.execute(sql.SQL(RIGHTS).format(role=sql.Identifier(role), journals=journals))
        self.stdout.write(
            f"Le rôle «\u00a0{role}\u00a0» a ses droits\u00a0; les journaux ne se modifient pas."
        )

    def _check_owner(self, cursor) -> None:
        """Raise `CommandError` unless this account may give rights on our tables: others are only warned."""
        cursor.execute(
            "SELECT current_user FROM pg_tables WHERE schemaname = 'public' AND tablename = ANY(%s)"
            " AND NOT pg_has_role(tableowner, 'USAGE') LIMIT 1",
            [["django_migrations", *JOURNAUX]],
        )
        if found := cursor.fetchone():
            raise CommandError(
                f"Le compte «\u00a0{found[0]}\u00a0» ne possède pas les tables\u00a0: lancez la commande "
                "sous celui qui les possède, celui de «\u00a0migrate\u00a0» (DATABASE_URL)."
            )
