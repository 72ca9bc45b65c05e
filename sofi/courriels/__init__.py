"""Mail: `envoyer` writes a message in the outbox, `lien` makes the addresses it holds.

    envoyer("cle_activation", a="camille@exemple.fr", contexte={"url": lien("accounts:cle_activation")})

What a message says is one text file, `templates/courriels/<nom>.txt`, never escaped; its HTML part is
derived from it (`sofi.courriels.redaction` says how to write one). The subject stays readable in the
outbox: no secret there. The worker sends it later (`sofi.courriels.envoi`).
"""

from uuid import uuid4

from django.conf import settings
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse

from sofi.chiffrement import chiffrer
from sofi.courriels.jobs import programmer
from sofi.courriels.redaction import rediger
from sofi.models import Courriel


def envoyer(nom: str, *, a: str, contexte: dict | None = None) -> Courriel:
    """Write the message `nom` to the address `a`, and order its sending, in the current transaction.

    Rolled back, it leaves nothing. Raises ValidationError when `a` is not an e-mail address,
    TemplateDoesNotExist without the text file, VariableManquante when it names what `contexte` lacks.
    """
    validate_email(a)
    objet, texte = rediger(nom, contexte or {})
    uuid = uuid4()
    with transaction.atomic():
        return Courriel.objects.create(
            uuid=uuid, destinataire=a, nom=nom, objet=objet, corps=chiffrer(texte), job=programmer(uuid)
        )


def lien(nom: str, /, **kwargs) -> str:
    """The whole address of the page called `nom`, as a mail needs it."""
    return settings.SOFI_URL + reverse(nom, kwargs=kwargs)
