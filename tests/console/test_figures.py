"""Figures: exact counts at the end of a day, within the reader's reach; and what a report says of them."""

import uuid
from datetime import date, timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry
from mentoring.console.report_wording import done_rows, figures_in_words, is_too_small, lines_of, stats_of, unit_rows
from mentoring.console.rules import Done, Figures, UnitFigures, units_shown
from mentoring.console.selectors.figures import days_to_report, figures_of, kept_figures
from mentoring.contacts.models import Contact, CourtesyReply
from mentoring.matching.models import Match
from mentoring.participation.models import Participant
from mentoring.training.models import TrainedElsewhere
from schemes.models import Appointment, Cohort
from schemes.states import Role
from tests.factories import NOW, TODAY, MatchFactory, MentorFactory, Northfield, ParticipantFactory

SUNDAY = date(2026, 10, 11)
ON = date(2026, 11, 8)


def _figures(**more: object) -> Figures:
    given = {
        "students": 281, "stopped": 12, "interested": 140, "mentors": 66, "trained": 64, "mentoring": 63, "pairs": 270,
        "sizes": ((3, 8), (4, 40), (5, 15)), "heard": ((1, 60), (2, 200)), "contacts": ((1, 48), (2, 96)),
        "units": (
            UnitFigures("Arts", 120, 110, 60, 55, 30, 29), UnitFigures("Health", 155, 150, 130, 100, 33, 33),
            UnitFigures("Law", 6, 6, 6, 6, 3, 2),
        ),
        "done": Done(4, 3, 2, 12, 11, 640),
    }  # fmt: skip
    return Figures(**given | more)  # type: ignore[arg-type]


def test_report_says_each_finding_in_a_sentence() -> None:
    told = {figure.key: figure.sentence for figure in figures_in_words(_figures(), ON)}
    assert told == {
        "funnel": "140 people took an interest, 65 were accepted, 65 have mentees.",
        "heard": "By 8 November, 75% of students with a mentor had been heard from at least once.",
        "contacts": "Mentors logged 145 contacts in these 2 weeks; most in week 2 (95).",
        "sizes": "Most often a mentor has 4 students: 40 of 65 groups.",
    }


def test_no_line_of_a_report_holds_a_small_number() -> None:
    """Also not that of the unit which would give the small one away."""
    lines = list(lines_of(_figures(), ON))
    units = {row: number for table, row, number in lines if table == "Unit by unit"}
    assert units["Law: Students"] == units["Arts: Students"] == "hidden"
    assert units["Health: Students"] == "155"
    numbers = [number for table, _row, number in lines if table != "What was done"]
    assert not {number for number in numbers if number.isdigit() and int(number) < 10}
    assert ("Groups by size", "3", "<10") in lines
    assert ("In short", "Students with a mentor", "95%") in lines


def test_what_was_done_counts_events_as_they_are_and_people_not() -> None:
    told = dict(done_rows(_figures(done=Done(4, 3, 2, 9, 9, 640))))
    assert told["Training sessions held"] == "4"
    assert told["Changes of mentor"] == "<10"
    assert "Changes of mentor made by the day promised" not in told


def test_chart_of_few_is_left_out_or_names_no_winner() -> None:
    few = _figures(interested=4, mentors=4, mentoring=4, pairs=8, heard=((1, 3),), contacts=((1, 2),))
    assert figures_in_words(few, ON) == []
    spread = _figures(mentoring=12, sizes=((3, 4), (4, 5), (5, 3)), contacts=((1, 8), (2, 9)))
    told = {figure.key: figure.sentence for figure in figures_in_words(spread, ON)}
    assert told["sizes"] == "10 groups, few of any one size."
    assert told["contacts"] == "Mentors logged 15 contacts, few in any one week."


def test_unit_without_mentors_has_no_rate_of_them() -> None:
    rows = {row.name: row for row in unit_rows(_figures(units=(UnitFigures("A", 40, 20), UnitFigures("B", 50, 25))))}
    assert (rows["A"].mentors, rows["A"].trained) == ("0", "–")
    assert (rows["B"].students, rows["B"].matched) == ("50", "50%")
    assert unit_rows(_figures(units=(UnitFigures("A", 40, 20),))) == []


def test_each_column_hides_as_a_table_of_its_own() -> None:
    [law, arts] = units_shown([UnitFigures("Law", 9, 9, mentors=12), UnitFigures("Arts", 60, 30, mentors=20)])
    assert law.matched is not None
    assert arts.matched is not None
    assert law.trained is not None
    assert (law.matched.is_hidden, arts.matched.is_hidden, law.trained.is_hidden) == (True, True, False)


def test_days_to_report_are_sundays_of_the_year_so_far(northfield: Northfield) -> None:
    days = days_to_report(northfield.cohort, TODAY)
    assert days[0] == SUNDAY
    assert {day.weekday() for day in days} == {6}
    assert min(days) >= date(2025, 9, 29)
    assert days_to_report(northfield.cohort, date(2030, 1, 1))[0] == date(2027, 6, 13)


def _contact(match: Match, kind: str, on: date) -> None:
    made = Contact.objects.create(
        mentor=match.mentor, kind=kind, channel="message", happened_on=on, form_key=uuid.uuid4(), logged_at=NOW
    )
    made.matches.add(match)


def test_figures_are_those_of_the_day(northfield: Northfield, matched: dict[str, Match]) -> None:
    """What came after that Sunday is not in them: a contact, a departure, a mentee."""
    _contact(matched["aisha"], "two-way", SUNDAY)
    _contact(matched["ben"], "attempt", SUNDAY)
    _contact(matched["ben"], "two-way", TODAY)
    CourtesyReply.objects.create(match=matched["chidi"], choice="fine", replied_at=NOW - timedelta(days=12))
    TrainedElsewhere.objects.create(
        participant=northfield.participant("priya"), where="Eastmere", vouched_by=northfield.sam, vouched_at=NOW
    )
    Participant.objects.filter(pk=matched["aisha"].mentee_id).update(state="left", left_at=NOW)
    ParticipantFactory(cohort=northfield.cohort, programme=northfield.sociology, enrolled_at=NOW)
    then = figures_of(northfield.dr_lee, northfield.cohort, SUNDAY, TODAY)
    assert (then.students, then.stopped, then.mentors, then.trained, then.pairs) == (4, 0, 2, 0, 3)
    assert then.heard == ((1, 1), (2, 2))
    assert then.contacts == ((1, 0), (2, 2))
    assert then.sizes == ((3, 1),)
    assert [(unit.name, unit.students, unit.heard) for unit in then.units] == [
        ("Computing and Engineering", 1, 0),
        ("Human and Health Sciences", 3, 2),
    ]
    now = figures_of(northfield.dr_lee, northfield.cohort, TODAY + timedelta(days=1), TODAY)
    assert (now.students, now.stopped, now.trained, now.pairs) == (4, 1, 1, 2)


def test_figures_reach_as_far_as_the_appointment(northfield: Northfield, matched: dict[str, Match]) -> None:
    theirs = figures_of(northfield.carys, northfield.cohort, SUNDAY, TODAY)
    assert (theirs.students, theirs.mentors, theirs.pairs, theirs.interested) == (1, 0, 0, 0)
    assert figures_of(northfield.tom, northfield.cohort, SUNDAY, TODAY).students == 0  # an intern sees no figures


def _grow(northfield: Northfield, count: int) -> None:
    for _number in range(count):
        mentor = MentorFactory(cohort=northfield.cohort, programme=northfield.sociology)
        for programme in (northfield.sociology, northfield.psych):
            mentee = ParticipantFactory(cohort=northfield.cohort, programme=programme)
            match = MatchFactory(mentor=mentor, mentee=mentee)
            _contact(match, "two-way", SUNDAY)


def _queries(northfield: Northfield) -> int:
    cohort = Cohort.objects.get(pk=northfield.cohort.pk)
    with CaptureQueriesContext(connection) as seen:
        figures_of(northfield.sam, cohort, SUNDAY, TODAY)
    return len(seen)


def test_figures_ask_a_constant_number_of_questions(northfield: Northfield) -> None:
    _grow(northfield, 1)
    _queries(northfield)
    few = _queries(northfield)
    _grow(northfield, 3)
    assert _queries(northfield) == few


def test_figures_are_kept_for_some_minutes_and_for_one_reach(client: Client, northfield: Northfield) -> None:
    _grow(northfield, 6)
    kept = {name: kept_figures(northfield.people[name], northfield.cohort, SUNDAY, TODAY) for name in ("sam", "carys")}
    assert (kept["sam"].students, kept["carys"].students) == (15, 1)
    _grow(northfield, 1)
    again = kept_figures(northfield.sam, northfield.cohort, SUNDAY, TODAY)
    assert again == kept["sam"]


def test_report_shows_charts_and_no_name(client: Client, northfield: Northfield) -> None:
    _grow(northfield, 12)
    client.force_login(northfield.sam)
    page = client.get(reverse("console:report"))
    text = page.content.decode()
    assert [figure.key for figure in page.context["figures"]] == ["funnel", "heard", "contacts", "sizes"]
    assert text.count("Show as a table") == 4
    names = Participant.objects.values_list("user__given_name", flat=True)
    assert not [name for name in names if name in text.replace("Sam", "")]
    assert "as it was on 11 October 2026" in text


def test_report_of_few_shows_no_number(client: Client, northfield: Northfield, matched: dict[str, Match]) -> None:
    client.force_login(northfield.sam)
    page = client.get(reverse("console:report"))
    assert page.context["is_too_small"]
    assert "Too few people to report on" in page.content.decode()
    assert "too few to count" in client.get(reverse("console:overview")).content.decode()
    assert is_too_small(_figures(students=9, mentors=3, interested=9))


def test_report_at_another_day_is_asked_by_address(client: Client, northfield: Northfield) -> None:
    client.force_login(northfield.sam)
    assert client.get(reverse("console:report"), {"on": "2026-10-04"}).context["on"] == date(2026, 10, 4)
    assert client.get(reverse("console:report"), {"on": "2026-10-06"}).context["on"] == SUNDAY  # no Sunday


def test_files_hold_what_the_page_shows_and_are_on_the_trail(client: Client, northfield: Northfield) -> None:
    _grow(northfield, 12)
    client.force_login(northfield.sam)
    shown = client.get(reverse("console:report")).context["stats"]
    answer = client.post(reverse("console:export_report", args=["csv"]) + "?on=2026-10-11")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Table,Row,Number"
    assert f"In short,New students,{shown[0]['value']}" in lines
    assert answer["Content-Disposition"].endswith('-2026-10-11.csv"')
    assert AuditEntry.objects.filter(verb="report exported", actor=northfield.sam).count() == 1


def test_manager_arrives_at_the_overview_and_who_works_daily_at_today(client: Client, northfield: Northfield) -> None:
    client.force_login(northfield.dr_lee)
    assert client.get("/")["Location"] == reverse("console:overview")
    assert "Reports" in client.get(reverse("console:today")).content.decode()
    Appointment.objects.create(
        scheme=northfield.other_scheme, user=northfield.dr_lee, role=Role.COORDINATOR, unit=northfield.university,
        starts_on=TODAY,
    )  # fmt: skip
    assert client.get("/")["Location"] == reverse("console:today")


def test_numbers_in_short_are_rounded() -> None:
    assert [stat["value"] for stat in stats_of(_figures())] == ["280", "65", "95%", "75%", "5%"]
