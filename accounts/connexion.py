"""Coming in: what is checked before a person has shown who they are, and what happens once they have."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import authenticate, login
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from accounts import appareils, journal, saisies_gardees
from accounts.appareils import Appareil
from accounts.middleware import CLE_ESPACE
from accounts.models import TypeEvenementSecurite, User
from catalogue.models import Organisme
from sofi import limites
from sofi.origine import Origine, origine_of

BACKEND = settings.AUTHENTICATION_BACKENDS[0]
PERIODE = timedelta(minutes=15)
#: Tries in a period: on an account, from a known device of its owner, from a network (a whole school signs in
#: from one), and on the whole site (three a second, ten times a busy morning).
ESSAIS_COMPTE, ESSAIS_APPAREIL, ESSAIS_RESEAU, ESSAIS_SITE = 5, 5, 50, 3_000
COMPTE, APPAREIL = "connexion:compte", "connexion:appareil"
RESEAU, SITE = "connexion:reseau", "connexion:site"


class TropDEssais(Exception):
    """Too many tries; the password was not looked at. `attente` is how long until the next one."""

    def __init__(self, attente: timedelta):
        super().__init__()
        self.attente = attente


def identifier(email: str, password: str, *, origine: Origine, appareil: Appareil | None = None):
    """Return the person whose e-mail and password these are; None when there is none.

    An unknown address, a closed account and a wrong password take the same queries and one hashing.
    Raises TropDEssais, before any hashing, above the limits.
    """
    email = email.strip().lower()
    known = appareil is not None and appareil.is_of(_account(email))
    limits = _limits_of_device(appareil) if known else _limits(email, origine)
    for objet, valeur, maximum in limits:
        if not limites.essayer(objet, valeur, maximum, PERIODE):
            _record_block(objet, valeur, email, origine)
            raise TropDEssais(limites.attente(objet, valeur))
    user = authenticate(None, username=email, password=password)
    if user is None:
        journal.record(TypeEvenementSecurite.CONNEXION_REFUSEE, user=_account(email), origine=origine)
        return None
    for objet, valeur, _ in limits:
        if objet in (COMPTE, APPAREIL):
            limites.oublier(objet, valeur)
    return user


def _limits_of_device(appareil: Appareil) -> list[tuple[str, str, int]]:
    return [(APPAREIL, f"{appareil.personne}:{appareil.numero}", ESSAIS_APPAREIL)]


def _limits(email: str, origine: Origine) -> list[tuple[str, str, int]]:
    """Return what a try is counted on: purpose, whose, maximum.

    The network first: once it is refused, it blocks no more accounts.
    """
    return [
        (RESEAU, limites.reseau_of(origine), ESSAIS_RESEAU),
        (COMPTE, email, ESSAIS_COMPTE),
        (SITE, "", ESSAIS_SITE),
    ]


def _record_block(objet: str, valeur: str, email: str, origine: Origine) -> None:
    """Write in the journal that a limit was reached, once in its period: the journal is no target."""
    if limites.essayer("journal:bloquee", f"{objet}:{valeur}", 1, PERIODE):
        journal.record(
            TypeEvenementSecurite.CONNEXION_BLOQUEE, user=_account(email), origine=origine, limite=objet
        )


def _account(email: str) -> User | None:
    return User.objects.filter(email=email).first()


def terminer(request, user, suite: str = "") -> HttpResponseRedirect:
    """Sign `user` in, every proof having been given, and lead to `suite` (a path of ours, else the home).

    What they were typing when their last session ended comes first, and for the organisme they typed it for.
    Changes the key of the browser's session, makes the browser a known device and writes the journal. Whoever
    adds something to the session (the mark of the second factor) does so after this call.
    """
    if espace := saisies_gardees.espace_of(request.session, user.pk):
        request.session[CLE_ESPACE] = espace  # whether it is still theirs is checked at each request
    login(request, user, backend=BACKEND)
    journal.record(TypeEvenementSecurite.CONNEXION, user=user, origine=origine_of(request))
    if espace and user.est_personnel:
        _record_return(user, espace, origine_of(request))
    if saisies_gardees.kept_for(request.session, user.pk):
        suite = resolve_url("accounts:saisie_gardee")
    response = redirect(chemin_sur(request, suite) or resolve_url(settings.LOGIN_REDIRECT_URL))
    appareils.mark(response, user)
    return response


def _record_return(user: User, espace: int, origine: Origine) -> None:
    """Write that a member of the staff is back in the space their session had left by ending."""
    organisme = Organisme.objects.filter(pk=espace).first()
    journal.record(
        TypeEvenementSecurite.ESPACE_OUVERT, user=user, auteur=user, organisme=organisme, origine=origine
    )


def chemin_sur(request, chemin: str) -> str:
    """Return `chemin` when it leads to this site, and '' otherwise."""
    # « login » or « 12 » would be taken by redirect() for the name of a page.
    est_sur = chemin.startswith("/") and url_has_allowed_host_and_scheme(
        chemin, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return chemin if est_sur else ""
