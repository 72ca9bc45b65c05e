"""Secrets at rest: what the database keeps but whoever reads a copy of it must not.

Fernet (AES-128-CBC with an HMAC) under the keys of `SOFI_ENCRYPTION_KEYS`: the first one encrypts, any of
them decrypts, so that a new key may be put in front of the old ones.
"""

from django.conf import settings


class Illisible(Exception):
    """The bytes were not encrypted with one of our keys, or were altered."""


def _coffre():
    from cryptography.fernet import Fernet, MultiFernet  # heavy: most commands open no secret

    return MultiFernet([Fernet(key) for key in settings.SOFI_ENCRYPTION_KEYS])


def chiffrer(texte: str) -> bytes:
    """`texte` encrypted with the first key: about 4/3 of its UTF-8 length, plus a hundred bytes."""
    return _coffre().encrypt(texte.encode())


def dechiffrer(donnees: bytes) -> str:
    """The text that `chiffrer` was given; `Illisible` when none of the keys opens it."""
    from cryptography.fernet import InvalidToken  # see `_coffre`

    try:
        return _coffre().decrypt(bytes(donnees)).decode()
    except InvalidToken:
        raise Illisible("Aucune clé de SOFI_ENCRYPTION_KEYS n’ouvre ces données.") from None
