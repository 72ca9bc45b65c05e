from django.conf import settings

from sofi.arguments import CommandeFrancaise
from sofi.localpg import LocalPostgres


class Command(CommandeFrancaise):
    help = "Arrête le PostgreSQL embarqué (démonstration et tests)."
    requires_system_checks = ()

    def handle(self, **options):
        if LocalPostgres(settings.LOCAL_POSTGRES).stop():
            self.stdout.write("PostgreSQL est arrêté.")
        else:
            self.stdout.write("PostgreSQL était déjà arrêté.")
