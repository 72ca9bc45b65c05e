"""A key to try, and requests for a key to answer, in the demo."""

from django.conf import settings
from django.core.management.base import CommandError

from accounts.demandes.demonstration import CLE, PERSONNE, load
from sofi.commandes import Commande


class Command(Commande):
    help = "Ajoute à la démonstration une clé d’activation que tout le monde connaît, et des demandes de clé."

    def handle(self, *args, **options):
        if settings.IS_PRODUCTION:
            raise CommandError("Les données d’exemple ne se chargent pas en production (SOFI_MODE).")
        load()
        self.stdout.write(
            f"Clé d’activation à essayer\N{NO-BREAK SPACE}: {CLE}, avec l’adresse {PERSONNE['email']}."
        )
