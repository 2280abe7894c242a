"""What has happened at Northfield since the summer: one of each thing that Today can show."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from random import Random

from django.utils import timezone

from accounts.models import User
from mentoring.agreements.models import Acceptance
from mentoring.agreements.services import publish_standard_texts
from mentoring.concerns.models import Concern
from mentoring.concerns.states import ConcernKind
from mentoring.console.services import give_row
from mentoring.contacts.models import Contact, CourtesyReply
from mentoring.contacts.services import ask_masked, report_quiet
from mentoring.contacts.states import Cause, Channel, ContactKind, Reply, Topic, Tried, Wish
from mentoring.demo.seeding.people import SEED, People
from mentoring.demo.seeding.sessions import seed_sessions
from mentoring.demo.seeding.world import Northfield
from mentoring.matching.models import Match, SwapRequest
from mentoring.matching.services.publishing import owe_introductions
from mentoring.matching.states import EndReason, MatchState
from mentoring.messaging.models import Message
from mentoring.messaging.states import MessageState
from mentoring.participation.models import Participant
from schemes.services import appoint
from schemes.states import Role

QUIET = 9
LIVELY_DAYS = (1, 3, 6, 8, 9, 11, 13, 15, 16, 18, 20, 22, 24, 25, 27, 29, 31, 33)
UNSIGNED = 4
BOUNCED = 2


def seed_year(made: Northfield, people: People) -> None:
    """Match everybody and let five weeks pass."""
    chance = Random(SEED)  # noqa: S311  (the same year each time)
    matches = _matches(made, people)
    _ended_matches(made, people)
    _signs_of_life(made, matches, chance)
    _swaps(made, matches)
    _concern(made, people, matches)
    _quiet_mentee(made, matches)
    _masked_question(made, people)
    _agreements(made, people)
    _failed_messages(made, matches)
    _make_una_senior(made, people)
    seed_sessions(made, people)
    owe_introductions([match for match in matches if match.mentor.user.given_name == "Priya"], made.now)


def _matches(made: Northfield, people: People) -> list[Match]:
    introduced = made.now - timedelta(weeks=7)
    return Match.objects.bulk_create(
        Match(
            cohort=made.cohort,
            mentor=mentor,
            mentee=mentee,
            state=MatchState.PROVISIONAL,
            made_at=introduced - timedelta(minutes=15),
            introduced_at=introduced,
        )
        for mentor, mentees in people.groups
        for mentee in mentees
    )


def _ended_matches(made: Northfield, people: People) -> None:
    Match.objects.bulk_create(
        Match(
            cohort=made.cohort,
            mentor=mentor,
            mentee=mentee,
            state=MatchState.ENDED,
            made_at=made.now - timedelta(weeks=7),
            introduced_at=made.now - timedelta(weeks=7),
            ended_at=mentee.left_at,
            end_reason=EndReason.MENTEE_LEFT,
        )
        for mentee, mentor in zip(people.opted_out, people.mentors[5:], strict=False)
    )


def _signs_of_life(made: Northfield, matches: list[Match], chance: Random) -> None:
    """Contacts and replies. Priya's group stays as on its first day; the last few pairs have gone quiet."""
    lively = [match for match in matches if match.mentor.user.given_name != "Priya"]
    quiet, lively = lively[-QUIET:], lively[:-QUIET]
    links: list[tuple[Contact, Match]] = []
    for match in lively:
        links += [(contact, match) for contact in _contacts(made, match, chance)]
    links += [(_contact(made, match, 44, ContactKind.ATTEMPT, chance), match) for match in quiet]
    Contact.objects.bulk_create(contact for contact, _match in links)
    Contact.matches.through.objects.bulk_create(
        Contact.matches.through(contact_id=contact.pk, match_id=match.pk) for contact, match in links
    )
    replied = [match for match in lively if chance.random() < 0.75]
    CourtesyReply.objects.bulk_create(_reply(made, match, chance) for match in replied)
    waiting = replied[0]
    CourtesyReply.objects.filter(match=waiting).update(choice=Reply.QUESTION, replied_at=made.now - timedelta(hours=53))
    Match.objects.filter(pk__in=[match.pk for match in replied]).update(state=MatchState.ACTIVE)


def _contacts(made: Northfield, match: Match, chance: Random) -> Iterator[Contact]:
    yield _contact(made, match, chance.choice((2, 6, 9, 13, 17)), ContactKind.TWO_WAY, chance)
    for _number in range(chance.choice((0, 1, 1, 2))):
        kind = chance.choice((ContactKind.ATTEMPT, ContactKind.TWO_WAY, ContactKind.TWO_WAY, ContactKind.GROUP))
        yield _contact(made, match, chance.choice(LIVELY_DAYS), kind, chance)


def _contact(made: Northfield, match: Match, days_ago: int, kind: str, chance: Random) -> Contact:
    logged = made.now - timedelta(days=days_ago)
    return Contact(
        mentor=match.mentor,
        kind=kind,
        channel=chance.choice((Channel.MESSAGE, Channel.EMAIL, Channel.IN_PERSON, Channel.VIDEO)),
        topics=[chance.choice(Topic.values)],
        happened_on=timezone.localdate(logged),
        form_key=uuid.UUID(int=chance.getrandbits(128), version=4),
        logged_by=match.mentor.user,
        logged_at=logged,
    )


def _reply(made: Northfield, match: Match, chance: Random) -> CourtesyReply:
    return CourtesyReply(
        match=match,
        choice=chance.choice((Reply.HELLO, Reply.HELLO, Reply.FINE, Reply.FINE, Reply.NOT_NOW)),
        replied_at=made.now - timedelta(days=chance.randint(8, 34)),
        by_link=True,
    )


def _swaps(made: Northfield, matches: list[Match]) -> None:
    today = timezone.localdate(made.now)
    for number, match in enumerate(matches[20:60:15]):
        asked = made.now - timedelta(days=4 - number)
        SwapRequest.objects.create(
            match=match,
            reasons=["times"] if number else [],
            handler=made.staff["sam"],
            asked_at=asked,
            promised_by=today + timedelta(days=1 + number),
        )


def _concern(made: Northfield, people: People, matches: list[Match]) -> None:
    match = matches[30]
    Concern.objects.create(
        cohort=made.cohort,
        kind=ConcernKind.WELLBEING,
        text="My mentee has not been to lectures for two weeks and writes that there is no point. Could somebody look?",
        about=match.mentee,
        raised_by=match.mentor.user,
        raised_at=made.now - timedelta(hours=2),
        unit=match.mentor.programme.unit,
        form_key=uuid.UUID(int=SEED, version=4),
    )


def _quiet_mentee(made: Northfield, matches: list[Match]) -> None:
    """A mentor of a quiet pair asked for help yesterday, and Tom took that row of Today."""
    match = matches[-1]
    report_quiet(
        match=match, tried=[Tried.MESSAGE, Tried.INVITED], cause=Cause.UNKNOWN, wish=Wish.LOOK,
        by=match.mentor.user, now=made.now - timedelta(days=1),
    )  # fmt: skip
    give_row(kind="quiet", cohort=made.cohort, owner=made.staff["tom"], by=made.staff["tom"], now=made.now)


def _masked_question(made: Northfield, people: People) -> None:
    """Somebody of Una's group asked without a name, two days ago."""
    una = people.named("Una")
    match = Match.objects.filter(mentor=una).order_by("pk")[1]
    ask_masked(
        asker=match.mentee,
        match=match,
        text="Is it all right to go to the wrong seminar group once? I missed mine and do not dare to ask.",
        form_key=uuid.UUID(int=SEED + 1, version=4),
        now=made.now - timedelta(hours=50),
    )


def _agreements(made: Northfield, people: People) -> None:
    """Everybody in a group has accepted, save a few mentors and Priya's mentees, who are new to it."""
    texts = publish_standard_texts(cohort=made.cohort, by=None, now=made.now - timedelta(weeks=12))
    mentees = [person for _mentor, group in people.groups[1:] for person in group]
    accepted: list[Participant] = [*people.mentors[:-UNSIGNED], *mentees]
    Acceptance.objects.bulk_create(
        Acceptance(
            participant=person,
            text=text,
            accepted_at=made.now - timedelta(weeks=6),
            receipt=f"N{text.pk:02}-{person.pk:05}",
        )
        for person in accepted
        for text in texts
        if (text.for_mentors if person.is_mentor else text.for_mentees)
    )


def _failed_messages(made: Northfield, matches: list[Match]) -> None:
    for number, match in enumerate(matches[100 : 100 + BOUNCED]):
        person: User = match.mentee.user
        person.email_failed_at = made.now - timedelta(days=2)
        person.save(update_fields=["email_failed_at"])
        Message.objects.create(
            key=f"{person.pk}/matching.hello/demo-{match.pk}",
            letter="matching.hello",
            recipient=person,
            cohort=made.cohort,
            object_type="matching.match",
            object_id=str(match.pk),
            state=MessageState.FAILED,
            due_at=made.now - timedelta(days=2),
            created_at=made.now - timedelta(days=2),
            closed_at=made.now - timedelta(days=2),
            message_id=f"<demo-{match.pk}@northfield.ac.uk>",
            reason=("The mailbox is full.", "There is no such address.")[number % 2],
        )


def _make_una_senior(made: Northfield, people: People) -> None:
    appoint(
        scheme=made.scheme,
        user=people.named("Una").user,
        role=Role.SENIOR_MENTOR,
        unit=made.units["hhs"],
        starts_on=timezone.localdate(made.now) - timedelta(weeks=20),
        by=None,
        now=made.now,
    )
