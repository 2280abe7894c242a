"""Attendance, ticks and vouching make a mentor trained."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from accounts.services import NotAllowed, WrongState
from mentoring.events.models import Attendance, Event
from mentoring.events.states import Audience, EventKind
from mentoring.participation.services import leave
from mentoring.training.models import TrainedElsewhere
from mentoring.training.selectors import is_trained, mentors_of, standings, trained_mentor_ids
from mentoring.training.services import mark_trained_elsewhere, take_back_vouching, tick_topics
from tests.factories import NOW, MentorFactory, Northfield, UserFactory

TOPICS = ("ethics-confidentiality", "social-academic", "boundaries")


@pytest.fixture
def session(northfield: Northfield) -> Event:
    return Event.objects.create(
        cohort=northfield.cohort,
        unit=northfield.health,
        kind=EventKind.TRAINING,
        audience=Audience.MENTORS,
        title="Training, day one",
        starts_at=NOW - timedelta(hours=2),
        ends_at=NOW - timedelta(hours=1),
        place="A1",
    )


def was_there(northfield: Northfield, event: Event, name: str = "priya") -> None:
    Attendance.objects.create(event=event, participant=northfield.participant(name), recorded_at=NOW)


def tick(event: Event, northfield: Northfield, *topics: str) -> None:
    tick_topics(event=event, topics=topics, by=northfield.tom, now=NOW)


def trained(northfield: Northfield) -> set[int]:
    return trained_mentor_ids(northfield.cohort)


def test_being_there_counts_when_it_was_covered(northfield: Northfield, session: Event) -> None:
    was_there(northfield, session)
    assert trained(northfield) == set()
    tick(session, northfield, *TOPICS)
    assert trained(northfield) == {northfield.participant("priya").pk}
    assert is_trained(northfield.participant("priya"))
    assert not is_trained(northfield.participant("una"))


def test_what_is_missing_is_named_in_the_order_of_the_policy(northfield: Northfield, session: Event) -> None:
    was_there(northfield, session)
    tick(session, northfield, "social-academic", "skills")
    lacks = {
        row.participant.user.first_name: row.lacking
        for row in standings(mentors_of(northfield.cohort), northfield.cohort)
    }
    assert lacks == {"Priya": ("ethics-confidentiality", "boundaries"), "Una": TOPICS}


def test_two_sessions_add_up(northfield: Northfield, session: Event) -> None:
    second = Event.objects.get(pk=session.pk)
    second.pk = None
    second.save()
    for event, topics in [(session, TOPICS[:1]), (second, TOPICS[1:])]:
        was_there(northfield, event)
        tick(event, northfield, *topics)
    assert trained(northfield) == {northfield.participant("priya").pk}


@pytest.mark.parametrize("changes", [{"kind": EventKind.INFORMATION}, {"cancelled_at": NOW}])
def test_only_training_that_took_place_counts(
    changes: dict[str, object], northfield: Northfield, session: Event
) -> None:
    was_there(northfield, session)
    tick(session, northfield, *TOPICS)
    Event.objects.update(**changes)
    assert trained(northfield) == set()


def test_a_tick_taken_back_counts_no_more(northfield: Northfield, session: Event) -> None:
    was_there(northfield, session)
    tick(session, northfield, *TOPICS)
    tick(session, northfield, *TOPICS)
    tick(session, northfield, TOPICS[0])
    assert trained(northfield) == set()
    assert AuditEntry.objects.filter(verb="topics ticked").count() == 2


def test_an_unknown_topic_is_not_kept(northfield: Northfield, session: Event) -> None:
    tick(session, northfield, "knitting", TOPICS[0])
    assert list(session.covered_topics.values_list("topic", flat=True)) == [TOPICS[0]]


def test_a_session_to_come_has_covered_nothing(northfield: Northfield, session: Event) -> None:
    Event.objects.update(starts_at=NOW + timedelta(days=1), ends_at=NOW + timedelta(days=2))
    with pytest.raises(WrongState):
        tick(Event.objects.get(), northfield, *TOPICS)


def test_a_coordinator_vouches_and_takes_it_back(northfield: Northfield) -> None:
    mentors = [northfield.participant("priya"), northfield.participant("una")]
    for new in (2, 0):
        assert mark_trained_elsewhere(mentors=mentors, where="2025/26", by=northfield.sam, now=NOW) == new
    assert trained(northfield) == {mentor.pk for mentor in mentors}
    assert take_back_vouching(vouched_at=NOW, by=northfield.dr_lee, now=NOW) == 0
    assert take_back_vouching(vouched_at=NOW, by=northfield.sam, now=NOW) == 2
    assert trained(northfield) == set()


@pytest.mark.parametrize("name", ["carys", "tom", "mallory", "una"])
def test_nobody_else_vouches(name: str, northfield: Northfield) -> None:
    with pytest.raises(NotAllowed):
        mark_trained_elsewhere(
            mentors=[northfield.participant("priya")], where="x", by=getattr(northfield, name), now=NOW
        )
    assert not TrainedElsewhere.objects.exists()


def test_who_left_is_no_longer_counted(northfield: Northfield, session: Event) -> None:
    was_there(northfield, session)
    tick(session, northfield, *TOPICS)
    leave(participant=northfield.participant("priya"), by=northfield.priya, now=NOW)
    assert trained(northfield) == set()


def test_it_costs_the_same_for_two_mentors_and_five(northfield: Northfield, session: Event) -> None:
    costs = []
    assert northfield.cohort.policy.training_topics == TOPICS  # looked up once a cohort
    for n in range(2):
        with CaptureQueriesContext(connection) as queries:
            trained(northfield)
        costs.append(len(queries))
        for m in range(3):
            mentor = MentorFactory(
                user=UserFactory(given_name=f"M{n}{m}"), cohort=northfield.cohort, programme=northfield.sociology
            )
            Attendance.objects.create(event=session, participant=mentor, recorded_at=NOW)
    assert costs[0] == costs[1]
