"""Saving the objectif and programme of a certification, without ever overwriting a colleague."""

import hashlib

from django.db import transaction

from catalogue.models import Certification


class TextesPerimes(Exception):
    """Somebody saved other texts since the form was shown; `actuelle` is the certification as it is now."""

    def __init__(self, actuelle: Certification):
        super().__init__(actuelle.code)
        self.actuelle = actuelle


def fingerprint(certification: Certification) -> str:
    """What tells one state of the two texts from another."""
    texts = f"{certification.objectif}\0{certification.programme}"
    return hashlib.sha256(texts.encode()).hexdigest()


@transaction.atomic
def save_texts(code: str, objectif: str, programme: str, empreinte: str) -> bool:
    """Save the two texts of the certification `code`, typed over those of `empreinte`.

    Returns whether anything changed. Saving again what is already there is fine (a double click).
    Raises `TextesPerimes` when other texts were saved meanwhile.
    """
    certification = Certification.objects.select_for_update().get(pk=code)
    if (certification.objectif, certification.programme) == (objectif, programme):
        return False
    if fingerprint(certification) != empreinte:
        raise TextesPerimes(certification)
    Certification.objects.filter(pk=code).update(objectif=objectif, programme=programme)
    return True
