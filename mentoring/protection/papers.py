"""Papers for the institution's data-protection officer, made from the registry so that they cannot lie.

A record of processing (GDPR article 30) and the annex of an impact assessment (article 35). What the law asks of
an institution beyond facts about this product (bases, balancing, contacts) is left for it to fill in.
"""

from collections.abc import Iterator

from django.utils.translation import override

from accounts.registry import Category, FieldRule
from mentoring.protection.selectors.registered import registered

FOLDER = "docs/data-protection"
NOTE = "Made by `manage.py data_papers` from the registry of personal data. Do not edit it by hand.\n"
SENSITIVE = (Category.SPECIAL, Category.CONFIDENTIAL)


def papers() -> dict[str, str]:
    """The papers by file name, in English, in a fixed order."""
    with override("en-gb"):
        return {
            "record-of-processing.md": _record(),
            "impact-assessment-annex.md": _annex(),
        }


def _rows() -> Iterator[tuple[str, str, FieldRule]]:
    for each in registered():
        for name, rule in sorted(each.declaration.fields.items()):
            if rule.category not in {Category.NONE, Category.LINK}:
                yield each.label, name, rule


def _record() -> str:
    purposes: dict[tuple[str, str, str], list[str]] = {}
    for label, name, rule in _rows():
        key = (str(rule.purpose), str(rule.retention), rule.category.value)
        purposes.setdefault(key, []).append(f"{label}.{name}")
    lines = ["# Record of processing", "", NOTE]
    lines += ["Controller, officer, lawful basis and recipients are the institution's to add.", ""]
    for (purpose, kept, category), fields in sorted(purposes.items()):
        lines += [f"## {purpose[:1].upper()}{purpose[1:]} ({category})", "", f"Kept {kept}.", ""]
        lines += [*(f"- `{each}`" for each in fields), ""]
    return "\n".join([*lines, *_held()])


def _annex() -> str:
    lines = ["# Annex: what is special or told in confidence", "", NOTE]
    lines += ["All of it is encrypted at rest with a key outside the database.", ""]
    lines += ["| field | category | condition | kept | in a person's copy | when erased |", "|---|---|---|---|---|---|"]
    for label, name, rule in _rows():
        if rule.category in SENSITIVE:
            shown = "yes" if rule.export else "held for review"
            cells = (f"`{label}.{name}`", rule.category.value, rule.condition or "to be named", str(rule.retention))
            lines.append(f"| {' | '.join(cells)} | {shown} | {rule.erase.value} |")
    return "\n".join([*lines, "", *_held()])


def _held() -> list[str]:
    """What the copy of somebody leaves out of rows that are about them beside their subject."""
    lines = ["## What is held back from the copy of whom a record is about", ""]
    lines += [
        "Their copy says neither what is held nor that anything is. The keeper reviews it and answers by letter.",
        "",
    ]
    lines += ["| record | about | held | keeper |", "|---|---|---|---|"]
    for each in registered():
        told = each.declaration
        ways = ", ".join(f"`{path}`" for path in told.also)
        if told.aside.keeper:
            lines.append(f"| `{each.label}` | {ways} | the whole record | {told.aside.keeper.value} |")
        elif told.keeper:
            lines.append(f"| `{each.label}` | {ways} | what is confidential | {told.keeper.value} |")
        elif told.aside.without:
            fields = ", ".join(f"`{name}`" for name in told.aside.without)
            lines.append(f"| `{each.label}` | {ways} | {fields} | not disclosed |")
    return [*lines, ""]
