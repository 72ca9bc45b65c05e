"""How a key is drawn, written for people, read back whatever way they type it, and hashed."""

import hashlib
import re
import secrets
import unicodedata

#: Digits and capitals without I, L, O (mistaken for 1 and 0) nor U: 32 signs, 5 bits each.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
#: 26 signs: 130 bits.
LONGUEUR = 26
GROUPES = (5, 5, 5, 5, 6)

_SIGNES = re.compile(r"[\W_]+")
_CONFONDUS = str.maketrans("OIL", "011")


def tirer() -> str:
    """Draw a new key, 130 random bits, in its normal form."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LONGUEUR))


def normaliser(cle: str) -> str:
    """The one form under which a key is hashed: capitals and digits, without spaces nor dashes.

    « o » is read as 0, « i » and « l » as 1. What is not a key is normalised like the rest: it matches none.
    """
    return _SIGNES.sub("", unicodedata.normalize("NFKC", cle)).upper().translate(_CONFONDUS)


def en_groupes(cle: str) -> str:
    """The key as it is shown: « ABCDE-FGH12-… », easier to copy without losing one's place."""
    debut, groupes = 0, []
    for taille in GROUPES:
        groupes.append(cle[debut : debut + taille])
        debut += taille
    return "-".join(groupes)


def empreinte(cle: str) -> str:
    """SHA-256, in hexadecimal, of the key however typed: what is stored, and what is looked for."""
    return hashlib.sha256(normaliser(cle).encode()).hexdigest()
