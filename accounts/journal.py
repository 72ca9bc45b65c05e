"""Writing the security journal, in the transaction of what it tells."""

from accounts.models import EvenementSecurite, TypeEvenementSecurite
from sofi.origine import Origine


def record(
    type_: TypeEvenementSecurite,
    *,
    user=None,
    auteur=None,
    organisme=None,
    origine: Origine | None = None,
    **details,
) -> EvenementSecurite:
    """Write one line: what happened (`type_`), to whom (`user`), by whom, for which organisme, from where.

    `details` are plain values for whoever reads the journal; never a password, a key nor a code, and never
    the address typed by somebody who has no account.
    """
    origine = origine or Origine()
    return EvenementSecurite.objects.create(
        type=type_,
        user=user,
        auteur=auteur,
        organisme=organisme,
        ip=origine.ip,
        navigateur=origine.navigateur,
        details=details,
    )
