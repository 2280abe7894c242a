"""A person's and a pair's timeline: what happened, for who may know it, and never what was said."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from mentoring.agreements.models import Acceptance
from mentoring.agreements.services import publish_standard_texts
from mentoring.confidences.models import Note
from mentoring.console.selectors.history import pair_history, person_history
from mentoring.contacts.models import CheckIn, Contact, CourtesyReply, Invitation
from mentoring.events.models import Attendance, Event
from mentoring.matching.models import Match, SwapRequest
from mentoring.messaging.models import Message
from mentoring.nudges.models import Decision
from mentoring.participation.services import come_back, pause
from mentoring.training.models import TrainedElsewhere
from schemes.models import Appointment
from schemes.states import Role
from tests.factories import NOW, TODAY, MatchFactory, Northfield, ParticipantFactory
from tests.queries import count_queries

DAY = timedelta(days=1)


def _contact(*matches: Match, days_ago: int) -> None:
    made = Contact.objects.create(
        mentor=matches[0].mentor, kind="two-way", channel="message", happened_on=TODAY - days_ago * DAY,
        form_key=uuid.uuid4(), logged_at=NOW,
    )  # fmt: skip
    made.matches.set(matches)
    Note.objects.create(match=matches[0], text="She misses her sister.", form_key=uuid.uuid4(), written_at=NOW)


@pytest.fixture
def lived(northfield: Northfield, matched: dict[str, Match]) -> dict[str, Match]:
    """Everything that can happen to aisha and priya."""
    match, aisha, priya = matched["aisha"], northfield.participant("aisha"), northfield.participant("priya")
    aisha.asked_wishes_at = NOW - 40 * DAY
    aisha.save()
    _contact(match, matched["ben"], days_ago=5)
    CourtesyReply.objects.create(match=match, choice="question", replied_at=NOW - 4 * DAY)
    Invitation.objects.create(
        match=match, state="accepted", place="Ramsden foyer", starts_at=NOW, ends_at=NOW + DAY,
        form_key=uuid.uuid4(), made_at=NOW - 3 * DAY,
    )  # fmt: skip
    SwapRequest.objects.create(
        match=match, reasons=["comfort"], asked_at=NOW - 2 * DAY, promised_by=TODAY, handler=northfield.sam
    )
    CheckIn.objects.create(participant=aisha, often="more", works="no", answered_at=NOW - DAY)
    text = publish_standard_texts(cohort=northfield.cohort, by=None, now=NOW)[0]
    Acceptance.objects.create(participant=aisha, text=text, accepted_at=NOW - 10 * DAY, receipt="N01-00001")
    event = Event.objects.create(
        cohort=northfield.cohort, unit=northfield.health, kind="training", audience="mentors", title="Mentor training",
        starts_at=NOW - 99 * DAY, ends_at=NOW - 98 * DAY,
    )  # fmt: skip
    Attendance.objects.create(event=event, participant=priya, recorded_at=NOW)
    TrainedElsewhere.objects.create(participant=priya, where="Eastmere", vouched_by=northfield.sam, vouched_at=NOW)
    Decision.objects.create(participant=aisha, choice="again", decided_by=northfield.sam, decided_at=NOW)
    for letter, urgency in (("nudges.still-here", "nudge"), ("concerns.alert", "at-once")):
        Message.objects.create(
            key=letter, letter=letter, recipient=aisha.user, cohort=northfield.cohort, urgency=urgency, due_at=NOW,
            message_id=f"<{letter}@northfield.ac.uk>", created_at=NOW, object_type="matching.match",
            object_id=str(match.pk), state="sent",
        )  # fmt: skip
    pause(participant=aisha, by=aisha.user, now=NOW - 8 * DAY)
    come_back(participant=aisha, by=aisha.user, now=NOW - 7 * DAY)
    return matched


def _labels(person: str, reader: str, northfield: Northfield) -> list[str]:
    steps = person_history(northfield.participant(person), northfield.people[reader], TODAY)
    return [f"{step.label} ({step.detail})" if step.detail else step.label for step in steps]


def test_coordinator_reads_a_mentees_year_newest_first(northfield: Northfield, lived: dict[str, Match]) -> None:
    labels = _labels("aisha", "sam", northfield)
    assert set(labels[:2]) == {
        "Still here, to mentees (Sent)",
        "Two reminders unanswered: somebody decided (May be nudged again)",
    }
    assert labels[2:] == [
        "Answered half-way (Does it work? Not really)",
        "Asked for another mentor",
        "Invitation to meet (Can come · with Priya)",
        "Aisha replied (I have a question)",
        "We were in touch (Message · with Priya)",
        "Took part again",
        "Began a pause",
        "Agreed to: role description, version 1",
        "Introduced to Priya Khan",
        "Joined as a mentee",
    ]


def test_mentors_line_names_mentees_and_not_their_wish_to_change(
    northfield: Northfield, lived: dict[str, Match]
) -> None:
    labels = _labels("priya", "sam", northfield)
    assert "We were in touch (Message · with Aisha and Ben)" in labels
    assert "Came to “Mentor training” (Training)" in labels
    assert "Was trained elsewhere (Eastmere)" in labels
    assert not [label for label in labels if "another mentor" in label]


@pytest.mark.parametrize("page", ["person", "pair"])
def test_what_was_said_or_wished_is_on_no_timeline(
    client: Client, northfield: Northfield, lived: dict[str, Match], page: str
) -> None:
    pk = lived["aisha"].pk if page == "pair" else northfield.participant("aisha").pk
    for name in ("sam", "tom", "dr_lee"):
        client.force_login(northfield.people[name])
        text = client.get(reverse(f"console:{page}", args=[pk])).content.decode()
        assert "We were in touch" in text
        assert not [word for word in ("sister", "at ease", "Ramsden", "concerns.alert", "oncern:") if word in text]


def test_wish_to_change_is_for_who_handles_it(northfield: Northfield, lived: dict[str, Match]) -> None:
    """An intern sees pairs, but deals with no swap."""
    assert "Asked for another mentor" in _labels("aisha", "sam", northfield)
    assert "Asked for another mentor" not in _labels("aisha", "tom", northfield)
    steps = pair_history(lived["aisha"], northfield.tom, TODAY)
    assert "Asked for another mentor" not in [step.label for step in steps]


def test_capability_elsewhere_opens_nothing_here(northfield: Northfield, lived: dict[str, Match]) -> None:
    """Who sees people here, and matches and messages only in another unit, reads neither of this one's."""
    Appointment.objects.filter(user=northfield.tom).update(unit=northfield.computing)
    labels = _labels("aisha", "tom", northfield)
    assert not [label for label in labels if "Priya" in label or "Still here" in label or "half-way" in label]
    assert "Joined as a mentee" in labels
    senior = Appointment.objects.create(
        scheme=northfield.scheme, user=northfield.nobody, role=Role.SENIOR_MENTOR, unit=northfield.health,
        starts_on=TODAY,
    )  # fmt: skip
    assert pair_history(lived["aisha"], senior.user, TODAY)[-1].label == "Matched"


def _live_on(northfield: Northfield, count: int) -> None:
    mentor = northfield.participant("priya")
    for _number in range(count):
        match = MatchFactory(
            mentor=mentor, mentee=ParticipantFactory(cohort=northfield.cohort, programme=northfield.sociology)
        )
        _contact(match, days_ago=1)
        CourtesyReply.objects.create(match=match, choice="hello", replied_at=NOW)


def test_timeline_asks_a_constant_number_of_questions(client: Client, northfield: Northfield) -> None:
    client.force_login(northfield.sam)
    url = reverse("console:person", args=[northfield.participant("priya").pk])
    _live_on(northfield, 1)
    few = count_queries(client, url)
    _live_on(northfield, 3)
    assert count_queries(client, url) == few


def test_long_line_has_pages(client: Client, northfield: Northfield) -> None:
    _live_on(northfield, 20)
    client.force_login(northfield.sam)
    url = reverse("console:person", args=[northfield.participant("priya").pk])
    first, second = client.get(url), client.get(url, {"page": "2"})
    assert len(first.context["page_obj"]) == 50
    assert second.context["page_obj"][-1].label == "Joined as a mentor"
