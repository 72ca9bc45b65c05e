"""The demo's mailbox: mail does not leave, it is kept in `var/mail` and read in the browser."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend

#: How many messages the list shows, the newest ones.
MONTRES = 100


@dataclass(frozen=True)
class Message:
    """A message kept in the mailbox; `texte` is its text part, `recu_le` an aware date-time."""

    uuid: UUID
    objet: str
    a: str
    texte: str
    recu_le: datetime


class BoiteDemo(BaseEmailBackend):
    """Keeps each message of the outbox in a file named by its uuid: sent twice, it is there once."""

    def send_messages(self, email_messages):
        dossier = Path(settings.EMAIL_FILE_PATH)
        dossier.mkdir(parents=True, exist_ok=True)
        for email in email_messages:
            message = email.message()
            uuid = UUID(message["Message-ID"].lstrip("<").partition("@")[0])
            # Written beside, then renamed: a reader never finds half a message.
            brouillon = dossier / f"{uuid}.nouveau"
            brouillon.write_bytes(message.as_bytes())
            brouillon.rename(dossier / f"{uuid}.eml")
        return len(email_messages)


def lire(uuid: UUID) -> Message | None:
    """The message `uuid` of the mailbox, if it is there."""
    fichier = Path(settings.EMAIL_FILE_PATH) / f"{uuid}.eml"
    try:
        contenu, ecrit_le = fichier.read_bytes(), fichier.stat().st_mtime
    except FileNotFoundError:
        return None
    message = message_from_bytes(contenu, policy=policy.default)
    texte = message.get_body(("plain",)).get_content()
    return Message(uuid, message["Subject"], message["To"], texte, datetime.fromtimestamp(ecrit_le, UTC))


def lister() -> list[Message]:
    """The newest messages of the mailbox, newest first."""
    fichiers = sorted(Path(settings.EMAIL_FILE_PATH).glob("*.eml"), key=lambda f: f.stat().st_mtime_ns)
    messages = [lire(UUID(fichier.stem)) for fichier in fichiers[::-1][:MONTRES]]
    return [message for message in messages if message]
