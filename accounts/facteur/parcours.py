"""What the browser's session remembers of a sign-in that waits for its code, and of a set-up under way."""

import json
from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.http import urlencode

from accounts import connexion
from accounts.facteur.totp import new_graine
from accounts.models import Totp, User
from sofi.chiffrement import chiffrer, dechiffrer

ATTENTE, INSTALLATION, CODES = "facteur_attente", "facteur_installation", "facteur_codes"
#: How long a password, a seed or new recovery codes wait for what comes next.
DUREE = timedelta(minutes=10)


def entrer(request, user: User, suite: str = "") -> HttpResponseRedirect:
    """Go on after the right password: ask for the code of whoever has a generator, sign the others in.

    Until the code is given nobody is signed in: the session, under a new key, only holds who waits.
    `suite`: where to lead in the end, if it is a path of ours.
    """
    if not Totp.objects.filter(user=user).exists():
        return connexion.terminer(request, user, suite)
    request.session.cycle_key()
    _keep(request, ATTENTE, {"user": user.pk, "empreinte": user.get_session_auth_hash()})
    return redirect(verification_url(connexion.chemin_sur(request, suite)))


def verification_url(suite: str, nom: str = "verification") -> str:
    """The address of the page where a code is typed, leading to `suite` afterwards."""
    query = f"?{urlencode({'next': suite})}" if suite not in ("", "/") else ""
    return reverse(f"accounts:{nom}") + query


def person_waiting(request) -> User | None:
    """Who gave the right password less than ten minutes ago and owes a code; None when nobody does.

    Somebody signed in without their second factor owes it as well. A password changed meanwhile ends
    the wait.
    """
    if request.user.is_authenticated:
        return request.user
    attente = _read(request, ATTENTE) or {}
    user = User.objects.filter(pk=attente.get("user"), is_active=True).first()
    if user and constant_time_compare(user.get_session_auth_hash(), attente["empreinte"]):
        return user
    return None


def finish(request, user: User, totp: Totp, suite: str) -> HttpResponseRedirect:
    """Sign `user` in for good: django-otp marks the session with `totp` as they come in."""
    request.session.pop(ATTENTE, None)
    user.otp_device = totp
    return connexion.terminer(request, user, suite)


def begin_set_up(request, *, remplace: bool = False) -> None:
    """Draw a seed and keep it, encrypted, until a code shows that the application holds it.

    A set-up under way is kept: two tabs show the same QR code.
    """
    present = _read(request, INSTALLATION)
    if present is None or present["remplace"] != remplace:
        graine = chiffrer(new_graine()).decode()
        _keep(request, INSTALLATION, {"graine": graine, "remplace": remplace})


def set_up(request) -> tuple[str, bool] | None:
    """The seed of the set-up under way and whether it replaces another one; None when there is none."""
    present = _read(request, INSTALLATION)
    return present and (dechiffrer(present["graine"].encode()), present["remplace"])


def end_set_up(request) -> None:
    """Forget the seed: it is in the application and in the database now."""
    request.session.pop(INSTALLATION, None)


def keep_codes(request, codes: list[str]) -> None:
    """Keep new recovery codes, encrypted, for the page that shows them."""
    _keep(request, CODES, {"codes": chiffrer(json.dumps(codes)).decode()})


def new_codes(request) -> list[str]:
    """The recovery codes that the person has not said to have noted, for ten minutes; then none."""
    present = _read(request, CODES)
    return json.loads(dechiffrer(present["codes"].encode())) if present else []


def forget_codes(request) -> None:
    """The person has noted their codes: nobody can read them any more."""
    request.session.pop(CODES, None)


def say_too_late(request) -> HttpResponseRedirect:
    """Lead whoever comes without a password just given back to the sign-in page."""
    messages.info(request, "Tapez d’abord votre e-mail et votre mot de passe\u00a0: le code vient après.")
    return redirect("accounts:login")


def _keep(request, cle: str, valeur: dict) -> None:
    request.session[cle] = valeur | {"jusqu_a": (timezone.now() + DUREE).timestamp()}


def _read(request, cle: str) -> dict | None:
    """What was kept under `cle`, unless its time is over: then it is dropped."""
    valeur = request.session.get(cle)
    if valeur and valeur["jusqu_a"] < timezone.now().timestamp():
        del request.session[cle]
        return None
    return valeur
