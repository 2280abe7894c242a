"""Northfield's students: 64 mentors, 281 matched mentees, and those whom the year has moved about."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle, product
from random import Random
from typing import Any

from allauth.account.models import EmailAddress

from accounts.models import User
from mentoring.demo.seeding.names import FAMILY, GIVEN, HELLOS, INTERESTS, OWN_SCRIPT, WELSH_READERS
from mentoring.demo.seeding.world import Northfield
from mentoring.participation.models import Participant, ProfileFact
from mentoring.participation.states import FactKind, ParticipantRole, ParticipantState

MENTORS = 64
FIVES = 25  # mentors with five mentees; the others have four: 281 in all
UNMATCHED = 7
OPTED_OUT = 12
SEED = 2026
NAMED_MENTORS = (("Priya", "Khan", "L300"), ("Una", "Brennan", "L300"))
NAMED_MENTEES = (("Aisha", "Begum"), ("Ben", "Okafor"), ("Chidi", "Eze"), ("Dafydd", "Rees"))
# Priya and Aisha have something in common: theirs is the pair that a newcomer looks at first.
PRIYA_SAYS = (
    "I commuted for my whole first year and got lost in the library twice in one day. "
    "Ask me anything, nothing is too small."
)
CAMPUSES = ("Queensgate", "Queensgate", "Barnfield")


@dataclass(frozen=True)
class People:
    """Who is who. ``groups`` are pairs of a mentor and their mentees."""

    groups: list[tuple[Participant, list[Participant]]]
    unmatched: list[Participant]
    opted_out: list[Participant]
    spare_mentors: list[Participant]

    @property
    def mentors(self) -> list[Participant]:
        return [mentor for mentor, _mentees in self.groups]

    def named(self, given: str) -> Participant:
        """A participant of the cast by first name."""
        everyone = [p for mentor, mentees in self.groups for p in (mentor, *mentees)]
        return next(p for p in everyone if p.user.given_name == given)


def _names(chance: Random) -> Iterator[tuple[str, str]]:
    made = [(given, family) for given, family in product(GIVEN, FAMILY)]
    chance.shuffle(made)
    return iter([*OWN_SCRIPT, *made])


def _language(number: int, given: str) -> str:
    """Most have chosen English, some Welsh; a few nothing yet, so that their letters come in both."""
    if given in WELSH_READERS:
        return "cy"
    return "" if number % 9 == 0 else "en-gb"


def _user(made: Northfield, number: int, given: str, family: str) -> User:
    user = User(
        institution=made.institution,
        email=f"u{number}@northfield.ac.uk",
        student_number=str(number),
        given_name=given,
        family_name=family,
        language=_language(number, given),
    )
    user.set_unusable_password()
    return user


def _participant(made: Northfield, user: User, course: str, chance: Random, **fields: Any) -> Participant:
    return Participant(
        **{
            "cohort": made.cohort,
            "user": user,
            "role": ParticipantRole.MENTEE,
            "programme": made.courses[course],
            "year_of_study": 1,
            "study_mode": "full_time",
            "campus": chance.choice(CAMPUSES),
            "is_commuter": chance.random() < 0.56,  # the share of R11
            "deprivation_quintile": chance.randint(1, 5),
            "enrolled_at": made.now - timedelta(weeks=10),
            "asked_wishes_at": made.now - timedelta(weeks=9),
        }
        | fields
    )


def _mentor(made: Northfield, user: User, course: str, chance: Random) -> Participant:
    return _participant(
        made,
        user,
        course,
        chance,
        role=ParticipantRole.MENTOR,
        year_of_study=chance.choice((2, 2, 3)),
        places_offered=5,
        hello=chance.choice(HELLOS),
        enrolled_at=made.now - timedelta(weeks=30),
        deprivation_quintile=None,
    )


def _plan(made: Northfield, chance: Random) -> Iterator[tuple[Participant, list[Participant]]]:
    """Mentors with their mentees, unsaved; priya's group of four comes first."""
    names, numbers = _names(chance), iter(range(2_600_001, 2_700_000))
    courses = cycle(made.courses)
    for index in range(MENTORS):
        given, family, course = NAMED_MENTORS[index] if index < len(NAMED_MENTORS) else (*next(names), next(courses))
        mentor = _mentor(made, _user(made, 2_500_001 + index, given, family), course, chance)
        size = 5 if index >= MENTORS - FIVES else 4
        people = NAMED_MENTEES if index == 0 else [next(names) for _ in range(size)]
        yield mentor, [_participant(made, _user(made, next(numbers), *who), course, chance) for who in people]
    spare = [_mentor(made, _user(made, 2_500_500 + n, *next(names)), course, chance) for n, course in enumerate(SPARE)]
    for mentor in spare:
        yield mentor, []
    for count, fields in ((UNMATCHED, _joined_late(made.now)), (OPTED_OUT, _stopped(made.now))):
        for _index in range(count):
            user = _user(made, next(numbers), *next(names))
            mentee = _participant(made, user, chance.choice(SPARE), chance, **fields)
            yield mentee, []


SPARE = ("L300", "C800", "G400")


def _joined_late(now: datetime) -> dict[str, Any]:
    return {"enrolled_at": now - timedelta(days=3), "asked_wishes_at": None}


def _stopped(now: datetime) -> dict[str, Any]:
    return {"state": ParticipantState.LEFT, "left_at": now - timedelta(weeks=4)}


def seed_people(made: Northfield) -> People:
    """Create the students, in bulk, and tell who is who."""
    plan = list(_plan(made, Random(SEED)))  # noqa: S311  (the same people each time)
    priya, (aisha, *_others) = plan[0]
    priya.hello, priya.is_commuter, aisha.is_commuter = PRIYA_SAYS, True, True
    everyone = [person for mentor, mentees in plan for person in (mentor, *mentees)]
    User.objects.bulk_create(person.user for person in everyone)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=person.user, email=person.user.email, verified=True, primary=True) for person in everyone
    )
    for person in everyone:
        person.user_id = person.user.pk
    Participant.objects.bulk_create(everyone)
    ProfileFact.objects.bulk_create(_facts(everyone, Random(SEED)))  # noqa: S311
    alone = [person for person, mentees in plan if not mentees]
    return People(
        groups=[(mentor, mentees) for mentor, mentees in plan if mentees],
        unmatched=[p for p in alone if not p.is_mentor and p.state == ParticipantState.ENROLLED],
        opted_out=[p for p in alone if p.state == ParticipantState.LEFT],
        spare_mentors=[p for p in alone if p.is_mentor],
    )


def _facts(everyone: Iterable[Participant], chance: Random) -> Iterator[ProfileFact]:
    for person in everyone:
        for interest in sorted(chance.sample(INTERESTS, 2)):
            yield ProfileFact(
                participant=person, kind=FactKind.INTEREST, value=interest, is_shown=chance.random() < 0.8
            )
        if person.is_commuter:
            yield ProfileFact(participant=person, kind=FactKind.CIRCUMSTANCE, value="commuter", is_shown=True)
