"""A real SMTP server on loopback that keeps a journal of what it acknowledged, by Message-ID."""

from collections import Counter
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Sink:
    """``on_rcpt`` and ``on_data`` may return another answer than acceptance ("cut" hangs up); ``after``
    is called when a message is in the journal, before its sender hears of it."""

    def __init__(self) -> None:
        self.journal: list[EmailMessage] = []
        self.bodies: list[bytes] = []
        self.envelopes: list[tuple[str, list[str]]] = []
        self.on_rcpt: Callable[[str], str | None] = lambda address: None
        self.on_data: Callable[[EmailMessage], str | None] = lambda mail: None
        self.after: Callable[[EmailMessage], None] = lambda mail: None
        self.connections = 0

    async def handle_EHLO(self, server: SMTP, session: Session, envelope: Envelope, name: str, answers: list):
        self.connections += 1
        session.host_name = name
        return answers

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any):
        if refusal := self.on_rcpt(address):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope):
        mail = message_from_bytes(envelope.content, policy=policy.SMTP)
        if len(envelope.rcpt_tos) != 1 or mail["Cc"] or mail["Bcc"]:
            return "554 nobody may see who else gets it"
        if refusal := self.on_data(mail):
            if refusal == "cut":
                server.transport.abort()
                return "250 never heard"
            return refusal
        self.journal.append(mail)
        self.bodies.append(envelope.content)
        self.envelopes.append((envelope.mail_from, envelope.rcpt_tos))
        self.after(mail)
        return "250 OK"

    @property
    def acknowledged(self) -> Counter[str]:
        """How often each Message-ID was acknowledged."""
        return Counter(mail["Message-ID"] for mail in self.journal)


class SinkServer(Controller):
    """Runs a sink on a free port of loopback."""

    def __init__(self, sink: Sink, **options: Any) -> None:
        super().__init__(sink, hostname="127.0.0.1", port=0, **options)

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()
