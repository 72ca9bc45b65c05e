"""The second factors of the demo's staff, whose codes everybody may read at /demonstration/codes/."""

from django.conf import settings
from django.core.management.base import CommandError

from accounts.facteur.demonstration import give_telephones
from sofi.commandes import Commande


class Command(Commande):
    help = "Donne un second facteur, dont les codes sont publics, au personnel inventé de la démonstration."

    def handle(self, *args, **options):
        if settings.IS_PRODUCTION:
            raise CommandError("Les données d’exemple ne se chargent pas en production (SOFI_MODE).")
        give_telephones()
        self.stdout.write(
            "Le personnel du Carif-Oref tape aussi un code à la connexion\N{NO-BREAK SPACE}: "
            "il se lit sur la page /demonstration/codes/ du site."
        )
