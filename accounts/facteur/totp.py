"""Codes of an application (RFC 6238): each works once, about its own time, and few may be tried."""

import re
import secrets
from base64 import b32decode, b32encode
from datetime import timedelta
from urllib.parse import quote

from django.db import transaction
from django.utils import timezone
from django_otp.oath import TOTP, hotp

from accounts import journal
from accounts.facteur import secours
from accounts.models import Totp, TypeEvenementSecurite, User
from accounts.sessions import close_sessions
from sofi.chiffrement import Illisible, chiffrer, dechiffrer
from sofi.courriels import envoyer, lien
from sofi.forms import NBSP
from sofi.origine import Origine

#: Steps of thirty seconds by which a telephone may be late or early.
DERIVE = 1
#: Wrong codes in a row after which their owner is told that somebody knows the password.
ALERTE = 10


class CodeRefuse(Exception):
    """The code does not open; the message, in French, says why and what to do."""


class DejaInstalle(Exception):
    """The person has a generator already: it is changed by showing a code of it."""


def new_graine() -> str:
    """Return a new seed of 160 bits, in base 32 as the applications read it."""
    return b32encode(secrets.token_bytes(20)).decode()


def adresse_of(user: User, graine: str) -> str:
    """Return the `otpauth:` address that the QR code holds: who it is for, who asks, and the seed."""
    return f"otpauth://totp/SOFI:{quote(user.email)}?secret={graine}&issuer=SOFI"


def code_at(graine: str, pas: int) -> str:
    """Return the six digits that the seed gives at the time step `pas`."""
    return f"{hotp(b32decode(graine), pas):06d}"


def pas_of(graine: str, code: str, apres: int = -1) -> int | None:
    """Return the time step, later than `apres`, whose code is `code`; None when there is none about now.

    Spaces of all widths are forgiven: applications show « 123 456 ».
    """
    code = re.sub(r"\s", "", code)
    if not re.fullmatch("[0-9]{6}", code):
        return None
    totp = TOTP(b32decode(graine))
    return totp.t() if totp.verify(int(code), tolerance=DERIVE, min_t=apres + 1) else None


def verifier(user: User, code: str, *, origine: Origine) -> Totp:
    """Take `code`, which will never work again, and return the generator it came from.

    Raises CodeRefuse when it is wrong, used already, or when too many wrong ones came before: each wrong
    code is counted in the generator's row, under its lock, and from the fifth on the wait doubles.
    """
    with transaction.atomic():
        totp = Totp.objects.select_for_update().filter(user=user).first()
        motif = _check(totp, code, origine)
    if motif:
        raise CodeRefuse(motif)
    return totp


def _check(totp: Totp | None, code: str, origine: Origine) -> str:
    """Spend `code`, or count it as wrong; why it is refused, '' when it is not."""
    if totp is None:
        return f"Votre second facteur a été retiré{NBSP}: reconnectez-vous."
    permis, details = totp.verify_is_allowed()
    if not permis:
        return _trop_d_essais(details["locked_until"] - timezone.now())
    try:
        graine = dechiffrer(totp.secret)
    except Illisible:
        return ILLISIBLE
    pas = pas_of(graine, code, totp.dernier_pas)
    if pas is None:
        totp.throttle_increment()
        _record_refus(totp, origine)
        deja = pas_of(graine, code) is not None
        return DEJA_SERVI if deja else FAUX
    totp.dernier_pas = pas
    totp.secret = chiffrer(graine)  # with the newest key: an old one may then be dropped
    totp.throttle_reset()
    return ""


FAUX = (
    f"Ce code n’est pas le bon{NBSP}: tapez les 6 chiffres que votre application affiche maintenant "
    "pour SOFI, et vérifiez que votre téléphone est à l’heure."
)
ILLISIBLE = (
    f"Votre second facteur ne peut plus être lu{NBSP}: utilisez un code de secours, "
    "ou demandez à un administrateur de le retirer."
)
DEJA_SERVI = (
    f"Ce code a déjà servi{NBSP}: attendez que votre application en affiche un autre, 30 secondes au plus."
)


def _trop_d_essais(reste: timedelta) -> str:
    minutes = -(-int(reste.total_seconds()) // 60)
    attente = "une minute" if minutes <= 1 else f"{minutes} minutes"
    return f"Trop de codes faux{NBSP}: attendez {attente} avant d’en taper un autre."


def _record_refus(totp: Totp, origine: Origine) -> None:
    essais = totp.throttling_failure_count
    journal.record(
        TypeEvenementSecurite.SECOND_FACTEUR_REFUSE, user=totp.user, origine=origine, essais=essais
    )
    if essais == ALERTE:
        contexte = {"prenom": totp.user.prenom, "essais": essais, "url": lien("accounts:password_reset")}
        envoyer("second_facteur_essais", a=totp.user.email, contexte=contexte)


def installer(
    user: User, graine: str, code: str, *, origine: Origine, session=None, remplace: bool = False
) -> tuple[Totp, list[str]]:
    """Give `user` the generator whose seed is `graine`, `code` proving that their application holds it.

    Returns it with its ten recovery codes, which nobody can read again. Their sessions end, but `session`,
    where they do it. `remplace`: they have just proved that they hold the present generator, which ends.
    Raises CodeRefuse, or DejaInstalle without `remplace`.
    """
    pas = pas_of(graine, code)
    if pas is None:
        raise CodeRefuse(FAUX)
    with transaction.atomic():
        user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        anciens = Totp.objects.filter(user=user)
        if anciens.exists() and not remplace:
            raise DejaInstalle
        anciens.delete()
        totp = Totp.objects.create(user=user, secret=chiffrer(graine), dernier_pas=pas)
        codes = secours.create_codes(user)
        journal.record(
            TypeEvenementSecurite.SECOND_FACTEUR_ACTIVE,
            user=user,
            auteur=user,
            origine=origine,
            codes=len(codes),
        )
        close_sessions(user, sauf=session)
        contexte = {"prenom": user.prenom, "remplace": remplace, "url": lien("accounts:second_facteur")}
        envoyer("second_facteur_active", a=user.email, contexte=contexte)
    return totp, codes


def retirer(user: User, *, auteur: User, origine: Origine, session=None, motif: str = "") -> bool:
    """Take away the generator and the recovery codes of `user`; whether there were any.

    Their sessions end, but `session`, where they do it themselves. `motif`: why another person (`auteur`)
    did it; the person concerned reads it in their mail. The caller proves that `auteur` may.
    """
    with transaction.atomic():
        user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        nombre, _ = Totp.objects.filter(user=user).delete()
        user.codes_secours.all().delete()
        if nombre:
            journal.record(
                TypeEvenementSecurite.SECOND_FACTEUR_RETIRE,
                user=user,
                auteur=auteur,
                origine=origine,
                **({"motif": motif} if motif else {}),
            )
            close_sessions(user, sauf=session)
            contexte = {"prenom": user.prenom, "motif": motif, "url": lien("accounts:login")}
            envoyer("second_facteur_retire", a=user.email, contexte=contexte)
    return bool(nombre)
