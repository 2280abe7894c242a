"""The form of an e-mail: as the standard library writes it, byte for byte, in a fraction of the time.

Most headers are short and plain, and most are the same in every message. Those are not parsed and folded
anew each time; whatever else a header holds goes the standard library's way.
"""

import re
from base64 import encodebytes
from binascii import b2a_qp
from email.headerregistry import Address
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP, EmailPolicy
from functools import lru_cache
from typing import Any

# Neither quoted-printable nor base64 ever holds "=_", so no text can end a part early.
BOUNDARY = "=_peer-mentoring_="
# Headers whose value is the same in most messages.
_ALIKE = frozenset({"mime-version", "content-type", "content-transfer-encoding", "from", "auto-submitted",
                    "content-language"})  # fmt: skip
# Headers of free words, or of words that we make ourselves. One short line of them stays as it is.
_FREE = frozenset({"subject", "message-id", "date", "to"})
# Headers that mail programs read and people do not: an address in them has no space to fold at, and the library
# would rather encode it than let a line grow. RFC 8058 wants it as it is; RFC 5322 §2.1.1 lets a line have 998.
_FOR_PROGRAMS = frozenset({"list-unsubscribe", "list-unsubscribe-post"})
_PLAIN = re.compile(r"[!-~]+(?: [!-~]+)*")
_SHORT, _LONGEST = 76, 998 - len(": ")
# A name and an address that no header has to quote.
_ATOMS = re.compile(r"[A-Za-z0-9]+(?: [A-Za-z0-9]+)*")
_ADDRESS = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


class _Policy(EmailPolicy):
    """SMTP's rules for headers; what is plain is kept, and what is the same in most messages is folded once."""

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        if isinstance(value, str):
            if _is_plain(name, value):
                return name, value
            if name.lower() in _ALIKE and len(value) < 200:
                return _stored(name, value)
        return super().header_store_parse(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        if type(value) is str and _is_plain(name, value):
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return _folded_header(name, value) if name.lower() in _ALIKE else super().fold_binary(name, value)

    def header_max_count(self, name: str) -> int | None:
        return _most(name)


POLICY = _Policy(linesep=SMTP.linesep, max_line_length=SMTP.max_line_length, cte_type="7bit")


def _is_plain(name: str, value: str) -> bool:
    length, lower = len(name) + len(value), name.lower()
    fits = length <= _LONGEST if lower in _FOR_PROGRAMS else length < _SHORT and lower in _FREE and "=?" not in value
    return fits and _PLAIN.fullmatch(value) is not None


@lru_cache(maxsize=256)
def _stored(name: str, value: str) -> tuple[str, Any]:
    return EmailPolicy.header_store_parse(POLICY, name, value)


@lru_cache(maxsize=256)
def _folded_header(name: str, value: Any) -> bytes:
    return EmailPolicy.fold_binary(POLICY, name, value)


@lru_cache(maxsize=256)
def _most(name: str) -> int | None:
    return EmailPolicy.header_max_count(POLICY, name)


def is_plain_address(address: str) -> bool:
    """Whether nothing in it needs to be quoted, in a header or in a relay's envelope."""
    return _ADDRESS.fullmatch(address) is not None


def recipient(name: str, address: str) -> str | Address:
    """What the header ``To`` says. Raises ``ValueError`` for an address that no header can hold."""
    if is_plain_address(address) and (not name or _ATOMS.fullmatch(name)):
        return f"{name} <{address}>" if name else address
    return Address(name, addr_spec=address)


class _Text(MIMEPart):
    """One of the letter's two texts, encoded already."""


class Mail(EmailMessage):
    """A message of a plain text and its HTML twin; both are put in by ``set_texts``."""

    def __init__(self, policy: Any = POLICY) -> None:
        super().__init__(policy=policy)

    def set_texts(self, plain: str, html: str) -> None:
        self["MIME-Version"] = "1.0"
        self["Content-Type"] = f'multipart/alternative; boundary="{BOUNDARY}"'
        self.set_payload([_text("plain", plain), _text("html", html)])

    def as_bytes(self, unixfrom: bool = False, policy: Any = None) -> bytes:
        """Without attachments the whole is put together here: the library's generator writes line by line."""
        parts: Any = self.get_payload()
        if unixfrom or policy is not None or not all(type(part) is _Text for part in parts):
            return super().as_bytes(unixfrom, policy)
        texts = [_head(part) + b"\r\n" + _payload(part) for part in parts]
        between = f"\r\n--{BOUNDARY}\r\n".encode("ascii")
        end = f"\r\n--{BOUNDARY}--\r\n".encode("ascii")
        return _head(self) + between + between.join(texts) + end


def _head(part: MIMEPart | EmailMessage) -> bytes:
    return b"".join(POLICY.fold_binary(name, value) for name, value in part.raw_items())


def _payload(part: _Text) -> bytes:
    payload: Any = part.get_payload()
    return str(payload).replace("\n", "\r\n").encode("ascii")


def _text(subtype: str, text: str) -> _Text:
    part = _Text(policy=POLICY)
    part["Content-Type"] = f'text/{subtype}; charset="utf-8"'
    raw = text.encode()
    quoted = b2a_qp(raw, istext=True)
    is_shorter = len(quoted) < 1.4 * len(raw)  # base64 adds a third; scripts other than ours are shorter in it
    part["Content-Transfer-Encoding"] = "quoted-printable" if is_shorter else "base64"
    part.set_payload((quoted if is_shorter else encodebytes(raw)).decode("ascii"))
    return part
