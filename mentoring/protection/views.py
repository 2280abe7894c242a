"""My data: what is kept, a copy of it, an end of it. And the administrators' side of the same."""

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import SignedInRequest, home_of, signed_in
from accounts.proving import proven_again
from accounts.services import WrongState
from mentoring.lib.notices import say
from mentoring.protection import services
from mentoring.protection.forms import RefuseForm, StatementsForm
from mentoring.protection.models import DataCopy, ErasureRequest, Tidying, TrailAnchor
from mentoring.protection.permissions import (
    copies_of_concerns,
    copies_of_pairs,
    copies_to_review,
    wishes_visible_to,
)
from mentoring.protection.rules import COOLING_OFF, COPY_KEPT, STATUTORY
from mentoring.protection.selectors.looks import looks_at
from mentoring.protection.states import ErasureState
from schemes.permissions import administrators_only, requires
from schemes.roles import Capability
from schemes.services import change_institution

OWN = "each person's own data"
A_PAGE = 50
OPEN = (ErasureState.ASKED, ErasureState.GRANTED)


@require_GET
@signed_in(OWN)
def mine(request: SignedInRequest) -> HttpResponse:
    """What is kept about me, and what I can ask for."""
    copy = DataCopy.objects.filter(person=request.user).first()
    context = {
        "copy": copy,
        "is_kept": bool(copy and copy.file),
        "kept_until": copy.finished_at + COPY_KEPT if copy and copy.finished_at else None,
        "wish": ErasureRequest.objects.filter(person=request.user, state__in=OPEN).first(),
    }
    return render(request, "protection/mine.html", context)


@require_GET
@signed_in(OWN)
def looks(request: SignedInRequest) -> HttpResponse:
    """Who of the staff looked at my record, and when."""
    page = Paginator(looks_at(request.user), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "protection/looks.html", {"page_obj": page, "institution": request.user.institution})


@require_POST
@signed_in(OWN)
def ask_copy(request: SignedInRequest) -> HttpResponse:
    """Queue a copy."""
    services.ask_for_copy(person=request.user, now=timezone.now())
    return redirect("protection:mine")


@require_POST
@signed_in(OWN)
@proven_again
def fetch(request: SignedInRequest, pk: int) -> HttpResponse:
    """The copy itself, by POST, so that no prefetch takes it; an attachment, kept by no cache."""
    copy = get_object_or_404(DataCopy, pk=pk, person=request.user)
    try:
        data = services.open_copy(copy=copy, by=request.user, now=timezone.now())
    except WrongState as gone:
        say(request, str(gone), level=messages.ERROR)
        return redirect("protection:mine")
    answer = HttpResponse(data, content_type="application/zip")
    answer["Content-Disposition"] = 'attachment; filename="my-peer-mentoring-data.zip"'
    return answer


@require_http_methods(["GET", "POST"])
@signed_in(OWN)
def ask_erasure(request: SignedInRequest) -> HttpResponse:
    """Say what erasing means; POST asks for it."""
    if request.method == "POST":
        services.ask_to_be_erased(person=request.user, now=timezone.now())
        say(request, _("You have asked to be erased. You hear within a month, usually within days."))
        return redirect("protection:mine")
    return render(request, "protection/erase.html")


@require_POST
@signed_in(OWN)
def take_back(request: SignedInRequest) -> HttpResponse:
    """Take the wish back."""
    wish = ErasureRequest.objects.filter(person=request.user, state__in=OPEN).first()
    if wish is not None:
        services.take_back(wish=wish, by=request.user, now=timezone.now())
        say(request, _("Taken back. Everything stays as it was."))
    return redirect("protection:mine")


@require_GET
@administrators_only
def requests(request: SignedInRequest) -> HttpResponse:
    """What people ask about their data, the oldest first, and what tonight's tidying would do."""
    context = {
        "wishes": wishes_visible_to(request.user).filter(state__in=OPEN).select_related("person"),
        "statutory": STATUTORY,
        "last": Tidying.objects.first(),
        "anchor": TrailAnchor.objects.first(),
        "overdue": sorted(services.overdue_counts(timezone.now()).items()),
    }
    return render(request, "protection/requests.html", context)


def _decide(request: SignedInRequest, pk: int, act: Callable[[ErasureRequest], None], done: str) -> HttpResponse:
    wish = get_object_or_404(wishes_visible_to(request.user).select_related("person"), pk=pk)
    try:
        act(wish)
    except WrongState as refusal:
        say(request, str(refusal), level=messages.ERROR)
    else:
        say(request, done)
    return redirect("protection:requests")


@require_POST
@administrators_only
@proven_again
def grant(request: SignedInRequest, pk: int) -> HttpResponse:
    """Grant an erasure; it is done a day later."""
    hours = int(COOLING_OFF.total_seconds() // 3600)
    done = _("Granted. It is done in %(hours)s hours; until then the person can take it back.") % {"hours": hours}
    return _decide(request, pk, lambda w: services.grant(wish=w, by=request.user, now=timezone.now()), done)


@require_http_methods(["GET", "POST"])
@administrators_only
@proven_again
def refuse(request: SignedInRequest, pk: int) -> HttpResponse:
    """Refuse an erasure for a reason that the person is told."""
    wish = get_object_or_404(wishes_visible_to(request.user).select_related("person"), pk=pk)
    form = RefuseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        why, now = form.cleaned_data["why"], timezone.now()
        told = _("Refused. The person is told why.")
        return _decide(request, pk, lambda w: services.refuse(wish=w, why=why, by=request.user, now=now), told)
    return render(request, "protection/refuse.html", {"form": form, "wish": wish})


@require_GET
@requires(Capability.READ_CONCERNS)
def held(request: SignedInRequest) -> HttpResponse:
    """Copies from which something was held back, for the safeguarding leads who may know of it."""
    waiting = copies_to_review(request.user, timezone.localdate())
    context = {"copies": waiting.select_related("person"), "statutory": STATUTORY}
    return render(request, "protection/held.html", context)


@require_POST
@requires(Capability.READ_CONCERNS)
@proven_again
def held_reviewed(request: SignedInRequest, pk: int) -> HttpResponse:
    """What was held back has been looked at."""
    today = timezone.localdate()
    theirs = copies_of_pairs(request.user, today) | copies_of_concerns(request.user, today)
    copy = get_object_or_404(theirs.distinct(), pk=pk)
    services.close_review(copy=copy, by=request.user, now=timezone.now())
    say(request, _("Noted."))
    return redirect("protection:held")


@administrators_only
def statements(request: SignedInRequest) -> HttpResponse:
    """What the privacy notice and the accessibility statement say for the university."""
    form = StatementsForm(request.POST or None, instance=home_of(request))
    if request.method == "POST" and form.is_valid():
        change_institution(form=form, by=request.user, now=timezone.now())
        say(request, _("Saved."))
        return redirect("schemes:setup")
    return render(request, "schemes/form.html", {"form": form, "heading": _("Privacy and accessibility")})
