"""When a group meets."""

from datetime import date, timedelta

import pytest

from mentoring.support.rules import MeetingDay, QuietDays, is_overdue, meeting_days

FIRST = date(2026, 10, 14)
END = date(2027, 6, 11)


def test_a_run_keeps_its_weekday_and_rhythm() -> None:
    days = meeting_days(FIRST, every_weeks=5, count=3, last_day=END)
    assert [day.on for day in days] == [FIRST, FIRST + timedelta(weeks=5), FIRST + timedelta(weeks=10)]
    assert {day.moved_weeks for day in days} == {0}


def test_exams_and_closures_push_a_meeting_on() -> None:
    closed = QuietDays(date(2026, 11, 9), date(2026, 11, 20))
    days = meeting_days(FIRST, every_weeks=4, count=3, last_day=END, quiet=[closed])
    assert days == [
        MeetingDay(FIRST),
        MeetingDay(date(2026, 11, 25), moved_weeks=2),
        MeetingDay(date(2026, 12, 23)),
    ]


def test_nothing_is_planned_beyond_the_year() -> None:
    assert len(meeting_days(FIRST, every_weeks=6, count=12, last_day=date(2026, 12, 1))) == 2
    assert meeting_days(FIRST, every_weeks=6, count=2, last_day=FIRST - timedelta(days=1)) == []


@pytest.mark.parametrize(("every", "count"), [(3, 2), (7, 2), (4, 0), (4, 13)])
def test_another_rhythm_is_refused(every: int, count: int) -> None:
    with pytest.raises(ValueError, match="four to six weeks"):
        meeting_days(FIRST, every_weeks=every, count=count, last_day=END)


def test_overdue_is_after_the_day() -> None:
    assert not is_overdue(None, FIRST)
    assert not is_overdue(FIRST, FIRST)
    assert is_overdue(FIRST, FIRST + timedelta(days=1))
