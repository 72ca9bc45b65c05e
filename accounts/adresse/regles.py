"""A change of address, from its request to its second confirmation.

It tells nobody which addresses have an account.
"""

import hashlib
import secrets
from datetime import timedelta
from enum import Enum

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from accounts import journal
from accounts.models import ChangementAdresse, TypeEvenementSecurite, User
from accounts.sessions import SessionStore, close_sessions
from sofi.courriels import envoyer, lien
from sofi.origine import Origine

#: How long the two links work.
DUREE = timedelta(hours=24)


class LienPerime(Exception):
    """The link is unknown, too old, or of a change that is done, given up or replaced."""


class Etat(Enum):
    """Where a change stands after a confirmation."""

    ATTEND = "attend"  # the other address's
    FAIT = "fait"
    PRISE = "prise"  # an account took the address meanwhile


def en_cours(user: User | None = None):
    """The changes under way; those of one person when given."""
    changements = ChangementAdresse.objects.filter(close_le=None, expire_le__gt=timezone.now())
    return changements.filter(user=user) if user else changements


@transaction.atomic
def demander(user: User, nouvelle: str, *, origine: Origine) -> None:
    """Mail a link to the present address of `user` and to `nouvelle` (in lower case); a new request replaces.

    When an account has that address already, its owner is told instead of receiving a link: the change can
    then never be confirmed, and whoever asks for it sees no difference.
    """
    user = _lock(user.pk)
    user.changements_adresse.filter(close_le=None).update(close_le=timezone.now())
    jetons = [secrets.token_urlsafe(32) for _ in range(2)]
    ChangementAdresse.objects.create(
        user=user,
        nouvelle=nouvelle,
        empreinte_ancienne=empreinte(jetons[0]),
        empreinte_nouvelle=empreinte(jetons[1]),
        expire_le=timezone.now() + DUREE,
    )
    journal.record(TypeEvenementSecurite.ADRESSE_DEMANDEE, user=user, auteur=user, origine=origine)
    contexte = {"prenom": user.prenom, "ancienne": user.email, "nouvelle": nouvelle}
    urls = [lien("accounts:adresse_confirmer", jeton=jeton) for jeton in jetons]
    envoyer("adresse_ancienne", a=user.email, contexte=contexte | {"url": urls[0]})
    if User.objects.filter(email=nouvelle).exists():
        envoyer("adresse_prise", a=nouvelle, contexte={"url": lien("accounts:login")})
    else:
        envoyer("adresse_nouvelle", a=nouvelle, contexte=contexte | {"url": urls[1]})


@transaction.atomic
def annuler(user: User) -> None:
    """Give up the change under way, if any."""
    user.changements_adresse.filter(close_le=None).update(close_le=timezone.now())


def find(jeton: str) -> ChangementAdresse:
    """The change under way whose link holds `jeton`. Raises `LienPerime`."""
    preuve = empreinte(jeton)
    trouve = en_cours().filter(Q(empreinte_ancienne=preuve) | Q(empreinte_nouvelle=preuve))
    changement = trouve.select_related("user").first()
    if changement is None:
        raise LienPerime
    return changement


@transaction.atomic
def confirmer(jeton: str, *, origine: Origine, session: SessionStore | None = None) -> Etat:
    """Confirm at the address that received `jeton`; the second confirmation changes the address.

    It signs the person out everywhere but in `session`. Raises `LienPerime`.
    """
    user = _lock(find(jeton).user_id)
    changement = find(jeton)  # as it is now that nobody else can touch it
    cote = "ancienne" if changement.empreinte_ancienne == empreinte(jeton) else "nouvelle"
    setattr(changement, f"confirmee_{cote}_le", timezone.now())
    changement.save(update_fields=[f"confirmee_{cote}_le"])
    if not (changement.confirmee_ancienne_le and changement.confirmee_nouvelle_le):
        return Etat.ATTEND
    changement.close_le = timezone.now()
    changement.save(update_fields=["close_le"])
    return _apply(user, changement.nouvelle, origine, session)


def _lock(pk: int) -> User:
    return User.objects.select_for_update(no_key=True).get(pk=pk)


def _apply(user: User, nouvelle: str, origine: Origine, session) -> Etat:
    ancienne, user.email = user.email, nouvelle
    try:
        with transaction.atomic():
            user.save(update_fields=["email"])
    except IntegrityError:
        return Etat.PRISE
    close_sessions(user, sauf=session)
    journal.record(TypeEvenementSecurite.ADRESSE_CHANGEE, user=user, auteur=user, origine=origine)
    for adresse in (ancienne, nouvelle):
        envoyer("adresse_changee", a=adresse, contexte={"prenom": user.prenom, "nouvelle": nouvelle})
    return Etat.FAIT


def empreinte(jeton: str) -> str:
    """What is stored of a link: nobody can go back from it to the link."""
    return hashlib.sha256(jeton.encode("utf-8", "replace")).hexdigest()
