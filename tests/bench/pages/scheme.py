"""A scheme as large as asked for: people, pairs, contacts, replies, messages, events, accepted texts, a draft."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db.models import Model

from accounts.models import User
from mentoring.agreements.models import Acceptance, AgreementText
from mentoring.contacts.models import Contact, CourtesyReply
from mentoring.events.models import Attendance, Booking, Event
from mentoring.matching.models import Match, Proposal, Run
from mentoring.messaging.models import Message
from mentoring.messaging.states import Urgency
from mentoring.participation.models import Participant, ProfileFact
from mentoring.training.models import CoveredTopic
from tests.factories import NOW, TODAY, Northfield

FOUR = 4  # mentees of a mentor
STEP = 2000
REPLIES = ("hello", "fine", "not-now", "fine")
QUESTION_EACH = 60
UNTICKED_EACH = 8
KINDS = ("two-way", "attempt", "two-way")


def fill(northfield: Northfield, mentees: int, since: int = 0) -> dict[str, Any]:
    """``mentees`` new students and a quarter as many mentors; nine of ten are matched. Returns what rows point at.

    ``since`` is how many students a filling before this one made.
    """
    mentors = _people(northfield, "mentor", mentees // FOUR, since)
    students = _people(northfield, "mentee", mentees, since)
    matches = _matches(northfield, mentors, students)
    _contacts(northfield, matches)
    _messages(northfield, matches)
    _nudges(northfield, matches)
    _events(northfield, mentors)
    _texts(northfield, [*mentors, *students])
    _facts([*mentors, *students])
    return _draft(northfield, mentors, students)


def _many(model: type[Model], rows: Iterator[Any]) -> list[Any]:
    return list(model._default_manager.bulk_create(rows, batch_size=STEP))


def _people(northfield: Northfield, role: str, count: int, since: int) -> list[Participant]:
    programmes = (northfield.sociology, northfield.psych, northfield.cs)
    users = _many(
        User,
        (
            User(
                institution=northfield.institution, email=f"{role}{n}@northfield.ac.uk", given_name=f"Given{n % 977}",
                family_name=f"Family{n * 7919 % 10007}", language="en-gb",
            )
            for n in range(since, since + count)
        ),
    )  # fmt: skip
    return _many(
        Participant,
        (
            Participant(
                cohort=northfield.cohort, user=user, role=role, programme=programmes[n // 40 % 3], campus="Queensgate",
                year_of_study=2 if role == "mentor" else 1, places_offered=FOUR if role == "mentor" else None,
                enrolled_at=NOW - timedelta(days=60),
            )
            for n, user in enumerate(users)
        ),
    )  # fmt: skip


def _matches(northfield: Northfield, mentors: Sequence[Participant], mentees: Sequence[Participant]) -> list[Match]:
    introduced = NOW - timedelta(days=28)
    return _many(
        Match,
        (
            Match(
                cohort=northfield.cohort, mentor=mentors[n // FOUR], mentee=mentee, state="provisional",
                made_at=introduced, introduced_at=introduced,
            )
            for n, mentee in enumerate(mentees)
            if n % 10
        ),
    )  # fmt: skip


def _contacts(northfield: Northfield, matches: Sequence[Match]) -> None:
    """Two contacts with each of four pairs in five; a reply from half of all."""
    told = [match for n, match in enumerate(matches) if n % 5 for _ in (0, 1)]
    contacts = _many(
        Contact,
        (
            Contact(
                mentor=match.mentor, kind=KINDS[n % 3], channel="message", happened_on=TODAY - timedelta(days=n % 28),
                form_key=uuid4(), logged_by=None, logged_at=NOW - timedelta(days=n % 28),
            )
            for n, match in enumerate(told)
        ),
    )  # fmt: skip
    through: Any = Contact.matches.through
    pairs = zip(contacts, told, strict=True)
    _many(through, (through(contact_id=contact.pk, match_id=match.pk) for contact, match in pairs))
    _many(
        CourtesyReply,
        (
            CourtesyReply(
                match=match,
                choice="question" if n % QUESTION_EACH == 1 else REPLIES[n // 2 % 4],
                replied_at=NOW - timedelta(days=n % 21),
            )
            for n, match in enumerate(matches)
            if n % 2
        ),
    )


def _messages(northfield: Northfield, matches: Sequence[Match]) -> None:
    """Two that were sent about each pair; of a hundred one failed."""
    _many(
        Message,
        (
            Message(
                key=f"bench/{match.pk}/{to}", letter="matching.hello", recipient=person.user,
                cohort=northfield.cohort, object_type="matching.match", object_id=str(match.pk),
                state="failed" if match.pk % 100 == 0 else "sent", due_at=NOW - timedelta(days=28),
                message_id=f"<bench-{match.pk}-{to}@northfield.ac.uk>", created_at=NOW - timedelta(days=28),
            )
            for match in matches
            for to, person in (("mentor", match.mentor), ("mentee", match.mentee))
        ),
    )  # fmt: skip


def _nudges(northfield: Northfield, matches: Sequence[Match]) -> None:
    """Two reminders to every other mentee: for some they came before their last sign of life, for some after."""
    _many(
        Message,
        (
            Message(
                key=f"{match.mentee.user_id}/nudges.{text}/{match.pk}", letter=f"nudges.{text}",
                recipient=match.mentee.user, cohort=northfield.cohort, object_type="participation.participant",
                object_id=str(match.mentee_id), urgency=Urgency.NUDGE, state="sent", due_at=NOW - timedelta(days=days),
                message_id=f"<nudge-{match.pk}-{text}@northfield.ac.uk>", created_at=NOW - timedelta(days=days),
            )
            for n, match in enumerate(matches)
            if n % 2
            for text, days in (("agreement-due", 21), ("still-here", 7))
        ),
    )  # fmt: skip


def _events(northfield: Northfield, mentors: Sequence[Participant]) -> None:
    """A training session for each forty mentors, who all came, and as many sessions to come.

    One in eight past ones has no topics ticked: those who were there are not trained.
    """
    university = northfield.university

    def made(number: int, days: int) -> Event:
        begins = NOW + timedelta(days=days)
        return Event(
            cohort=northfield.cohort, unit=university, kind="training", audience="mentors", title=f"Training {number}",
            starts_at=begins, ends_at=begins + timedelta(hours=2), places=40,
        )  # fmt: skip

    sessions = len(mentors) // 40 + 1
    past = _many(Event, (made(n, -30) for n in range(sessions)))
    _many(Event, (made(n, 10) for n in range(sessions)))
    topics = northfield.cohort.policy.training_topics
    ticked = [(event, topic) for n, event in enumerate(past) if n % UNTICKED_EACH != 1 for topic in topics]
    _many(CoveredTopic, (CoveredTopic(event=event, topic=topic, ticked_at=NOW) for event, topic in ticked))
    here = [(past[n // 40], mentor) for n, mentor in enumerate(mentors)]
    asked = NOW - timedelta(days=40)
    _many(Booking, (Booking(event=event, participant=one, state="booked", asked_at=asked) for event, one in here))
    _many(
        Attendance,
        (
            Attendance(event=event, participant=one, recorded_by=northfield.sam, recorded_at=asked)
            for event, one in here
        ),
    )


def _texts(northfield: Northfield, people: Sequence[Participant]) -> None:
    """The texts of the policy, which nine of ten accepted."""
    texts = [
        AgreementText.objects.get_or_create(
            cohort=northfield.cohort, kind=kind, version=1, defaults={"body": kind, "published_at": NOW}
        )[0]
        for kind in northfield.cohort.policy.agreement_texts
    ]
    accepted = ((person, text) for n, person in enumerate(people) if n % 10 for text in texts)
    _many(
        Acceptance,
        (
            Acceptance(
                participant=person, text=text, accepted_at=NOW - timedelta(days=25), receipt=f"{person.pk}-{text.pk}"
            )
            for person, text in accepted
        ),
    )


def _facts(people: Sequence[Participant]) -> None:
    """Two things that each said about themselves."""
    _many(
        ProfileFact,
        (
            ProfileFact(participant=person, kind=kind, value=f"{kind} {n % count}", is_shown=True)
            for n, person in enumerate(people)
            for kind, count in (("interest", 23), ("language", 7))
        ),
    )


def _draft(northfield: Northfield, mentors: Sequence[Participant], mentees: Sequence[Participant]) -> dict[str, Any]:
    run = Run.objects.create(
        cohort=northfield.cohort, unit=northfield.health, seed=1, requested_by=northfield.sam, queued_at=NOW,
        state="draft", job_state="done", digest="0" * 64, solved_at=NOW,
    )  # fmt: skip
    proposals = _many(
        Proposal,
        (
            Proposal(run=run, mentee=mentee, mentor=mentors[n // FOUR], strength=("weak", "")[n % 2])
            for n, mentee in enumerate(mentees)
        ),
    )
    unmatched = proposals[0]
    return {"run": run, "proposal": unmatched, "dewi": unmatched.mentee}
