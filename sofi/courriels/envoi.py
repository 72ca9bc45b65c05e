"""How a message leaves: one attempt under the lock of its row, and what is done when it fails.

The row is locked as long as the mail server is talked to: two workers on one message make one sending, and
a worker that is killed leaves the row as it was. Killed after the server took the message but before we
could write it down, the message leaves twice, with the same Message-ID.
"""

import logging
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.core.mail import get_connection
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from sofi.chiffrement import Illisible
from sofi.courriels.jobs import programmer
from sofi.courriels.redaction import composer
from sofi.models import Courriel
from sofi.typographie import NBSP

logger = logging.getLogger(__name__)

#: How long to wait after each failure; after one more the message is given up.
DELAIS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
)
#: An attempt this late, of which no job is left, was lost.
OUBLI = timedelta(minutes=10)
CONSERVATION = timedelta(days=90)
#: How the reason begins when there is no such mailbox: nothing will ever reach it.
ADRESSE_REFUSEE = "L’adresse du destinataire est refusée par le serveur"


@dataclass(frozen=True)
class Echec:
    """Why a message did not leave, in French and without secret; `est_definitif`: trying again is no use."""

    cause: str
    est_definitif: bool = False


def tenter(uuid: UUID, job: int) -> None:
    """Send the message `uuid` if it still waits for this `job`; otherwise do nothing."""
    with transaction.atomic():
        a_envoyer = Courriel.objects.en_attente().filter(pk=uuid, job=job)
        courriel = a_envoyer.select_for_update().first()
        if courriel is None:
            return
        echec = _remettre(courriel)
        courriel.tentatives += 1
        if echec is None:
            courriel.envoye_le, courriel.corps = timezone.now(), None
            courriel.derniere_erreur, courriel.prochain_essai_le = "", None
        else:
            _noter(courriel, echec)
        courriel.save()


def _noter(courriel: Courriel, echec: Echec) -> None:
    """Plan the next attempt, or give up: nothing to hope for, or tried often enough."""
    courriel.derniere_erreur = echec.cause
    if echec.est_definitif or courriel.tentatives > len(DELAIS):
        courriel.abandonne_le, courriel.prochain_essai_le = timezone.now(), None
        logger.error("Courriel %s abandonné : %s", courriel.uuid, echec.cause)
        return
    delai = DELAIS[courriel.tentatives - 1]
    courriel.prochain_essai_le = timezone.now() + delai
    courriel.job = programmer(courriel.uuid, delai)
    logger.warning("Courriel %s pas encore parti : %s", courriel.uuid, echec.cause)


def _remettre(courriel: Courriel) -> Echec | None:
    """Hand the message to the mail server; None when the server took it."""
    try:
        message = composer(courriel)
        connexion = get_connection()
        try:
            connexion.open()
            connexion.send_messages([message])
        finally:
            # The server has answered already: how the conversation ends changes nothing.
            with suppress(Exception):
                connexion.close()
    except Illisible:
        return Echec(f"Le message ne peut plus être déchiffré{NBSP}: sa clé a été retirée.", True)
    except (smtplib.SMTPException, OSError) as error:
        return diagnostiquer(error)
    except Exception as error:  # one message must not stop the others, nor be tried for ever
        logger.exception("Courriel %s : erreur inattendue", courriel.uuid)
        return Echec(f"Erreur inattendue de SOFI ({type(error).__name__}).")
    return None


def diagnostiquer(error: smtplib.SMTPException | OSError) -> Echec:
    """Say what happened in French; the server's own words are not kept, they may repeat the message."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next(iter(error.recipients.values()))[0]
        if code >= 500:
            return Echec(f"{ADRESSE_REFUSEE} (code{NBSP}{code}).", True)
        return Echec(f"Le serveur refuse cette adresse pour l’instant (code{NBSP}{code}).")
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return Echec(
            f"Le serveur refuse l’identifiant ou le mot de passe de SOFI (code{NBSP}{error.smtp_code})."
        )
    if isinstance(error, smtplib.SMTPSenderRefused):
        return Echec(f"Le serveur refuse l’adresse d’expédition de SOFI (code{NBSP}{error.smtp_code}).")
    if isinstance(error, smtplib.SMTPDataError):
        refus = error.smtp_code >= 500
        quand = "" if refus else " pour l’instant"
        return Echec(f"Le serveur refuse ce message{quand} (code{NBSP}{error.smtp_code}).", refus)
    if isinstance(error, smtplib.SMTPResponseException):
        return Echec(f"Le serveur de messagerie a répondu par une erreur (code{NBSP}{error.smtp_code}).")
    # smtplib hides a time-out behind a disconnection.
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return Echec("Le serveur de messagerie n’a pas répondu à temps.")
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return Echec("Le serveur de messagerie a coupé la connexion.")
    if isinstance(error, ssl.SSLError):
        return Echec("La connexion chiffrée avec le serveur de messagerie a échoué.")
    if isinstance(error, smtplib.SMTPException):
        return Echec("Le serveur de messagerie ne sait pas faire ce que SOFI lui demande.")
    return Echec("Le serveur de messagerie est injoignable.")


def renvoyer(uuid: UUID) -> bool:
    """Try again now a message given up or waiting for its next attempt; the count of attempts restarts.

    False, and nothing done, when it is leaving, has left, or was asked for already.
    """
    with transaction.atomic():
        # Locked by an attempt in progress: it is leaving, and a page does not wait for a mail server.
        libres = Courriel.objects.select_for_update(skip_locked=True)
        courriel = libres.filter(pk=uuid, envoye_le=None).first()
        maintenant = timezone.now()
        if courriel is None or (courriel.prochain_essai_le and courriel.prochain_essai_le <= maintenant):
            return False
        courriel.abandonne_le, courriel.prochain_essai_le, courriel.tentatives = None, maintenant, 0
        courriel.job = programmer(uuid)
        courriel.save()
        return True


def relancer_oublies() -> int:
    """Order again the attempts of which no job is left (failed, deleted, old copy of the base); how many."""
    vivants = ProcrastinateJob.objects.filter(pk=OuterRef("job"), status__in=("todo", "doing"))
    en_retard = Courriel.objects.en_attente().filter(prochain_essai_le__lt=timezone.now() - OUBLI)
    with transaction.atomic():
        oublies = list(en_retard.filter(~Exists(vivants)).select_for_update(skip_locked=True))
        for courriel in oublies:
            courriel.job = programmer(courriel.uuid)
        Courriel.objects.bulk_update(oublies, ["job"])
    return len(oublies)


def purger() -> int:
    """Delete the messages of more than 90 days; how many there were."""
    return Courriel.objects.filter(cree_le__lt=timezone.now() - CONSERVATION).delete()[0]
