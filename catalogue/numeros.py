"""Public numbers: what partners and addresses call an organisme, an action or a session, for ever.

All begin with the Carif-Oref's LHÉO code: « 52_000123 » is a session, « 52_AC34 » an action, « 52_OF12 » an
organisme, « 52_F56 » a formation. A session's is stored (`Session.numero`); the others follow from keys,
which never change.
"""

import re

from django.conf import settings

ACTION, FORMATION, ORGANISME = "AC", "F", "OF"
#: No key is longer: beyond, PostgreSQL has no such number.
_CLE = re.compile(r"[1-9][0-9]{0,17}")
#: « 52-123 », « 123 »: how people write the number of a session.
_NUMERO = re.compile(r"(?:(?P<carif>\w{2})[-_ ])?0*(?P<rang>[1-9][0-9]{0,9})")


def numero_action(pk: int) -> str:
    """The public number of the action of key `pk`."""
    return f"{settings.CARIF.code_lheo}_{ACTION}{pk}"


def numero_formation(pk: int) -> str:
    """The public number of the formation of key `pk`: an organisme and a certification."""
    return f"{settings.CARIF.code_lheo}_{FORMATION}{pk}"


def numero_organisme(pk: int) -> str:
    """The public number of the organisme of key `pk`."""
    return f"{settings.CARIF.code_lheo}_{ORGANISME}{pk}"


def cle_of(numero: str, sorte: str) -> int | None:
    """The key in a public number of `sorte` (`ACTION`…); ``None`` when it is not one of ours."""
    cle = numero.removeprefix(f"{settings.CARIF.code_lheo}_{sorte}")
    return int(cle) if cle != numero and _CLE.fullmatch(cle) else None


def canonical_numero(texte: str) -> str | None:
    """The number of a session as SOFI writes it, « 52_000123 », for « 52-123 » or « 123 »."""
    found = _NUMERO.fullmatch(texte.strip())
    code = settings.CARIF.code_lheo
    if found is None or found["carif"] not in (None, code):
        return None
    return f"{code}_{int(found['rang']):06d}"
