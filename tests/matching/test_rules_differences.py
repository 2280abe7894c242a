"""Several tables about the same students, held against each other: still no count of one to nine comes out.

A solver that knows the exact totals, and every table that is shown, looks for the least and the most that a hidden
count can be; one answer alone would be a leak. Source: trust.md §1 (23).
"""

import os
import random
from itertools import product

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from mentoring.matching.rules.fairness import Cell, shown

CAMPUSES, MODES, DISCIPLINES = ("Queensgate", "Barnsley", "Online"), ("full-time", "part-time"), ("A", "B", "C")
KINDS = list(product(CAMPUSES, MODES, DISCIPLINES))
SEEDS = int(os.environ.get("DIFFERENCES", "3"))
SIDES = 2  # matched, and not
AXES = {0: CAMPUSES, 1: MODES, 2: DISCIPLINES}


def counts(dealer: random.Random) -> dict[tuple[str, str, str], tuple[int, int]]:
    """How many of each kind of student were matched, and were not; some kinds are rare."""
    made, sizes = {}, dealer.choice([[0, 1, 2, 5, 12, 30, 80], [0, 0, 1, 2, 3, 5], [0, 2, 4, 8]])
    for kind in KINDS:
        many = dealer.choice(sizes)
        yes = dealer.choice([many, max(0, many - dealer.randint(0, 12)), dealer.randint(0, many)])
        made[kind] = (yes, many - yes)
    return made


def cells(made: dict, axis: int) -> list[Cell]:
    return [
        Cell(
            name,
            sum(sum(made[kind]) for kind in KINDS if kind[axis] == name),
            sum(made[kind][0] for kind in KINDS if kind[axis] == name),
        )
        for name in AXES[axis]
    ]


def column(kind: tuple[str, str, str], side: int) -> int:
    return SIDES * KINDS.index(kind) + side


def part(axis: int, name: str, *sides: int) -> np.ndarray:
    row = np.zeros(SIDES * len(KINDS))
    for kind in KINDS:
        if kind[axis] == name:
            row[[column(kind, side) for side in sides]] = 1
    return row


def told(made: dict) -> list[LinearConstraint]:
    """Everything that a reader of all three tables knows: the totals to the head, and what is shown."""
    rules = [
        LinearConstraint(np.tile([1.0, 0.0], len(KINDS))[None], *[sum(yes for yes, _no in made.values())] * 2),
        LinearConstraint(np.tile([0.0, 1.0], len(KINDS))[None], *[sum(no for _yes, no in made.values())] * 2),
    ]
    for axis in AXES:
        table = [cell for cell in cells(made, axis) if cell.total]
        for row in shown(table):
            both, yes, no = (part(axis, row.name, *sides) for sides in ((0, 1), (0,), (1,)))
            if row.total is None:
                rules.append(LinearConstraint(both[None], 1, np.inf))
                continue
            rules.append(LinearConstraint(both[None], row.total - 2.5, row.total + 2.5))
            if row.percent is not None:
                rules.append(LinearConstraint((yes - (row.percent - 2.5) / 100 * both)[None], 0, np.inf))
                rules.append(LinearConstraint((yes - (row.percent + 2.5) / 100 * both)[None], -np.inf, 0))
            if row.few:
                rules.append(LinearConstraint((yes if row.few == "yes" else no)[None], 0, 9))
        for name in {cell.name for cell in cells(made, axis)} - {cell.name for cell in table}:
            rules.append(LinearConstraint(part(axis, name, 0, 1)[None], 0, 0))  # a group that is left out is empty
    return rules


def reach(rules: list[LinearConstraint], goal: np.ndarray) -> tuple[int, int]:
    """Least and most that a count can be for somebody who knows all this."""
    ends = [
        milp(sign * goal, constraints=rules, integrality=np.ones(len(goal)), bounds=Bounds(0, np.inf))
        for sign in (1, -1)
    ]
    assert all(end.success for end in ends)
    return round(ends[0].fun), round(-ends[1].fun)


@pytest.mark.abuse(23)
@pytest.mark.parametrize("seed", range(SEEDS))
def test_tables_side_by_side_give_no_small_count_away(seed: int) -> None:
    made = counts(random.Random(seed))
    rules, asked = told(made), 0
    for axis in AXES:
        for cell in cells(made, axis):
            for side, count in ((0, cell.yes), (1, cell.total - cell.yes)):
                if 1 <= count <= 9:
                    asked += 1
                    least, most = reach(rules, part(axis, cell.name, side))
                    assert most > least, (cell, side)
    for kind in KINDS:  # and no kind of student by all three at once
        for side in range(SIDES):
            if 1 <= made[kind][side] <= 9:
                asked += 1
                goal = np.zeros(SIDES * len(KINDS))
                goal[column(kind, side)] = 1
                least, most = reach(rules, goal)
                assert most > least, (kind, side)
    assert asked


@pytest.mark.abuse(23)
def test_a_table_before_and_after_one_student_gives_nothing_away() -> None:
    """The difference of two tables, a day apart: nobody can tell which side the one who joined is on."""
    dealer = random.Random(5)
    for _round in range(200):
        table = [Cell(name, total, dealer.randint(0, total)) for name in "abcd" if (total := dealer.randint(1, 60))]
        at = dealer.randrange(len(table))
        joined = [
            [Cell(cell.name, cell.total + (n == at), cell.yes + (n == at and matched)) for n, cell in enumerate(table)]
            for matched in (True, False)
        ]
        before, with_yes, with_no = shown(table), shown(joined[0]), shown(joined[1])
        # A change that one of the two would have shown must not pin a count below ten: it shows in fives only.
        for old, new in zip(before, with_yes, strict=True):
            assert old.total is None or new.total is None or abs(old.total - new.total) in {0, 5}
        for rows in (before, with_yes, with_no):
            for cell, row in zip(table, rows, strict=True):
                if row.percent is not None:
                    assert min(cell.yes, cell.total - cell.yes) >= 9, (cell, row)
