"""What a mail system says of a message that came back: a delivery status notification (RFC 3464)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message as Mail

LARGEST = 1_000_000  # bytes; a notification with the whole message is far smaller
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_MESSAGE_ID = re.compile(r"<[^<>\s]+>")


@dataclass(frozen=True)
class Bounce:
    """One recipient's fate. ``message_id`` is the returned message's; ``status`` such as "5.1.1"."""

    message_id: str
    address: str
    status: str
    is_final: bool  # a delay is not


def bounces_in(raw: bytes) -> list[Bounce]:
    """The recipients that a notification is about; none when it is anything else, an auto-reply say."""
    report = message_from_bytes(raw[:LARGEST], policy=policy.compat32)
    if report.get_content_type() != "multipart/report":
        return []
    message_id = _returned_id(report)
    return [_bounce(message_id, block) for block in _recipients(report)] if message_id else []


def _recipients(report: Mail) -> Iterator[Mail]:
    for part in report.walk():
        if part.get_content_type() == "message/delivery-status" and part.is_multipart():
            yield from (block for block in part.get_payload() if isinstance(block, Mail) and block["Final-Recipient"])


def _returned_id(report: Mail) -> str:
    """The Message-ID of the message that came back, whole or by its headers."""
    for part in report.walk():
        kind, inner = part.get_content_type(), part.get_payload()
        headers: Mail | None = None
        if kind == "message/rfc822" and isinstance(inner, list) and isinstance(inner[0], Mail):
            headers = inner[0]
        elif kind == "text/rfc822-headers" and isinstance(raw := part.get_payload(decode=True), bytes):
            headers = message_from_bytes(raw)
        if headers is not None and (found := _MESSAGE_ID.search(str(headers["Message-ID"] or ""))):
            return found[0]
    return ""


def _bounce(message_id: str, block: Mail) -> Bounce:
    address = str(block["Original-Recipient"] or block["Final-Recipient"]).rpartition(";")[2].strip().strip("<>")
    status = _STATUS.search(str(block["Status"] or "")) or _STATUS.search(str(block["Diagnostic-Code"] or ""))
    words = status[1] if status else ""
    is_final = str(block["Action"] or "").strip().lower() == "failed" and words.startswith("5")
    return Bounce(message_id, address.lower(), words, is_final)


def reported(event: dict[str, object]) -> Bounce | None:
    """One event of a mail service in the shape of django-anymail's tracking events; ``None`` for what is no bounce."""
    if event.get("event_type") not in {"bounced", "rejected", "failed"}:
        return None
    found = _MESSAGE_ID.search(str(event.get("message_id", "")))
    status = _STATUS.search(f"{event.get('mta_response', '')} {event.get('description', '')}")
    words = status[1] if status else "5.0.0"
    if found is None or not event.get("recipient"):
        return None
    return Bounce(found[0], str(event["recipient"]).strip().lower(), words, words.startswith("5"))
