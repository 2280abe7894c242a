"""Everything that is kept about one person, as they may read it (GDPR article 15)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Field, ForeignKey, Model
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.registry import Keeper
from mentoring.protection.selectors.looks import entries_about
from mentoring.protection.selectors.registered import Registered, about_people
from mentoring.safeguarding.selectors import told_openings


@dataclass(frozen=True)
class Section:
    """One kind of record: its columns, and a row of plain values for each record."""

    title: str
    columns: list[str]
    rows: list[list[Any]]


@dataclass(frozen=True)
class Holdings:
    """All sections, and how many records are others' confidences about the person, by who reviews them."""

    sections: list[Section] = field(default_factory=list)
    held: Counter[Keeper] = field(default_factory=Counter)


def holdings_of(person: User) -> Holdings:
    """What the person may have a copy of. Others' confidences about them are counted, not read nor mentioned."""
    sections: list[Section] = []
    held: Counter[Keeper] = Counter()
    for each in about_people():
        exported = [name for name, rule in each.declaration.fields.items() if rule.export]
        if exported:
            sections += _section(each, each.of(person), exported, "")
        if shared := each.declaration.shown_aside():
            sections += _section(each, each.also_about(person), shared, _("where you are the other side"))
        if each.declaration.keeper:
            held[each.declaration.keeper] += each.also_about(person).count()
    sections.append(_looks(person))
    return Holdings([section for section in sections if section.rows], held)


def _section(each: Registered, rows: Iterable[Model], exported: list[str], aside: str) -> list[Section]:
    fields = [each.model._meta.get_field(name) for name in exported]
    values = [[_value(row, one) for one in fields] for row in rows]
    if not values:
        return []
    title = capfirst(str(each.model._meta.verbose_name))
    return [Section(f"{title}, {aside}" if aside else title, [_heading(one) for one in fields], values)]


def _heading(one: Any) -> str:
    return capfirst(str(getattr(one, "verbose_name", one.name)))


def _value(row: Model, one: Any) -> Any:
    """A field's value as JSON can hold it and a person read it: a choice by its name, a link by what it leads to."""
    if one.many_to_many:
        return [str(other) for other in getattr(row, one.name).all()]
    if isinstance(one, Field) and one.choices:
        return str(getattr(row, f"get_{one.name}_display")())
    value = getattr(row, one.name)
    if isinstance(one, ForeignKey):
        return str(value) if value is not None else None
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool | list | dict) or value is None else str(value)


def _looks(person: User) -> Section:
    """Who did what with the person's own records: time, what, by whom. Emergencies once they have been told of them."""
    rows = [
        [_when(entry.at), entry.verb, entry.actor.full_name if entry.actor else _("the product")]
        for entry in entries_about(person)
    ]
    rows += [[_when(each.opened_at), "break-glass opened", _("a safeguarding lead")] for each in told_openings(person)]
    return Section(_("Who did something with your records"), [_("When"), _("What"), _("By")], sorted(rows))


def _when(at: datetime) -> str:
    return date_format(timezone.localtime(at), "Y-m-d H:i")
