"""French identifiers of organisations and places: clean what people type, check what they mean.

Each `clean_*` is lenient about spaces and dots; each `validate_*` raises a
French `ValidationError` that says the remedy.
"""

import re

from django.core.exceptions import ValidationError

_SEPARATEURS = re.compile(r"[\s. \u202f_-]+")
LA_POSTE = "356000000"
SIRET_FICTIFS = {"99999999999999", "00000000000000"}
NDA_FICTIFS = {"00000000000", "99999999999"}
LETTRES_UAI = "ABCDEFGHJKLMNPRSTUVWXYZ"


def clean_code(value: str) -> str:
    """The code without the spaces, dots and dashes people put in it, in capitals."""
    return _SEPARATEURS.sub("", value or "").upper()


def _luhn(chiffres: str) -> bool:
    total = 0
    for rang, chiffre in enumerate(reversed(chiffres)):
        valeur = int(chiffre) * (2 if rang % 2 else 1)
        total += valeur - 9 if valeur > 9 else valeur
    return total % 10 == 0


def validate_siret(value: str) -> None:
    """Check a SIRET: 14 digits and Luhn's key; La Poste's establishments follow their own rule."""
    if not re.fullmatch(r"[0-9]{14}", value):
        raise ValidationError("Un SIRET compte 14 chiffres, par exemple 130 005 481 00010.", code="siret")
    if value in SIRET_FICTIFS:
        raise ValidationError("Ce SIRET n’existe pas : indiquez celui de l’établissement.", code="siret")
    poste = value.startswith(LA_POSTE) and sum(map(int, value)) % 5 == 0
    if not (poste or (_luhn(value[:9]) and _luhn(value))):
        raise ValidationError(
            "Ce SIRET comporte une erreur de chiffre : vérifiez-le sur l’avis de situation INSEE.",
            code="siret",
        )


def validate_nda(value: str) -> None:
    """Check the shape of an NDA (11 characters; public bodies have a P in fifth place)."""
    if not re.fullmatch(r"[0-9]{4}[0-9P][0-9]{6}", value) or value in NDA_FICTIFS:
        raise ValidationError(
            "Un numéro de déclaration d’activité compte 11 caractères, par exemple 52 44 01234 44.",
            code="nda",
        )


def validate_uai(value: str) -> None:
    """Check a UAI: seven digits and the letter they imply."""
    if not re.fullmatch(r"[0-9]{7}[A-Z]", value):
        raise ValidationError("Un code UAI compte 7 chiffres et 1 lettre, par exemple 0440001M.", code="uai")
    if value[7] != LETTRES_UAI[int(value[:7]) % 23]:
        raise ValidationError(
            "La lettre de ce code UAI ne correspond pas à ses chiffres : vérifiez-le.", code="uai"
        )


#: Every character of a telephone number once `clean_telephone` has arranged it.
TELEPHONE = r"^\+?[0-9 ]{4,24}$"


def clean_telephone(value: str) -> str:
    """A telephone number as it is read: « 02 40 20 40 20 », « 3949 », « +32 2 123 45 67 »; '' for nothing.

    French numbers are grouped in pairs whatever separates their digits, the prefix +33 or 0033 included;
    a foreign one keeps its groups and must begin with « + ». Raises a French `ValidationError`.
    """
    typed = re.sub(r"[\s.()/_\u00a0\u202f-]+", " ", value or "").strip()
    if not typed:
        return ""
    compact = typed.replace(" ", "")
    national = re.sub(r"^(?:\+33|0033)0?(?=[1-9]\d{8}$)", "0", compact)
    if re.fullmatch(r"0[1-9][0-9]{8}", national):
        return " ".join(national[rang : rang + 2] for rang in range(0, 10, 2))
    if re.fullmatch(r"[13][0-9]{3}", compact):
        return compact
    foreign = re.sub(r"^(\+|00) ?", "+", typed)
    if re.fullmatch(r"\+(?:[0-9] ?){7,15}", foreign) and not foreign.startswith("+33") and len(foreign) <= 25:
        return foreign
    raise ValidationError(
        "Un numéro de téléphone compte 10 chiffres, par exemple 02 40 20 40 20 ; depuis l’étranger, "
        "il commence par « + » et l’indicatif du pays.",
        code="telephone",
    )
