"""Counts and rates with small numbers hidden, so that neither a row nor a difference gives one away.

Source: trust.md §1 row 23 (k >= 10, rounding to 5, complementary suppression).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import floor

from mentoring.lib.charts import Said

HIDDEN_BELOW = 10
STEP = 5
HALF = 50  # that a side is small says something only where it bounds the other by more than this


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
    hidden = _hidden([cell.total for cell in table])
    rows = [Shown(cell.name, None) if n in hidden else _shown(cell) for n, cell in enumerate(table)]
    open_rows = [n for n, row in enumerate(rows) if row.percent is not None]
    if len(open_rows) == len(rows) - 1 and open_rows:
        smallest = min(open_rows, key=lambda n: (table[n].total, n))
        rows[smallest] = Shown(rows[smallest].name, rows[smallest].total)
    return rows


def count_said(count: int) -> Said:
    """One count of people: rounded to 5, or "<10"."""
    return _few() if count < HIDDEN_BELOW else Said(rounded(count))


def counts_said(parts: Sequence[tuple[str, int]]) -> list[tuple[str, Said]]:
    """The parts of a whole of which the sum may be known, hidden as in ``shown``; nobody at all is hidden too."""
    hidden = _hidden([count for _name, count in parts])
    return [(name, _few() if n in hidden else count_said(count)) for n, (name, count) in enumerate(parts)]


def share_said(part: int, whole: int) -> Said | None:
    """A percentage, rounded to 5. Of a side below ten no more is said than that it is: "<20%", "95%+".

    ``None`` where neither side, or nobody, can be told, or where that would bound too little.
    """
    [row] = shown([Cell("", max(whole, 1), part)])
    return None if row.is_hidden else rate_said(row)


def rate_said(row: Shown) -> Said | None:
    """The rate of a group in a table, as ``share_said`` prints one; ``None`` where that would say nothing."""
    if row.percent is not None:
        return Said(row.percent)
    least = STEP * floor(100 * (row.total - HIDDEN_BELOW) / row.total / STEP) if row.total else 0
    if least < HALF or not row.few:
        return None
    return Said(least, f"{least}%+") if row.few == "no" else Said((100 - least) / 2, f"<{100 - least}%")


def rounded(value: float) -> int:
    """To the nearest 5."""
    return STEP * int(value / STEP + 0.5)


def _few() -> Said:
    return Said(HIDDEN_BELOW / 2, f"<{HIDDEN_BELOW}")


def _hidden(totals: Sequence[int]) -> set[int]:
    """The places of what is below ten, and of what would give it away."""
    by_size = sorted(range(len(totals)), key=lambda n: (totals[n], n))
    hidden = [n for n in by_size if totals[n] < HIDDEN_BELOW]
    others = [n for n in by_size if totals[n] >= HIDDEN_BELOW]
    while hidden and others and (len(hidden) < 2 or sum(totals[n] for n in hidden) < HIDDEN_BELOW):
        hidden.append(others.pop(0))
    return set(hidden)


def _shown(cell: Cell) -> Shown:
    total, no = rounded(cell.total), cell.total - cell.yes
    small = [word for word, part in (("yes", cell.yes), ("no", no)) if part < HIDDEN_BELOW]
    if small:
        return Shown(cell.name, total, few=small[0] if len(small) == 1 else "")
    return Shown(cell.name, total, rounded(100 * cell.yes / cell.total))
