"""Examples to try SOFI with: three organisations, their people and an offer in every state."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import CommandError
from django.db import transaction

from catalogue import demo
from catalogue.models import Action, Organisme, Session
from catalogue.referentiels.chargement import lock_imports
from sofi.commandes import Commande

NBSP = "\N{NO-BREAK SPACE}"


class Command(Commande):
    help = "Charge des organismes, des comptes et une offre d’exemple dans une base qui n’en a pas."

    def handle(self, *args, **options):
        if settings.IS_PRODUCTION:
            raise CommandError("Les données d’exemple ne se chargent pas en production (SOFI_MODE).")
        source = demo.read_source()
        with transaction.atomic():
            lock_imports()  # of two at once, the second waits, and finds what the first loaded
            if Organisme.objects.exists():
                self.stdout.write(f"La base contient déjà des organismes{NBSP}: rien n’a été changé.")
            else:
                self._load(source)
        self._print_accounts(source)

    def _load(self, source):
        if missing := demo.missing_certifications(source):
            raise CommandError(
                f"Chargez d’abord les nomenclatures (load_nomenclatures){NBSP}: "
                f"il manque les codes Certifinfo {', '.join(sorted(missing))}."
            )
        demo.load(source)
        self.stdout.write(
            f"Données d’exemple chargées{NBSP}: {Organisme.objects.count()} organismes, "
            f"{Action.objects.count()} actions, {Session.objects.count()} sessions."
        )

    def _print_accounts(self, source):
        """Say who may sign in, when the accounts of the demo are there."""
        emails = [compte["email"] for compte in source["comptes"]]
        users = get_user_model().objects.filter(email__in=emails).prefetch_related("organismes")
        if not users:
            return
        self.stdout.write(
            f"\nComptes de démonstration, mot de passe «{NBSP}{source['mot_de_passe']}{NBSP}»{NBSP}:"
        )
        for user in sorted(users, key=lambda user: emails.index(user.email)):
            organismes = ", ".join(organisme.nom for organisme in user.organismes.all())
            pour = organismes or f"Carif-Oref, {user.get_role_carif_display().lower()}"
            self.stdout.write(f"  {user.email:<28} {user.get_full_name()}, {pour}")
