"""The one to whom a note was shown reads it; safeguarding decides when the student is told."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import Access, SignedInRequest, gated
from accounts.services import WrongState
from mentoring.confidences.forms import DelayForm
from mentoring.confidences.models import Disclosure
from mentoring.confidences.selectors.disclosures import shown_to, to_decide_about
from mentoring.confidences.services.disclosures import delay_telling, note_opened, tell_now
from mentoring.lib.notices import say
from schemes.permissions import appointments_of
from schemes.speech import page_of


def _works(request: HttpRequest) -> bool:
    return bool(appointments_of(request.user, timezone.localdate()))


for_staff = gated(Access("capability", "any appointment; only what was shown to the reader"), _works)


def _one(found: list[Disclosure], pk: int) -> Disclosure:
    one = next((one for one in found if one.pk == pk), None)
    if one is None:
        raise Http404
    return page_of(one, one.match.cohort.scheme)


@require_GET
@for_staff
def shown(request: SignedInRequest) -> HttpResponse:
    """The notes that are open to me, and what I decide about. No word of them stands here."""
    now = timezone.now()
    today = timezone.localdate(now)
    context = {"open": shown_to(request.user, now, today), "to_decide": to_decide_about(request.user, today)}
    return render(request, "confidences/shown.html", context)


@require_GET
@for_staff
def shown_note(request: SignedInRequest, pk: int) -> HttpResponse:
    """One note. The look is on the trail, and the student finds it there."""
    now = timezone.now()
    one = _one(shown_to(request.user, now, timezone.localdate(now)), pk)
    note_opened(disclosure=one, by=request.user, now=now)
    return render(request, "confidences/shown_note.html", {"one": one})


@for_staff
def telling(request: SignedInRequest, pk: int) -> HttpResponse:
    """When the student is told: now, or on a later day for a reason. The note itself is not here."""
    now = timezone.now()
    today = timezone.localdate(now)
    one = _one(to_decide_about(request.user, today), pk)
    form = DelayForm(request.POST or None, today=today)
    if request.method == "POST" and form.is_valid():
        told: dict[str, Any] = {"until": form.moment, "why": form.cleaned_data["why"]}
        try:
            delay_telling(disclosure=one, by=request.user, now=now, **told)
        except WrongState as error:
            form.add_error(None, str(error))
        else:
            say(request, _("They are told on that day, unless you decide again."))
            return redirect("confidences:shown")
    return render(request, "confidences/telling.html", {"one": one, "form": form})


@require_POST
@for_staff
def tell_student(request: SignedInRequest, pk: int) -> HttpResponse:
    """Tell them now."""
    now = timezone.now()
    one = _one(to_decide_about(request.user, timezone.localdate(now)), pk)
    tell_now(disclosure=one, by=request.user, now=now)
    say(request, _("They are told now."), level=messages.SUCCESS)
    return redirect("confidences:shown")
