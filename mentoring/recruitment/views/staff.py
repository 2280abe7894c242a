"""Coordinators' pages: adverts, applications, decisions, invitations."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import SignedInRequest
from accounts.models import User
from accounts.services import NotAllowed, WrongState
from mentoring.lib.keys import keys_from
from mentoring.lib.moments import moment_of, stamp_of
from mentoring.lib.notices import say, say_with_undo
from mentoring.recruitment.forms import AdvertForm
from mentoring.recruitment.models import Advert, Application
from mentoring.recruitment.permissions import can_advertise
from mentoring.recruitment.rules import opening_on
from mentoring.recruitment.selectors import (
    adverts_visible_to,
    applications_visible_to,
    cohorts_to_recruit_for,
    invitable,
    mentee_past,
    numbers_of,
    source_cohorts,
)
from mentoring.recruitment.services import (
    change_advert as save_advert,
)
from mentoring.recruitment.services import decide as decide_about
from mentoring.recruitment.services import invite as send_invitations
from mentoring.recruitment.services import place_advert, take_back_invitations, undo_decisions
from mentoring.recruitment.states import DECISIONS, ApplicationState
from mentoring.recruitment.wording import VERBS
from schemes.models import Cohort, Scheme
from schemes.permissions import appointments_with, requires, schemes_held_whole
from schemes.roles import Capability
from schemes.selectors import in_charge_of
from schemes.speech import page_of, speak_for

A_PAGE = 50


def _advert(request: SignedInRequest, pk: int) -> Advert:
    return page_of(get_object_or_404(adverts_visible_to(request.user, timezone.localdate()), pk=pk))


def _advert_to_change(request: SignedInRequest, pk: int) -> Advert:
    """An advert the reader may change: 403 for one that they only see (R90)."""
    advert = _advert(request, pk)
    if not can_advertise(request.user, advert.cohort.scheme, timezone.localdate()):
        raise PermissionDenied
    return advert


def _charge(user: User, schemes: Iterable[Scheme], today: date) -> dict[str, Any]:
    """Whether a reader may advertise for one of these schemes, and if not, who does (R90)."""
    if any(can_advertise(user, scheme, today) for scheme in schemes):
        return {"can_advertise": True}
    people = [who for scheme in schemes for who in in_charge_of(scheme, Capability.DECIDE_APPLICATIONS, today)]
    return {"can_advertise": False, "in_charge": list(dict.fromkeys(people))}


@require_GET
@requires(Capability.DECIDE_APPLICATIONS)
def staff(request: SignedInRequest) -> HttpResponse:
    """Every advert with its numbers."""
    today = timezone.localdate()
    adverts = list(adverts_visible_to(request.user, today))
    numbers = numbers_of(applications_visible_to(request.user, today), adverts)
    rows = [
        {
            "advert": advert,
            "numbers": numbers[advert.pk],
            "opening": opening_on(today, opens_on=advert.opens_on, closes_on=advert.closes_on),
        }
        for advert in adverts
    ]
    schemes = {a.scheme for a in appointments_with(request.user, Capability.DECIDE_APPLICATIONS, today)}
    return render(request, "recruitment/staff.html", {"rows": rows, **_charge(request.user, schemes, today)})


@require_http_methods(["GET", "POST"])
@requires(Capability.DECIDE_APPLICATIONS)
def new_advert(request: SignedInRequest) -> HttpResponse:
    """Place an advert for a cohort."""
    if not schemes_held_whole(request.user, Capability.DECIDE_APPLICATIONS, timezone.localdate()):
        raise PermissionDenied
    cohorts = cohorts_to_recruit_for(request.user, timezone.localdate())
    form = AdvertForm(request.POST if request.method == "POST" else None, cohorts=cohorts)
    if request.method == "POST" and form.is_valid():
        cohort = form.cleaned_data["cohort"]
        try:
            advert = place_advert(cohort=cohort, details=form.details(), by=request.user, now=timezone.now())
        except WrongState as problem:
            form.add_error("title", str(problem))
        else:
            say(request, _("Placed. Its page can be shared now; people can apply from the day it opens."))
            return redirect("recruitment:applications", advert.pk)
    return render(request, "recruitment/new_advert.html", {"form": form, "cohorts": cohorts})


@require_http_methods(["GET", "POST"])
@requires(Capability.DECIDE_APPLICATIONS)
def change_advert(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change an advert's words or days."""
    advert = _advert_to_change(request, pk)
    form = AdvertForm(request.POST if request.method == "POST" else None, cohorts=None, advert=advert)
    if request.method == "POST" and form.is_valid():
        save_advert(advert=advert, details=form.details(), by=request.user, now=timezone.now())
        say(request, _("Saved."))
        return redirect("recruitment:applications", pk)
    return render(request, "recruitment/change_advert.html", {"form": form, "advert": advert})


def _filters(show: str, numbers: Any) -> list[dict[str, Any]]:
    labels = [
        ("", _("To decide"), numbers.waiting),
        ("accepted", _("Accepted"), numbers.accepted),
        ("reserve", _("Reserve list"), numbers.reserve),
        ("declined", _("Not this time"), numbers.declined),
        ("withdrawn", _("Withdrawn"), numbers.withdrawn),
    ]
    return [
        {"label": label, "count": count, "url": f"?show={key}" if key else "?", "current": key == show}
        for key, label, count in labels
    ]


@require_GET
@requires(Capability.DECIDE_APPLICATIONS)
def applications(request: SignedInRequest, pk: int) -> HttpResponse:
    """The applications to one advert, to be decided singly or together."""
    advert = _advert(request, pk)
    visible = applications_visible_to(request.user, timezone.localdate()).filter(advert=advert)
    numbers = numbers_of(visible, [advert])[advert.pk]
    show = request.GET.get("show", "")
    state = show if show in ApplicationState.values else ApplicationState.SUBMITTED
    context = {
        "advert": advert,
        "opening": opening_on(timezone.localdate(), opens_on=advert.opens_on, closes_on=advert.closes_on),
        "numbers": numbers,
        "show": show,
        "filters": _filters(show, numbers),
        "page_obj": Paginator(visible.filter(state=state), A_PAGE).get_page(request.GET.get("page")),
        "decisions": [(to, VERBS[to]) for to in DECISIONS if to != state],
        "can_decide": state in {ApplicationState.SUBMITTED, ApplicationState.RESERVE, ApplicationState.DECLINED},
        **_charge(request.user, [advert.cohort.scheme], timezone.localdate()),
    }
    return render(request, "recruitment/applications.html", context)


@require_GET
@requires(Capability.DECIDE_APPLICATIONS)
def application(request: SignedInRequest, pk: int) -> HttpResponse:
    """One application: the offer, the mentee they were, and the decision."""
    found = get_object_or_404(applications_visible_to(request.user, timezone.localdate()), pk=pk)
    speak_for(found.advert.cohort.scheme)
    open_states = {ApplicationState.SUBMITTED, ApplicationState.RESERVE, ApplicationState.DECLINED}
    context = {
        "application": found,
        "advert": found.advert,
        "past": mentee_past(found.applicant, found.advert.cohort),
        "decisions": [(to, VERBS[to]) for to in DECISIONS if to != found.state] if found.state in open_states else [],
    }
    return render(request, "recruitment/application.html", context)


def _picked(request: SignedInRequest, advert: Advert) -> QuerySet[Application]:
    """The applications named by the request, of those the reader may see."""
    keys = keys_from((request.POST or request.GET).getlist("pk"))
    visible = applications_visible_to(request.user, timezone.localdate())
    return visible.filter(advert=advert, pk__in=keys).exclude(state=ApplicationState.WITHDRAWN)


@require_http_methods(["GET", "POST"])
@requires(Capability.DECIDE_APPLICATIONS)
def decide(request: SignedInRequest, pk: int) -> HttpResponse:
    """Decide about the chosen applications together, after a look at who they are."""
    advert = _advert(request, pk)
    to = (request.POST or request.GET).get("to", "")
    picked = _picked(request, advert)
    if to not in DECISIONS or not picked:
        say(request, _("Tick the applications first, then choose what to decide."), level=messages.WARNING)
        return redirect("recruitment:applications", pk)
    if request.method == "GET":
        context = {"advert": advert, "applications": picked, "to": to, "verb": VERBS[to]}
        return render(request, "recruitment/decide.html", context)
    now = timezone.now()
    try:
        count = decide_about(applications=picked, to=to, by=request.user, now=now)
    except (NotAllowed, WrongState) as problem:
        say(request, _("Nothing was decided. %(reason)s") % {"reason": problem}, level=messages.WARNING)
        return redirect("recruitment:applications", pk)
    words = ngettext(
        "%(count)s application decided. The letter goes out in ten minutes.",
        "%(count)s applications decided. The letters go out in ten minutes.",
        count,
    )
    say_with_undo(request, words % {"count": count}, reverse("recruitment:undo_decisions", args=[stamp_of(now)]))
    return redirect("recruitment:applications", pk)


@require_POST
@requires(Capability.DECIDE_APPLICATIONS)
def undo_decision(request: SignedInRequest, stamp: int) -> HttpResponse:
    """Take back what was decided at one moment, while the letters wait."""
    try:
        count = undo_decisions(decided_at=moment_of(stamp), by=request.user, now=timezone.now())
    except WrongState as problem:
        say(request, str(problem), level=messages.WARNING)
    else:
        say(request, _("Undone. Nobody was told.") if count else _("There was nothing to undo."))
    return redirect("recruitment:staff")


def _source(request: SignedInRequest, sources: QuerySet[Cohort], advert: Advert) -> Cohort | None:
    """The cohort named by the request, else the one the advert's cohort grew from, else the latest."""
    by_slug = {cohort.slug: cohort for cohort in sources}
    asked = (request.POST or request.GET).get("from", "")
    grew_from = advert.cohort.grew_from
    return by_slug.get(asked) or grew_from or next(iter(by_slug.values()), None)


def _send(request: SignedInRequest, advert: Advert, source: Cohort) -> HttpResponse:
    now, expected = timezone.now(), request.POST.get("count", "")
    shown = next(iter(keys_from([expected])), -1)
    try:
        count = send_invitations(advert=advert, source=source, expected=shown, by=request.user, now=now)
    except WrongState as problem:
        say(request, str(problem), level=messages.WARNING)
        return redirect(f"{reverse('recruitment:invite', args=[advert.pk])}?from={source.slug}")
    words = ngettext(
        "%(count)s invitation goes out in ten minutes, in waking hours.",
        "%(count)s invitations go out in ten minutes, in waking hours.",
        count,
    )
    say_with_undo(request, words % {"count": count}, reverse("recruitment:undo_invite", args=[stamp_of(now)]))
    return redirect("recruitment:applications", advert.pk)


@require_http_methods(["GET", "POST"])
@requires(Capability.DECIDE_APPLICATIONS)
def invite(request: SignedInRequest, pk: int) -> HttpResponse:
    """Invite this year's mentees: who they are and how many, then send."""
    advert, today = _advert(request, pk), timezone.localdate()
    sources = source_cohorts(advert)
    source = _source(request, sources, advert)
    mentees = list(invitable(request.user, advert, source, today)) if source else []
    if request.method == "POST" and source:
        return _send(request, advert, source)
    opening = opening_on(today, opens_on=advert.opens_on, closes_on=advert.closes_on)
    context = {"advert": advert, "sources": sources, "source": source, "mentees": mentees, "opening": opening}
    return render(request, "recruitment/invite.html", context)


@require_POST
@requires(Capability.DECIDE_APPLICATIONS)
def undo_invite(request: SignedInRequest, stamp: int) -> HttpResponse:
    """Take back one bulk invitation while its letters wait."""
    try:
        count = take_back_invitations(invited_at=moment_of(stamp), by=request.user, now=timezone.now())
    except WrongState as problem:
        say(request, str(problem), level=messages.WARNING)
    else:
        say(request, _("Undone. Nobody was written to.") if count else _("There was nothing to undo."))
    return redirect("recruitment:staff")
