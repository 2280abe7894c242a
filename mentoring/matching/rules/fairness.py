"""How a run treated its students, by group; what may be shown of it is decided in ``lib.small_numbers``."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from mentoring.lib.small_numbers import Cell, shown
from mentoring.matching.engine import ATTRIBUTES, Mentee, Problem, Wish

Table = dict[str, list[dict[str, Any]]]
Tables = dict[str, Table]


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
