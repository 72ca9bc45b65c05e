"""Deleting an account: the row stays, for the journals to point to, and names nobody."""

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts import journal
from accounts.donnees.export import links
from accounts.models import (
    CleActivation,
    DemandeCle,
    Rattachement,
    RoleCarif,
    StatutDemande,
    TypeEvenementSecurite,
    User,
)
from catalogue.enums import RoleOrganisme
from catalogue.models import Organisme, RechercheSuivie
from sofi.forms import NBSP
from sofi.models import Courriel
from sofi.origine import Origine

#: In place of an address; no mail goes to `.invalid` (RFC 2606).
ANONYME = "supprime-{}@anonyme.invalid"
EFFACE = "(effacé)"


class SuppressionRefusee(Exception):
    """The account may not be deleted yet; `str()` is the French sentence, with the remedy."""


@transaction.atomic
def anonymiser(user: User, *, origine: Origine) -> None:
    """Take every trace of who `user` is out of the account and of what goes with it.

    What they did stays in the journals, under the number of the account. Raises `SuppressionRefusee` for
    the only manager of an organisme and for the only administrator.
    """
    _lock(user)
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if user.anonymise_le:
        return
    _check(user)
    journal.record(TypeEvenementSecurite.COMPTE_ANONYMISE, user=user, auteur=user, origine=origine)
    _forget_addresses(user)
    for lien in links():
        if lien.on_delete is models.CASCADE:
            lien.related_model._base_manager.filter(**{lien.field.name: user}).delete()
    user.email = ANONYME.format(user.pk)
    user.prenom = user.nom = user.role_carif = ""
    user.is_active = False
    user.last_login = None
    user.anonymise_le = timezone.now()
    user.set_unusable_password()
    user.save()


def obstacles(user: User) -> list[str]:
    """Why `user` may not delete their account yet, as French sentences; empty when they may."""
    autres = Rattachement.objects.gestionnaires().filter(organisme=OuterRef("organisme")).exclude(user=user)
    seuls = user.rattachements.filter(~Exists(autres), role=RoleOrganisme.GESTIONNAIRE)
    raisons = [
        f"Vous êtes la seule personne qui gère l’équipe «{NBSP}{rattachement.organisme.nom}{NBSP}»{NBSP}: "
        "donnez d’abord le rôle de gestionnaire à un collègue, ou demandez de l’aide au Carif-Oref."
        for rattachement in seuls.select_related("organisme").order_by("pk")
    ]
    if user.role_carif == RoleCarif.ADMINISTRATEUR and not _administrateurs().exclude(pk=user.pk).exists():
        raisons.append(
            f"Vous êtes la seule personne qui administre SOFI{NBSP}: donnez d’abord ce rôle à un collègue."
        )
    return raisons


def _administrateurs():
    return User.objects.filter(role_carif=RoleCarif.ADMINISTRATEUR, is_active=True)


def _lock(user: User) -> None:
    """Let nobody else leave the same teams, nor the administration, at the same moment."""
    organismes = Organisme.objects.filter(rattachements__user=user).order_by("pk")
    list(organismes.select_for_update(of=["self"], no_key=True))
    if user.role_carif == RoleCarif.ADMINISTRATEUR:
        list(_administrateurs().order_by("pk").select_for_update(no_key=True))


def _check(user: User) -> None:
    if raisons := obstacles(user):
        raise SuppressionRefusee(" ".join(raisons))


def _forget_addresses(user: User) -> None:
    """Take the person out of the keys, the requests and the mail of their address and of those they had.

    An address they had before is left alone when it is now somebody else's.
    """
    anonyme = ANONYME.format(user.pk)
    utilisees = CleActivation.objects.filter(utilisee_par=user)
    adresses = {user.email, *utilisees.values_list("email", flat=True)}
    autres = User.objects.exclude(pk=user.pk).filter(email__in=adresses)
    adresses -= set(autres.values_list("email", flat=True))
    cles = CleActivation.objects.filter(Q(email__in=adresses) | Q(utilisee_par=user))
    cles.filter(utilisee_le=None, revoquee_le=None).update(revoquee_le=timezone.now())
    cles.update(email=anonyme, prenom=EFFACE, nom=EFFACE)
    demandes = DemandeCle.objects.filter(email__in=adresses)
    demandes.filter(statut=StatutDemande.DEMANDEE).delete()
    demandes.exclude(motif="").update(motif=EFFACE)
    demandes.update(email=anonyme, prenom=EFFACE, nom=EFFACE, telephone=EFFACE, message="", registre=None)
    RechercheSuivie.objects.filter(courriel__in=adresses).delete()
    for adresse in adresses:
        Courriel.objects.filter(destinataire__iexact=adresse).delete()
