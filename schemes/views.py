"""Setting up: institution, units, courses, schemes, cohorts, people, policy."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from accounts.access import Access, SignedInRequest, gated, home_of, public
from accounts.models import Institution
from accounts.proving import proven_again
from accounts.services import WrongState
from schemes import services
from schemes.forms import (
    AppointmentForm,
    CohortForm,
    InstitutionForm,
    ProgrammeForm,
    QuietPeriodForm,
    SchemeForm,
    StartForm,
    UnitForm,
    academic_year,
    unit_label,
)
from schemes.models import Appointment, Cohort, Scheme
from schemes.permissions import (
    administrators_only,
    appointments_with,
    can_appoint,
    can_edit_scheme,
    is_administrator,
    sets_up_a_scheme,
    sets_up_university,
    setting_up,
    works_here,
)
from schemes.policy_forms import PolicyForm, initial_policy, rule_changes
from schemes.roles import Capability
from schemes.selectors import schemes_to_set_up, year_of
from schemes.speech import page_of
from schemes.states import Role

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


# The work of the year, in its order: who does it, where, and what it is.
STEPS = (
    (Capability.RUN_EVENTS, "events:staff_list", _lazy("Events"), _lazy("Sessions, places and registers")),
    (Capability.DECIDE_APPLICATIONS, "recruitment:staff", _lazy("Recruit mentors"), _lazy("Adverts and applications")),
    (Capability.RUN_EVENTS, "console:funnel", _lazy("Train mentors"), _lazy("Who is trained, and what is missing")),
    (Capability.IMPORT_PEOPLE, "participation:imports", _lazy("Import students"), _lazy("From the student record")),
    (Capability.DRAFT_MATCHES, "matching:drafts", _lazy("Match"), _lazy("Drafts, reasons, publishing")),
    (Capability.HANDLE_SWAPS, "matching:swaps", _lazy("Change mentors"), _lazy("Wishes for another mentor")),
    (Capability.FACILITATE_SUPPORT, "support:staff_groups", _lazy("Support groups"), _lazy("Meetings and actions")),
    (Capability.EDIT_TEXTS, "agreements:staff", _lazy("Texts to agree to"), _lazy("Code of conduct and agreement")),
    (Capability.SEE_TODAY, "console:year", _lazy("The year"), _lazy("Each step, and what goes out with it")),
    (Capability.SEE_MESSAGES, "nudges:rules", _lazy("Nudges"), _lazy("What goes out by itself, and when")),
)
REPORTS = (
    Capability.SEE_FIGURES,
    "console:reports",
    _lazy("Reports"),
    _lazy("Numbers without names, to read or print"),
)
DIRECTORY = ("contacts:staff_services", _lazy("Support directory"), _lazy("Where mentors point to"))

PROPOSED = ("federation:proposals", _lazy("Proposed roles"), _lazy("What the university’s sign-in says of people"))


def _steps(request: SignedInRequest) -> list[dict[str, Any]]:
    today = timezone.localdate()
    found = [
        (name, label, hint)
        for capability, name, label, hint in (*STEPS, REPORTS)
        if appointments_with(request.user, capability, today)
    ]
    if sets_up_university(request.user, today):
        found.append(DIRECTORY)
    if settings.SIGN_IN_PROVIDERS and appointments_with(request.user, Capability.APPOINT, today):
        found.append(PROPOSED)
    return [{"label": label, "hint": hint, "url": reverse(name)} for name, label, hint in found]


def _works_here(request: SignedInRequest) -> bool:
    return works_here(request.user, timezone.localdate())


working_here = gated(Access("capability", "any step of the year"), _works_here)


def _scheme(request: SignedInRequest, pk: int) -> Scheme:
    found = get_object_or_404(schemes_to_set_up(request.user, timezone.localdate()), pk=pk)
    return page_of(found, found)


def _cohort(request: SignedInRequest, slug: str) -> Cohort:
    schemes = schemes_to_set_up(request.user, timezone.localdate())
    found = get_object_or_404(Cohort.objects.select_related("scheme__unit"), slug=slug, scheme__in=schemes)
    return page_of(found, found.scheme)


@public("an empty installation has nobody who could sign in; afterwards it answers 404")
def start(request: HttpRequest) -> HttpResponse:
    """Create the institution and its first administrator, once."""
    if Institution.objects.exists() or not (settings.SETUP_IS_OPEN or settings.SETUP_CODE):
        raise Http404
    form = StartForm(request.POST or None, code="" if settings.SETUP_IS_OPEN else settings.SETUP_CODE)
    if request.method == "POST" and form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if name != "setup_code"}
        try:
            admin = services.set_up_institution(**given, now=timezone.now())
        except WrongState as error:
            messages.error(request, str(error))
            return redirect("account_login")
        login(request, admin, backend=BACKEND)
        # Who has just chosen a password is not asked for it again before the first appointment.
        reauthenticate_by_password(request)
        messages.success(request, _("Welcome. Next: your units and courses, then a scheme."))
        return redirect("schemes:setup")
    return render(request, "schemes/start.html", {"form": form})


@working_here
def setup(request: SignedInRequest) -> HttpResponse:
    """What is set up, and what is still to do."""
    today = timezone.localdate()
    schemes = schemes_to_set_up(request.user, today).prefetch_related("cohorts").select_related("unit")
    institution = home_of(request)
    return render(
        request,
        "schemes/setup.html",
        {
            "schemes": schemes,
            "institution": institution,
            "is_administrator": is_administrator(request.user),
            "sets_up": sets_up_a_scheme(request),
            "steps": _steps(request),
            "tasks": _institution_tasks(institution),
        },
    )


def _institution_tasks(institution: Institution) -> list[dict[str, Any]]:
    units, courses = institution.units.count(), institution.programmes.count()
    return [
        {
            "label": _("The university"),
            "url": reverse("schemes:institution"),
            "status": institution.name,
            "tone": "good",
        },
        {
            "label": _("Units"),
            "url": reverse("schemes:units"),
            "status": _("%(count)s units") % {"count": units} if units > 1 else _("To do"),
            "tone": "good" if units > 1 else "attention",
        },
        {
            "label": _("Courses"),
            "url": reverse("schemes:programmes"),
            "status": _("%(count)s courses") % {"count": courses} if courses else _("To do"),
            "tone": "good" if courses else "attention",
        },
        {
            "label": _("The university’s own sign-in"),
            "url": reverse("federation:overview"),
            "status": _("Set") if settings.SIGN_IN_PROVIDERS else _("Not set"),
            "tone": "good" if settings.SIGN_IN_PROVIDERS else "",
        },
        {
            "label": _("Privacy and accessibility"),
            "url": reverse("protection:statements"),
            "status": _("Done") if institution.privacy_contact else _("To do"),
            "tone": "good" if institution.privacy_contact else "attention",
        },
        {
            "label": _("Safeguarding leads"),
            "url": reverse("safeguarding:grants"),
            "status": _("Propose, approve, stop"),
            "tone": "plain",
        },
        {
            "label": _("People’s own data"),
            "url": reverse("protection:requests"),
            "status": _("Copies, erasing, tidying"),
            "tone": "",
        },
    ]


@administrators_only
def institution(request: SignedInRequest) -> HttpResponse:
    """The university's name, help address and emergency numbers."""
    form = InstitutionForm(request.POST or None, instance=home_of(request))
    if request.method == "POST" and form.is_valid():
        services.change_institution(form=form, by=request.user, now=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("schemes:setup")
    return render(request, "schemes/form.html", {"form": form, "heading": _("The university")})


@administrators_only
def units(request: SignedInRequest) -> HttpResponse:
    """The tree of units, and a form to add one."""
    institution = home_of(request)
    form = UnitForm(request.POST or None, institution=institution)
    if request.method == "POST" and form.is_valid():
        services.add_unit(institution=institution, by=request.user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("%(name)s added.") % {"name": form.cleaned_data["name"]})
        return redirect("schemes:units")
    tree = [(unit_label(unit), unit) for unit in institution.units.all()]
    return render(request, "schemes/units.html", {"form": form, "tree": tree})


@administrators_only
def programmes(request: SignedInRequest) -> HttpResponse:
    """The courses, and a form to add one."""
    institution = home_of(request)
    form = ProgrammeForm(request.POST or None, institution=institution)
    if request.method == "POST" and form.is_valid():
        services.add_programme(by=request.user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("%(name)s added.") % {"name": form.cleaned_data["name"]})
        return redirect("schemes:programmes")
    courses = institution.programmes.select_related("unit")
    return render(request, "schemes/programmes.html", {"form": form, "courses": courses})


@administrators_only
def start_scheme(request: SignedInRequest) -> HttpResponse:
    """Start a scheme from a blueprint."""
    institution = home_of(request)
    form = SchemeForm(request.POST or None, institution=institution)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        now = timezone.now()
        scheme = services.start_scheme_with_lead(
            institution=institution, by=request.user, now=now, today=timezone.localdate(now), **data
        )
        messages.success(request, _("%(name)s has begun. Next: its first cohort.") % {"name": scheme.name})
        return redirect("schemes:open_cohort", pk=scheme.pk)
    return render(request, "schemes/form.html", {"form": form, "heading": _("Start a scheme")})


@setting_up
def open_cohort(request: SignedInRequest, pk: int) -> HttpResponse:
    """Open a cohort with the dates of its terms."""
    scheme = _scheme(request, pk)
    form = CohortForm(request.POST or None, initial=CohortForm.guess(academic_year(timezone.localdate())))
    if request.method == "POST" and form.is_valid():
        try:
            cohort = services.open_next_cohort(
                scheme=scheme,
                name=form.cleaned_data["name"],
                terms=form.terms,
                by=request.user,
                now=timezone.now(),
            )
        except WrongState as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, _("The cohort is open. Its year is below: move what differs."))
            return redirect("schemes:cohort", slug=cohort.slug)
    context = {"form": form, "heading": _("Open a cohort of %(scheme)s") % {"scheme": scheme.name}}
    return render(request, "schemes/form.html", context)


@setting_up
def cohort(request: SignedInRequest, slug: str) -> HttpResponse:
    """A cohort's set-up: its year, quiet periods, people, rules."""
    cohort = _cohort(request, slug)
    today = timezone.localdate()
    return render(
        request,
        "schemes/cohort.html",
        {
            "cohort": cohort,
            "year": year_of(cohort, today),
            "quiet": cohort.quiet_periods.all(),
            "appointments": cohort.scheme.appointments.in_force(today).select_related("user", "unit"),
            "can_appoint": can_appoint(request.user, cohort.scheme, today),
            "has_safeguarding_lead": cohort.scheme.appointments.in_force(today)
            .filter(role=Role.SAFEGUARDING_LEAD)
            .exists(),
        },
    )


@setting_up
def quiet_period(request: SignedInRequest, slug: str) -> HttpResponse:
    """Add exams or a closure."""
    cohort = _cohort(request, slug)
    form = QuietPeriodForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.add_quiet_period(cohort=cohort, by=request.user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("No nudges will go out on those days."))
        return redirect("schemes:cohort", slug=slug)
    return render(request, "schemes/form.html", {"form": form, "heading": _("Exams or a closure")})


@setting_up
@require_POST
def remove_quiet_period(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Take a quiet period away again."""
    period = get_object_or_404(_cohort(request, slug).quiet_periods, pk=pk)
    services.remove_quiet_period(period=period, by=request.user, now=timezone.now())
    messages.success(request, _("Removed."))
    return redirect("schemes:cohort", slug=slug)


@setting_up
def policy(request: SignedInRequest, slug: str) -> HttpResponse:
    """The rules of a cohort, with the history of their versions (R98)."""
    cohort = _cohort(request, slug)
    if not can_edit_scheme(request.user, cohort.scheme, timezone.localdate()):
        raise PermissionDenied
    form = PolicyForm(request.POST or None, initial=initial_policy(cohort))
    if request.method == "POST" and form.is_valid():
        changes = {name: form.cleaned_data[name] for name in form.changed_data}
        if changes:
            services.change_policy(cohort=cohort, changes=changes, by=request.user, now=timezone.now())
            messages.success(request, _("The new rules are in force."))
        return redirect("schemes:cohort", slug=slug)
    versions = list(cohort.policy_versions.select_related("changed_by"))
    made = [rule_changes(older.knobs, newer.knobs) for newer, older in pairwise(versions)]
    history = list(zip(versions, [*made, []], strict=True))
    return render(request, "schemes/policy.html", {"form": form, "cohort": cohort, "history": history})


@setting_up
@proven_again
def appoint(request: SignedInRequest, pk: int) -> HttpResponse:
    """Appoint somebody to a role in a scheme."""
    scheme = _scheme(request, pk)
    today = timezone.localdate()
    if not can_appoint(request.user, scheme, today):
        raise PermissionDenied
    form = AppointmentForm(request.POST or None, scheme=scheme, initial={"starts_on": today, "unit": scheme.unit_id})
    if request.method == "POST" and form.is_valid():
        try:
            made = services.appoint_by_address(scheme=scheme, by=request.user, now=timezone.now(), **form.cleaned_data)
        except WrongState as error:
            form.add_error("role", str(error))
        else:
            messages.success(request, _("%(who)s appointed.") % {"who": made.user.full_name})
            return _to_cohort(scheme)
    return render(request, "schemes/form.html", {"form": form, "heading": _("Appoint somebody")})


def _to_cohort(scheme: Scheme) -> HttpResponse:
    newest = scheme.cohorts.order_by("-starts_on").first()
    return redirect("schemes:cohort", slug=newest.slug) if newest else redirect("schemes:setup")


@setting_up
@require_POST
@proven_again
def end_appointment(request: SignedInRequest, pk: int) -> HttpResponse:
    """End an appointment today."""
    today = timezone.localdate()
    appointment = get_object_or_404(
        Appointment.objects.select_related("scheme__unit", "user"),
        pk=pk,
        scheme__in=schemes_to_set_up(request.user, today),
    )
    if not can_appoint(request.user, appointment.scheme, today):
        raise PermissionDenied
    try:
        services.end_appointment(
            appointment=appointment, ends_on=today - timedelta(days=1), by=request.user, now=timezone.now()
        )
    except WrongState as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(who)s no longer has this role.") % {"who": appointment.user.full_name})
    return _to_cohort(appointment.scheme)
