"""Reads about imports: which of them somebody may see, and what is known of the people in a file."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value

from accounts.models import Institution, User
from accounts.selectors import mailbox_of
from mentoring.messaging.models import Message
from mentoring.participation.models import HeadingMemory, ImportRow, Participant, StudentImport
from mentoring.participation.reading import ColumnMapping, StudentContext, StudentRow, chosen, guess, signature
from mentoring.participation.reading.comparison import FACTS, KnownPerson
from mentoring.participation.states import ParticipantRole, ParticipantState
from schemes.models import Appointment, Cohort, Programme
from schemes.permissions import holds, schemes_held_whole, staff_appointments, within_reach
from schemes.roles import Capability

_MEMORIES = 20


def imports_visible_to(user: Any, today: date) -> QuerySet[StudentImport]:
    """One's own imports; all of a scheme for those whose appointment covers the whole of it (R90)."""
    reach = within_reach(user, Capability.IMPORT_PEOPLE, today, scheme="cohort__scheme")
    whole = schemes_held_whole(user, Capability.IMPORT_PEOPLE, today)
    visible = reach & (Q(uploaded_by=user.pk) | Q(cohort__scheme__in=whole))
    return StudentImport.objects.filter(visible).select_related("cohort__scheme__unit__institution", "uploaded_by")


def counts_of(student_import: StudentImport) -> dict[str, int]:
    """Rows by outcome, and ``left_out`` and ``waiting`` of the faulty ones."""
    rows = student_import.rows.values("outcome", "is_left_out").annotate(count=Count("pk"))
    counts = {"new": 0, "changed": 0, "unchanged": 0, "faulty": 0, "left_out": 0}
    for row in rows:
        counts[row["outcome"]] += row["count"]
        counts["left_out"] += row["count"] if row["is_left_out"] else 0
    return {**counts, "waiting": counts["faulty"] - counts["left_out"]}


def rows_of(student_import: StudentImport, outcome: str) -> QuerySet[ImportRow]:
    """The rows of one outcome, in the order of the file."""
    return student_import.rows.filter(outcome=outcome)


def remembered_mapping(institution: Institution, headings: Sequence[str], role: Any) -> ColumnMapping:
    """What was chosen for this source last time, else the newest choice whose headings are all here, else a guess."""
    memories = HeadingMemory.objects.filter(institution=institution, role=role).order_by("-remembered_at")
    exact = memories.filter(signature=signature(headings))
    for memory in [*exact, *memories[:_MEMORIES]]:
        columns = {name: headings.index(words) for name, words in memory.mapping.items() if words in headings}
        if len(columns) == len(memory.mapping):
            try:
                return chosen(headings, role, columns)
            except ValueError:
                continue  # the rules of what may be taken have changed since
    return guess(headings, role)


def student_context(institution: Institution) -> StudentContext:
    """What the check of a row must know of the university."""
    return StudentContext(
        courses=frozenset(institution.programmes.values_list("code", flat=True)),
        domains=frozenset(institution.domains.values_list("domain", flat=True)),
    )


@dataclass(frozen=True)
class Reach:
    """The programmes of a university by code, and the codes of those whose students may be brought into a scheme."""

    programmes: Mapping[str, Programme]
    codes: Collection[str]

    @property
    def is_everything(self) -> bool:
        """Whether every programme of the university is within reach: then nobody of it is unknown."""
        return set(self.programmes) <= set(self.codes)


def reach_of(cohort: Cohort, by: User | None, today: date) -> Reach:
    """The programmes that somebody's appointment covers; for the product itself, all of the scheme's unit."""
    scheme = cohort.scheme
    programmes = Programme.objects.filter(institution=scheme.unit.institution_id).select_related("unit")
    within = [programme for programme in programmes if scheme.unit.covers(programme.unit)]
    if by is not None:
        units = {programme.unit_id: programme.unit for programme in within}
        held = {
            pk
            for pk, unit in units.items()
            if holds(by, Capability.IMPORT_PEOPLE, cohort=cohort, today=today, unit=unit)
        }
        within = [programme for programme in within if programme.unit_id in held]
    return Reach({programme.code: programme for programme in programmes}, {programme.code for programme in within})


@dataclass(frozen=True)
class Known:
    """The people of the university whom some rows may be about, by student number and by address.

    ``staff`` are the mailboxes of those of staff.
    """

    by_number: Mapping[str, KnownPerson]
    by_email: Mapping[str, KnownPerson]
    staff: Collection[tuple[str, str]]


def known_people(cohort: Cohort, role: str, reach: Reach, students: Iterable[StudentRow]) -> Known:
    """Everybody who has a number or an address of these rows; a constant number of queries, however many rows."""
    students = list(students)
    institution = cohort.scheme.unit.institution_id
    users = User.objects.filter(
        Q(institution=institution, student_number__in=[student.student_number for student in students])
        | Q(email__in=[student.email for student in students])
    ).annotate(
        holds_office=Exists(Appointment.objects.filter(user=OuterRef("pk"))),
        is_of_staff=Exists(staff_appointments().filter(user=OuterRef("pk"))),
        is_written_to=Exists(Message.objects.filter(recipient=OuterRef("pk"))),
        is_mentor_or_matched=Exists(
            Participant.objects.filter(
                Q(role=ParticipantRole.MENTOR) | Q(matches_as_mentee__isnull=False), user=OuterRef("pk")
            )
        ),
        has_stopped=_has_stopped(cohort, role),
        was_here=Exists(_of_scheme(cohort).filter(user=OuterRef("pk"), programme__code__in=reach.codes)),
        is_written_to_here=Exists(Message.objects.filter(recipient=OuterRef("pk"), cohort=cohort)),
    )
    parts = Participant.objects.filter(cohort=cohort, user__in=[user.pk for user in users]).select_related("programme")
    own = {part.user_id: part for part in parts if part.role == role}
    others = {part.user_id: part for part in parts if part.role != role}
    people = [_known(user, own.get(user.pk), others.get(user.pk), reach, cohort) for user in users]
    here = {user.pk for user in users if user.institution_id == institution}
    return Known(
        {person.student_number: person for person in people if person.student_number and person.pk in here},
        {person.email: person for person in people},
        _mailboxes_of_staff(institution),
    )


def _of_scheme(cohort: Cohort) -> QuerySet[Participant]:
    return Participant.objects.filter(cohort__scheme=cohort.scheme_id)


def _mailboxes_of_staff(institution: int) -> set[tuple[str, str]]:
    appointed = Exists(staff_appointments().filter(user=OuterRef("pk")))
    staff = User.objects.filter(Q(is_staff=True) | Q(is_superuser=True) | appointed, institution=institution)
    return {mailbox_of(email) for email in staff.values_list("email", flat=True)}


def _has_stopped(cohort: Cohort, role: str) -> Exists | Value:
    """Whether stopping was a person's last word on mentoring, in whichever year and scheme (R2).

    It holds against a list of whom a scheme would take without asking: whoever is on another list asked to be.
    """
    if cohort.policy.is_opt_in or role != ParticipantRole.MENTEE:
        return Value(value=False)
    since = Q(enrolled_at__gt=OuterRef("left_at")) | Q(cohort__ends_on__gte=cohort.starts_on)
    elsewhere = Participant.objects.filter(since, user=OuterRef("user")).exclude(state=ParticipantState.LEFT)
    return Exists(Participant.objects.left().filter(~Exists(elsewhere), user=OuterRef("pk")))


def _known(user: Any, part: Participant | None, other: Participant | None, reach: Reach, cohort: Cohort) -> KnownPerson:
    administers = user.is_staff or user.is_superuser
    holds_office = administers or user.holds_office
    is_found = user.last_login is not None or user.is_written_to or user.is_mentor_or_matched
    facts = {ours: getattr(part, ours) for ours in FACTS.values()} if part else {}
    if part:
        facts["programme"] = part.programme.code
    return KnownPerson(
        pk=user.pk,
        student_number=user.student_number or "",
        email=user.email,
        names={name: getattr(user, name) for name in ("given_name", "family_name", "known_as")},
        may_be_renamed=not holds_office,
        may_be_readdressed=not (holds_office or is_found),
        participant=part.pk if part else None,
        facts=facts,
        has_left=part.state == ParticipantState.LEFT if part else user.has_stopped,
        has_other_role=other is not None,
        is_foreign=_is_foreign(user, part, other, reach),
        is_of_staff=administers or user.is_of_staff,
        is_written_to_here=user.is_written_to_here,
        is_kept_out=cohort.is_student_led and (administers or user.is_of_staff),
    )


def _is_foreign(user: Any, part: Participant | None, other: Participant | None, reach: Reach) -> bool:
    """Whether somebody with this reach may not know of a person: one of another unit, or who never was of theirs."""
    if reach.is_everything:
        return False
    here = [one for one in (part, other) if one is not None]
    return any(one.programme.code not in reach.codes for one in here) or not (here or user.was_here)
