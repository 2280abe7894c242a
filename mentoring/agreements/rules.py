"""How a text is read: plain paragraphs, "# " headings, "- " points, and fields in braces."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

FIELDS = ("floor", "coordinators", "scheme_lead")
FIELD = re.compile(r"\{(\w+)\}")


@dataclass
class Block:
    """A part of a text as it is shown: ``kind`` is heading, paragraph or points."""

    kind: str
    lines: list[str] = field(default_factory=list)


def filled(body: str, fields: Mapping[str, str]) -> str:
    """The text with its known fields filled in; other braces stay as they are."""
    return FIELD.sub(lambda found: fields.get(found[1], found[0]), body)


def names_field(body: str, field: str) -> bool:
    """Whether the text has a place for a field."""
    return field in FIELD.findall(body)


def unknown_fields(body: str) -> list[str]:
    """Fields in braces that nothing would fill in."""
    return sorted({name for name in FIELD.findall(body) if name not in FIELDS})


def blocks(body: str) -> list[Block]:
    """The text in the order of its lines; points that follow each other are one list."""
    made: list[Block] = []
    for line in (line.strip() for line in body.splitlines()):
        if line.startswith("# "):
            made.append(Block("heading", [line[2:]]))
        elif line.startswith("- "):
            if not made or made[-1].kind != "points":
                made.append(Block("points"))
            made[-1].lines.append(line[2:])
        elif line:
            made.append(Block("paragraph", [line]))
    return made
