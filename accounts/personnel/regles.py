"""What administrators may do to the accounts of the staff; some administrator stays, whatever they do.

Nobody changes their own role nor closes their own account, and whoever acts is an administrator under lock:
of two administrators who lower each other, the second finds that they no longer are one.
"""

from contextlib import suppress
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts import cles, journal
from accounts.facteur import totp
from accounts.models import CleActivation, RoleCarif, Totp, TypeEvenementSecurite, User
from accounts.sessions import close_sessions
from sofi.courriels import envoyer, lien
from sofi.forms import NBSP
from sofi.origine import Origine

#: The same invitation sent again so soon is a double click.
DOUBLE_CLIC = timedelta(minutes=1)

SOI_MEME = f"C’est votre propre compte{NBSP}: demandez-le à un autre administrateur."
PLUS_ADMINISTRATEUR = f"Rien n’a été changé{NBSP}: vous n’êtes plus administrateur."
PARTI = f"Rien n’a été changé{NBSP}: cette personne n’est plus du personnel."


class PersonnelRefuse(Exception):
    """A change that may not happen; `str()` is the French sentence for the administrator."""


def with_facteur(users: QuerySet) -> QuerySet:
    """Annotate people with `a_un_facteur`: whether they have a second factor."""
    return users.annotate(a_un_facteur=Exists(Totp.objects.filter(user=OuterRef("pk"))))


def membres() -> QuerySet:
    """The staff, whether their account is open or closed."""
    return with_facteur(User.objects.exclude(role_carif=""))


def invitations() -> QuerySet:
    """The keys of the staff that are neither used nor revoked."""
    return CleActivation.objects.filter(organisme=None, utilisee_le=None, revoquee_le=None)


@transaction.atomic
def inviter(*, email: str, prenom: str, nom: str, role: str, par: User, origine: Origine) -> None:
    """Send a key for `role` (RoleCarif) to a colleague (`email` in lower case); a double click sends one.

    Raises PersonnelRefuse when the person already belongs to the staff.
    """
    _lock(par)
    if User.objects.filter(email=email).exclude(role_carif="").exists():
        raise PersonnelRefuse(
            f"Cette personne fait déjà partie du personnel{NBSP}: changez son rôle, ou réactivez son compte, "
            "depuis la liste."
        )
    recentes = invitations().filter(emise_le__gt=timezone.now() - DOUBLE_CLIC)
    if not recentes.filter(email=email, role_carif=role, prenom=prenom, nom=nom).exists():
        cles.emettre(role_carif=role, email=email, prenom=prenom, nom=nom, par=par, origine=origine)


@transaction.atomic
def changer_role(pk: int, role: str, *, par: User, origine: Origine) -> User:
    """Give the person `pk` another `role` (RoleCarif); the same one writes nothing.

    Raises PersonnelRefuse for oneself, and when one is no longer an administrator.
    """
    membre = _lock_member(pk, par)
    avant = membre.role_carif
    if avant != role:
        membre.role_carif = role
        membre.save(update_fields=["role_carif"])
        _record(TypeEvenementSecurite.ROLE_DONNE, membre, par, origine, avant=avant, role=role)
        _mail("personnel_role", membre, par)
    return membre


@transaction.atomic
def desactiver(pk: int, *, par: User, origine: Origine) -> User:
    """Close the account `pk` at once: sessions ended, keys revoked. Raises as `changer_role`."""
    membre = _lock_member(pk, par)
    if membre.is_active:
        membre.is_active = False
        membre.save(update_fields=["is_active"])
        for cle in invitations().filter(email=membre.email):
            with suppress(cles.CleClose):  # cancelled at this very moment
                cles.revoquer(cle, par=par, origine=origine)
        close_sessions(membre)
        _record(TypeEvenementSecurite.COMPTE_FERME, membre, par, origine)
        _mail("personnel_ferme", membre, par)
    return membre


@transaction.atomic
def reactiver(pk: int, *, par: User, origine: Origine) -> User:
    """Open the account of the person `pk` again, with the role it had. Raises as `changer_role`."""
    membre = _lock_member(pk, par)
    if not membre.is_active:
        membre.is_active = True
        membre.save(update_fields=["is_active"])
        _record(TypeEvenementSecurite.COMPTE_ROUVERT, membre, par, origine)
        _mail("personnel_rouvert", membre, par)
    return membre


@transaction.atomic
def retirer_facteur(pk: int, motif: str, *, par: User, origine: Origine) -> User:
    """Take away the second factor of the person `pk`, of the staff or not, who lost it; their sessions end.

    `motif` goes to the journal and to the person. Raises PersonnelRefuse for oneself, when one is no longer
    an administrator, and when there is none (a double click, a colleague).
    """
    personnes = _lock(par, pk)
    if pk == par.pk:
        raise PersonnelRefuse(SOI_MEME)
    if pk not in personnes or not totp.retirer(personnes[pk], auteur=par, origine=origine, motif=motif):
        raise PersonnelRefuse("Cette personne n’a pas de second facteur, ou il vient d’être retiré.")
    return personnes[pk]


def _lock(par: User, *autres: int) -> dict[int, User]:
    """The people of these keys as they now are, `par` being an administrator; nobody changes them meanwhile.

    Locked in the order of the keys: two administrators who act on each other wait, and do not block.
    """
    rows = User.objects.select_for_update(no_key=True).filter(pk__in=(par.pk, *autres)).order_by("pk")
    personnes = {user.pk: user for user in rows}
    if not is_administrator(personnes[par.pk]):
        raise PersonnelRefuse(PLUS_ADMINISTRATEUR)
    return personnes


def is_administrator(user: User) -> bool:
    """Whether the account of `user`, as read, is an open administrator's."""
    return user.is_active and user.role_carif == RoleCarif.ADMINISTRATEUR


def _lock_member(pk: int, par: User) -> User:
    """The member of the staff `pk`, somebody else than `par`, locked."""
    membre = _lock(par, pk).get(pk)
    if membre is None or not membre.est_personnel:
        raise PersonnelRefuse(PARTI)
    if membre == par:
        raise PersonnelRefuse(SOI_MEME)
    return membre


def _record(type_, membre: User, par: User, origine: Origine, **details) -> None:
    journal.record(type_, user=membre, auteur=par, origine=origine, **details)


def _mail(nom: str, membre: User, par: User) -> None:
    """Tell the person what was done to their account, and by whom."""
    contexte = {
        "prenom": membre.prenom,
        "auteur": par.get_full_name(),
        "role": membre.get_role_carif_display().lower(),
        "url": lien("accounts:login"),
    }
    envoyer(nom, a=membre.email, contexte=contexte)
