"""The demo's staff: telephones that everybody may look at. None of this exists in production."""

import time
from base64 import b32encode
from dataclasses import dataclass
from hashlib import sha256

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from accounts.facteur import totp
from accounts.models import Totp, User
from sofi.acces import read_only
from sofi.chiffrement import chiffrer, dechiffrer

#: The addresses of invented people end so.
DOMAINE = "@exemple.fr"
PAS = 30


@dataclass(frozen=True)
class Telephone:
    """What the telephone of `user` shows; `code` is empty when none is good yet, or when it is not ours."""

    user: User
    code: str
    est_le_sien: bool


def graine_of(user: User) -> str:
    """Return the seed of an invented person: known to all, it protects nothing."""
    return b32encode(sha256(f"démonstration de SOFI {user.email}".encode()).digest()[:20]).decode()


def give_telephones() -> list[Totp]:
    """Give a generator to each invented member of the staff who has none; return those given."""
    staff = User.objects.exclude(role_carif="").filter(email__endswith=DOMAINE, totp=None)
    return [Totp.objects.create(user=user, secret=chiffrer(graine_of(user))) for user in staff]


def telephones() -> list[Telephone]:
    """What each invented member of the staff would read on their telephone now."""
    generateurs = Totp.objects.select_related("user").exclude(user__role_carif="")
    generateurs = generateurs.filter(user__email__endswith=DOMAINE).order_by("user")
    return [_look_at(generateur) for generateur in generateurs]


def _look_at(generateur: Totp) -> Telephone:
    """The first code that has not served: the present one, else the next, which is accepted early."""
    graine = graine_of(generateur.user)
    if dechiffrer(generateur.secret) != graine:  # a visitor has installed their own application
        return Telephone(generateur.user, "", est_le_sien=False)
    present = int(time.time()) // PAS
    pas = max(present, generateur.dernier_pas + 1)
    code = totp.code_at(graine, pas) if pas <= present + totp.DERIVE else ""
    return Telephone(generateur.user, code, est_le_sien=True)


@login_not_required
@never_cache
@read_only
def codes(request):
    """The codes of the invented staff, so that a newcomer gets in."""
    return render(request, "accounts/codes_demo.html", {"telephones": telephones()})
