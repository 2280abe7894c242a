"""Facilitators' and coordinators' pages: groups, their members, their meetings."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Max, Min, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import SignedInRequest
from accounts.services import NotAllowed, WrongState
from mentoring.events.forms import TapForm
from mentoring.events.rules import is_register_open
from mentoring.events.selectors import register_of
from mentoring.events.services import record_attendance, restore_event
from mentoring.lib.choices import FindInput
from mentoring.lib.notices import say, say_with_undo
from mentoring.support.forms import GroupForm, MoveForm, ScheduleForm
from mentoring.support.models import Meeting, SupportGroup
from mentoring.support.permissions import can_arrange, can_lead
from mentoring.support.rules import MeetingDay, QuietDays, meeting_days
from mentoring.support.selectors import (
    facilitators_for,
    groups_visible_to,
    meetings_of,
    meetings_readable_by,
    mentors_to_choose,
    own_themes,
    people_of,
    units_to_arrange_for,
)
from mentoring.support.selectors.groups import with_sizes
from mentoring.support.services import arrange_group, call_meeting_off, move_meeting, schedule_meetings
from mentoring.support.services import change_group as save_group
from schemes.context import chosen_cohort
from schemes.models import Cohort
from schemes.permissions import requires
from schemes.roles import Capability
from schemes.selectors import quiet_spans
from schemes.speech import page_of


def visible_group(request: SignedInRequest, pk: int) -> SupportGroup:
    return page_of(get_object_or_404(groups_visible_to(request.user, timezone.localdate()), pk=pk))


@require_GET
@requires(Capability.FACILITATE_SUPPORT)
def staff_groups(request: SignedInRequest) -> HttpResponse:
    """The groups of the chosen cohort."""
    today, now = timezone.localdate(), timezone.now()
    cohort = chosen_cohort(request, Capability.FACILITATE_SUPPORT)
    standing = Q(meetings__event__cancelled_at=None)
    groups = with_sizes(groups_visible_to(request.user, today).filter(cohort=cohort)).annotate(
        next_at=Min("meetings__event__starts_at", filter=standing & Q(meetings__event__ends_at__gt=now)),
        last_at=Max("meetings__event__starts_at", filter=standing & Q(meetings__event__ends_at__lte=now)),
    )
    may_arrange = cohort is not None and units_to_arrange_for(request.user, cohort, today).exists()
    context = {"cohort": cohort, "groups": groups, "may_arrange": may_arrange}
    return render(request, "support/staff_groups.html", context)


def _form(request: SignedInRequest, cohort: Cohort, group: SupportGroup | None = None) -> GroupForm:
    today = timezone.localdate()
    looking = FindInput.pressed in request.POST
    return GroupForm(
        request.POST if request.method == "POST" and not looking else None,
        looking=request.POST if looking else None,
        units=None if group else units_to_arrange_for(request.user, cohort, today),
        facilitators=facilitators_for(cohort, today),
        mentors=mentors_to_choose(request.user, cohort, today, group),
        group=group,
    )


@require_http_methods(["GET", "POST"])
@requires(Capability.FACILITATE_SUPPORT)
def arrange(request: SignedInRequest) -> HttpResponse:
    """Arrange a group of the chosen cohort."""
    cohort = chosen_cohort(request, Capability.FACILITATE_SUPPORT)
    if cohort is None or not units_to_arrange_for(request.user, cohort, timezone.localdate()).exists():
        raise PermissionDenied
    form = _form(request, cohort)
    if request.method == "POST" and form.is_valid():
        try:
            group = arrange_group(cohort=cohort, by=request.user, now=timezone.now(), **form.cleaned_data)
        except (NotAllowed, WrongState) as problem:
            form.add_error(None, str(problem))
        else:
            say(request, _("The group is there. Schedule its meetings next."))
            return redirect("support:group", group.pk)
    return render(request, "support/arrange.html", {"form": form, "cohort": cohort})


@require_http_methods(["GET", "POST"])
@requires(Capability.FACILITATE_SUPPORT)
def change_group(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change a group's name, facilitator or members."""
    group = visible_group(request, pk)
    if not can_arrange(request.user, group.cohort, group.unit, timezone.localdate()):
        raise PermissionDenied
    form = _form(request, group.cohort, group)
    if request.method == "POST" and form.is_valid():
        try:
            save_group(group=group, by=request.user, now=timezone.now(), **form.cleaned_data)
        except (NotAllowed, WrongState) as problem:
            form.add_error(None, str(problem))
        else:
            say(request, _("Saved."))
            return redirect("support:group", pk)
    return render(request, "support/change_group.html", {"form": form, "group": group})


@require_GET
@requires(Capability.FACILITATE_SUPPORT)
def group(request: SignedInRequest, pk: int) -> HttpResponse:
    """One group: who is in it, when it meets, what it raised. Never its notes."""
    found = visible_group(request, pk)
    today, now = timezone.localdate(), timezone.now()
    meetings = list(meetings_of(found).prefetch_related("event__register"))
    context = {
        "group": found,
        "members": people_of(found),
        "coming": [m for m in meetings if m.event.ends_at > now],
        "past": [m for m in reversed(meetings) if m.event.ends_at <= now],
        "themes": own_themes(found),
        "arranges": can_arrange(request.user, found.cohort, found.unit, today),
        "readable": set(meetings_readable_by(request.user, today).filter(group=found).values_list("pk", flat=True)),
        "today": today,
    }
    return render(request, "support/group.html", context)


def to_lead(request: SignedInRequest, pk: int) -> SupportGroup:
    """A group that the reader leads; 404 for one they may not see, 403 for one they may only see."""
    found = visible_group(request, pk)
    if not can_lead(request.user, found, timezone.localdate()):
        raise PermissionDenied
    return found


def _days(group: SupportGroup, form: ScheduleForm) -> list[MeetingDay]:
    given = form.cleaned_data
    return meeting_days(
        given["first"],
        every_weeks=given["every"],
        count=given["count"],
        last_day=group.cohort.ends_on,
        quiet=[QuietDays(span.first, span.last) for span in quiet_spans(group.cohort)],
    )


@require_http_methods(["GET", "POST"])
@requires(Capability.FACILITATE_SUPPORT)
def schedule(request: SignedInRequest, pk: int) -> HttpResponse:
    """Schedule a run of meetings: say how, look at the dates, then confirm."""
    found = to_lead(request, pk)
    given = request.POST or (request.GET if "first" in request.GET else None)
    form = ScheduleForm(given, today=timezone.localdate())
    days = _days(found, form) if given is not None and form.is_valid() else []
    if request.method == "POST" and form.is_valid():
        try:
            made = schedule_meetings(
                group=found, days=[day.on for day in days], plan=form.plan(), by=request.user, now=timezone.now()
            )
        except WrongState as problem:
            form.add_error(None, str(problem))
        else:
            words = ngettext("%(count)s meeting scheduled.", "%(count)s meetings scheduled.", len(made))
            say(request, words % {"count": len(made)})
            return redirect("support:group", pk)
    context: dict[str, Any] = {
        "group": found,
        "form": form,
        "days": days,
        "answers": given,
        "size": people_of(found).count(),
    }
    return render(request, "support/schedule.html", context)


def _meeting(request: SignedInRequest, pk: int) -> Meeting:
    """A meeting of a group that the reader leads."""
    today = timezone.localdate()
    meetings = Meeting.objects.filter(group__in=groups_visible_to(request.user, today))
    found = get_object_or_404(
        meetings.select_related("event__cohort__scheme", "group__cohort__scheme", "group__unit"), pk=pk
    )
    if not can_lead(request.user, found.group, today):
        raise PermissionDenied
    return page_of(found, found.group.cohort.scheme)


def _opens(meeting: Meeting) -> bool:
    day: date = timezone.localdate(meeting.event.starts_at)
    return is_register_open(first_day=day, is_cancelled=meeting.event.is_cancelled, today=timezone.localdate())


@require_GET
@requires(Capability.FACILITATE_SUPPORT)
def register(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who was there: one tap a member."""
    meeting = _meeting(request, pk)
    rows = register_of(meeting.event)
    context = {"meeting": meeting, "rows": rows, "here": sum(r.is_here for r in rows), "is_open": _opens(meeting)}
    return render(request, "support/register.html", context)


@require_POST
@requires(Capability.FACILITATE_SUPPORT)
def tap(request: SignedInRequest, pk: int) -> HttpResponse:
    """One tap: a member was there, or was not after all."""
    meeting = _meeting(request, pk)
    form = TapForm(request.POST)
    if not form.is_valid():
        return redirect("support:register", pk)
    row = next((r for r in register_of(meeting.event) if r.participant.pk == form.cleaned_data["participant"]), None)
    if row is None:
        raise Http404
    try:
        record_attendance(
            event=meeting.event,
            participant=row.participant,
            is_here=form.cleaned_data["is_here"],
            by=request.user,
            now=timezone.now(),
        )
    except WrongState as problem:
        say(request, str(problem), level=messages.WARNING)
    return redirect(f"{reverse('support:register', args=[pk])}#p{row.participant.pk}")


@require_http_methods(["GET", "POST"])
@requires(Capability.FACILITATE_SUPPORT)
def move(request: SignedInRequest, pk: int) -> HttpResponse:
    """Move one meeting to another time or place."""
    meeting = _meeting(request, pk)
    given = request.POST if request.method == "POST" else None
    form = MoveForm(given, meeting=meeting, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["first"]
        try:
            move_meeting(meeting=meeting, day=day, plan=form.plan(), by=request.user, now=timezone.now())
        except WrongState as problem:
            form.add_error(None, str(problem))
        else:
            say(request, _("Saved. The members hear of a new time or place in ten minutes."))
            return redirect("support:group", meeting.group_id)
    return render(request, "support/move.html", {"meeting": meeting, "form": form})


@require_POST
@requires(Capability.FACILITATE_SUPPORT)
def call_off(request: SignedInRequest, pk: int) -> HttpResponse:
    """Call one meeting off."""
    meeting = _meeting(request, pk)
    try:
        call_meeting_off(meeting=meeting, by=request.user, now=timezone.now())
    except WrongState as problem:
        say(request, str(problem), level=messages.WARNING)
    else:
        undo = reverse("support:restore_meeting", args=[pk])
        say_with_undo(request, _("Called off. The members hear of it in ten minutes."), undo)
    return redirect("support:group", meeting.group_id)


@require_POST
@requires(Capability.FACILITATE_SUPPORT)
def restore_meeting(request: SignedInRequest, pk: int) -> HttpResponse:
    """Undo calling a meeting off, while its letters wait."""
    meeting = _meeting(request, pk)
    try:
        restore_event(event=meeting.event, by=request.user, now=timezone.now())
    except WrongState as problem:
        say(request, str(problem), level=messages.WARNING)
    else:
        say(request, _("It takes place after all. Nobody was told otherwise."))
    return redirect("support:group", meeting.group_id)
