"""The words and charts of a report: each figure with one sentence that says what it shows. Small numbers are hidden."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mentoring.console.rules import Figures, UnitShown, units_shown
from mentoring.lib.charts import Point, Said
from mentoring.lib.charts import shown as printed
from mentoring.lib.small_numbers import HIDDEN_BELOW, Shown, count_said, counts_said, rate_said, rounded, share_said
from mentoring.matching.selectors.about import rate_words


@dataclass(frozen=True)
class Figure:
    """One chart: its kind (bars, line), title, sentence, points, and what the labels are."""

    key: str
    kind: str
    title: str
    sentence: str
    heading: str
    points: Sequence[Point]
    unit: str = ""


@dataclass(frozen=True)
class UnitRow:
    """A unit of the table, in words."""

    name: str
    students: str
    matched: str
    heard: str
    lately: str
    mentors: str
    trained: str


def is_too_small(figures: Figures) -> bool:
    """Whether there is nothing that may be shown at all."""
    return max(figures.students, figures.mentors, figures.interested) < HIDDEN_BELOW


def stats_of(figures: Figures) -> list[dict[str, str]]:
    """The few numbers that come first."""
    return [
        {"label": _("New students"), "value": printed(count_said(figures.students))},
        {"label": _("Mentors"), "value": printed(count_said(figures.mentors))},
        {"label": _("Students with a mentor"), "value": _share(figures.pairs, figures.students)},
        {"label": _("Heard from at least once"), "value": _share(_heard_now(figures), figures.pairs)},
        {"label": _("Opted out"), "value": _share(figures.stopped, figures.students + figures.stopped)},
    ]


def _heard_now(figures: Figures) -> int:
    return figures.heard[-1][1] if figures.heard else 0


def _share(part: int, whole: int) -> str:
    said = share_said(part, whole)
    return printed(said, "%") if said is not None else _("hidden")


def figures_in_words(figures: Figures, on: date) -> list[Figure]:
    """The charts, in their order; one without anything to show is left out."""
    made = (_funnel(figures), _heard(figures, on), _contacts(figures), _sizes(figures))
    return [figure for figure in made if figure is not None]


def _funnel(figures: Figures) -> Figure | None:
    if max(figures.interested, figures.mentors) < HIDDEN_BELOW:
        return None
    steps = [
        (_("Interested"), count_said(figures.interested)),
        (_("Accepted"), count_said(figures.mentors)),
        (_("Trained"), count_said(figures.trained)),
        (_("Matched"), count_said(figures.mentoring)),
    ]
    words = _("%(interested)s people took an interest, %(accepted)s were accepted, %(matched)s have mentees.")
    told = {"interested": steps[0][1], "accepted": steps[1][1], "matched": steps[3][1]}
    sentence = words % {name: printed(value) for name, value in told.items()}
    return Figure("funnel", "bars", _("Mentors, step by step"), sentence, _("Step"), steps)


def _heard(figures: Figures, on: date) -> Figure | None:
    said = [(str(week), share_said(count, figures.pairs)) for week, count in figures.heard]
    points = [(label, share) for label, share in said if share is not None]
    if not points:
        return None
    sentence = _("By %(day)s, %(share)s of students with a mentor had been heard from at least once.") % {
        "day": date_format(on, "j F"),
        "share": printed(points[-1][1], "%"),
    }
    return Figure("heard", "line", _("Heard from, week by week"), sentence, _("Week"), points, "%")


def _contacts(figures: Figures) -> Figure | None:
    total = sum(count for _number, count in figures.contacts)
    if total < HIDDEN_BELOW:
        return None
    points = counts_said([(str(week), count) for week, count in figures.contacts])
    week, most = max(points, key=lambda point: point[1])
    if most.text:  # too few in every single week to say which was the busiest
        sentence = _("Mentors logged %(total)s contacts, few in any one week.") % {"total": rounded(total)}
        return Figure("contacts", "bars", _("Contacts, week by week"), sentence, _("Week"), points)
    words = ngettext(
        "Mentors logged %(total)s contacts in this week.",
        "Mentors logged %(total)s contacts in these %(weeks)d weeks; most in week %(week)s (%(most)s).",
        len(points),
    )
    sentence = words % {"total": rounded(total), "weeks": len(points), "week": week, "most": printed(most)}
    return Figure("contacts", "bars", _("Contacts, week by week"), sentence, _("Week"), points)


def _sizes(figures: Figures) -> Figure | None:
    if figures.mentoring < HIDDEN_BELOW:
        return None
    points = counts_said([(str(size), count) for size, count in figures.sizes])
    size, most = max(points, key=lambda point: point[1])
    words = _("Most often a mentor has %(size)s students: %(most)s of %(all)s groups.")
    if most.text:
        words = _("%(all)s groups, few of any one size.")
    sentence = words % {"size": size, "most": printed(most), "all": rounded(figures.mentoring)}
    return Figure("sizes", "bars", _("Groups by size"), sentence, _("Students in the group"), points)


def unit_rows(figures: Figures) -> list[UnitRow]:
    """The units beside each other; none where there is only one."""
    return [_unit_row(unit) for unit in units_shown(figures.units)] if len(figures.units) > 1 else []


def _unit_row(unit: UnitShown) -> UnitRow:
    return UnitRow(
        unit.name,
        students=_total(unit.matched.total if unit.matched else 0),
        matched=_rate(unit.matched),
        heard=_rate(unit.heard),
        lately=_rate(unit.lately),
        mentors=_total(unit.trained.total if unit.trained else 0),
        trained=_rate(unit.trained),
    )


def _rate(row: Shown | None) -> str:
    if row is None:
        return "–"
    said = rate_said(row)
    return printed(said, "%") if said is not None else rate_words(row)


def _total(total: int | None) -> str:
    return _("hidden") if total is None else str(total)


def done_rows(figures: Figures) -> list[tuple[str, str]]:
    """What was done, in numbers."""
    done = figures.done
    rows: list[tuple[str, Said | int]] = [
        (_("Training sessions held"), done.training),
        (_("Support group meetings held"), done.support),
        (_("Other events held"), done.other_events),
        (_("Reminders sent"), count_said(done.nudges)),
        (_("Changes of mentor"), count_said(done.swaps)),
    ]
    told = [(label, printed(value)) for label, value in rows]
    if (in_time := share_said(done.swaps_in_time, done.swaps)) is not None:
        told.append((_("Changes of mentor made by the day promised"), printed(in_time, "%")))
    return told


def lines_of(figures: Figures, on: date) -> Iterator[tuple[str, str, str]]:
    """(table, row, number) for everything that the report shows, as a file wants it."""
    for stat in stats_of(figures):
        yield _("In short"), stat["label"], stat["value"]
    for figure in figures_in_words(figures, on):
        for label, value in figure.points:
            yield figure.title, label, printed(value, figure.unit)
    for row in unit_rows(figures):
        for column, cell in zip(unit_columns(), _cells(row), strict=True):
            yield _("Unit by unit"), f"{row.name}: {column}", cell
    for label, told in done_rows(figures):
        yield _("What was done"), label, told


def _cells(row: UnitRow) -> tuple[str, ...]:
    return row.students, row.matched, row.heard, row.lately, row.mentors, row.trained


def unit_columns() -> tuple[str, ...]:
    """The headings of the table of units."""
    return (
        _("Students"),
        _("With a mentor"),
        _("Heard from"),
        _("In touch in the last month"),
        _("Mentors"),
        _("Trained"),
    )
