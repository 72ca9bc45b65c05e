"""What the links of the mails hold.

The link that confirms is drawn at random, serves for 48 hours, and only its hash is kept. Those that stop
or carry on are in every mail, for as long as it is kept: they hold the key of the row, signed with
`SOFI_SECRET_KEY`, and the database holds nothing of them.
"""

import hashlib
import secrets

from django.core.signing import BadSignature, Signer

_SEL = "catalogue.recherches_suivies"


class LienPerime(Exception):
    """The link is unknown, too old, or of a search which is followed no longer."""


class LienForge(LienPerime):
    """We never wrote such a link, or under another secret."""


def draw() -> str:
    """What a link to confirm holds: 256 random bits."""
    return secrets.token_urlsafe(32)


def empreinte(jeton: str) -> str:
    """What is stored of a link: nobody can go back from it to the link."""
    return hashlib.sha256(jeton.encode("utf-8", "replace")).hexdigest()


def sign(pk: int) -> str:
    """What the links of the search `pk` hold."""
    return _signer().sign(str(pk))


def unsign(jeton: str) -> int:
    """The key of the search whose link holds `jeton`; it may be gone. Raises `LienForge`."""
    try:
        return int(_signer().unsign(jeton))
    except (BadSignature, UnicodeEncodeError):
        raise LienForge from None


def _signer() -> Signer:
    return Signer(salt=_SEL, sep=".")
