"""Second factors in tests: a telephone for anybody, and the code that it shows.

installer_facteur(user)          # as if they had set it up some days ago
code_de(user)                    # what their telephone shows now; each works once
"""

from base64 import b32decode

from django_otp.oath import TOTP

from accounts.facteur.totp import new_graine
from accounts.models import Totp, User
from sofi.chiffrement import chiffrer, dechiffrer


def installer_facteur(user: User) -> Totp:
    """Give `user` a generator of codes."""
    return Totp.objects.create(user=user, secret=chiffrer(new_graine()))


def code_de(user: User, pas: int = 0) -> str:
    """The six digits on the telephone of `user`, `pas` steps of thirty seconds from now."""
    return code_of(dechiffrer(Totp.objects.get(user=user).secret), pas)


def code_of(graine: str, pas: int = 0) -> str:
    """The six digits that the seed `graine` gives, `pas` steps from now."""
    return f"{TOTP(b32decode(graine), drift=pas).token():06d}"


def faux_code(user: User) -> str:
    """Six digits that open nothing about now."""
    bons = {code_de(user, pas) for pas in range(-3, 4)}
    return next(code for code in ("000000", "111111", *(f"{n:06d}" for n in range(20))) if code not in bons)
