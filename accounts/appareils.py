"""Known devices: browsers in which a person has completed a sign-in within a year.

From one of them the right person comes in while somebody else's guesses have their account blocked: its
tries are counted apart. It gives no right besides: the password and the second factor are asked as anywhere.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac

from accounts.models import User

DUREE = timedelta(days=365)
SEL = "accounts.appareils"


@dataclass(frozen=True)
class Appareil:
    """What the cookie says: whose browser it is, for which password, and a number of its own."""

    personne: int
    mot_de_passe: str
    numero: str

    def is_of(self, user: User | None) -> bool:
        """Whether the device is known for `user`; a new password forgets all of them."""
        return (
            user is not None
            and user.pk == self.personne
            and constant_time_compare(self.mot_de_passe, _password_mark(user))
        )


def read(cookie: str | None) -> Appareil | None:
    """Return the device that `cookie` names; None without one, or when it is forged or too old."""
    try:
        return Appareil(*signing.loads(cookie or "", salt=SEL, max_age=DUREE))
    except (signing.BadSignature, TypeError):
        return None


def mark(response, user: User) -> None:
    """Make the browser that receives `response` a known device of `user`."""
    cookie = signing.dumps([user.pk, _password_mark(user), get_random_string(16)], salt=SEL)
    response.set_cookie(
        settings.APPAREIL_COOKIE_NAME,
        cookie,
        max_age=DUREE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _password_mark(user: User) -> str:
    return salted_hmac(SEL, user.password, algorithm="sha256").hexdigest()[:32]
