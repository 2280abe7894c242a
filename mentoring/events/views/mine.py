"""A student's own events: what is open, booking, giving a place up."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import SignedInRequest, signed_in
from accounts.services import NotAllowed, WrongState
from mentoring.events.models import Event
from mentoring.events.selectors import bookings_of, came_along, events_for, own_events
from mentoring.events.services import book as book_place
from mentoring.events.services import give_up as give_place_up
from mentoring.events.states import BookingState
from mentoring.events.views.staff import as_download
from mentoring.lib.notices import say, say_with_undo
from schemes.speech import page_of

OWN = "shows only events that are open to the reader"
PAST_SHOWN = 10


def _own(request: SignedInRequest, pk: int) -> Event:
    return page_of(get_object_or_404(events_for(request.user), pk=pk))


@require_GET
@signed_in(OWN)
def mine(request: SignedInRequest) -> HttpResponse:
    """What I booked, what else is open to me, and where I have been."""
    now = timezone.now()
    coming = own_events(request.user, events_for(request.user).standing().coming(now))
    context = {
        "booked": [row for row in coming if row.booking],
        "others": [row for row in coming if not row.booking],
        "past": came_along(request.user, now)[:PAST_SHOWN],
    }
    return render(request, "events/mine.html", context)


@require_GET
@signed_in(OWN)
def own(request: SignedInRequest, pk: int) -> HttpResponse:
    """One event: when, where, and my place at it."""
    event = _own(request, pk)
    row = own_events(request.user, Event.objects.filter(pk=event.pk))[0]
    context = {"event": event, "row": row, "has_begun": event.starts_at <= timezone.now()}
    return render(request, "events/own.html", context)


@require_POST
@signed_in(OWN)
def book(request: SignedInRequest, pk: int) -> HttpResponse:
    """Book a place, or join the waiting list."""
    event = _own(request, pk)
    try:
        booking = book_place(event=event, user=request.user, now=timezone.now())
    except NotAllowed as problem:
        raise Http404 from problem
    except WrongState as problem:
        say(request, str(problem), level=messages.WARNING)
        return redirect("events:own", pk)
    if booking.state == BookingState.BOOKED:
        say(request, _("You have a place. We have sent you an e-mail with a calendar file."))
    else:
        say(request, _("All places are taken. You are on the waiting list, and get the next place that comes free."))
    return redirect("events:own", pk)


@require_POST
@signed_in(OWN)
def give_up(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give my place up, or leave the waiting list."""
    event = _own(request, pk)
    booking = get_object_or_404(bookings_of(request.user), event=event)
    had_place = booking.state == BookingState.BOOKED
    try:
        give_place_up(booking=booking, by=request.user, now=timezone.now())
    except WrongState as problem:
        say(request, str(problem), level=messages.WARNING)
        return redirect("events:own", pk)
    words = _("Your place is free for somebody else.") if had_place else _("You have left the waiting list.")
    if event.is_bookable:
        say_with_undo(request, words, reverse("events:book", args=[pk]))
    else:
        say(request, words)
    return redirect("events:mine")


@require_GET
@signed_in(OWN)
def own_calendar(request: SignedInRequest, pk: int) -> HttpResponse:
    """The event as a calendar file."""
    return as_download(_own(request, pk))
