"""Recovery codes: ten, each works once, shown once and stored as hashes only.

They are written with the signs of activation keys, and read back as tolerantly.
"""

from datetime import timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import get_random_string

from accounts import journal
from accounts.cles.ecriture import ALPHABET, normaliser
from accounts.models import CodeSecours, TypeEvenementSecurite, User
from sofi import limites
from sofi.courriels import envoyer, lien
from sofi.forms import NBSP
from sofi.origine import Origine

NOMBRE = 10
#: The first sign of a code is its rank; the eleven others are drawn, 55 bits.
LONGUEUR = 12
ESSAIS, PERIODE = 10, timedelta(hours=1)


class SecoursRefuse(Exception):
    """The recovery code does not open; the message, in French, says what to do."""


def presenter(code: str) -> str:
    """Return `code` in groups of four, as it is read and typed: « 3K7Q-M2XW-9RTP »."""
    return "-".join(code[rang : rang + 4] for rang in range(0, LONGUEUR, 4))


def create_codes(user: User) -> list[str]:
    """Replace the codes of `user` by ten new ones and return them in groups; call it in a transaction."""
    codes = [str(rang) + get_random_string(LONGUEUR - 1, ALPHABET) for rang in range(NOMBRE)]
    user.codes_secours.all().delete()
    CodeSecours.objects.bulk_create(
        CodeSecours(user=user, rang=rang, empreinte=make_password(code)) for rang, code in enumerate(codes)
    )
    return [presenter(code) for code in codes]


def refaire(user: User, *, origine: Origine) -> list[str]:
    """Void the codes of `user` and return ten new ones, in groups."""
    with transaction.atomic():
        user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        codes = create_codes(user)
        journal.record(TypeEvenementSecurite.CODES_SECOURS_CREES, user=user, auteur=user, origine=origine)
        contexte = {"prenom": user.prenom, "url": lien("accounts:second_facteur")}
        envoyer("codes_secours_crees", a=user.email, contexte=contexte)
    return codes


def utiliser(user: User, code: str, *, origine: Origine) -> int:
    """Take the recovery `code`, which will never work again; return how many are left.

    Raises SecoursRefuse when it is wrong, used already, or after ten tries in an hour, counted before
    any hash is computed.
    """
    if not limites.essayer("secours", str(user.pk), ESSAIS, PERIODE):
        minutes = -(-int(limites.attente("secours", str(user.pk)).total_seconds()) // 60)
        raise SecoursRefuse(f"Trop d’essais{NBSP}: attendez {minutes} minutes, ou appelez le Carif-Oref.")
    code = normaliser(code)
    with transaction.atomic():
        ligne = _find(user, code)
        if ligne is None:
            journal.record(
                TypeEvenementSecurite.SECOND_FACTEUR_REFUSE,
                user=user,
                origine=origine,
                moyen="secours",
            )
        else:
            reste = _spend(ligne, user, origine)
    if ligne is None:
        raise SecoursRefuse(REFUS)
    limites.oublier("secours", str(user.pk))
    return reste


REFUS = (
    f"Ce code de secours n’est pas bon, ou il a déjà servi{NBSP}: tapez un autre code de votre liste, "
    "en entier, avec ou sans tirets."
)


def _find(user: User, code: str) -> CodeSecours | None:
    """The unused row that `code` opens, locked: whoever comes second waits here, then finds it used."""
    if len(code) != LONGUEUR or code[0] not in "0123456789":
        return None
    unused = user.codes_secours.select_for_update().filter(utilise_le=None)
    ligne = unused.filter(rang=int(code[0])).first()
    return ligne if ligne and check_password(code, ligne.empreinte) else None


def _spend(ligne: CodeSecours, user: User, origine: Origine) -> int:
    """Mark the code as used, and tell the journal and its owner; how many are left."""
    ligne.utilise_le = timezone.now()
    ligne.save(update_fields=["utilise_le"])
    reste = user.codes_secours.filter(utilise_le=None).count()
    journal.record(
        TypeEvenementSecurite.CODE_SECOURS_UTILISE, user=user, auteur=user, origine=origine, reste=reste
    )
    contexte = {"prenom": user.prenom, "reste": reste, "url": lien("accounts:second_facteur")}
    envoyer("code_secours_utilise", a=user.email, contexte=contexte)
    return reste
