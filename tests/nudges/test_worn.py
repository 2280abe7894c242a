"""Who waits for a human: what the database is asked about all at once is what the rule decides about each."""

from datetime import datetime, timedelta
from itertools import product
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from mentoring.agreements.models import Acceptance, AgreementText
from mentoring.contacts.models import Contact, CourtesyReply
from mentoring.messaging.models import Message
from mentoring.nudges.models import Decision
from mentoring.nudges.rules import waits_for_a_human
from mentoring.nudges.selectors import facts_of, waiting_for_a_human
from mentoring.participation.models import Participant
from tests.factories import NOW, TODAY, MatchFactory, MentorFactory, Northfield, ParticipantFactory, UserFactory
from tests.queries import count_queries

# Just after midnight in London, and still the day before in UTC: days are reckoned where the reader is.
MIDNIGHT = datetime.fromisoformat("2026-10-01T23:30:00+00:00")
DAYS = (0, 1, 2, 30)  # before now that the last sign of life was


def _nudge(person: Participant, days: int, text: str = "still-here", **fields: object) -> None:
    key = f"{person.user_id}/nudges.{text}/{uuid4()}"
    sent_at = fields.pop("at", NOW - timedelta(days=days))
    given = {"state": "sent", "due_at": sent_at, "created_at": sent_at, "message_id": f"<{uuid4()}>", **fields}
    Message.objects.create(
        key=key, letter=f"nudges.{text}", recipient=person.user, **{"cohort": person.cohort, **given},
    )  # fmt: skip


def _sign(person: Participant, kind: str, at: datetime) -> None:
    match = person.matches_as_mentor.first() if person.is_mentor else person.matches_as_mentee.first()
    if kind == "accepted":
        text, _made = AgreementText.objects.get_or_create(
            cohort=person.cohort, kind="agreement", version=1, defaults={"published_at": NOW}
        )
        Acceptance.objects.create(participant=person, text=text, accepted_at=at, receipt=uuid4().hex)
    elif kind == "decided":
        Decision.objects.create(participant=person, choice="again", decided_by=person.user, decided_at=at)
    elif kind in {"hello", "fine", "undone"}:
        choice, undone = ("fine" if kind == "fine" else "hello"), (at if kind == "undone" else None)
        CourtesyReply.objects.create(match=match, choice=choice, replied_at=at, undone_at=undone)
    else:  # a contact: what a mentor logs is their sign, what a mentee said in it theirs
        made = Contact.objects.create(
            mentor=match.mentor, kind=kind, channel="message", happened_on=at.date(), form_key=uuid4(), logged_at=at,
        )  # fmt: skip
        made.matches.add(match)


SIGNS = (None, "hello", "fine", "undone", "attempt", "two-way", "accepted", "decided")


def _person(northfield: Northfield, role: str, **fields: object) -> Participant:
    of_cohort = {"cohort": northfield.cohort, "programme": northfield.sociology}
    mentor = MentorFactory(user=UserFactory(), **of_cohort, **(fields if role == "mentor" else {}))
    mentee = ParticipantFactory(user=UserFactory(), **of_cohort, **(fields if role == "mentee" else {}))
    MatchFactory(mentor=mentor, mentee=mentee, introduced_at=NOW - timedelta(days=60))
    return mentor if role == "mentor" else mentee


@pytest.fixture
def many(northfield: Northfield) -> Northfield:
    for role, kind, days in product(("mentor", "mentee"), SIGNS, DAYS):
        person = _person(northfield, role)
        for ago in (1, 9):
            _nudge(person, ago)
        if kind:
            _sign(person, kind, NOW - timedelta(days=days))
    return northfield


def _by_the_rule(northfield: Northfield) -> set[int]:
    everybody = list(Participant.objects.filter(cohort=northfield.cohort).select_related("user"))
    return {one.participant for one in facts_of(northfield.cohort, everybody, TODAY) if waits_for_a_human(one)}


def _by_the_database(northfield: Northfield) -> set[int]:
    found = waiting_for_a_human(northfield.dr_lee, northfield.cohort, TODAY)
    assert found.count() == len(found)
    return {person.pk for person in found}


def test_all_at_once_are_found_as_the_rule_decides_each(many: Northfield) -> None:
    found = _by_the_database(many)
    assert found == _by_the_rule(many)
    assert 20 < len(found) < 2 * len(SIGNS) * len(DAYS)


def test_a_sign_on_the_day_of_a_nudge_counts_wherever_midnight_is(northfield: Northfield) -> None:
    """In London both are on the same day, the sign an hour before the nudge; in UTC they are on two."""
    answered, silent = _person(northfield, "mentee"), _person(northfield, "mentee")
    for person in (answered, silent):
        _nudge(person, 0, at=MIDNIGHT + timedelta(hours=9))
        _nudge(person, 1)
    _sign(answered, "hello", MIDNIGHT)
    _sign(silent, "hello", MIDNIGHT - timedelta(hours=1))
    assert _by_the_database(northfield) == _by_the_rule(northfield) == {silent.pk}


@pytest.mark.parametrize(
    "change",
    [
        {"state": "left", "left_at": NOW}, {"state": "paused"}, {"nudges_paused_at": NOW},
        {"paused_until": TODAY}, {"paused_until": TODAY - timedelta(days=1)},
    ],
)  # fmt: skip
def test_who_pauses_or_left_waits_for_nobody(northfield: Northfield, change: dict[str, object]) -> None:
    person = _person(northfield, "mentee")
    for ago in (1, 9):
        _nudge(person, ago)
    assert _by_the_database(northfield) == {person.pk}
    Participant.objects.filter(pk=person.pk).update(**change)
    assert _by_the_database(northfield) == _by_the_rule(northfield)


def test_what_asks_nothing_or_was_never_told_needs_no_answer(northfield: Northfield) -> None:
    asked_nothing, not_told, another_year = (_person(northfield, "mentor") for _ in range(3))
    for person in (asked_nothing, not_told, another_year):
        _nudge(person, 9)
    _nudge(asked_nothing, 1, "thanks")
    _nudge(not_told, 1, state="cancelled")
    _nudge(another_year, 1)
    assert _by_the_database(northfield) == _by_the_rule(northfield) == {another_year.pk}


def test_reminders_of_two_cohorts_are_added_up(northfield: Northfield) -> None:
    """One each is two without an answer: the person waits for a human."""
    mentor = _person(northfield, "mentor")
    _nudge(mentor, 9)
    _nudge(mentor, 1, cohort=northfield.other_cohort)
    assert _by_the_database(northfield) == _by_the_rule(northfield) == {mentor.pk}


def test_the_list_is_paged_and_takes_constant_queries(client: Client, northfield: Northfield) -> None:
    def worn(count: int) -> None:
        for _ in range(count):
            person = _person(northfield, "mentee")
            for ago in (1, 9):
                _nudge(person, ago)

    client.force_login(northfield.dr_lee)
    counts = []
    for more in (1, 24):
        worn(more)
        counts.append([count_queries(client, reverse(name)) for name in ("nudges:unanswered", "nudges:rules")])
    assert counts[0] == counts[1]
    first = client.get(reverse("nudges:unanswered"))
    second = client.get(reverse("nudges:unanswered"), {"page": 2})
    assert (len(first.context["worn"]), len(second.context["worn"])) == (20, 5)
