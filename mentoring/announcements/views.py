"""Pages of announcements: the list, writing one, and one with what can be done about it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages as notices
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import SignedInRequest
from accounts.proving import proven_again
from accounts.services import NotAllowed, WrongState
from mentoring.announcements import services
from mentoring.announcements.forms import AnnouncementForm, CountForm
from mentoring.announcements.letters import content_of
from mentoring.announcements.models import Announcement
from mentoring.announcements.permissions import can_decide, reach_of
from mentoring.announcements.rules import ALONE_UP_TO, HOLD, needs_second_person
from mentoring.announcements.selectors import announcements_visible_to, progress_of, released_lately, users_of
from mentoring.announcements.states import AnnouncementState
from mentoring.lib.notices import say
from schemes.context import chosen_cohort
from schemes.permissions import requires
from schemes.roles import Capability
from schemes.speech import page_of

S = AnnouncementState
ON_A_PAGE = 50


@require_GET
@requires(Capability.WRITE_TO_MANY)
def listed(request: SignedInRequest) -> HttpResponse:
    """The announcements of the chosen cohort, the newest first."""
    cohort = chosen_cohort(request, Capability.WRITE_TO_MANY)
    visible = announcements_visible_to(request.user, timezone.localdate()).filter(cohort=cohort)
    page = Paginator(visible, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "announcements/list.html", {"cohort": cohort, "page_obj": page})


@require_http_methods(["GET", "POST"])
@requires(Capability.WRITE_TO_MANY)
def new(request: SignedInRequest) -> HttpResponse:
    """Write one; the next page says whom it would reach."""
    cohort = chosen_cohort(request, Capability.WRITE_TO_MANY)
    unit = reach_of(request.user, cohort, timezone.localdate()) if cohort else None
    if cohort is None or unit is None:
        raise Http404
    form = AnnouncementForm(request.POST or None, cohort=cohort, unit=unit)
    if request.method == "POST" and form.is_valid():
        made = services.write(cohort=cohort, by=request.user, now=timezone.now(), **form.cleaned_data)
        return redirect("announcements:one", made.pk)
    return render(request, "announcements/new.html", {"cohort": cohort, "form": form})


def _visible(request: SignedInRequest, pk: int) -> Announcement:
    return page_of(get_object_or_404(announcements_visible_to(request.user, timezone.localdate()), pk=pk))


@require_GET
@requires(Capability.WRITE_TO_MANY)
def one(request: SignedInRequest, pk: int) -> HttpResponse:
    """One announcement: whom it reaches, what it says, where it stands, what can be done."""
    return _page(request, _visible(request, pk), CountForm())


def _page(request: SignedInRequest, announcement: Announcement, form: CountForm) -> HttpResponse:
    now, is_author = timezone.now(), announcement.author_id == request.user.pk
    is_open = announcement.state in {S.DRAFT, S.WAITING}
    may_decide = announcement.state == S.WAITING and can_decide(request.user, announcement, timezone.localdate())
    count = users_of(announcement).count() if is_open else announcement.count
    lately = released_lately(announcement.author, now) if is_open else 0
    may_send = is_author and announcement.state == S.DRAFT and count
    context = {
        "announcement": announcement,
        "count": count,
        "lately": lately,
        "needs_second": is_open and needs_second_person(count or 0, lately=lately),
        "alone_up_to": ALONE_UP_TO,
        "minutes": int(HOLD.total_seconds() // 60),
        "preview": content_of(announcement),
        "progress": None if is_open else progress_of(announcement),
        "is_author": is_author,
        "may_send": may_send,
        "may_decide": may_decide,
        "is_held": announcement.is_held(now),
        # What is wrong with a form that is not there any more leads nowhere.
        "form": form if may_send or may_decide else None,
    }
    return render(request, "announcements/one.html", context)


@require_POST
@requires(Capability.WRITE_TO_MANY)
@proven_again
def send(request: SignedInRequest, pk: int) -> HttpResponse:
    """Its author agrees to the number."""
    return _agree(request, pk, services.confirm)


@require_POST
@requires(Capability.WRITE_TO_MANY)
@proven_again
def approve(request: SignedInRequest, pk: int) -> HttpResponse:
    """A second person agrees to the number."""
    return _agree(request, pk, services.approve)


def _agree(request: SignedInRequest, pk: int, act: Callable[..., Announcement]) -> HttpResponse:
    announcement, form = _visible(request, pk), CountForm(request.POST)
    if not form.is_valid():
        return _page(request, announcement, form)
    try:
        act(announcement=announcement, count=form.cleaned_data["count"], by=request.user, now=timezone.now())
    except NotAllowed as error:
        raise PermissionDenied from error
    except WrongState as problem:
        form.add_error("count", str(problem))
        return _page(request, announcement, form)
    if announcement.state == S.WAITING:
        say(request, _("It waits for a second person."))
    else:
        say(request, _("It goes out in ten minutes. You can stop it here."))
    return redirect("announcements:one", pk)


@require_POST
@requires(Capability.WRITE_TO_MANY)
def decline(request: SignedInRequest, pk: int) -> HttpResponse:
    """It is not sent."""
    return _end(request, pk, services.decline, lambda result: _("It is not sent. Nobody was written to."))


@require_POST
@requires(Capability.WRITE_TO_MANY)
def stop(request: SignedInRequest, pk: int) -> HttpResponse:
    """Stop what has not gone out."""
    return _end(
        request,
        pk,
        services.stop,
        lambda n: (
            ngettext("Stopped. %(n)s message was called off.", "Stopped. %(n)s messages were called off.", n) % {"n": n}
        ),
    )


def _end(request: SignedInRequest, pk: int, act: Callable[..., Any], words: Callable[[Any], str]) -> HttpResponse:
    try:
        result = act(announcement=_visible(request, pk), by=request.user, now=timezone.now())
    except WrongState as problem:
        say(request, str(problem), level=notices.WARNING)
    else:
        say(request, words(result))
    return redirect("announcements:one", pk)
