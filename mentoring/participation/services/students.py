"""Taking the students of a file: all of them or none, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse

from accounts.models import User
from accounts.services import change_person, create_people, record, record_each
from mentoring.messaging.links import absolute
from mentoring.messaging.services import owe, owe_to_address
from mentoring.participation.models import Participant
from mentoring.participation.reading import StudentRow
from mentoring.participation.reading.comparison import Comparison
from mentoring.participation.selectors.examined import in_batches
from mentoring.participation.selectors.imports import Reach
from mentoring.participation.states import ParticipantRole
from schemes.models import Cohort

TELLING_LASTS = timedelta(days=3)

Plan = tuple[StudentRow, Comparison]


@dataclass(frozen=True)
class Taking:
    """What all rows of one file have in common."""

    cohort: Cohort
    role: str
    reach: Reach
    by: User | None
    now: datetime


@transaction.atomic
def take_students(*, taking: Taking, plans: Sequence[Plan]) -> None:
    """Write what the rows would do. Who stopped stays stopped; what an empty cell says stays as it is.

    Raises ``IntegrityError``, and writes nothing, when somebody else brought the same people meanwhile.
    """
    # Imports into one cohort take turns.
    Cohort.objects.select_for_update().get(pk=taking.cohort.pk)
    people = _people(taking, plans)
    _change_people(taking, plans, people)
    _enrol(taking, plans, people)
    _change_facts(taking, plans)


def _people(taking: Taking, plans: Sequence[Plan]) -> dict[int, User]:
    """The person of each row that is new or changed, created where they are new here."""
    institution = taking.cohort.scheme.unit.institution_id
    made = {
        student.row: User(
            institution_id=institution,
            email=student.email,
            student_number=student.student_number,
            given_name=student.given_name,
            family_name=student.family_name,
            known_as=student.known_as,
        )
        for student, comparison in plans
        if comparison.person is None
    }
    create_people(people=list(made.values()), by=taking.by, now=taking.now)
    keys = {student.row: comparison.person.pk for student, comparison in plans if comparison.person}
    known = User.objects.in_bulk(list(keys.values()))
    return made | {row: known[pk] for row, pk in keys.items()}


def _change_people(taking: Taking, plans: Sequence[Plan], people: dict[int, User]) -> None:
    for student, comparison in plans:
        if comparison.person_changes:
            person, before = people[student.row], people[student.row].email
            change_person(person=person, changes=comparison.person_changes, by=taking.by, now=taking.now)
            if person.email != before:
                _tell_both(person, before, taking.now)


def _tell_both(person: User, before: str, now: datetime) -> None:
    """Whoever reads the old address and whoever reads the new one hears that the way to sign in has changed."""
    told: dict[str, Any] = {
        "letter": "sign-in.changed",
        "occasion": f"import-{person.pk}-{now.isoformat()}",
        "now": now,
        "expires_at": now + TELLING_LASTS,
        "secret": {"change": "email_changed", "help_url": absolute(reverse("help"))},
    }
    owe(recipient=person, **told)
    owe_to_address(address=before, **told)


def _enrol(taking: Taking, plans: Sequence[Plan], people: dict[int, User]) -> None:
    newcomers = [(people[student.row], comparison) for student, comparison in plans if comparison.outcome == "new"]
    earlier = _mentee_years(taking, [person for person, _comparison in newcomers])
    joined = [
        Participant(
            cohort=taking.cohort,
            user=person,
            role=taking.role,
            enrolled_at=taking.now,
            grew_from=earlier.get(person.pk),
            **_columns(comparison, taking.reach),
        )
        for person, comparison in newcomers
    ]
    Participant.objects.bulk_create(joined, batch_size=500)
    scheme_id = taking.cohort.scheme_id
    fields = ["role", "programme", "year_of_study"]
    record_each(verb="enrolled", objs=joined, by=taking.by, now=taking.now, fields=fields, scheme_id=scheme_id)


def _mentee_years(taking: Taking, people: Sequence[User]) -> dict[int, Participant]:
    """A new mentor's latest year as a mentee, by person: the chain from mentee to mentor (R15)."""
    if taking.role != ParticipantRole.MENTOR:
        return {}
    found: dict[int, Participant] = {}
    for batch in in_batches(people):
        years = Participant.objects.mentees().filter(user__in=batch, cohort__starts_on__lt=taking.cohort.starts_on)
        found |= {year.user_id: year for year in years.order_by("cohort__starts_on")}
    return found


def _change_facts(taking: Taking, plans: Sequence[Plan]) -> None:
    changed = {
        comparison.person.participant: comparison
        for _student, comparison in plans
        if comparison.facts and comparison.person and comparison.person.participant
    }
    for batch in in_batches(changed):
        for participant in Participant.objects.filter(pk__in=batch):
            _change_one(taking, participant, changed[participant.pk])


def _change_one(taking: Taking, participant: Participant, comparison: Comparison) -> None:
    facts = _columns(comparison, taking.reach)
    for name, value in facts.items():
        setattr(participant, name, value)
    participant.save(update_fields=list(facts))
    record(
        verb="facts imported",
        obj=participant,
        by=taking.by,
        now=taking.now,
        fields=facts,
        scheme_id=taking.cohort.scheme_id,
    )


def _columns(comparison: Comparison, reach: Reach) -> dict[str, Any]:
    """The facts as the participant's fields."""
    facts: dict[str, Any] = dict(comparison.facts)
    if "programme" in facts:
        facts["programme"] = reach.programmes[facts["programme"]]
    return facts
