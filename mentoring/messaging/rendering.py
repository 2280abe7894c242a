"""From words to an e-mail: HTML and its plain-text twin made from one ``Content``.

Whatever a person typed is shown, never obeyed: no header can be added, no text turned round.
"""

import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from email.headerregistry import Address
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from html import escape

from django.conf import settings
from django.utils.html import linebreaks
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from mentoring.messaging.letters import Action, Attachment, Content, Twin
from mentoring.messaging.mime import Mail, recipient
from mentoring.messaging.moulds import Part, Sheet, filled

# Characters. Together they keep a message under 30 kB in any script.
LONGEST_SUBJECT, LONGEST_NAME, MOST_WORDS = 120, 60, 2400
WIDTH = 76
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
    if text.isprintable():  # none of them is
        return text
    return _CONTROLS.sub("", _OVERRIDES.sub("", text.replace("\r\n", "\n")))


def one_line(text: str, longest: int) -> str:
    """Fit for a header: one line, no controls, cut to a length."""
    line = " ".join((text if text.isprintable() else plain(_BREAKS.sub(" ", text))).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def render(content: Content, *, to: Addressee, message_id: str, now: datetime) -> Mail:
    """The e-mail in the active language. Raises ``ValueError`` for an address that no header can hold."""
    parts = _parts(fitted(content))
    mail = Mail()
    for name, value in _headers(parts, to, message_id, now).items():
        mail[name] = value
    mail.set_texts(_text(parts), _html(parts))
    for attachment in content.attachments:
        _attach(mail, attachment)
    return mail


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
    """The letter in each of its languages, the first one's first: its links are those of the letter."""
    own = Twin(get_language() or "en", content)
    return [own, content.twin] if content.twin else [own]


def _subject(parts: list[Twin]) -> str:
    """Both subjects, where there are two that differ."""
    subjects = dict.fromkeys(part.content.subject for part in parts)
    return one_line(" / ".join(subjects), LONGEST_SUBJECT)


def _cut(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    return text[:longest].rsplit(" ", 1)[0].rstrip() + "…" if longest > 0 else ""


def _safe_action(action: Action) -> Action:
    if not action.url.startswith(("https://", "http://", "mailto:")):
        raise ValueError("an action must lead to a full address")
    return replace(action, label=one_line(action.label, LONGEST_NAME))


def _headers(parts: list[Twin], to: Addressee, message_id: str, now: datetime) -> dict[str, object]:
    content = parts[0].content
    headers: dict[str, object] = {
        "Message-ID": message_id,
        "Date": format_datetime(now),
        "Subject": _subject(parts),
        "From": _from(_sender(content), sender_address()),
        "To": recipient(one_line(to.name, LONGEST_NAME), to.address),
        "Auto-Submitted": "auto-generated",
        "Content-Language": ", ".join(part.language for part in parts),
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
    return _address_in(settings.DEFAULT_FROM_EMAIL)


@lru_cache(maxsize=8)
def _address_in(header: str) -> str:
    return parseaddr(header)[1]


@lru_cache(maxsize=64)
def _from(name: str, address: str) -> str:
    return str(Address(name, addr_spec=address))


@dataclass(frozen=True)
class _Dress:
    """How words go into one of the templates: single ones, paragraphs, what somebody said, the reason at the end."""

    word: Callable[[str], str]
    paragraph: Callable[[str], str]
    quote: Callable[[str], str]
    why: Callable[[str], str]


def _as_html(text: str) -> str:
    return linebreaks(text, autoescape=True) if "\n" in text else f"<p>{escape(text)}</p>"


def _as_quote(text: str) -> str:
    return _folded(text, indent="  ")


def _html(parts: list[Twin]) -> str:
    return filled("mail/base.html", _sheet(parts, _Dress(escape, _as_html, _as_html, escape)))


def _text(parts: list[Twin]) -> str:
    text = filled("mail/base.txt", _sheet(parts, _Dress(str, _folded, _as_quote, _folded)))
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _sheet(parts: list[Twin], dress: _Dress) -> Sheet:
    content = parts[0].content
    links = dress.word(content.stop_url), dress.word(content.language_url)
    dressed = tuple(_dressed(part.language, part.content, dress) for part in parts)
    return Sheet(parts[0].language, get_language_bidi(), dressed, *links)


def _dressed(language: str, content: Content, dress: _Dress) -> Part:
    return Part(
        language=language,
        subject=dress.word(content.subject),
        paragraphs=tuple(map(dress.paragraph, content.paragraphs)),
        quote=dress.quote(content.quote) if content.quote else "",
        tags=tuple(map(dress.word, content.tags)),
        actions=tuple((dress.word(action.label), dress.word(action.url)) for action in content.actions),
        why=dress.why(content.why),
    )


def _folded(text: str, indent: str = "") -> str:
    return "\n".join(_folded_line(line, indent) for line in text.split("\n"))


def _folded_line(line: str, indent: str) -> str:
    """Most lines are short and need no folding."""
    if line and len(indent) + len(line) <= WIDTH and line == " ".join(line.split()):
        return indent + line
    return textwrap.fill(
        line, WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def _attach(mail: Mail, attachment: Attachment) -> None:
    kind, *parameters = [part.strip() for part in attachment.mime_type.split(";")]
    maintype, _slash, subtype = kind.partition("/")
    named = dict(parameter.split("=", 1) for parameter in parameters)
    mail.add_attachment(attachment.content, maintype=maintype, subtype=subtype, params=named, filename=attachment.name)
