"""How a message leaves the house. A channel is one class: it lays the body down, asks for permission,
and only then makes the hand-over count.

``permit`` commits the ledger's *handing*; what fails before it was certainly not handed over,
what fails after it is not known (RFC 1047), and the two are never confused.
"""

import contextlib
import os
import re
import smtplib
import socket
import ssl
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from mentoring.messaging.mime import is_plain_address
from mentoring.messaging.relay_log import RelayLog
from mentoring.messaging.states import Reason

MARGIN = 30  # seconds between the relay's patience and ours

Permit = Callable[[], bool]


@dataclass(frozen=True)
class Parcel:
    """A rendered message for one address. ``body`` has CRLF line ends."""

    message_id: str
    sender: str
    address: str
    body: bytes


class NotHandedOver(Exception):
    """The message certainly did not leave. The text says why, without the message's contents."""


class Unreachable(NotHandedOver):
    """The channel itself does not work now; it is not this message's fault."""


class TurnedAway(Unreachable):
    """The channel ended the conversation over this message: over it alone, perhaps, or over any."""


class Deferred(NotHandedOver):
    """This message was not taken this time."""


class Lost(Deferred):
    """The connection broke before anything was handed over."""


class Refused(NotHandedOver):
    """This message will never be taken; ``is_address`` when it is the address that is refused."""

    def __init__(self, reason: str, *, is_address: bool = False) -> None:
        super().__init__(reason)
        self.is_address = is_address


class Unknown(Exception):
    """The message was handed over, perhaps."""


class Channel:
    """Hands over one parcel at a time."""

    def hand_over(self, parcel: Parcel, permit: Permit) -> bool:
        """Hand a parcel over if ``permit()`` says so at the last moment; ``False`` when it did not.

        Raises ``NotHandedOver`` (one of its kinds) or ``Unknown``.
        """
        raise TypeError(f"{type(self).__name__} hands nothing over.")

    # Whether the channel can say what became of an earlier hand-over, and after which time its "no" is final.
    can_be_asked = False
    settle_time = timedelta(0)

    def arrivals(self, handed: Mapping[str, datetime]) -> dict[str, bool]:
        """Of messages by Message-ID, with the time of their hand-over: whether each arrived, where that is known."""
        return {}

    def close(self) -> None:
        """Let go of what the channel holds."""


def mail_folder() -> Path:
    """Where messages lie when there is no relay."""
    return Path(settings.DATA_DIR) / "mail"


class FileChannel(Channel):
    """Lays each message down as one file named by its Message-ID. Repeating it makes no second one."""

    can_be_asked = True  # and its "no" is final at once: the same message again would be the same file

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or mail_folder()

    def hand_over(self, parcel: Parcel, permit: Permit) -> bool:
        try:
            laid_down = self._lay_down(parcel)
        except OSError as problem:
            raise Unreachable(f"mail folder: {problem.strerror}") from problem
        try:
            if not permit():
                return False
            laid_down.rename(self._place(parcel.message_id))
            self._sync_folder()
        except OSError as problem:
            raise Unknown(f"mail folder: {problem.strerror}") from problem
        finally:
            laid_down.unlink(missing_ok=True)
        return True

    def arrivals(self, handed: Mapping[str, datetime]) -> dict[str, bool]:
        return {message_id: self._place(message_id).exists() for message_id in handed}

    def _lay_down(self, parcel: Parcel) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self.folder, prefix=".", suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(parcel.body)
            file.flush()
            os.fsync(file.fileno())
        return Path(name)

    def _place(self, message_id: str) -> Path:
        return self.folder / (re.sub(r"[^A-Za-z0-9.@_-]", "", message_id) + ".eml")

    def _sync_folder(self) -> None:
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


class Relay(smtplib.SMTP):
    """SMTP whose final dot can be held back until the ledger has been written."""

    def envelope(self, sender: str, address: str) -> list[tuple[int, bytes]]:
        """The answers to MAIL, RCPT and DATA, up to the first that is no yes; in one go where the relay allows it.

        One recipient a message, ever.
        """
        lines = [f"MAIL FROM:{_in_brackets(sender)}", f"RCPT TO:{_in_brackets(address)}", "DATA"]
        if not self.has_extn("pipelining"):
            answers = []
            for line in lines:
                answers.append(self.docmd(line))
                if answers[-1][0] >= 400:
                    break
            return answers
        self.send("".join(f"{line}\r\n" for line in lines))
        answers = []
        for _line in lines:
            answers.append(self.getreply())
            if answers[-1][0] == 421:
                return answers  # it hangs up
        if answers[2][0] == 354 and any(code >= 400 for code, _reply in answers[:2]):
            self.close()  # it waits for the body of a message that nobody gets
        return answers

    def body_without_dot(self, body: bytes) -> None:
        """The whole body, but not the dot that hands it over."""
        stuffed = (b"\n" + body).replace(b"\n.", b"\n..")[1:]
        self.send(stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n")

    def final_dot(self) -> tuple[int, bytes]:
        self.send(b".\r\n")
        return self.getreply()


def _in_brackets(address: str) -> str:
    return f"<{address}>" if is_plain_address(address) else smtplib.quoteaddr(address)


class SmtpChannel(Channel):
    """Hands over to the institution's relay; keeps its connection between messages.

    With ``MAIL_RELAY_LOG`` the relay can be asked what became of a message. Its "no" is final once the
    relay has given up waiting for a final dot, which it does ``MAIL_RELAY_DATA_TIMEOUT`` seconds later.
    """

    def __init__(self) -> None:
        self.relay: Relay | None = None
        self.log = RelayLog(Path(settings.MAIL_RELAY_LOG)) if settings.MAIL_RELAY_LOG else None
        self.can_be_asked = self.log is not None
        self.settle_time = timedelta(seconds=settings.MAIL_RELAY_DATA_TIMEOUT + MARGIN)

    def arrivals(self, handed: Mapping[str, datetime]) -> dict[str, bool]:
        return self.log.arrivals(handed) if self.log else {}

    def hand_over(self, parcel: Parcel, permit: Permit) -> bool:
        is_kept = self.relay is not None
        began = time.monotonic()
        try:
            relay = self._begin(parcel)
        except (Lost, TurnedAway):
            if not is_kept:
                raise
            self._hang_up()  # a relay may close a connection that was kept: that says nothing of this message
            began = time.monotonic()
            relay = self._begin(parcel)
        return self._finish(relay, permit, began)

    def _begin(self, parcel: Parcel) -> Relay:
        """Envelope and body. Raises ``NotHandedOver``."""
        relay = self.relay or self._connect()
        try:
            self._address(relay, parcel)
            relay.body_without_dot(parcel.body)
        except smtplib.SMTPResponseException as problem:
            self._begin_afresh(relay)
            raise _judged(problem.smtp_code, problem.smtp_error) from problem
        except (OSError, smtplib.SMTPException) as problem:
            self._hang_up()
            raise Lost(f"connection lost: {type(problem).__name__}") from problem
        return relay

    def _finish(self, relay: Relay, permit: Permit, began: float) -> bool:
        try:
            allowed = permit()
        except BaseException:
            self._hang_up()  # without its dot, the relay throws the message away
            raise
        if not allowed:
            self._hang_up()
            return False
        if time.monotonic() - began > settings.MAIL_RELAY_DATA_TIMEOUT:
            self._hang_up()  # this worker was frozen: others may have settled the message meanwhile
            raise Deferred(Reason.FROZEN)
        try:
            code, reply = relay.final_dot()
        except (OSError, smtplib.SMTPException) as problem:
            self._hang_up()
            raise Unknown(f"no answer after the hand-over: {type(problem).__name__}") from problem
        if code != 250:
            self._begin_afresh(relay)
            raise _judged(code, reply)
        return True

    def _address(self, relay: Relay, parcel: Parcel) -> None:
        mail, *rest = relay.envelope(parcel.sender, parcel.address)
        if mail[0] != 250:
            self._begin_afresh(relay)
            raise (TurnedAway if mail[0] == 421 else Unreachable)(f"sender not taken: {_words(*mail)}")
        rcpt, *rest = rest
        if rcpt[0] not in (250, 251):
            self._begin_afresh(relay)
            raise _judged(*rcpt, is_address=True)
        if rest[0][0] != 354:
            raise smtplib.SMTPDataError(*rest[0])

    def _connect(self) -> Relay:
        try:
            relay = self.relay = Relay(
                settings.EMAIL_HOST,
                settings.EMAIL_PORT,
                local_hostname=urlsplit(settings.SITE_URL).hostname or "localhost",
                timeout=settings.EMAIL_TIMEOUT,
            )
            if relay.sock is not None:
                relay.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if settings.EMAIL_USE_TLS:
                relay.starttls(context=ssl.create_default_context())
            if settings.EMAIL_HOST_USER:
                relay.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
            relay.ehlo_or_helo_if_needed()
        except (OSError, smtplib.SMTPException) as problem:
            self._hang_up()
            raise Unreachable(f"relay: {type(problem).__name__}") from problem
        return relay

    def _begin_afresh(self, relay: Relay) -> None:
        """Forget the half-made transaction; on trouble, the connection too."""
        try:
            code, _reply = relay.rset()
        except (OSError, smtplib.SMTPException):
            code = 421
        if code != 250:
            self._hang_up()

    def _hang_up(self) -> None:
        if self.relay is not None:
            self.relay.close()
            self.relay = None

    def close(self) -> None:
        if self.relay is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self.relay.quit()
        self._hang_up()


def _judged(code: int, reply: bytes | str, *, is_address: bool = False) -> NotHandedOver:
    """What a relay's answer other than "taken" means (RFC 5321 §4.2.1); 421 is mostly about the relay itself."""
    if code == 421:
        return TurnedAway(_words(code, reply))
    if 500 <= code < 600:
        return Refused(_words(code, reply), is_address=is_address)
    return Deferred(_words(code, reply))


def _words(code: int, reply: bytes | str) -> str:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return f"relay said {code} {' '.join(text.split())}"[:180]


def open_channel() -> Channel:
    """The relay when there is one, else the mail folder."""
    return SmtpChannel() if settings.EMAIL_HOST else FileChannel()
