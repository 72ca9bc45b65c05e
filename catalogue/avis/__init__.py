"""Mail about the offer: who is told of what (`TABLE`), each as they chose, in the event's own transaction.

    avis.on_transition(action, "approve", by=valideur, evenement=evenement)

Nothing leaves from here: a notice is a row of the outbox (`sofi.courriels`), or a line of the morning's
digest. Security mails do not pass here: nobody may do without them.
"""

from .envoi import notify, team
from .evenements import on_aif, on_code_replaced, on_message, on_site, on_transition
from .resumes import morning
from .table import TABLE, TABLE_AIF, TABLE_SITE, Avis, Destinataires

__all__ = [
    "TABLE",
    "TABLE_AIF",
    "TABLE_SITE",
    "Avis",
    "Destinataires",
    "morning",
    "notify",
    "on_aif",
    "on_code_replaced",
    "on_message",
    "on_site",
    "on_transition",
    "team",
]
