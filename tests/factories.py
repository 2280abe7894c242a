"""Dull factories and one cast, the same everywhere.

Northfield: two faculties, three programmes, one scheme; ``other`` is a second scheme of the same
university, which mallory runs. sam coordinates Human and Health Sciences, carys Computing.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import factory
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from factory.django import DjangoModelFactory

from accounts.models import Institution, User
from accounts.services import create_institution
from mentoring.matching.models import Match
from mentoring.matching.states import MatchState
from mentoring.participation.models import Participant
from mentoring.participation.states import ParticipantRole
from schemes.models import Appointment, Cohort, Programme, Scheme, Unit
from schemes.services import TermDates, add_programme, add_unit, appoint, open_cohort, start_scheme
from schemes.states import Role, UnitKind

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 10, 12, 9, 0, tzinfo=LONDON)
TODAY = NOW.date()
TERMS = [
    TermDates(-1, 1, date(2025, 9, 29), date(2025, 12, 12)),
    TermDates(-1, 2, date(2026, 1, 19), date(2026, 3, 27)),
    TermDates(-1, 3, date(2026, 4, 20), date(2026, 6, 12)),
    TermDates(0, 1, date(2026, 9, 28), date(2026, 12, 11)),
    TermDates(0, 2, date(2027, 1, 18), date(2027, 3, 26)),
    TermDates(0, 3, date(2027, 4, 19), date(2027, 6, 11)),
]


class UserFactory(DjangoModelFactory[User]):
    """A person with a verified address at northfield.ac.uk."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    given_name = factory.Sequence(lambda n: f"Student{n}")
    family_name = "Example"
    language = "en-gb"
    email = factory.LazyAttribute(lambda o: f"{o.given_name.lower()}@northfield.ac.uk")
    institution = factory.LazyFunction(lambda: Institution.objects.get(slug="northfield"))

    @factory.post_generation
    def address(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create:
            EmailAddress.objects.create(user=self, email=self.email, verified=True, primary=True)


class ParticipantFactory(DjangoModelFactory[Participant]):
    """A mentee of the first year; give ``cohort`` and ``programme``."""

    class Meta:
        model = Participant

    user = factory.SubFactory(UserFactory)
    role = ParticipantRole.MENTEE
    year_of_study = 1
    enrolled_at = NOW - timedelta(days=60)


class MentorFactory(ParticipantFactory):
    """A mentor of the second year with four places."""

    role = ParticipantRole.MENTOR
    year_of_study = 2
    places_offered = 4


class MatchFactory(DjangoModelFactory[Match]):
    """An introduced match; give ``mentor`` and ``mentee``."""

    class Meta:
        model = Match

    cohort = factory.LazyAttribute(lambda o: o.mentee.cohort)
    state = MatchState.PROVISIONAL
    made_at = NOW - timedelta(days=28)
    introduced_at = NOW - timedelta(days=28)


@dataclass
class Northfield:
    """The university of every test. ``people`` by first name; ``participant(name)`` the one of the main cohort."""

    institution: Institution
    university: Unit
    health: Unit
    computing: Unit
    social: Unit
    psychology: Unit
    computer_science: Unit
    sociology: Programme
    psych: Programme
    cs: Programme
    scheme: Scheme
    cohort: Cohort
    other_scheme: Scheme
    other_cohort: Cohort
    people: dict[str, User] = field(default_factory=dict)
    participants: dict[str, Participant] = field(default_factory=dict)

    def __getattr__(self, name: str) -> User:
        people = self.__dict__.get("people", {})
        if name in people:
            return people[name]
        raise AttributeError(name)

    def participant(self, name: str) -> Participant:
        return self.participants[name]


def _person(given: str, family: str, **fields: Any) -> User:
    """One of the cast: without a password, as imports and appointments make them."""
    fields["password"] = make_password(None)
    return UserFactory(given_name=given, family_name=family, email=f"{given.lower()}@northfield.ac.uk", **fields)


def _units(institution: Institution) -> dict[str, Unit]:
    made: dict[str, Unit] = {}
    rows = [
        ("university", UnitKind.UNIVERSITY, "University of Northfield", None),
        ("health", UnitKind.SCHOOL, "Human and Health Sciences", "university"),
        ("computing", UnitKind.SCHOOL, "Computing and Engineering", "university"),
        ("social", UnitKind.DEPARTMENT, "Social Sciences", "health"),
        ("psychology", UnitKind.DEPARTMENT, "Psychology", "health"),
        ("computer_science", UnitKind.DEPARTMENT, "Computer Science", "computing"),
    ]
    for key, kind, name, parent in rows:
        made[key] = add_unit(
            institution=institution,
            kind=kind,
            name=name,
            code=key.replace("_", "-"),
            parent=made.get(parent or ""),
            by=None,
            now=NOW,
        )
    return made


def _staff(scheme: Scheme, units: dict[str, Unit], people: dict[str, User]) -> None:
    for name, role, unit in [
        ("dr_lee", Role.MANAGER, "university"),
        ("sam", Role.COORDINATOR, "health"),
        ("carys", Role.COORDINATOR, "computing"),
        ("tom", Role.INTERN, "health"),
        ("una", Role.SENIOR_MENTOR, "health"),
        ("dana", Role.SAFEGUARDING_LEAD, "university"),
    ]:
        appoint(
            scheme=scheme,
            user=people[name],
            role=role,
            unit=units[unit],
            starts_on=TODAY - timedelta(days=90),
            by=None,
            now=NOW,
        )


CAST = (
    ("sam", "Sam", "Whitaker"),
    ("dr_lee", "Mina", "Lee"),
    ("tom", "Tom", "Archer"),
    ("una", "Una", "Brennan"),
    ("dana", "Dana", "Osei"),
    ("carys", "Carys", "Morgan"),
    ("mallory", "Mallory", "Finch"),
    ("priya", "Priya", "Khan"),
    ("aisha", "Aisha", "Begum"),
    ("ben", "Ben", "Okafor"),
    ("chidi", "Chidi", "Eze"),
    ("omar", "Omar", "Haddad"),
    ("nobody", "Nia", "Outsider"),
)


def _cast() -> dict[str, User]:
    people = {key: _person(given, family) for key, given, family in CAST}
    return people | {"admin": _person("Alex", "Admin", is_staff=True, is_superuser=True)}


def build_northfield() -> Northfield:
    """The university, its two schemes and the whole cast, unmatched."""
    institution = create_institution(
        name="University of Northfield", slug="northfield", domains=["northfield.ac.uk"], by=None, now=NOW
    )
    units = _units(institution)
    sociology, psych, cs = (
        add_programme(unit=units[unit], code=code, name=name, hecos=hecos, subject_group=group, by=None, now=NOW)
        for code, name, hecos, unit, group in [
            ("L300", "BSc (Hons) Sociology", "100505", "social", "sociology"),
            ("C800", "BSc (Hons) Psychology", "100497", "psychology", "psychology"),
            ("G400", "BSc (Hons) Computer Science", "100366", "computer_science", "computing"),
        ]
    )
    people = _cast()
    start = TODAY - timedelta(days=200)
    scheme = start_scheme(
        unit=units["university"],
        name="Northfield Peer Mentoring",
        slug="northfield-peer-mentoring",
        blueprint_key="transition-plus",
        lead=people["dr_lee"],
        by=None,
        now=NOW,
        today=start,
    )
    other = start_scheme(
        unit=units["university"],
        name="Placement Buddies",
        slug="placement-buddies",
        blueprint_key="transition-plus",
        lead=people["mallory"],
        by=None,
        now=NOW,
        today=start,
    )
    cohort = open_cohort(scheme=scheme, name="2026/27", slug="northfield-2026", terms=TERMS, by=None, now=NOW)
    other_cohort = open_cohort(scheme=other, name="2026/27", slug="buddies-2026", terms=TERMS, by=None, now=NOW)
    appoint(
        scheme=other,
        user=people["mallory"],
        role=Role.COORDINATOR,
        unit=units["university"],
        starts_on=start,
        by=None,
        now=NOW,
    )
    _staff(scheme, units, people)
    made = Northfield(
        institution, **units, sociology=sociology, psych=psych, cs=cs,  # type: ignore[arg-type]
        scheme=scheme, cohort=cohort, other_scheme=other, other_cohort=other_cohort, people=people,
    )  # fmt: skip
    # What the cast holds was written down long ago, so that they count as standing in where nobody else reads.
    Appointment.objects.update(appointed_at=NOW - timedelta(days=90))
    _participants(made)
    return made


def _participants(made: Northfield) -> None:
    for name, programme in [("priya", made.sociology), ("una", made.sociology)]:
        made.participants[name] = MentorFactory(
            user=made.people[name], cohort=made.cohort, programme=programme, campus="Queensgate"
        )
    for name, programme in [
        ("aisha", made.sociology),
        ("ben", made.sociology),
        ("chidi", made.sociology),
        ("omar", made.cs),
    ]:
        made.participants[name] = ParticipantFactory(
            user=made.people[name], cohort=made.cohort, programme=programme, campus="Queensgate"
        )


def match_priya(made: Northfield) -> dict[str, Match]:
    """priya mentors aisha, ben and chidi, introduced four weeks ago."""
    return {
        name: MatchFactory(mentor=made.participants["priya"], mentee=made.participants[name])
        for name in ("aisha", "ben", "chidi")
    }
