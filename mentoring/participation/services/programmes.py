"""Taking a list of programmes, with the schools and departments it names where that is wanted."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from accounts.models import User
from mentoring.participation.reading import (
    ColumnMapping,
    Fault,
    ProgrammeRow,
    Table,
    check_programmes,
)
from schemes.models import Programme, Unit
from schemes.services import add_programme, add_unit
from schemes.states import UnitKind


@dataclass
class ProgrammeImport:
    """What a list of programmes brought, or would bring: nothing at all while a row is faulty."""

    new: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    units: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


@transaction.atomic
def take_programmes(
    *, unit: Unit, table: Table, mapping: ColumnMapping, with_units: bool, by: User | None, now: datetime
) -> ProgrammeImport:
    """Add the programmes that are not here yet to ``unit`` and below, all or none.

    A programme belongs to the department that its row names, else to the school, else to ``unit``;
    ``with_units`` creates those that are missing. One that is here already stays as it is.
    Raises ``UnreadableFile``.
    """
    checked = list(check_programmes(table, mapping))
    result = ProgrammeImport(faults=[fault for row in checked for fault in row.faults])
    if result.faults:
        return result
    codes = Programme.objects.filter(institution=unit.institution_id).values_list("code", flat=True)
    known = {code.casefold() for code in codes}
    tree = _Tree(unit, with_units, by, now, result)
    for row in (each.programme for each in checked if each.programme):
        if row.code.casefold() in known:
            result.known.append(row.code)
            continue
        add_programme(
            unit=tree.unit_of(row),
            code=row.code,
            name=row.title,
            hecos=row.hecos,
            subject_group=row.hecos or row.code,
            by=by,
            now=now,
        )
        result.new.append(row.code)
    return result


class _Tree:
    """The unit and everything below it, found by name and grown where a row names more."""

    def __init__(self, root: Unit, grow: bool, by: User | None, now: datetime, result: ProgrammeImport) -> None:
        self._root, self._grow, self._by, self._now, self._result = root, grow, by, now, result
        self._codes = set(root.institution.units.values_list("code", flat=True))
        self._units = list(Unit.objects.within(root))

    def unit_of(self, row: ProgrammeRow) -> Unit:
        school = self._below(self._root, row.school, UnitKind.SCHOOL)
        return self._below(school, row.department, UnitKind.DEPARTMENT)

    def _below(self, parent: Unit, name: str, kind: str) -> Unit:
        if not name or name.casefold() == parent.name.casefold():
            return parent
        for unit in self._units:
            if unit.name.casefold() == name.casefold() and parent.covers(unit):
                return unit
        return self._added(parent, name, kind) if self._grow else parent

    def _added(self, parent: Unit, name: str, kind: str) -> Unit:
        unit = add_unit(
            institution=self._root.institution,
            kind=kind,
            name=name,
            code=self._free_code(name),
            parent=parent,
            by=self._by,
            now=self._now,
        )
        self._units.append(unit)
        self._result.units.append(unit.name)
        return unit

    def _free_code(self, name: str) -> str:
        base = slugify(name)[:50] or "unit"
        code, number = base, 1
        while code in self._codes:
            number += 1
            code = f"{base}-{number}"
        self._codes.add(code)
        return code
