"""A real mail server for the tests: it keeps what it takes, and misbehaves when told to."""

from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller


@dataclass
class Puits:
    """What the server took, and what it answers: `rcpt` and `data` are answers given once each, in order.

    `coupures`: how many times it takes the message and drops the line without a word.
    `en_recevant` is called with each message, before the answer.
    """

    recus: list[EmailMessage] = field(default_factory=list)
    rcpt: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    coupures: int = 0
    en_recevant: Callable[[], None] | None = None

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd's name
        if self.rcpt:
            return self.rcpt.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        if self.data:
            return self.data.pop(0)
        self.recus.append(message_from_bytes(envelope.content, policy=policy.default))
        if self.en_recevant:
            self.en_recevant()
        if self.coupures:
            self.coupures -= 1
            server.transport.abort()
        return "250 OK"


class Serveur(Controller):
    """aiosmtpd on a port chosen by the system; its own `port=0` waits for port 0."""

    def __init__(self, puits: Puits):
        super().__init__(puits, hostname="127.0.0.1", port=0)

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()
