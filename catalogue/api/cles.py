"""The partners' keys: given and revoked by administrators, found by the API. Their text is never stored.

What is done to a key goes to the settings' journal (`EvenementReglage`): who, and when.
"""

import base64
import hashlib
from datetime import date, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from catalogue.models import CleApi, EvenementReglage

PREFIXE = "sofi_"
#: A form sent twice shows its key again, so that a double click loses none; not whoever comes back later.
DOUBLE_CLIC = timedelta(minutes=1)
#: Longer than any of ours: what is longer is not looked up.
MAX_TEXTE = 100


class DejaDonnee(Exception):
    """This form gave its key a while ago; its text is gone."""


def text_of(jeton: UUID) -> str:
    """The text of the key that the form `jeton` gives: 160 bits that only this site can derive from it.

    The token of a form is random, used once and not kept: nothing in the database leads back to the text.
    """
    secret = salted_hmac("catalogue.api.cles", jeton.hex, algorithm="sha256").digest()[:20]
    return PREFIXE + base64.b32encode(secret).decode().lower()


def give(*, nom: str, courriel: str, quota_horaire: int, jeton: UUID, by) -> tuple[CleApi, str]:
    """Make a key; return it with its text, to be shown once.

    The same form sent again at once gives the same key; later, raises `DejaDonnee`.
    """
    texte = text_of(jeton)
    cle = CleApi(
        nom=nom,
        courriel=courriel,
        quota_horaire=quota_horaire,
        empreinte=_empreinte(texte),
        debut=texte[:8],
        cree_par=by,
    )
    try:
        with transaction.atomic():
            cle.save(force_insert=True)
            _journal(cle, 1, {"nom": [None, nom], "quota_horaire": [None, quota_horaire]}, by)
    except IntegrityError:
        stockee = CleApi.objects.filter(empreinte=cle.empreinte).first()
        if stockee is None:
            raise  # something else was wrong
        if stockee.cree_par_id != by.pk or timezone.now() - stockee.cree_le > DOUBLE_CLIC:
            raise DejaDonnee from None
        return stockee, texte
    return cle, texte


def revoke(pk: int, *, by) -> CleApi | None:
    """Revoke a key at once; ``None`` when there is none to revoke, a colleague having just done it."""
    with transaction.atomic():
        if not CleApi.objects.filter(pk=pk, revoquee_le=None).update(revoquee_le=timezone.now()):
            return None
        cle = CleApi.objects.get(pk=pk)
        _journal(cle, 2, {"revoquee_le": [None, cle.revoquee_le.isoformat()]}, by)
    return cle


def find(texte: str) -> CleApi | None:
    """The key of this text, unless revoked. One query."""
    if not texte.startswith(PREFIXE) or len(texte) > MAX_TEXTE:
        return None
    return CleApi.objects.filter(empreinte=_empreinte(texte), revoquee_le=None).first()


def mark_as_used(cle: CleApi, jour: date) -> None:
    """Keep the day of the last use: a statement a day at most."""
    if cle.utilisee_le != jour:
        deja = Q(utilisee_le=jour)
        CleApi.objects.filter(pk=cle.pk).exclude(deja).update(utilisee_le=jour)


def _empreinte(texte: str) -> str:
    return hashlib.sha256(texte.encode()).hexdigest()


def _journal(cle: CleApi, version: int, changements: dict, by) -> None:
    EvenementReglage.objects.create(
        objet=CleApi._meta.model_name,
        objet_pk=str(cle.pk),
        libelle=f"{cle.nom} ({cle.debut}…)",
        version=version,
        changements=changements,
        auteur=by,
    )
