"""Opening confidences in an emergency, reading them for an hour, and the review by somebody else."""

from datetime import datetime
from uuid import UUID

from allauth.mfa.utils import is_mfa_enabled
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import SignedInRequest, second_step_shown_at
from accounts.services import NotAllowed, WrongState
from mentoring.lib.notices import say
from mentoring.safeguarding import services
from mentoring.safeguarding.forms import LaterForm, OpenForm, ReviewForm
from mentoring.safeguarding.models import Opening
from mentoring.safeguarding.permissions import can_review, openings_readable_by, openings_visible_to
from mentoring.safeguarding.rules import OPEN_FOR, PROOF_LASTS, is_open
from mentoring.safeguarding.selectors import confidences_of, looks_of, to_alert
from mentoring.safeguarding.sources import SOURCES
from schemes.permissions import requires
from schemes.roles import Capability
from schemes.speech import page_of, speak_for

SHOWN = 50


def _is_open(opening: Opening, now: datetime) -> bool:
    return is_open(opened_at=opening.opened_at, ends_at=opening.ends_at, now=now)


@require_GET
@requires(Capability.BREAK_GLASS)
def openings(request: SignedInRequest) -> HttpResponse:
    """What was opened in the reader's schemes: what waits for its review first."""
    now = timezone.now()
    visible = list(openings_visible_to(request.user, timezone.localdate(now))[:SHOWN])
    context = {
        "now_open": [each for each in visible if each.opened_by_id == request.user.pk and _is_open(each, now)],
        "to_review": [each for each in visible if can_review(request.user, each)],
        "openings": visible,
        "today": timezone.localdate(now),
    }
    return render(request, "safeguarding/openings.html", context)


@require_http_methods(["GET", "POST"])
@requires(Capability.BREAK_GLASS)
def open_(request: SignedInRequest) -> HttpResponse:
    """Say whom, what and why. Without a second step in this session there is no form, and nothing to post to."""
    now = timezone.now()
    proved_at = second_step_shown_at(request)
    is_fresh = proved_at is not None and now - proved_at <= PROOF_LASTS
    form = OpenForm(request.POST or None, reader=request.user, today=timezone.localdate(now))
    if request.method == "POST":
        if proved_at is None:
            raise Http404
        if form.is_valid() and is_fresh:
            return _opened(request, form, proved_at, now)
    context = {
        "form": form,
        "is_fresh": is_fresh,
        "keeps_words": request.method == "POST",
        "has_second_step": is_mfa_enabled(request.user),
        "minutes": int(OPEN_FOR.total_seconds() // 60),
        "proof_minutes": int(PROOF_LASTS.total_seconds() // 60),
        "kinds": [source.label for source in SOURCES.values()],
    }
    return render(request, "safeguarding/open.html", context)


def _opened(request: SignedInRequest, form: OpenForm, proved_at: datetime, now: datetime) -> HttpResponse:
    data = form.cleaned_data
    try:
        opening = services.open_confidences(
            scheme=data["who"].cohort.scheme,
            subject=data["who"].user,
            category=data["category"],
            reason=data["reason"],
            proved_at=proved_at,
            form_key=data["form_key"],
            by=request.user,
            now=now,
        )
    except NotAllowed as refusal:
        raise Http404 from refusal
    return redirect("safeguarding:read", opening.public_key)


@require_GET
@requires(Capability.BREAK_GLASS)
def read(request: SignedInRequest, public_key: UUID) -> HttpResponse:
    """What was opened: for an hour, to read and nothing else. Each look is on the trail before it is shown."""
    now = timezone.now()
    opening = get_object_or_404(openings_readable_by(request.user, timezone.localdate(now)), public_key=public_key)
    speak_for(opening.scheme)
    if not _is_open(opening, now):
        raise Http404
    opened = confidences_of(opening)
    shown = [each for kind in opened for each in kind.confidences]
    services.note_reading(opening=opening, confidences=shown, by=request.user, now=now)
    return render(request, "safeguarding/read.html", {"opening": opening, "opened": opened})


@require_POST
@requires(Capability.BREAK_GLASS)
def end(request: SignedInRequest, public_key: UUID) -> HttpResponse:
    """Close it before the hour is over."""
    opening = get_object_or_404(openings_readable_by(request.user, timezone.localdate()), public_key=public_key)
    services.end_early(opening=opening, by=request.user, now=timezone.now())
    say(request, _("Closed. Nobody can read it any more."))
    return redirect("safeguarding:opening", public_key)


def _visible(request: SignedInRequest, public_key: UUID) -> Opening:
    found = get_object_or_404(openings_visible_to(request.user, timezone.localdate()), public_key=public_key)
    return page_of(found, found.scheme)


@require_GET
@requires(Capability.BREAK_GLASS)
def opening(request: SignedInRequest, public_key: UUID) -> HttpResponse:
    """That it was opened, why, what was read, and where it stands. Not what it says."""
    found = _visible(request, public_key)
    now = timezone.now()
    context = {
        "opening": found,
        "is_open": found.opened_by_id == request.user.pk and _is_open(found, now),
        "looks": [
            (look.at, [(_kind(name), count) for name, count in look.kinds]) for look in looks_of(found, request.user)
        ],
        "may_review": can_review(request.user, found),
        "others": to_alert(found, timezone.localdate(now)),
        "is_late": found.state == "waiting" and found.review_due_on < timezone.localdate(now),
    }
    return render(request, "safeguarding/opening.html", context)


def _kind(label: str) -> str:
    """What a kind of row is called on this page."""
    return {
        "confidences.note": _("notes by a mentor"),
        "support.meetingnote": _("notes of support groups"),
        "matching.swaprequest": _("wishes for another mentor"),
    }.get(label, label)


@require_http_methods(["GET", "POST"])
@requires(Capability.BREAK_GLASS)
def review(request: SignedInRequest, public_key: UUID) -> HttpResponse:
    """Somebody else closes the review; 404 for who opened it."""
    found = _visible(request, public_key)
    if not can_review(request.user, found):
        raise Http404
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.review(opening=found, by=request.user, now=timezone.now(), **form.cleaned_data)
        except WrongState as refusal:
            say(request, str(refusal), level=30)
        else:
            say(request, _("Reviewed. It is on record."))
        return redirect("safeguarding:opening", public_key)
    return render(request, "safeguarding/review.html", {"form": form, "opening": found})


@require_POST
@requires(Capability.BREAK_GLASS)
def tell(request: SignedInRequest, public_key: UUID) -> HttpResponse:
    """Tell the person now."""
    services.tell_subject(opening=_visible(request, public_key), by=request.user, now=timezone.now())
    say(request, _("They are being told."))
    return redirect("safeguarding:opening", public_key)


@require_http_methods(["GET", "POST"])
@requires(Capability.BREAK_GLASS)
def later(request: SignedInRequest, public_key: UUID) -> HttpResponse:
    """Tell the person later, for a reason."""
    found = _visible(request, public_key)
    if found.told_at is not None:
        raise Http404
    now = timezone.now()
    form = LaterForm(request.POST or None, today=timezone.localdate(now))
    if request.method == "POST" and form.is_valid():
        try:
            services.delay_telling(opening=found, by=request.user, now=now, **form.cleaned_data)
        except WrongState as refusal:
            say(request, str(refusal), level=30)
        else:
            say(request, _("They are told later, by themselves."))
        return redirect("safeguarding:opening", public_key)
    return render(request, "safeguarding/later.html", {"form": form, "opening": found})
