"""What may happen to a team, under its organisme's lock: it keeps a manager whatever people do at once."""

from contextlib import suppress
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts import cles, journal
from accounts.models import CleActivation, Rattachement, TypeEvenementSecurite, User
from catalogue.enums import RoleOrganisme
from catalogue.models import Organisme
from sofi import limites
from sofi.courriels import envoyer, lien
from sofi.origine import Origine

NBSP = "\u00a0"
#: Invitations that one organisme may send in a period.
INVITATIONS = 30
PERIODE = timedelta(hours=1)
#: The same invitation sent again so soon is a double click.
DOUBLE_CLIC = timedelta(minutes=1)

DERNIER = (
    f"C’est la seule personne qui gère l’équipe{NBSP}: "
    "donnez d’abord le rôle de gestionnaire à quelqu’un d’autre."
)


class EquipeRefusee(Exception):
    """A change of the team that may not happen; `str()` is the French sentence for the user."""


def membres(organisme: Organisme, user: User):
    """The team of `organisme` with its people, as far as `user` may read it."""
    return Rattachement.objects.visible_to(user).filter(organisme=organisme).select_related("user")


def invitations(organisme: Organisme, user: User):
    """The keys of `organisme` that `user` may cancel or send again: neither used nor revoked."""
    vivantes = CleActivation.objects.managed_by(user).filter(utilisee_le=None, revoquee_le=None)
    return vivantes.filter(organisme=organisme)


def est_seul_gestionnaire(rattachement: Rattachement) -> bool:
    """Whether the organisme would have nobody left to manage it without this person."""
    if rattachement.role != RoleOrganisme.GESTIONNAIRE:
        return False
    autres = Rattachement.objects.gestionnaires().filter(organisme=rattachement.organisme_id)
    return not autres.exclude(pk=rattachement.pk).exists()


@transaction.atomic
def changer_role(organisme: Organisme, pk: int, role: str, *, par: User, origine: Origine) -> Rattachement:
    """Give the member `pk` of the team another `role` (RoleOrganisme); the same one writes nothing.

    Raises `EquipeRefusee` when `par` no longer manages the team, when the member has left, and when nobody
    would be left to manage it.
    """
    membre = _lock_member(organisme, pk, par)
    avant = membre.role
    if avant == role:
        return membre
    _check_not_alone(membre)
    membre.role = role
    membre.save(update_fields=["role"])
    _tell(TypeEvenementSecurite.ROLE_DONNE, "role_change", membre, par, origine, avant=avant, role=role)
    return membre


@transaction.atomic
def retirer(organisme: Organisme, pk: int, *, par: User, origine: Origine) -> Rattachement:
    """Take the member `pk` out of the team, by a manager; they lose access at their next request.

    Raises `EquipeRefusee` as `changer_role` does.
    """
    membre = _lock_member(organisme, pk, par)
    _check_not_alone(membre)
    _remove(membre, "role_retire", par, origine)
    return membre


@transaction.atomic
def quitter(organisme: Organisme, *, par: User, origine: Origine) -> None:
    """Let `par` leave the team by themself. Raises `EquipeRefusee` when nobody would be left to manage it."""
    _lock(organisme)
    membre = membres(organisme, par).filter(user=par).first()
    if membre is None:
        raise EquipeRefusee("Vous avez déjà quitté cette équipe.")
    _check_not_alone(membre)
    _remove(membre, "role_quitte", par, origine)


def inviter(
    organisme: Organisme, *, email: str, prenom: str, nom: str, role: str, par: User, origine: Origine
) -> None:
    """Send a key for `role` to a future colleague (`email` in lower case); a double click sends one.

    Raises `EquipeRefusee` when `par` no longer manages the team, when the person already belongs to it,
    and beyond `INVITATIONS` in a period.
    """
    _count_invitation(organisme)
    with transaction.atomic():
        _lock(organisme)
        if not Organisme.objects.managed_by(par).filter(pk=organisme.pk).exists():
            raise EquipeRefusee("Vous n’êtes plus gestionnaire de cette équipe.")
        if Rattachement.objects.filter(organisme=organisme, user__email=email).exists():
            raise EquipeRefusee(
                f"Cette personne fait déjà partie de l’équipe{NBSP}: "
                "changez plutôt son rôle, depuis la liste."
            )
        recentes = invitations(organisme, par).filter(emise_le__gt=timezone.now() - DOUBLE_CLIC)
        if not recentes.filter(email=email, role=role, prenom=prenom, nom=nom).exists():
            cles.emettre(
                organisme=organisme, role=role, email=email, prenom=prenom, nom=nom, par=par, origine=origine
            )


def renvoyer(cle: CleActivation, *, par: User, origine: Origine) -> None:
    """Send another key to whoever was invited by `cle`, which no longer works.

    It counts as an invitation: raises `EquipeRefusee` beyond `INVITATIONS`, and `cles.CleClose`.
    """
    _count_invitation(cle.organisme)
    cles.renvoyer(cle, par=par, origine=origine)


def _count_invitation(organisme: Organisme) -> None:
    """Count a message to anybody's address. Raises `EquipeRefusee` beyond `INVITATIONS` in a period."""
    if not limites.essayer("invitation:organisme", str(organisme.pk), INVITATIONS, PERIODE):
        raise EquipeRefusee(
            f"Votre équipe a envoyé {INVITATIONS} invitations en une heure{NBSP}: "
            "attendez un peu, puis recommencez."
        )


def _lock(organisme: Organisme) -> None:
    """Let one change at a time be made to the team."""
    Organisme.objects.select_for_update(no_key=True).get(pk=organisme.pk)


def _lock_member(organisme: Organisme, pk: int, par: User) -> Rattachement:
    """The member `pk` as they now are, if `par` still manages the team; nobody else changes it meanwhile."""
    _lock(organisme)
    membre = Rattachement.objects.managed_by(par).filter(organisme=organisme, pk=pk)
    membre = membre.select_related("user", "organisme").first()
    if membre is None:
        raise EquipeRefusee(
            f"Rien n’a été changé{NBSP}: cette personne ne fait plus partie de l’équipe, "
            "ou vous ne la gérez plus."
        )
    return membre


def _check_not_alone(membre: Rattachement) -> None:
    if est_seul_gestionnaire(membre):
        raise EquipeRefusee(DERNIER)


def _remove(membre: Rattachement, courriel: str, par: User, origine: Origine) -> None:
    """End the membership, and the keys by which the person could come back."""
    vivantes = CleActivation.objects.filter(
        organisme=membre.organisme_id, email=membre.user.email, utilisee_le=None, revoquee_le=None
    )
    for cle in vivantes:
        with suppress(cles.CleClose):  # used or cancelled at this very moment
            cles.revoquer(cle, par=par, origine=origine)
    _tell(TypeEvenementSecurite.ROLE_RETIRE, courriel, membre, par, origine, role=membre.role)
    membre.delete()


def _tell(type_, courriel: str, membre: Rattachement, par: User, origine: Origine, **details) -> None:
    """Write the journal, and the mail to the person, unless they changed their own role."""
    journal.record(
        type_, user=membre.user, auteur=par, organisme=membre.organisme, origine=origine, **details
    )
    if par != membre.user or courriel == "role_quitte":
        contexte = {
            "prenom": membre.user.prenom,
            "organisme": membre.organisme.nom,
            "role": membre.get_role_display().lower(),
            "auteur": f"{par} (Carif-Oref)" if par.est_personnel else str(par),
            "url": lien("accounts:login"),
        }
        envoyer(courriel, a=membre.user.email, contexte=contexte)
