"""Northfield's years, so laid that today is a day in week 6 of the autumn term."""

from datetime import date, timedelta

from schemes.services import TermDates

WEEK = timedelta(weeks=1)


def first_monday(today: date) -> date:
    """The Monday on which this year's first term began."""
    return today - timedelta(days=today.weekday()) - 5 * WEEK


def terms_from(first: date, year: int) -> list[TermDates]:
    """Three terms of a year whose first term begins on ``first``: eleven, ten and eight weeks."""
    starts = (first, first + 16 * WEEK, first + 29 * WEEK)
    weeks = (11, 10, 8)
    return [
        TermDates(year, n, start, start + length * WEEK - timedelta(days=3))
        for n, (start, length) in enumerate(zip(starts, weeks, strict=True), start=1)
    ]


def years_around(first: date) -> list[TermDates]:
    """Terms of the year before and of the year that begins on ``first``."""
    return [*terms_from(first - 52 * WEEK, -1), *terms_from(first, 0)]


def year_name(first: date) -> str:
    """2026/27 for a year that begins in 2026."""
    return f"{first.year}/{(first.year + 1) % 100:02}"
