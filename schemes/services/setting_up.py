"""Writes about schemes: units, a scheme from a blueprint, cohorts, policy, the calendar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import Institution, User
from accounts.services import WrongState, create_institution, create_person, record
from schemes.models import (
    Cohort,
    Milestone,
    PolicyVersion,
    Programme,
    QuietPeriod,
    Scheme,
    Term,
    Unit,
)
from schemes.policy import BadPolicy, policy_from
from schemes.selectors import blueprint
from schemes.services.appointments import person_at, put_in_office
from schemes.states import Role, UnitKind

LONGEST_SLUG = 36  # leaves room for a number, or a cohort's name


@dataclass(frozen=True)
class TermDates:
    """A term's dates; ``year`` -1 is the year before the cohort's own."""

    year: int
    number: int
    first: date
    last: date


@transaction.atomic
def set_up_institution(
    *,
    name: str,
    domains: Sequence[str],
    given_name: str,
    family_name: str,
    email: str,
    password: str,
    now: datetime,
) -> User:
    """Create the institution, the root of its units and the first administrator; returns that person.

    An installation is set up once: of two at the same moment the second raises ``WrongState``.
    """
    _take_turns_at_setting_up()
    if Institution.objects.exists():
        raise WrongState(_("This installation is set up already. Sign in, or ask its administrator."))
    slug = slugify(name)[:50] or "university"
    institution = create_institution(name=name, slug=slug, domains=domains, by=None, now=now)
    admin = create_person(
        institution=institution,
        email=email,
        given_name=given_name,
        family_name=family_name,
        password=password,
        by=None,
        now=now,
    )
    admin.is_staff = admin.is_superuser = True
    admin.save(update_fields=["is_staff", "is_superuser"])
    record(verb="administrator appointed", obj=admin, by=None, now=now, fields=["is_staff"])
    add_unit(
        institution=institution,
        kind=UnitKind.UNIVERSITY,
        name=name,
        code=slug,
        parent=None,
        by=admin,
        now=now,
    )
    return admin


def _take_turns_at_setting_up() -> None:
    """Nothing is there yet that could be locked, except that the product knows what an institution is."""
    kind = ContentType.objects.get_for_model(Institution)
    ContentType.objects.select_for_update().get(pk=kind.pk)


@transaction.atomic
def change_institution(*, form: forms.ModelForm, by: User, now: datetime) -> Institution:
    """Save flat settings of the institution from a valid form."""
    institution: Institution = form.save()
    record(verb="institution changed", obj=institution, by=by, now=now, fields=form.changed_data)
    return institution


@transaction.atomic
def add_unit(
    *,
    institution: Institution,
    kind: str,
    name: str,
    code: str,
    parent: Unit | None,
    by: User | None,
    now: datetime,
) -> Unit:
    """Add a unit below ``parent``, or the root of the tree."""
    unit = Unit.objects.create(institution=institution, kind=kind, name=name, code=code, parent=parent)
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.save(update_fields=["path"])
    record(verb="unit added", obj=unit, by=by, now=now, fields=["name", "kind", "parent"])
    return unit


@transaction.atomic
def add_programme(
    *, unit: Unit, code: str, name: str, hecos: str, subject_group: str, by: User | None, now: datetime
) -> Programme:
    """Add a course of study to a unit."""
    programme = Programme.objects.create(
        unit=unit,
        institution_id=unit.institution_id,
        code=code,
        name=name,
        hecos=hecos,
        subject_group=subject_group or hecos,
    )
    record(verb="programme added", obj=programme, by=by, now=now, fields=["code", "name", "hecos"])
    return programme


@transaction.atomic
def start_scheme(
    *,
    unit: Unit,
    name: str,
    slug: str,
    blueprint_key: str,
    lead: User,
    by: User | None,
    now: datetime,
    today: date,
) -> Scheme:
    """Start a scheme from a blueprint with its one lead. Raises ``UnknownBlueprint``, ``BadPolicy``."""
    knobs = policy_from(blueprint(blueprint_key)["policy"]).as_json()
    scheme = Scheme.objects.create(
        unit=unit, name=name, slug=slug, blueprint=blueprint_key, knobs=knobs, created_at=now
    )
    record(verb="scheme started", obj=scheme, by=by, now=now, fields=["name", "blueprint"], scheme_id=scheme.pk)
    # Who starts a scheme may lead it: there is nothing in it yet.
    put_in_office(scheme=scheme, user=lead, role=Role.LEAD, unit=unit, starts_on=today, ends_on=None, by=by, now=now)
    return scheme


@transaction.atomic
def start_scheme_with_lead(
    *,
    institution: Institution,
    unit: Unit,
    name: str,
    blueprint: str,
    lead_email: str,
    lead_given_name: str,
    lead_family_name: str,
    by: User,
    now: datetime,
    today: date,
) -> Scheme:
    """Start a scheme whose lead is named by address."""
    lead = person_at(
        institution=institution,
        email=lead_email,
        given_name=lead_given_name,
        family_name=lead_family_name,
        by=by,
        now=now,
    )
    return start_scheme(
        unit=unit, name=name, slug=_free_slug(name), blueprint_key=blueprint, lead=lead, by=by, now=now, today=today
    )


def _free_slug(name: str) -> str:
    """A short name for addresses that no other scheme has, whatever script the name is in."""
    words = slugify(name)[:LONGEST_SLUG].strip("-") or "scheme"
    taken = set(Scheme.objects.filter(slug__startswith=words).values_list("slug", flat=True))
    candidates = [words, *(f"{words}-{number}" for number in range(2, len(taken) + 3))]
    return next(slug for slug in candidates if slug not in taken)


def open_next_cohort(*, scheme: Scheme, name: str, terms: Sequence[TermDates], by: User, now: datetime) -> Cohort:
    """Open a cohort that grows from the scheme's newest one. Raises ``WrongState`` when the name is taken."""
    slug = f"{scheme.slug[:LONGEST_SLUG]}-{slugify(name.replace('/', '-')) or scheme.cohorts.count() + 1}"[:50]
    if Cohort.objects.filter(slug=slug).exists():
        raise WrongState(_("There is a cohort of this name already."))
    newest = scheme.cohorts.order_by("-starts_on").first()
    return open_cohort(scheme=scheme, name=name, slug=slug, terms=terms, by=by, now=now, grew_from=newest)


@transaction.atomic
def open_cohort(
    *,
    scheme: Scheme,
    name: str,
    slug: str,
    terms: Sequence[TermDates],
    by: User | None,
    now: datetime,
    grew_from: Cohort | None = None,
) -> Cohort:
    """Open a cohort: its terms, the blueprint's milestones, and version 1 of its policy.

    The rules are those of the year it grew from, as they are now, and the scheme's own where it is the first; who
    leads is the scheme's to say. Raises ``WrongState`` without a term of the cohort's own year.
    """
    own = [term for term in terms if term.year == 0]
    if not own:
        raise WrongState(_("Give at least the first term of the cohort's own year."))
    cohort = Cohort.objects.create(
        scheme=scheme,
        name=name,
        slug=slug,
        starts_on=min(term.first for term in own),
        ends_on=max(term.last for term in own),
        grew_from=grew_from,
        student_led_since=now if scheme.knobs.get("student_led") else None,
    )
    Term.objects.bulk_create(
        Term(cohort=cohort, year=t.year, number=t.number, starts_on=t.first, ends_on=t.last) for t in terms
    )
    Milestone.objects.bulk_create(
        Milestone(cohort=cohort, **milestone) for milestone in blueprint(scheme.blueprint)["milestones"]
    )
    PolicyVersion.objects.create(
        cohort=cohort, number=1, knobs=_first_knobs(scheme, grew_from), in_force_at=now, changed_by=by
    )
    record(verb="cohort opened", obj=cohort, by=by, now=now, fields=["name", "terms"], scheme_id=scheme.pk)
    return cohort


def _first_knobs(scheme: Scheme, grew_from: Cohort | None) -> dict[str, Any]:
    if grew_from is None:
        return scheme.knobs
    latest = grew_from.policy_versions.order_by("-number")[0]
    return policy_from({**latest.knobs, "student_led": bool(scheme.knobs.get("student_led"))}).as_json()


@transaction.atomic
def change_policy(*, cohort: Cohort, changes: Mapping[str, Any], by: User, now: datetime) -> PolicyVersion:
    """Add a version of the cohort's policy with some knobs changed. Raises ``BadPolicy``."""
    Cohort.objects.select_for_update().get(pk=cohort.pk)  # two changes at once take turns
    latest = cohort.policy_versions.order_by("-number")[0]
    policy = policy_from({**latest.knobs, **changes})
    if policy.student_led != latest.knobs.get("student_led", False):
        raise BadPolicy("Who leads is decided for the scheme: see schemes.governance.")
    version = PolicyVersion.objects.create(
        cohort=cohort, number=latest.number + 1, knobs=policy.as_json(), in_force_at=now, changed_by=by
    )
    cohort.__dict__.pop("policy", None)
    record(verb="policy changed", obj=cohort, by=by, now=now, fields=list(changes), scheme_id=cohort.scheme_id)
    return version


@transaction.atomic
def add_quiet_period(
    *, cohort: Cohort, kind: str, first: date, last: date, by: User | None, now: datetime
) -> QuietPeriod:
    """Keep nudges out of exams or a closure."""
    period = QuietPeriod.objects.create(cohort=cohort, kind=kind, starts_on=first, ends_on=last)
    record(verb="quiet period added", obj=period, by=by, now=now, fields=["kind"], scheme_id=cohort.scheme_id)
    return period


@transaction.atomic
def remove_quiet_period(*, period: QuietPeriod, by: User, now: datetime) -> None:
    """Let nudges go out on those days again."""
    record(
        verb="quiet period removed",
        obj=period,
        by=by,
        now=now,
        fields=["kind"],
        scheme_id=period.cohort.scheme_id,
    )
    period.delete()


@transaction.atomic
def move_milestone(*, milestone: Milestone, to: date, by: User, now: datetime) -> Milestone:
    """Move a milestone to a date; it is kept relative to its term. Raises ``WrongState`` without that term."""
    terms = {(term.year, term.number): term for term in milestone.cohort.terms.all()}
    falls_on = milestone.falls_on(terms)
    if falls_on is None:
        raise WrongState(_("The milestone's term has no dates yet."))
    milestone.days += (to - falls_on).days
    milestone.save(update_fields=["days"])
    record(
        verb="milestone moved",
        obj=milestone,
        by=by,
        now=now,
        fields=["days"],
        scheme_id=milestone.cohort.scheme_id,
    )
    return milestone
