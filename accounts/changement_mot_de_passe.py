"""A new password: by a link received by mail (« Réinitialiser votre mot de passe »), or with the old one."""

from datetime import timedelta

from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from accounts import connexion, journal
from accounts.models import TypeEvenementSecurite, User
from accounts.sessions import SessionStore, close_sessions
from sofi import limites
from sofi.courriels import envoyer, lien
from sofi.origine import Origine

HEURE = timedelta(hours=1)
#: Links asked for an address and from a network, in an hour: a mailbox is not flooded.
DEMANDES_COMPTE, DEMANDES_RESEAU = 3, 20
#: Tries at the present password, in a quarter of an hour.
ESSAIS, PERIODE = 5, timedelta(minutes=15)


class LienPerime(Exception):
    """The link is forged, more than an hour old, or has been used."""


class MotDePasseFaux(Exception):
    """The present password is not that one."""


def demander(email: str, *, origine: Origine) -> None:
    """Mail a link to choose a new password; tell the address without account that it has none.

    One message either way, and the same work: only whoever reads the mailbox learns which. Above the
    limits nothing is sent.
    """
    email = email.strip().lower()
    permis = [
        limites.essayer("reinitialisation:reseau", limites.reseau_of(origine), DEMANDES_RESEAU, HEURE),
        limites.essayer("reinitialisation:compte", email, DEMANDES_COMPTE, HEURE),
    ]
    if not all(permis):
        return
    with transaction.atomic():
        user = User.objects.filter(email=email, is_active=True).first()
        journal.record(TypeEvenementSecurite.MOT_DE_PASSE_DEMANDE, user=user, origine=origine)
        if user is None:
            envoyer("mot_de_passe_sans_compte", a=email, contexte={"url": lien("accounts:cle_demande")})
        else:
            url = lien(
                "accounts:password_reset_lien",
                uid=urlsafe_base64_encode(force_bytes(user.pk)),
                secret=default_token_generator.make_token(user),
            )
            envoyer("mot_de_passe_lien", a=email, contexte={"prenom": user.prenom, "url": url})


def person_of_link(uid: str, secret: str) -> User:
    """Return whose new password the link is for; raises LienPerime."""
    return _person_of_link(User.objects.all(), uid, secret)


def _person_of_link(users, uid: str, secret: str) -> User:
    try:
        user = users.filter(pk=int(urlsafe_base64_decode(uid)), is_active=True).first()
    except (ValueError, OverflowError):
        raise LienPerime from None
    if user is None or not default_token_generator.check_token(user, secret):
        raise LienPerime
    return user


@transaction.atomic
def changer_par_lien(uid: str, secret: str, nouveau: str, *, origine: Origine) -> User:
    """Give the person of the link the password `nouveau`, and sign them out everywhere; once.

    Nobody is signed in by it: the new password is asked next, and the second factor. Raises LienPerime.
    """
    user = _person_of_link(User.objects.select_for_update(), uid, secret)
    _give(user, nouveau, origine=origine, auteur=None)
    return user


def changer(user: User, actuel: str, nouveau: str, *, session: SessionStore, origine: Origine) -> None:
    """Give `user` the password `nouveau`, who shows the present one, and end their sessions but this one.

    Raises connexion.TropDEssais, before looking, and MotDePasseFaux.
    """
    objet, valeur = "mot_de_passe:actuel", str(user.pk)
    if not limites.essayer(objet, valeur, ESSAIS, PERIODE):
        raise connexion.TropDEssais(limites.attente(objet, valeur))
    if not user.check_password(actuel):
        raise MotDePasseFaux
    limites.oublier(objet, valeur)
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=user.pk)
        if locked.password != user.password:  # changed meanwhile, in another tab
            raise MotDePasseFaux
        _give(user, nouveau, origine=origine, auteur=user, sauf=session)


def _give(user: User, nouveau: str, *, origine: Origine, auteur: User | None, sauf=None) -> None:
    user.set_password(nouveau)
    user.save(update_fields=["password"])
    close_sessions(user, sauf=sauf)
    limites.oublier(connexion.COMPTE, user.email)
    journal.record(TypeEvenementSecurite.MOT_DE_PASSE_CHANGE, user=user, auteur=auteur, origine=origine)
    contexte = {"prenom": user.prenom, "url": lien("accounts:password_reset")}
    envoyer("mot_de_passe_change", a=user.email, contexte=contexte)
