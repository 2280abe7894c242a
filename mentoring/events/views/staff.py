"""Staff's pages: the calendar by date, planning, changing and cancelling an event."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import SignedInRequest
from accounts.services import NotAllowed, WrongState
from mentoring.events.calendar import calendar_file
from mentoring.events.forms import EventForm, KindFilterForm
from mentoring.events.models import Event, EventQuerySet
from mentoring.events.permissions import can_run
from mentoring.events.rules import can_be_restored
from mentoring.events.selectors import events_visible_to, room_of, units_to_plan_for, with_counts
from mentoring.events.services import cancel_event, change_event, plan_event, restore_event
from mentoring.events.states import BookingState
from mentoring.lib.notices import say, say_with_undo
from schemes.context import chosen_cohort, cohort_named
from schemes.models import Cohort
from schemes.permissions import appointments_with, requires
from schemes.roles import Capability
from schemes.speech import page_of

A_PAGE = 50


def _visible(request: SignedInRequest, pk: int) -> Event:
    return page_of(get_object_or_404(events_visible_to(request.user, timezone.localdate()), pk=pk))


def to_run(request: SignedInRequest, pk: int) -> Event:
    """An event that the reader runs: 404 for one they may not see, 403 for one they may only see."""
    event = _visible(request, pk)
    if not can_run(request.user, event, timezone.localdate()):
        raise PermissionDenied
    return event


def _chosen(events: EventQuerySet, show: str) -> EventQuerySet:
    now = timezone.now()
    if show == "past":
        return events.standing().past(now)
    if show == "cancelled":
        return events.exclude(cancelled_at=None).order_by("-starts_at", "-pk")
    return events.standing().coming(now)


def _filters(show: str, kept: dict[str, str]) -> list[dict[str, Any]]:
    labels = [("", _("Coming")), ("past", _("Past")), ("cancelled", _("Cancelled"))]
    return [
        {"label": label, "url": "?" + urlencode(({"show": key} if key else {}) | kept), "current": key == show}
        for key, label in labels
    ]


def _doors(user: Any, today: date) -> dict[str, bool]:
    """Which of the pages near events the reader may open."""
    doors = {
        "can_plan": Capability.RUN_EVENTS,
        "sees_people": Capability.SEE_PEOPLE,
        "recruits": Capability.DECIDE_APPLICATIONS,
        "facilitates": Capability.FACILITATE_SUPPORT,
    }
    return {name: bool(appointments_with(user, needed, today)) for name, needed in doors.items()}


@require_GET
@requires(Capability.SEE_EVENTS)
def staff_list(request: SignedInRequest) -> HttpResponse:
    """The events of the chosen cohort by date."""
    today = timezone.localdate()
    cohort = chosen_cohort(request, Capability.SEE_EVENTS)
    named, show = cohort_named(request), request.GET.get("show", "")
    form = KindFilterForm(request.GET)
    kind = form.cleaned_data["kind"] if form.is_valid() else ""
    events = events_visible_to(request.user, today).filter(cohort=cohort)
    events = events.filter(kind=kind) if kind else events
    page = Paginator(with_counts(_chosen(events, show)), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "cohort": cohort,
        "show": show,
        "filters": _filters(show, named | ({"kind": kind} if kind else {})),
        "filter_form": form,
        "keep": named | ({"show": show} if show else {}),
        "is_narrowed": bool(kind),
        "page_obj": page,
        **_doors(request.user, today),
    }
    return render(request, "events/staff_list.html", context)


@require_http_methods(["GET", "POST"])
@requires(Capability.RUN_EVENTS)
def plan(request: SignedInRequest) -> HttpResponse:
    """Plan an event for the chosen cohort."""
    cohort = chosen_cohort(request, Capability.RUN_EVENTS)
    if cohort is None:
        return redirect("events:staff_list")
    form = _form(request, cohort)
    if request.method == "POST" and form.is_valid():
        try:
            event = plan_event(
                cohort=cohort,
                unit=form.cleaned_data["unit"],
                details=form.details(),
                by=request.user,
                now=timezone.now(),
            )
        except (WrongState, NotAllowed) as problem:
            form.add_error(None, str(problem))
        else:
            say(request, _("Planned. Everyone it is for sees it on their events page."))
            return redirect("events:event", event.pk)
    return render(request, "events/plan.html", {"form": form, "cohort": cohort})


def _form(request: SignedInRequest, cohort: Cohort, event: Event | None = None) -> EventForm:
    units = units_to_plan_for(request.user, cohort, timezone.localdate())
    return EventForm(request.POST if request.method == "POST" else None, units=units, event=event)


@require_GET
@requires(Capability.SEE_EVENTS)
def event(request: SignedInRequest, pk: int) -> HttpResponse:
    """One event. Names of those who booked only for those who run it."""
    found = _visible(request, pk)
    runs = can_run(request.user, found, timezone.localdate())
    bookings = found.bookings.standing().select_related("participant__user") if runs else []
    context = {
        "event": found,
        "room": room_of(found),
        "here": found.register.count(),
        "runs": runs,
        "may_restore": runs and can_be_restored(found.cancelled_at, timezone.now()),
        "booked": [b for b in bookings if b.state == BookingState.BOOKED],
        "waiting": [b for b in bookings if b.state == BookingState.WAITING],
        "now": timezone.now(),
        "today": timezone.localdate(),
    }
    return render(request, "events/event.html", context)


@require_http_methods(["GET", "POST"])
@requires(Capability.RUN_EVENTS)
def change(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change an event; everyone who booked hears of a new time or place."""
    found = to_run(request, pk)
    form = _form(request, found.cohort, found)
    if request.method == "POST" and form.is_valid():
        try:
            change_event(
                event=found,
                unit=form.cleaned_data["unit"],
                details=form.details(),
                by=request.user,
                now=timezone.now(),
            )
        except (WrongState, NotAllowed) as problem:
            form.add_error(None, str(problem))
        else:
            say(request, _("Saved. If the time or place changed, everyone who booked hears of it in ten minutes."))
            return redirect("events:event", pk)
    return render(request, "events/change.html", {"form": form, "event": found})


@require_http_methods(["GET", "POST"])
@requires(Capability.RUN_EVENTS)
def cancel(request: SignedInRequest, pk: int) -> HttpResponse:
    """Cancel an event after a look at what that does."""
    found = to_run(request, pk)
    if request.method == "POST":
        try:
            cancel_event(event=found, by=request.user, now=timezone.now())
        except WrongState as problem:
            say(request, str(problem), level=messages.WARNING)
        else:
            undo = reverse("events:restore", args=[pk])
            say_with_undo(request, _("Cancelled. Everyone who booked hears of it in ten minutes."), undo)
        return redirect("events:event", pk)
    return render(request, "events/cancel.html", {"event": found, "room": room_of(found)})


@require_POST
@requires(Capability.RUN_EVENTS)
def restore(request: SignedInRequest, pk: int) -> HttpResponse:
    """Undo a cancellation while its letters wait."""
    found = to_run(request, pk)
    try:
        restore_event(event=found, by=request.user, now=timezone.now())
    except WrongState as problem:
        say(request, str(problem), level=messages.WARNING)
    else:
        say(request, _("It takes place after all. Nobody was told otherwise."))
    return redirect("events:event", pk)


@require_GET
@requires(Capability.SEE_EVENTS)
def staff_calendar(request: SignedInRequest, pk: int) -> HttpResponse:
    """The event as a calendar file."""
    return as_download(_visible(request, pk))


def as_download(found: Event) -> HttpResponse:
    """A calendar file to save."""
    content = calendar_file([found], now=timezone.now())
    headers = {"Content-Disposition": f'attachment; filename="event-{found.pk}.ics"'}
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)
