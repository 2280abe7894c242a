"""Monday's letter: once, to those who coordinate, counts only."""

from datetime import timedelta

import pytest

from mentoring.concerns.models import Concern
from mentoring.console.services import MONDAY, owe_mondays_letter
from mentoring.console.tasks import monday
from mentoring.contacts.services import check_in
from mentoring.messaging.letters import LETTERS
from mentoring.messaging.models import Message
from schemes.models import Cohort


def told():
    return sorted(Message.objects.filter(letter=MONDAY).values_list("recipient__given_name", flat=True))


def test_on_mondays_in_waking_hours_and_once(northfield, matched, clock, now):
    for moment, expected in (
        (now - timedelta(days=1), []),
        (now.replace(hour=6), []),
        (now, ["Carys", "Mina", "Sam"]),
        (now.replace(hour=17), ["Carys", "Mina", "Sam"]),
    ):
        clock.move_to(moment)
        owe_mondays_letter(cohort=Cohort.objects.get(pk=northfield.cohort.pk), now=moment)
        assert told() == expected
    monday()
    assert told() == ["Carys", "Mallory", "Mina", "Sam"]


def test_it_has_counts_one_success_and_the_next_date_but_no_name_and_no_concern(northfield, matched, now):
    Concern.objects.create(
        cohort=northfield.cohort, kind="wellbeing", text="x", form_key="6f1d7c5e-0f0a-4d2f-9a46-3b8de1c1f2a7",
        raised_by=northfield.priya, raised_at=now,
    )  # fmt: skip
    check_in(participant=northfield.participant("aisha"), often="more", works="no", by=None, now=now)
    owe_mondays_letter(cohort=northfield.cohort, now=now)
    message = Message.objects.get(letter=MONDAY, recipient=northfield.sam)
    content = LETTERS[MONDAY].compose(message)
    words = "\n".join(content.paragraphs)
    assert content.subject.endswith("things this week")
    assert "Student for whom it does not work: 1" in words
    assert "Next in the year: Settling in ends, studying begins, 2 November." in words
    for unsaid in ("Aisha", "Priya", "oncern"):
        assert unsaid not in words


@pytest.mark.parametrize("name", ["una", "tom", "priya"])
def test_who_no_longer_coordinates_gets_none(northfield, matched, now, name):
    message = Message(recipient=northfield.people[name], cohort=northfield.other_cohort, due_at=now, letter=MONDAY)
    assert LETTERS[MONDAY].compose(message) is None
