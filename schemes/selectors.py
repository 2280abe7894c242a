"""Reads about schemes and their calendar."""

import tomllib
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.db.models import Q, QuerySet, prefetch_related_objects

from accounts.models import User
from schemes.models import Appointment, Cohort, Milestone, Scheme, Term, Unit
from schemes.nudging import standard_rows
from schemes.permissions import appointments_with, is_administrator, rows_of, schemes_held_whole
from schemes.roles import Capability, roles_with
from schemes.rules import Span, phase_on
from schemes.states import Phase, Role

BLUEPRINTS = Path(__file__).parent / "blueprints"
PHASE_SWITCH = "phase-switch"  # the milestone at which settling in ends


class UnknownBlueprint(LookupError):
    """There is no such blueprint."""


def blueprints() -> dict[str, dict[str, Any]]:
    """Every blueprint by its key, as data.

    One without a table of nudges of its own has the standard rows, but for those of milestones that its year lacks.
    """
    found = {path.stem: tomllib.loads(path.read_text()) for path in sorted(BLUEPRINTS.glob("*.toml"))}
    for told in found.values():
        days = {milestone["key"] for milestone in told["milestones"]}
        fitting = [asdict(row) for row in standard_rows() if not row.milestone or row.milestone in days]
        told["policy"].setdefault("nudges", fitting)
    return found


def blueprint(key: str) -> dict[str, Any]:
    """One blueprint. Raises ``UnknownBlueprint``."""
    try:
        return blueprints()[key]
    except KeyError as error:
        raise UnknownBlueprint(key) from error


def cohorts_visible_to(user: Any, capability: Capability, today: date) -> QuerySet[Cohort]:
    """Cohorts of the schemes in which the user holds a capability, the newest first."""
    found = Q(pk__in=[])
    for appointment in appointments_with(user, capability, today):
        found |= rows_of(appointment, capability, cohort="")
    return Cohort.objects.filter(found).select_related("scheme__unit__institution")


def schemes_to_set_up(user: Any, today: date) -> QuerySet[Scheme]:
    """The schemes that the user may set up: their own as a whole, or all of the institution for its administrators."""
    if is_administrator(user):
        return Scheme.objects.filter(unit__institution=user.institution_id)
    return Scheme.objects.filter(pk__in=schemes_held_whole(user, Capability.EDIT_SCHEME, today))


def current_cohort(scheme: Scheme, today: date) -> Cohort | None:
    """The cohort that runs today, else the next one, else the last one."""
    cohorts = list(scheme.cohorts.order_by("starts_on"))
    running = [c for c in cohorts if c.starts_on <= today <= c.ends_on]
    coming = [c for c in cohorts if c.starts_on > today]
    return next(iter(running or coming or cohorts[-1:]), None)


def with_calendar(cohort: Cohort) -> Cohort:
    """The same cohort with its terms and milestones at hand, for pages that ask about them again and again."""
    prefetch_related_objects([cohort], "terms", "milestones")
    return cohort


def terms_of(cohort: Cohort) -> dict[tuple[int, int], Term]:
    """The cohort's terms by (year, number)."""
    return {(term.year, term.number): term for term in cohort.terms.all()}


@dataclass(frozen=True)
class DatedMilestone:
    """A milestone with its date and whether it is done, now or next."""

    milestone: Milestone
    on: date
    state: str  # done | now | next


def year_of(cohort: Cohort, today: date) -> list[DatedMilestone]:
    """The cohort's milestones in order of date; *now* is the latest that has come within a week, or today's."""
    terms = terms_of(cohort)
    dated = sorted(
        ((m.falls_on(terms), m) for m in cohort.milestones.all()),
        key=lambda pair: (pair[0] or date.max, pair[1].key),
    )
    return [
        DatedMilestone(m, on, "next" if on > today else "now" if (today - on).days < 7 else "done")
        for on, m in dated
        if on is not None
    ]


def milestone_days(cohort: Cohort) -> dict[str, date]:
    """The day of each milestone of the cohort's year, by key; those without their term are left out."""
    terms = terms_of(cohort)
    dated = ((milestone.key, milestone.falls_on(terms)) for milestone in cohort.milestones.all())
    return {key: day for key, day in dated if day is not None}


def order_of_year(cohort: Cohort) -> list[str]:
    """The keys of the year's steps as they follow each other: the blueprint's order, else that of their days."""
    try:
        return [milestone["key"] for milestone in blueprint(cohort.scheme.blueprint)["milestones"]]
    except UnknownBlueprint:
        days = milestone_days(cohort)
        return sorted(days, key=days.__getitem__)


def studying_from(cohort: Cohort, days: dict[str, date] | None = None) -> date:
    """The day on which settling in turns into studying (R66): the cohort's own, else so many weeks of term.

    ``days`` are its milestones where they are known already.
    """
    days = milestone_days(cohort) if days is None else days
    first = terms_of(cohort).get((0, 1))
    start = first.starts_on if first else cohort.starts_on
    return days.get(PHASE_SWITCH, start + timedelta(weeks=cohort.policy.settling_in_weeks))


def phase_of(cohort: Cohort, today: date) -> Phase:
    """What mentoring is about in a cohort today."""
    first = terms_of(cohort).get((0, 1))
    return phase_on(
        today,
        cohort=Span(cohort.starts_on, cohort.ends_on),
        term_one=first.starts_on if first else None,
        studying_from=studying_from(cohort),
    )


def quiet_spans(cohort: Cohort) -> list[Span]:
    """The cohort's exams and closures."""
    return [Span(period.starts_on, period.ends_on) for period in cohort.quiet_periods.all()]


def holders(scheme: Scheme, role: Role, today: date) -> list[User]:
    """Who holds a role in a scheme today, in order of appointment."""
    found = Appointment.objects.in_force(today).filter(scheme=scheme, role=role).select_related("user")
    return [appointment.user for appointment in found.order_by("starts_on", "pk")]


def in_charge_of(scheme: Scheme, capability: Capability, today: date, *, cohort: Cohort | None = None) -> list[User]:
    """Who may change what belongs to the whole scheme (R90): those whose unit covers it, in order of appointment."""
    roles = roles_with(capability, student_led=bool(cohort and cohort.is_student_led))
    found = Appointment.objects.in_force(today).filter(scheme=scheme, role__in=roles)
    whole = [a for a in found.select_related("user", "unit").order_by("starts_on", "pk") if a.unit.covers(scheme.unit)]
    return list(dict.fromkeys(a.user for a in whole))


def who_holds(
    capability: Capability, *, cohort: Cohort, today: date, unit: Unit | None = None, besides: Role | None = None
) -> list[User]:
    """Everybody who holds a capability in a cohort, over a unit when given: what ``holds`` asks, turned round.

    "Who can see this?" is answered by it, so that a page cannot say what the permissions do not. ``besides`` is a
    role that holds it for what is its own alone, and so does not see the rest.
    """
    roles = roles_with(capability, student_led=cohort.is_student_led) - {besides}
    found = Appointment.objects.in_force(today).filter(scheme=cohort.scheme_id, role__in=roles, user__is_active=True)
    held = found.select_related("user__institution", "unit").order_by("starts_on", "pk")
    return list(dict.fromkeys(a.user for a in held if unit is None or a.unit.covers(unit)))


def scheme_lead(scheme: Scheme, today: date) -> User | None:
    """The one named person responsible overall (R91)."""
    return next(iter(holders(scheme, Role.LEAD, today)), None)


def coordinators_for(cohort: Cohort, unit: Unit, today: date) -> list[User]:
    """The coordinators whose unit covers this one, the nearest first; the scheme lead when there is none.

    Where students lead, the student leads; nobody of staff stands in for them.
    """
    role = Role.INTERN if cohort.is_student_led else Role.COORDINATOR
    held = Appointment.objects.in_force(today).filter(scheme=cohort.scheme_id, role=role)
    found = [a for a in held.select_related("user", "unit") if a.unit.covers(unit)]
    found.sort(key=lambda a: (-len(a.unit.path), a.starts_on, a.pk))
    lead = None if found or cohort.is_student_led else scheme_lead(cohort.scheme, today)
    return [a.user for a in found] or ([lead] if lead else [])
