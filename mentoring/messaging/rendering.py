"""From words to an e-mail: HTML and its plain-text twin made from one ``Content``.

Whatever a person typed is shown, never obeyed: no header can be added, no text turned round.
"""

import re
import textwrap
from base64 import encodebytes
from binascii import b2a_qp
from dataclasses import dataclass, replace
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from mentoring.messaging.letters import Action, Attachment, Content, Twin

# Headers whose value is the same in most messages. Parsing them anew cost half the time of writing one.
_ALIKE = frozenset({"mime-version", "content-type", "content-transfer-encoding", "from", "auto-submitted",
                    "content-language", "list-unsubscribe-post"})  # fmt: skip


class _Policy(EmailPolicy):
    """SMTP's rules for headers; what is the same in most messages is parsed once and folded once."""

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        if isinstance(value, str) and name.lower() in _ALIKE and len(value) < 200:
            return _stored(name, value)
        return super().header_store_parse(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        return _folded_header(name, value) if name.lower() in _ALIKE else super().fold_binary(name, value)


POLICY = _Policy(linesep=SMTP.linesep, max_line_length=SMTP.max_line_length, cte_type="7bit")


@lru_cache(maxsize=256)
def _stored(name: str, value: str) -> tuple[str, Any]:
    return EmailPolicy.header_store_parse(POLICY, name, value)


@lru_cache(maxsize=256)
def _folded_header(name: str, value: Any) -> bytes:
    return EmailPolicy.fold_binary(POLICY, name, value)


# Neither quoted-printable nor base64 ever holds "=_", so no text can end a part early.
BOUNDARY = "=_peer-mentoring_="
# Characters. Together they keep a message under 30 kB in any script.
LONGEST_SUBJECT, LONGEST_NAME, MOST_WORDS = 120, 60, 2400
_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069\u061c\ufeff]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_BREAKS = re.compile("[\r\n\u2028\u2029\x0b\x0c\x85]+")


@dataclass(frozen=True)
class Addressee:
    """Who gets it: a name for the header and an address."""

    name: str
    address: str


def plain(text: str) -> str:
    """Without control characters and without marks that turn the direction of the text."""
    return _CONTROLS.sub("", _OVERRIDES.sub("", text.replace("\r\n", "\n")))


def one_line(text: str, longest: int) -> str:
    """Fit for a header: one line, no controls, cut to a length."""
    line = " ".join(plain(_BREAKS.sub(" ", text)).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def render(content: Content, *, to: Addressee, message_id: str, now: datetime) -> EmailMessage:
    """The e-mail in the active language. Raises ``ValueError`` for an address that no header can hold."""
    shown = fitted(content)
    mail = EmailMessage(policy=POLICY)
    for name, value in _headers(shown, to, message_id, now).items():
        mail[name] = value
    context: dict[str, object] = {
        "content": shown,
        "language": get_language() or "en",
        "is_rtl": get_language_bidi(),
        "parts": _parts(shown),
    }
    mail["Content-Language"] = ", ".join(part.language for part in _parts(shown))
    mail["MIME-Version"] = "1.0"
    mail["Content-Type"] = f'multipart/alternative; boundary="{BOUNDARY}"'
    texts = (("plain", _text(shown, context)), ("html", render_to_string("mail/base.html", context)))
    mail.set_payload([_part(subtype, text) for subtype, text in texts])
    for attachment in content.attachments:
        _attach(mail, attachment)
    return mail


def _part(subtype: str, text: str) -> MIMEPart:
    part = MIMEPart(policy=POLICY)
    part["Content-Type"] = f'text/{subtype}; charset="utf-8"'
    raw = text.encode()
    quoted = b2a_qp(raw, istext=True)
    is_shorter = len(quoted) < 1.4 * len(raw)  # base64 adds a third; scripts other than ours are shorter in it
    part["Content-Transfer-Encoding"] = "quoted-printable" if is_shorter else "base64"
    part.set_payload((quoted if is_shorter else encodebytes(raw)).decode("ascii"))
    return part


def fitted(content: Content, most: int = MOST_WORDS) -> Content:
    """The content with its words made harmless and, where somebody wrote a book, cut."""
    left = most // 2 if content.twin else most
    paragraphs = []
    for text in content.paragraphs:
        paragraphs.append(_cut(plain(text), left))
        left -= len(paragraphs[-1])
    return replace(
        content,
        subject=one_line(content.subject, LONGEST_SUBJECT),
        paragraphs=tuple(filter(None, paragraphs)),
        quote=_cut(plain(content.quote), left),
        tags=tuple(one_line(tag, LONGEST_NAME) for tag in content.tags[:12]),
        why=one_line(content.why, 300),
        sender_name=one_line(content.sender_name, LONGEST_NAME),
        actions=tuple(_safe_action(action) for action in content.actions),
        twin=replace(content.twin, content=fitted(content.twin.content, most // 2)) if content.twin else None,
    )


def _parts(content: Content) -> list[Twin]:
    """The letter in each of its languages."""
    own = Twin(get_language() or "en", content)
    return [own, content.twin] if content.twin else [own]


def _subject(content: Content) -> str:
    """Both subjects, where there are two that differ."""
    subjects = dict.fromkeys(part.content.subject for part in _parts(content))
    return one_line(" / ".join(subjects), LONGEST_SUBJECT)


def _cut(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    return text[:longest].rsplit(" ", 1)[0].rstrip() + "…" if longest > 0 else ""


def _safe_action(action: Action) -> Action:
    if not action.url.startswith(("https://", "http://", "mailto:")):
        raise ValueError("an action must lead to a full address")
    return replace(action, label=one_line(action.label, LONGEST_NAME))


def _headers(content: Content, to: Addressee, message_id: str, now: datetime) -> dict[str, object]:
    headers: dict[str, object] = {
        "Message-ID": message_id,
        "Date": format_datetime(now),
        "Subject": _subject(content),
        "From": str(Address(_sender(content), addr_spec=sender_address())),
        "To": Address(one_line(to.name, LONGEST_NAME), addr_spec=to.address),
        "Auto-Submitted": "auto-generated",
    }
    if content.reply_to:
        headers["Reply-To"] = Address(addr_spec=content.reply_to)
    if content.stop_url:
        headers["List-Unsubscribe"] = f"<{content.stop_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _sender(content: Content) -> str:
    """Nobody's name stands alone over an address that is not theirs."""
    name = content.sender_name
    if not name:
        return _("Peer mentoring")
    return _("%(name)s via Peer mentoring") % {"name": name}


def sender_address() -> str:
    """The address that every message comes from, and to which a relay returns what it cannot deliver."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def _text(content: Content, context: dict[str, object]) -> str:
    folded = [
        {
            "language": part.language,
            "content": part.content,
            "paragraphs": [_folded(text) for text in part.content.paragraphs],
            "quote": _folded(part.content.quote, indent="  "),
            "why": _folded(part.content.why),
        }
        for part in _parts(content)
    ]
    text = render_to_string("mail/base.txt", {**context, "parts": folded})
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _folded(text: str, indent: str = "") -> str:
    return "\n".join(
        textwrap.fill(
            line, 76, initial_indent=indent, subsequent_indent=indent,
            break_long_words=False, break_on_hyphens=False,
        )
        for line in text.split("\n")
    )  # fmt: skip


def _attach(mail: EmailMessage, attachment: Attachment) -> None:
    kind, *parameters = [part.strip() for part in attachment.mime_type.split(";")]
    maintype, _slash, subtype = kind.partition("/")
    named = dict(parameter.split("=", 1) for parameter in parameters)
    mail.add_attachment(attachment.content, maintype=maintype, subtype=subtype, params=named, filename=attachment.name)
