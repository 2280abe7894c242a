"""Which column of a file holds which of our fields, guessed from the headings alone.

Only what the scheme needs is taken. A column that says something private and is not needed is dropped
by its heading: no cell of it is looked at, and no choice on a page can bring it back.
"""

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["mentee", "mentor", "programme"]

_VOCABULARY = tomllib.loads(Path(__file__).with_name("vocabulary.toml").read_text(encoding="utf-8"))

FIELDS: tuple[str, ...] = tuple(_VOCABULARY["fields"])
_PROGRAMME_ONLY = ("course_title", "hecos", "department", "school")
_PROGRAMME_FIELDS = ("course_code", *_PROGRAMME_ONLY)
_STUDENT_REQUIRED = ("student_number", "given_name", "email", "course_code", "year_of_study")
REQUIRED: dict[Kind, tuple[str, ...]] = {
    "mentee": _STUDENT_REQUIRED,
    "mentor": _STUDENT_REQUIRED,
    "programme": ("course_code", "course_title"),
}

_SITS_ENTITY = re.compile(r"([A-Z]{2,4}_[A-Z0-9]{2,5})\.[A-Z0-9.]+\Z")
_NOT_WORD = re.compile(r"[^\w]+|_+")
_NEVER = tuple((matter, re.compile("|".join(words))) for matter, words in _VOCABULARY["never_taken"].items())
# Earlier headings of a field are the surer ones.
_BY_HEADING = {
    heading: (field, rank) for field, headings in _VOCABULARY["fields"].items() for rank, heading in enumerate(headings)
}


@dataclass(frozen=True)
class Dropped:
    """A column that is never taken, and which kind of private matter its heading names."""

    column: int
    heading: str
    category: str


@dataclass(frozen=True)
class ColumnMapping:
    """Where each field is found. `ambiguous` lists every candidate of a field that has several."""

    kind: Kind
    headings: tuple[str, ...]
    fields: dict[str, int]
    dropped: tuple[Dropped, ...]
    ambiguous: dict[str, list[int]]

    @property
    def missing(self) -> list[str]:
        """The required fields for which there is no column."""
        return [name for name in REQUIRED[self.kind] if name not in self.fields]

    @property
    def complete(self) -> bool:
        return not self.missing

    @property
    def ignored(self) -> list[str]:
        """The headings that are neither taken nor dropped for what they say."""
        known = set(self.fields.values()) | {each.column for each in self.dropped}
        return [heading for column, heading in enumerate(self.headings) if heading and column not in known]

    def heading_of(self, field: str) -> str:
        """The file's own heading of a field, or nothing."""
        return self.headings[self.fields[field]] if field in self.fields else ""

    def taken(self, cells: Sequence[str]) -> dict[str, str]:
        """The cells of the mapped columns. The others are not looked at."""
        return {field: cells[column] for field, column in self.fields.items() if column < len(cells)}


@dataclass(frozen=True)
class Found:
    """The place of the headings among the first records, and how many of them are recognised."""

    index: int
    recognised: int


def fields_of(kind: Kind) -> tuple[str, ...]:
    """The fields that a file of this kind can give."""
    if kind == "programme":
        return _PROGRAMME_FIELDS
    not_theirs = {*_PROGRAMME_ONLY, *(() if kind == "mentor" else ("places_offered",))}
    return tuple(name for name in FIELDS if name not in not_theirs)


def normalised(heading: str) -> str:
    """Lower case, without accents, punctuation or the entity that SITS appends."""
    heading = heading.strip()
    sits = _SITS_ENTITY.match(heading)
    plain = unicodedata.normalize("NFKD", sits[1] if sits else heading[:200])
    letters = "".join(character for character in plain if not unicodedata.combining(character))
    return _NOT_WORD.sub(" ", letters.casefold()).strip()


def private_matter(heading: str) -> str:
    """Which private matter that no scheme needs a heading names; nothing for our own fields and others."""
    name = normalised(heading)
    if name in _BY_HEADING:
        return ""
    return next((category for category, pattern in _NEVER if pattern.search(name)), "")


def find_headings(records: Sequence[Sequence[str]]) -> Found:
    """Titles above the headings are told from them by recognising headings: the record with most of them.

    Where none has two, the first record with more than one filled cell, else the first.
    """
    scores = [len({_BY_HEADING.get(normalised(cell), ("",))[0] for cell in cells} - {""}) for cells in records]
    best = max(scores, default=0)
    if best >= 2:
        return Found(scores.index(best), best)
    filled = [sum(1 for cell in cells if cell.strip()) for cells in records]
    return Found(next((index for index, count in enumerate(filled) if count > 1), 0), best)


def guess(headings: Sequence[str], kind: Kind = "mentee") -> ColumnMapping:
    """The mapping that the headings suggest. The surest of several candidates is taken, and all are named."""
    candidates: dict[str, list[tuple[int, int]]] = {}
    for column, heading in enumerate(headings):
        field, rank = _BY_HEADING.get(normalised(heading), ("", 0))
        candidates.setdefault(field, []).append((rank, column))
    fields = {name: min(candidates[name])[1] for name in fields_of(kind) if name in candidates}
    ambiguous = {
        name: [column for _rank, column in sorted(candidates[name])] for name in fields if len(candidates[name]) > 1
    }
    return ColumnMapping(kind, tuple(headings), fields, _dropped(headings), ambiguous)


def chosen(headings: Sequence[str], kind: Kind, fields: Mapping[str, int]) -> ColumnMapping:
    """The mapping that somebody chose, or that is remembered for this source.

    Raises ValueError for an unknown field, a column that is not there, one column for two fields, and a
    column that is never taken.
    """
    dropped = _dropped(headings)
    never = {each.column for each in dropped}
    columns = list(fields.values())
    if not set(fields) <= set(fields_of(kind)) or len(set(columns)) < len(columns):
        raise ValueError("unknown field, or one column for two fields")
    if any(not 0 <= column < len(headings) or column in never for column in columns):
        raise ValueError("no such column, or a column that is never taken")
    return ColumnMapping(kind, tuple(headings), dict(fields), dropped, {})


def _dropped(headings: Sequence[str]) -> tuple[Dropped, ...]:
    return tuple(
        Dropped(column, heading, category)
        for column, heading in enumerate(headings)
        if (category := private_matter(heading))
    )


def signature(headings: Sequence[str]) -> str:
    """64 hexadecimal characters, equal for files of one source: the key of what was chosen for it."""
    joined = "\x1f".join(normalised(heading) for heading in headings)
    return hashlib.sha256(joined.encode("utf-8", "replace")).hexdigest()
