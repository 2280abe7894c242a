"""Who leads a scheme: its staff, or students (R94, R95).

A year that students lead is closed to staff from that moment on, and stays so: what people told each other under
that promise is not opened by a later decision. Going back to staff is for the years that are opened after it.
"""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import WrongState, record
from schemes.models import Appointment, Cohort, PolicyVersion, Scheme
from schemes.permissions import TAKING_PART, is_of_staff, staff_appointments
from schemes.policy import policy_from
from schemes.roles import STUDENTS_ROLES


def unfit_to_lead(scheme: Scheme, today: date) -> list[User]:
    """Who holds a role that would be a student's, today or later, and is none, or is of the scheme's staff as well."""
    held = Appointment.objects.filter(Q(ends_on=None) | Q(ends_on__gte=today), scheme=scheme)
    found = held.filter(role__in=STUDENTS_ROLES).select_related("user").order_by("pk")
    return [a.user for a in found if not a.user.student_number or is_of_staff(a.user)]


def unfit_to_take_part(scheme: Scheme, today: date) -> list[User]:
    """Who is of staff and takes part in a year that would be closed to staff: they would read it from within."""
    open_years = scheme.cohorts.filter(ends_on__gte=today, student_led_since=None)
    taking_part = User.objects.filter(participations__cohort__in=open_years, participations__state__in=TAKING_PART)
    of_staff = Q(is_staff=True) | Q(is_superuser=True) | Q(pk__in=staff_appointments().values("user"))
    return list(taking_part.filter(of_staff).distinct().order_by("pk"))


@transaction.atomic
def let_students_lead(*, scheme: Scheme, by: User, now: datetime) -> list[Cohort]:
    """Close the scheme's present and coming years to staff, from now on; which years. Again it changes nothing.

    Raises ``WrongState`` while somebody who is no student holds a role that would read them, and while somebody of
    staff takes part in them.
    """
    scheme = Scheme.objects.select_for_update().get(pk=scheme.pk)
    today = timezone.localdate(now)
    if unfit := unfit_to_lead(scheme, today):
        names = get_text_list([person.full_name for person in unfit], _("and"))
        raise WrongState(
            _("Only students can lead. End these appointments first, or record the student number: %(names)s.")
            % {"names": names}
        )
    if staff := unfit_to_take_part(scheme, today):
        names = get_text_list([person.full_name for person in staff], _("and"))
        raise WrongState(
            _("Nobody of staff takes part where students lead. They have to stop taking part first: %(names)s.")
            % {"names": names}
        )
    _remember(scheme, student_led=True, by=by, now=now)
    closed = list(scheme.cohorts.select_for_update().filter(ends_on__gte=today, student_led_since=None))
    for cohort in closed:
        _close(cohort, by=by, now=now)
    return closed


@transaction.atomic
def let_staff_lead(*, scheme: Scheme, by: User, now: datetime) -> None:
    """The years that are opened from now on are led by staff. What students lead now stays closed, for good."""
    _remember(Scheme.objects.select_for_update().get(pk=scheme.pk), student_led=False, by=by, now=now)


def _remember(scheme: Scheme, *, student_led: bool, by: User, now: datetime) -> None:
    if bool(scheme.knobs.get("student_led")) == student_led:
        return
    scheme.knobs = {**scheme.knobs, "student_led": student_led}
    scheme.save(update_fields=["knobs"])
    verb = "students lead from now on" if student_led else "staff lead the next year"
    record(verb=verb, obj=scheme, by=by, now=now, fields=["knobs"], scheme_id=scheme.pk)


def _close(cohort: Cohort, *, by: User, now: datetime) -> None:
    latest = cohort.policy_versions.order_by("-number")[0]
    knobs = policy_from({**latest.knobs, "student_led": True}).as_json()
    PolicyVersion.objects.create(cohort=cohort, number=latest.number + 1, knobs=knobs, in_force_at=now, changed_by=by)
    cohort.student_led_since = now
    cohort.save(update_fields=["student_led_since"])
    cohort.__dict__.pop("policy", None)
    fields = ["student_led", "student_led_since"]
    record(verb="year closed to staff", obj=cohort, by=by, now=now, fields=fields, scheme_id=cohort.scheme_id)
