"""Rates by group with small numbers hidden, so that neither a row nor a difference gives one away.

Source: trust.md §1 row 23 (k >= 10, rounding to 5, complementary suppression).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from mentoring.matching.engine import ATTRIBUTES, Mentee, Problem, Wish

Table = dict[str, list[dict[str, Any]]]
Tables = dict[str, Table]

HIDDEN_BELOW = 10
STEP = 5


@dataclass(frozen=True)
class Cell:
    """A group: how many it has, and for how many of them something holds."""

    name: str
    total: int
    yes: int


@dataclass(frozen=True)
class Shown:
    """What a page may say of a group.

    ``total`` is rounded to 5, or None when the group is hidden. ``percent`` is rounded to 5, or None
    when it is not shown; ``few`` then says "yes" or "no" if fewer than ten of them (none, perhaps)
    do, or do not, and nothing if that is not shown either.
    """

    name: str
    total: int | None
    percent: int | None = None
    few: str = ""

    @property
    def is_hidden(self) -> bool:
        return self.total is None


def shown(cells: Iterable[Cell]) -> list[Shown]:
    """The groups of one table, in order; empty groups are left out.

    A group below ten is hidden, and so is a rate of which either side is below ten. Where what is
    hidden could be had by taking the others from the total, the next smallest is hidden with it.
    """
    table = [cell for cell in cells if cell.total]
    hidden = _hidden(table)
    rows = [Shown(cell.name, None) if n in hidden else _shown(cell) for n, cell in enumerate(table)]
    open_rows = [n for n, row in enumerate(rows) if row.percent is not None]
    if len(open_rows) == len(rows) - 1 and open_rows:
        smallest = min(open_rows, key=lambda n: (table[n].total, n))
        rows[smallest] = Shown(rows[smallest].name, rows[smallest].total)
    return rows


def _hidden(table: Sequence[Cell]) -> set[int]:
    by_size = sorted(range(len(table)), key=lambda n: (table[n].total, n))
    hidden = [n for n in by_size if table[n].total < HIDDEN_BELOW]
    others = [n for n in by_size if table[n].total >= HIDDEN_BELOW]
    while hidden and others and (len(hidden) < 2 or sum(table[n].total for n in hidden) < HIDDEN_BELOW):
        hidden.append(others.pop(0))
    return set(hidden)


def _shown(cell: Cell) -> Shown:
    total, no = _rounded(cell.total), cell.total - cell.yes
    small = [word for word, part in (("yes", cell.yes), ("no", no)) if part < HIDDEN_BELOW]
    if small:
        return Shown(cell.name, total, few=small[0] if len(small) == 1 else "")
    return Shown(cell.name, total, _rounded(100 * cell.yes / cell.total))


def _rounded(value: float) -> int:
    return STEP * int(value / STEP + 0.5)


def fairness_of(problem: Problem, pairs: Mapping[str, str], attributes: Iterable[str]) -> Tables:
    """How a run treated its students: what may be shown of matched and honoured rates, by group.

    Groups are stated wishes, campus, study mode, discipline, and those ``attributes`` of the students
    that the policy allows to look at. Honoured is counted in students: of those matched who stated the
    wish, how many had it honoured; in other groups, how many of those who wished had every wish honoured.
    """
    held = {mentor.key: mentor.attributes for mentor in problem.mentors}
    outcomes = [_Outcome(mentee, held.get(pairs.get(mentee.key, ""))) for mentee in problem.mentees]
    tables: Tables = {"wish": _by_wish(outcomes)}
    for name in ("campus", "mode", "discipline"):
        tables[name] = _by_group(outcomes, {o.mentee.key: getattr(o.mentee, name) for o in outcomes})
    for name in attributes:
        tables[name] = _by_group(outcomes, {o.mentee.key: o.mentee.attributes.get(name, "") for o in outcomes})
    return {name: table for name, table in tables.items() if len(table["matched"]) > 1}


@dataclass(frozen=True)
class _Outcome:
    """One student, and the attributes of the mentor they got."""

    mentee: Mentee
    mentor: Mapping[str, str] | None

    def honours(self, wish: Wish) -> bool:
        return self.mentor is not None and self.mentor.get(wish.attribute) == wish.value

    @property
    def wished(self) -> bool:
        return self.mentor is not None and bool(self.mentee.wishes)


def _by_wish(outcomes: Sequence[_Outcome]) -> Table:
    """Rows for each wish that was stated, and for those who stated none, the key of which is empty."""
    matched, honoured = [], []
    for attribute in (*ATTRIBUTES, ""):
        stated = [(o, [w for w in o.mentee.wishes if w.attribute == attribute]) for o in outcomes]
        group = [(o, wishes) for o, wishes in stated if wishes or (not attribute and not o.mentee.wishes)]
        matched.append(Cell(attribute, len(group), sum(o.mentor is not None for o, _wishes in group)))
        placed = [(o, wishes) for o, wishes in group if wishes and o.mentor is not None]
        honoured.append(Cell(attribute, len(placed), sum(all(map(o.honours, wishes)) for o, wishes in placed)))
    return _table(matched, honoured)


def _by_group(outcomes: Sequence[_Outcome], group_of: Mapping[str, str]) -> Table:
    matched, honoured = [], []
    for name in sorted(set(group_of.values())):
        group = [o for o in outcomes if group_of[o.mentee.key] == name]
        matched.append(Cell(name, len(group), sum(o.mentor is not None for o in group)))
        wished = [o for o in group if o.wished]
        honoured.append(Cell(name, len(wished), sum(all(map(o.honours, o.mentee.wishes)) for o in wished)))
    return _table(matched, honoured)


def _table(matched: list[Cell], honoured: list[Cell]) -> Table:
    return {"matched": [asdict(row) for row in shown(matched)], "honoured": [asdict(row) for row in shown(honoured)]}
