"""The geometry of our charts: numbers in, whole pixels out. Nothing is drawn here (templates/components/_chart_*.html).

Sizes are those of the drawing's own grid, 360 wide, which a page scales from a phone's width to 32rem,
so that letters of 14 stay readable on both. Many or long labels turn the bars on their side.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 360
PLOT = 150
ABOVE = 22
BELOW = 26
ROW = 30
UPRIGHT_AT_MOST = 8
LABEL_AT_MOST = 7

Point = tuple[str, float]


class Said(float):
    """A number that may be printed otherwise than it is drawn: a hidden one as "<10"."""

    text: str

    def __new__(cls, value: float, text: str = "") -> "Said":
        made = super().__new__(cls, value)
        made.text = text
        return made


@dataclass(frozen=True)
class Mark:
    """One bar, dot or piece: its box, its middle, and the words on it."""

    label: str
    value: str
    x: int
    y: int
    width: int
    height: int
    middle: int
    now: bool = False
    part: int = 1


@dataclass(frozen=True)
class Chart:
    """A drawing of `height` with its marks; `upright` bars stand on the line `base`, others start at x = `base`."""

    marks: Sequence[Mark]
    height: int
    base: int
    upright: bool = True
    target: int | None = None
    path: str = ""


def shown(value: float, unit: str = "") -> str:
    """A value as it is printed: no decimals where there are none, at most one otherwise."""
    if isinstance(value, Said) and value.text:
        return value.text
    number = f"{value:.0f}" if float(value).is_integer() else f"{value:.1f}"
    return f"{number}{unit}" if unit in ("", "%") else f"{number} {unit}"


def bars(points: Sequence[Point], unit: str = "", *, last: bool = False) -> Chart:
    """A bar a point; with `last` the last one is marked as the current, unfinished one."""
    long = any(len(str(label)) > LABEL_AT_MOST for label, _ in points)
    if len(points) > UPRIGHT_AT_MOST or long:
        return _rows(points, unit, last)
    top = _top(points)
    step = WIDTH / max(len(points), 1)
    marks = []
    for i, (label, value) in enumerate(points):
        height = round(PLOT * value / top)
        x, width = round(step * i + step * 0.14), round(step * 0.72)
        marks.append(
            Mark(
                label=str(label),
                value=shown(value, unit),
                x=x,
                y=ABOVE + PLOT - height,
                width=width,
                height=height,
                middle=x + width // 2,
                now=last and i == len(points) - 1,
            )
        )
    return Chart(marks=marks, height=ABOVE + PLOT + BELOW, base=ABOVE + PLOT)


def _rows(points: Sequence[Point], unit: str, last: bool) -> Chart:
    """Bars lying down, label at the left (as much room as it needs, half the width at most), value at the end."""
    base = min(WIDTH // 2, 10 + 7 * max(len(str(label)) for label, _ in points))
    room, top = WIDTH - base - 50, _top(points)
    marks = [
        Mark(
            label=str(label),
            value=shown(value, unit),
            x=base,
            y=ROW * i + 4,
            width=round(room * value / top),
            height=ROW - 8,
            middle=ROW * i + ROW // 2 + 5,
            now=last and i == len(points) - 1,
        )
        for i, (label, value) in enumerate(points)
    ]
    return Chart(marks=marks, height=ROW * len(points), base=base, upright=False)


def line(points: Sequence[Point], unit: str = "", *, target: float | None = None) -> Chart:
    """Dots joined by a line, and a dashed line at `target`."""
    top = max(_top(points), target or 0)
    step = WIDTH / max(len(points), 1)
    marks = []
    for i, (label, value) in enumerate(points):
        middle = round(step * (i + 0.5))
        y = ABOVE + PLOT - round(PLOT * value / top)
        marks.append(Mark(str(label), shown(value, unit), middle, y, 0, 0, middle))
    path = " ".join(f"{'L' if i else 'M'}{mark.x} {mark.y}" for i, mark in enumerate(marks))
    at = None if target is None else ABOVE + PLOT - round(PLOT * target / top)
    return Chart(marks=marks, height=ABOVE + PLOT + BELOW, base=ABOVE + PLOT, target=at, path=path)


def stacked(points: Sequence[Point], unit: str = "") -> Chart:
    """One bar cut into a piece for each point that is not nothing; pieces are told apart by pattern as well."""
    total = sum(value for _, value in points) or 1
    marks, done = [], 0.0
    for i, (label, value) in enumerate(points):
        x = round(WIDTH * done / total)
        done += value
        width = round(WIDTH * done / total) - x
        marks.append(Mark(str(label), shown(value, unit), x, 0, width, 44, x + width // 2, part=i % 6 + 1))
    return Chart(marks=marks, height=44, base=0)


def _top(points: Sequence[Point]) -> float:
    return max((value for _, value in points), default=0) or 1
