"""The register: one tap a person, on a phone at the door."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.access import SignedInRequest
from accounts.services import NotAllowed, WrongState
from mentoring.events.forms import TapForm
from mentoring.events.models import Event
from mentoring.events.rules import is_register_open
from mentoring.events.selectors import register_of, walk_ins
from mentoring.events.services import everyone_was_here, record_attendance, undo_everyone_was_here
from mentoring.events.views.staff import to_run
from mentoring.lib.moments import moment_of, stamp_of
from mentoring.lib.notices import say, say_with_undo
from mentoring.participation.models import Participant
from schemes.permissions import requires
from schemes.roles import Capability


def _is_open(event: Event) -> bool:
    first_day = timezone.localdate(event.starts_at)
    return is_register_open(first_day=first_day, is_cancelled=event.is_cancelled, today=timezone.localdate())


@require_GET
@requires(Capability.RUN_EVENTS)
def register(request: SignedInRequest, pk: int) -> HttpResponse:
    """Everyone who booked as a big button, and a search for those who walk in."""
    event = to_run(request, pk)
    rows = register_of(event)
    words = request.GET.get("q", "").strip()
    context = {
        "event": event,
        "rows": rows,
        "here": sum(row.is_here for row in rows),
        "expected": sum(bool(row.booking) and not row.is_waiting for row in rows),
        "is_open": _is_open(event),
        "query": words,
        "found": walk_ins(event, words) if words else [],
    }
    return render(request, "events/register.html", context)


@require_POST
@requires(Capability.RUN_EVENTS)
def tap(request: SignedInRequest, pk: int) -> HttpResponse:
    """One tap: somebody is here, or is not after all."""
    event = to_run(request, pk)
    form = TapForm(request.POST)
    if not form.is_valid():
        return redirect("events:register", pk)
    person = get_object_or_404(Participant, pk=form.cleaned_data["participant"], cohort=event.cohort_id)
    try:
        record_attendance(
            event=event,
            participant=person,
            is_here=form.cleaned_data["is_here"],
            by=request.user,
            now=timezone.now(),
        )
    except NotAllowed as problem:
        raise Http404 from problem
    except WrongState as problem:
        say(request, str(problem), level=messages.WARNING)
    return redirect(_back(request, pk, person.pk))


def _back(request: HttpRequest, pk: int, person: int) -> str:
    """The register where one was: at the person just tapped."""
    words = request.POST.get("q", "")
    return reverse("events:register", args=[pk]) + (f"?{urlencode({'q': words})}" if words else "") + f"#p{person}"


@require_POST
@requires(Capability.RUN_EVENTS)
def all_here(request: SignedInRequest, pk: int) -> HttpResponse:
    """Everyone who booked was here."""
    event = to_run(request, pk)
    now = timezone.now()
    try:
        count = everyone_was_here(event=event, by=request.user, now=now)
    except WrongState as problem:
        say(request, str(problem), level=messages.WARNING)
        return redirect("events:register", pk)
    if not count:
        say(request, _("Everyone who booked is on the register already."))
        return redirect("events:register", pk)
    words = ngettext("%(count)s person put on the register.", "%(count)s people put on the register.", count)
    say_with_undo(request, words % {"count": count}, reverse("events:undo_all_here", args=[pk, stamp_of(now)]))
    return redirect("events:register", pk)


@require_POST
@requires(Capability.RUN_EVENTS)
def undo_all_here(request: SignedInRequest, pk: int, stamp: int) -> HttpResponse:
    """Take back one press of "everyone who booked was here"."""
    event = to_run(request, pk)
    undo_everyone_was_here(event=event, recorded_at=moment_of(stamp), by=request.user, now=timezone.now())
    say(request, _("Undone. Tap each person who was here."))
    return redirect("events:register", pk)
