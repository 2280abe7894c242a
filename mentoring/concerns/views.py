"""Raising a concern, and the inbox of those who look after them."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import SignedInRequest, signed_in
from accounts.services import WrongState
from mentoring.concerns import services
from mentoring.concerns.forms import ConcernForm, EntryForm
from mentoring.concerns.models import Concern
from mentoring.concerns.permissions import readers, readers_only
from mentoring.concerns.selectors import (
    cohort_to_raise_in,
    concerns_visible_to,
    raised_by,
    readers_of,
    subjects_for,
    unit_raised_in,
)
from mentoring.lib.notices import say
from schemes.permissions import appointments_with
from schemes.roles import Capability
from schemes.speech import page_of, speak_for


@signed_in("anybody in a scheme may be worried about somebody")
def raise_(request: SignedInRequest) -> HttpResponse:
    """Emergency numbers first; then what, who, and exactly who will read it."""
    now = timezone.now()
    today = timezone.localdate(now)
    cohort = cohort_to_raise_in(request.user, today)
    institution = request.user.institution
    if cohort is None:
        return render(request, "concerns/no_scheme.html", {"institution": institution})
    speak_for(cohort.scheme)
    form = ConcernForm(request.POST or None, subjects=subjects_for(request.user, cohort, now))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            concern = services.raise_concern(
                cohort=cohort,
                kind=data["kind"],
                text=data["text"],
                subject=form.subject,
                form_key=data["form_key"],
                by=request.user,
                now=now,
            )
        except WrongState:
            form.add_error(None, _("This form has been used already. Open the page again."))
        else:
            return redirect("concerns:sent", form_key=concern.form_key)
    who_reads = readers(cohort, unit_raised_in(request.user, cohort, today), today, raised_at=now)
    context = {"form": form, "readers": who_reads, "institution": institution}
    return render(request, "concerns/raise.html", context)


@signed_in("shows a person only what they themselves raised")
def sent(request: SignedInRequest, form_key: UUID) -> HttpResponse:
    """The receipt: it arrived, who reads it, and whether somebody looks after it."""
    raised = raised_by(request.user).select_related("cohort__scheme__unit", "about__user", "about_staff")
    concern = page_of(get_object_or_404(raised, form_key=form_key))
    today = timezone.localdate()
    context = {"concern": concern, "readers": readers_of(concern, today)}
    return render(request, "concerns/sent.html", context)


@readers_only
def inbox(request: SignedInRequest) -> HttpResponse:
    """Open concerns first, the oldest on top."""
    today = timezone.localdate()
    concerns = concerns_visible_to(request.user, today)
    return render(
        request,
        "concerns/inbox.html",
        {
            "open": concerns.exclude(state="closed").order_by("-state", "raised_at"),
            "closed": concerns.filter(state="closed").order_by("-closed_at")[:50],
            "is_lead": bool(appointments_with(request.user, Capability.BREAK_GLASS, today)),
        },
    )


def _concern(request: SignedInRequest, public_key: UUID) -> Concern:
    return page_of(get_object_or_404(concerns_visible_to(request.user, timezone.localdate()), public_key=public_key))


@readers_only
def concern(request: SignedInRequest, public_key: UUID) -> HttpResponse:
    """Facts, owner, clock, what was done; a look at it is on the trail."""
    concern = _concern(request, public_key)
    now = timezone.now()
    form = EntryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.add_entry(concern=concern, text=form.cleaned_data["text"], by=request.user, now=now)
        say(request, _("Added."))
        return redirect("concerns:concern", public_key=public_key)
    services.note_view(concern=concern, by=request.user, now=now)
    entries = concern.entries.select_related("written_by")
    return render(request, "concerns/concern.html", {"concern": concern, "entries": entries, "form": form})


@readers_only
@require_POST
def take(request: SignedInRequest, public_key: UUID) -> HttpResponse:
    """Take ownership."""
    concern = _concern(request, public_key)
    try:
        services.take(concern=concern, by=request.user, now=timezone.now())
    except WrongState as error:
        say(request, str(error), level=30)
    else:
        say(request, _("You look after this now. The person who raised it can see that somebody does."))
    return redirect("concerns:concern", public_key=public_key)


@readers_only
@require_POST
def close(request: SignedInRequest, public_key: UUID) -> HttpResponse:
    """Close it."""
    concern = _concern(request, public_key)
    try:
        services.close(concern=concern, by=request.user, now=timezone.now())
    except WrongState as error:
        say(request, str(error), level=30)
        return redirect("concerns:concern", public_key=public_key)
    say(request, _("Closed. You can take it up again from here."))
    return redirect("concerns:inbox")
