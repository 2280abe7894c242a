"""Northfield's events: training that has been, a drop-in to come, a support group, next year's advert."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from mentoring.demo.seeding.people import People
from mentoring.demo.seeding.world import Northfield
from mentoring.events.models import Attendance, Booking, Event
from mentoring.events.states import Audience, BookingState, EventKind
from mentoring.recruitment.models import Advert, Application
from mentoring.support.models import Meeting, MeetingNote, SupportGroup, Theme
from mentoring.support.states import ThemeState
from mentoring.training.models import CoveredTopic

UNTRAINED = 1  # one mentor has mentees but no training


def seed_sessions(made: Northfield, people: People) -> None:
    """Training last summer, this month's events, a support group, and recruitment for next year."""
    _training(made, people)
    _coming(made, people)
    _support_group(made, people)
    _recruitment(made, people)


def _at(made: Northfield, days: int, hour: int) -> datetime:
    day = timezone.localdate(made.now) + timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, time(hour)))


def _event(made: Northfield, *, days: int, hour: int, **fields: object) -> Event:
    starts = _at(made, days, hour)
    return Event.objects.create(
        **{
            "cohort": made.cohort,
            "unit": made.units["uni"],
            "audience": Audience.MENTORS,
            "starts_at": starts,
            "ends_at": starts + timedelta(hours=2),
            "place": "Ramsden Building, room 1/04",
            "created_by": made.staff["sam"],
        }
        | fields
    )


def _training(made: Northfield, people: People) -> None:
    event = _event(made, days=-84, hour=13, kind=EventKind.TRAINING, title="Mentor training", places=80)
    trained = [*people.mentors[:-UNTRAINED], *people.spare_mentors]
    Booking.objects.bulk_create(
        Booking(event=event, participant=mentor, state=BookingState.BOOKED, asked_at=event.starts_at)
        for mentor in trained
    )
    Attendance.objects.bulk_create(
        Attendance(event=event, participant=mentor, recorded_by=made.staff["sam"], recorded_at=event.starts_at)
        for mentor in trained
    )
    CoveredTopic.objects.bulk_create(
        CoveredTopic(event=event, topic=topic, ticked_by=made.staff["sam"], ticked_at=event.ends_at)
        for topic in made.cohort.policy.training_topics
    )


def _coming(made: Northfield, people: People) -> None:
    _event(
        made,
        days=4,
        hour=12,
        kind=EventKind.DROP_IN,
        audience=Audience.EVERYONE,
        title="Tea and questions",
        description="Come with a question or just for tea. Mentors and mentees are both welcome.",
        place="Ramsden foyer",
        places=40,
    )
    training = _event(made, days=9, hour=14, kind=EventKind.TRAINING, title="Catch-up training for mentors", places=1)
    for number, mentor in enumerate(people.mentors[-2:]):
        Booking.objects.create(
            event=training,
            participant=mentor,
            state=BookingState.WAITING if number else BookingState.BOOKED,
            asked_at=made.now - timedelta(days=2 - number),
        )


def _support_group(made: Northfield, people: People) -> None:
    una = people.named("Una").user
    group = SupportGroup.objects.create(
        cohort=made.cohort, unit=made.units["hhs"], name="Sociology and Psychology mentors", facilitator=una
    )
    group.members.set([people.named("Priya"), *people.mentors[2:7]])
    past = _event(
        made, days=-12, hour=13, kind=EventKind.SUPPORT_GROUP, title=group.name, is_bookable=False, unit=group.unit
    )
    meeting = Meeting.objects.create(group=group, event=past, facilitator=una)
    coming = _event(
        made, days=23, hour=13, kind=EventKind.SUPPORT_GROUP, title=group.name, is_bookable=False, unit=group.unit
    )
    Meeting.objects.create(group=group, event=coming, facilitator=una)
    Booking.objects.bulk_create(
        Booking(event=event, participant=mentor, state=BookingState.BOOKED, asked_at=made.now - timedelta(days=20))
        for mentor in group.members.all()
        for event in (past, coming)
    )
    Attendance.objects.bulk_create(
        Attendance(event=past, participant=mentor, recorded_by=una, recorded_at=past.starts_at)
        for mentor in group.members.all()[:4]
    )
    MeetingNote.objects.create(
        meeting=meeting,
        text="Most first messages get no answer in week one. We agreed to offer a time and a place.",
        written_by=una,
        written_at=past.ends_at,
    )
    Theme.objects.create(
        group=group,
        meeting=meeting,
        text="New students do not know where the library help desk is",
        state=ThemeState.ACTION,
        action="A poster by the lifts with an arrow",
        action_owner=made.staff["tom"],
        action_due_on=timezone.localdate(made.now) + timedelta(days=10),
        raised_by=una,
        raised_at=past.ends_at,
        decided_at=past.ends_at,
    )


def _recruitment(made: Northfield, people: People) -> None:
    today = timezone.localdate(made.now)
    advert = Advert.objects.create(
        cohort=made.next_cohort,
        slug="mentor-next-year",
        title="Be the person you wanted to know in week one",
        text=(
            "Every new student at Northfield gets a mentor on their own course before term. "
            "You write hello, answer small questions, and say where to look. Two hours of training, "
            "then about an hour a week in the first month and less after that.\n\n"
            "You get training, a certificate, a line on your HEAR, and people who are glad that you are there."
        ),
        opens_on=today - timedelta(days=5),
        closes_on=today + timedelta(days=60),
    )
    mentee = people.groups[3][1][0]
    Application.objects.create(
        advert=advert,
        applicant=mentee.user,
        programme=mentee.programme,
        year_of_study=2,
        campus=mentee.campus,
        places_offered=4,
        why="My mentor answered my silliest question at midnight. I would like to be that for somebody.",
        submitted_at=made.now - timedelta(days=2),
    )
