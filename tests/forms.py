"""The forms of a page as a browser would send them, and what to send instead.

``forms_of(answer)`` reads every form of an answer; ``Form.filled()`` is what somebody would send who fills each field
with something that fits. Sources: trust.md §1 (18), §3.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote_plus, urljoin, urlsplit

from django.http import HttpResponse

FITTING = {
    "email": "somebody@northfield.ac.uk",
    "date": "2026-10-20",
    "time": "14:00",
    "datetime-local": "2026-10-20T14:00",
    "number": "3",
    "url": "https://northfield.ac.uk/",
    "file": "",
}
WORDS = "A few plain words"
# Text that no keyboard sends, as bytes: a lone surrogate has no UTF-8 of its own.
HOSTILE: dict[str, bytes] = {
    "nothing": b"",
    "blanks": b" \t\r\n ",
    "NUL": b"a\x00b",
    "lone surrogate": b"\xed\xa0\x80",
    "no UTF-8": b"\xff\xfe\xc3\x28",
    "right to left": "\u202egnp.exe\u2066\u200f".encode(),
    "ten thousand": b"x" * 10_000,
    "ten thousand wide": "\U0001f3f4".encode() * 10_000,
    "markup": b"\"'></textarea><script>alert(1)</script>{{ 1 }}{% now %}",
    "line breaks": b"a\r\nBcc: x@example.org\r\n\r\nb\xe2\x80\xa8c",
    "formula": b'=HYPERLINK("http://x")',
    "huge": b"9" * 400,
    "just too large": b"9223372036854775808",
    "minus": b"-1",
    "zero": b"0",
    "fraction": b"1e309",
    "no number": b"NaN",
    "year 1": b"0001-01-01",
    "year 9999": b"9999-12-31",
    "no such day": b"2026-02-30",
    "no such time": b"25:61",
    "the end of time": b"9999-12-31T23:59",
    "the beginning": b"0001-01-01T00:00",
    "a wrong key": b"987654321",
    "a path": b"../../../../etc/passwd",
    "elsewhere": b"//evil.example/",
    "a number in another script": "\u0661\u0662".encode(),
}
Pairs = list[tuple[str, bytes]]


@dataclass(frozen=True)
class Field:
    """One control: its kind is the tag, or an input's type."""

    name: str
    kind: str
    value: str = ""
    options: tuple[str, ...] = ()

    def fitting(self) -> list[str]:
        """Values that fit; none for what a browser would not send."""
        if self.kind in {"select", "radio"}:
            chosen = self.value or next((option for option in self.options if option), "")
            return [chosen] if chosen else []
        if self.kind == "checkbox":
            return [self.value or "on"]
        if self.kind in {"submit", "button", "image", "reset", "file"}:
            return []
        return [self.value or ("" if self.kind == "hidden" else FITTING.get(self.kind, WORDS))]


@dataclass
class Form:
    """``method`` is "get" or "post"; ``path`` where it goes, without the question."""

    method: str
    path: str
    fields: list[Field] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        return list(dict.fromkeys(each.name for each in self.fields))

    @property
    def has_file(self) -> bool:
        return any(each.kind == "file" for each in self.fields)

    def filled(self) -> Pairs:
        """Every field with what fits it; of radio buttons that are not chosen, the first."""
        pairs: Pairs = []
        for each in self.fields:
            if each.kind == "radio" and any(name == each.name for name, _value in pairs):
                continue
            pairs += [(each.name, value.encode()) for value in each.fitting()]
        return pairs

    def spoilt(self, chance: random.Random) -> Iterator[tuple[str, Pairs]]:
        """What was done to a field, and the whole form with it; every field with every hostile text, shuffled."""
        found = [(name, what) for name in self.names for what in (*HOSTILE, "twice", "missing")]
        chance.shuffle(found)
        for name, what in found:
            rest = [pair for pair in self.filled() if pair[0] != name]
            own = [pair for pair in self.filled() if pair[0] == name]
            if what == "twice":
                yield f"{name}: {what}", [*rest, *own, *own, (name, b"2")]
            elif what == "missing":
                yield f"{name}: {what}", rest
            else:
                yield f"{name}: {what}", [*rest, (name, HOSTILE[what])]


def encoded(pairs: Pairs) -> str:
    """A body, or a question, of any bytes at all."""
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in pairs)


def forms_of(answer: HttpResponse, path: str) -> list[Form]:
    """The forms of a page that was found at ``path``; none of what is no page."""
    if not answer.headers.get("Content-Type", "").startswith("text/html"):
        return []
    reader = _Reader(path)
    reader.feed(answer.content.decode())
    return reader.forms


class _Reader(HTMLParser):
    """Fields stand in their form, or name it by ``form="id"``."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.page, self.forms = path, []
        self.by_id: dict[str, Form] = {}
        self.waiting: list[tuple[str, Field]] = []
        self.form: Form | None = None
        self.select: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            where = urlsplit(urljoin(f"http://x{self.page}", told.get("action", ""))).path
            self.form = Form(told.get("method", "get").lower(), where)
            self.forms.append(self.form)
            self.by_id[told.get("id", "")] = self.form
            for name, waits in self.waiting:
                if name == told.get("id"):
                    self.form.fields.append(waits)
        elif tag == "option" and self.select:
            self._option(told)
        elif tag in {"input", "textarea", "select", "button"}:
            self._control(tag, told)

    def _control(self, tag: str, told: dict[str, str]) -> None:
        name, kind = told.get("name", ""), told.get("type", "text") if tag == "input" else tag
        if not name or "disabled" in told:
            return
        value = told.get("value", "")
        options = (value,) if kind in {"radio", "checkbox"} else ()
        self._add(told.get("form", ""), Field(name, kind, value, options))
        if tag == "select":
            self.select = Field(name, kind)

    def _add(self, form_id: str, found: Field) -> None:
        form = self.by_id.get(form_id) if form_id else self.form
        if form is not None:
            form.fields.append(found)
        elif form_id:
            self.waiting.append((form_id, found))

    def _option(self, told: dict[str, str]) -> None:
        form = self.form or (self.forms[-1] if self.forms else None)
        if form is None or not form.fields or self.select is None:
            return
        last = form.fields[-1]
        value = told.get("value", "")
        chosen = value if "selected" in told else last.value
        form.fields[-1] = Field(last.name, "select", chosen, (*last.options, value))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.select = None


def sent(client: Any, form: Form, pairs: Pairs) -> Any:
    """The answer to a form that is sent with these values."""
    if form.method == "get":
        return client.get(f"{form.path}?{encoded(pairs)}")
    return client.generic("POST", form.path, encoded(pairs), content_type="application/x-www-form-urlencoded")
