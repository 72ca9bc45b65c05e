"""The first administrator of a new installation, who then invites the others from « Personnel »."""

import sys
from getpass import getpass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.core.validators import validate_email
from django.db import transaction

from accounts import journal
from accounts.models import RoleCarif, TypeEvenementSecurite, User
from sofi.caracteres import strip_forbidden
from sofi.commandes import Commande

NBSP = "\N{NO-BREAK SPACE}"


class Command(Commande):
    help = (
        "Crée le compte d’un administrateur du Carif-Oref. Demande son mot de passe, "
        "ou le lit sur l’entrée standard."
    )

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("prenom")
        parser.add_argument("nom")

    def handle(self, *, email, prenom, nom, **options):
        user = User(
            email=email.strip().lower(),
            prenom=strip_forbidden(prenom).strip(),
            nom=strip_forbidden(nom).strip(),
            role_carif=RoleCarif.ADMINISTRATEUR,
        )
        self._check_address(user.email)
        self._check_fields(user)
        password = read_password()
        try:
            validate_password(password, user=user)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        user.set_password(password)
        with transaction.atomic():
            user.save()
            journal.record(TypeEvenementSecurite.ROLE_DONNE, user=user, role=user.role_carif, commande=True)
        self.stdout.write(
            f"Compte créé{NBSP}: {user.get_full_name()}, administrateur. "
            "Son second facteur s’installe à la première connexion."
        )

    def _check_address(self, email: str) -> None:
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"«{NBSP}{email}{NBSP}» n’est pas une adresse e-mail.") from None
        if User.objects.filter(email=email).exists():
            raise CommandError(
                f"Un compte existe déjà à l’adresse {email}{NBSP}: un administrateur change son rôle "
                "depuis la page Personnel."
            )

    def _check_fields(self, user: User) -> None:
        try:
            user.clean_fields(exclude=["password"])
        except ValidationError as error:
            fautes = [
                f"«{NBSP}{user._meta.get_field(nom).verbose_name}{NBSP}»{NBSP}: {' '.join(messages)}"
                for nom, messages in error.message_dict.items()
            ]
            raise CommandError(" ".join(fautes)) from None


def read_password() -> str:
    """The password typed twice at the terminal, or the first line of the standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass(f"Mot de passe{NBSP}: ")
    if getpass(f"Le même, une seconde fois{NBSP}: ") != password:
        raise CommandError("Les deux mots de passe diffèrent.")
    return password
