"""Doing something to many: a look at whom it is done to and who is left out, the deed, and the way back."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import SignedInRequest
from accounts.services import NotAllowed, WrongState
from mentoring.console.forms import LetterForm
from mentoring.console.permissions import deeds_of
from mentoring.console.selectors.batches import (
    Plan,
    batches_of,
    matches_still,
    people_still,
    plan_for_pairs,
    plan_for_people,
)
from mentoring.console.selectors.pairs import pairs_of
from mentoring.console.selectors.today import people_in_reach
from mentoring.console.services import do_to_many, take_back_batch
from mentoring.console.services.batches import undone_until
from mentoring.console.states import OF_PAIRS, OF_PEOPLE, WRITES, Deed
from mentoring.console.views.listing import FILTERS, kept
from mentoring.console.views.pairs import listed_pairs, pairs_told_of
from mentoring.console.views.people import listed_people
from mentoring.console.wording import done_in_words, first_words, left_out_in_words
from mentoring.lib.keys import keys_from
from mentoring.lib.notices import say
from schemes.context import chosen_cohort
from schemes.models import Cohort
from schemes.permissions import requires
from schemes.roles import Capability
from schemes.speech import page_of

PAGE = 50


def _deed(request: SignedInRequest, deeds: tuple[Deed, ...], cohort: Cohort | None) -> tuple[Cohort, Deed | None]:
    """What is to be done; ``None`` when nothing was chosen. 404 for what the reader may not do."""
    may = deeds_of(request.user, deeds, cohort, timezone.localdate()) if cohort else []
    if cohort is None or not may:
        raise Http404
    asked = request.GET.get("deed", "")
    if asked and asked not in may:
        raise Http404
    return cohort, Deed(asked) if asked else None


def _form_key(request: SignedInRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("form_key", ""))
    except ValueError:
        return uuid.uuid4()


def _is_nothing_chosen(request: SignedInRequest) -> bool:
    return "everyone" not in request.GET and not request.GET.getlist("pk")


def _back_to_list(request: SignedInRequest, deed: Deed | None, back: str) -> HttpResponse:
    """The list again, filtered as it was, and what is still to be chosen there."""
    words = _("Choose what to do with them.") if deed is None else _("Tick the rows first, then choose what to do.")
    say(request, words, level=messages.WARNING)
    filters = urlencode(kept(request, *FILTERS))
    return redirect(f"{back}?{filters}" if filters else back)


@require_http_methods(["GET", "POST"])
@requires(Capability.SEE_PEOPLE)
def of_people(request: SignedInRequest) -> HttpResponse:
    """Something to the people who were chosen, or to all whom the filter lists."""
    cohort, deed = _deed(request, OF_PEOPLE, chosen_cohort(request, Capability.SEE_PEOPLE))
    if deed is None or _is_nothing_chosen(request):
        return _back_to_list(request, deed, reverse("console:people"))
    today = timezone.localdate()
    if "everyone" in request.GET:
        chosen = listed_people(request, cohort, Capability.SEE_PEOPLE)
    else:
        there = people_in_reach(request.user, cohort, Capability.SEE_PEOPLE, today)
        chosen = there.filter(pk__in=keys_from(request.GET.getlist("pk")))
    chosen = chosen.select_related("user", "programme__unit", "cohort__scheme")
    plan = plan_for_people(deed, chosen, cohort, request.user, today)
    return _look_or_do(request, cohort, plan, reverse("console:people"))


@require_http_methods(["GET", "POST"])
@requires(Capability.SEE_MATCHES)
def of_pairs(request: SignedInRequest) -> HttpResponse:
    """Something to the pairs that were chosen, or to all that the filter lists."""
    cohort, deed = _deed(request, OF_PAIRS, chosen_cohort(request, Capability.SEE_MATCHES))
    if deed is None or _is_nothing_chosen(request):
        return _back_to_list(request, deed, reverse("console:pairs"))
    now = timezone.now()
    today = timezone.localdate(now)
    everything = pairs_of(request.user, cohort, today)
    if "everyone" in request.GET:
        chosen = listed_pairs(request, everything, pairs_told_of(request, cohort, now))
    else:
        chosen = everything.filter(pk__in=keys_from(request.GET.getlist("pk")))
    plan = plan_for_pairs(deed, chosen, cohort, request.user, today)
    return _look_or_do(request, cohort, plan, reverse("console:pairs"))


def _look_or_do(request: SignedInRequest, cohort: Cohort, plan: Plan, back: str) -> HttpResponse:
    posted = request.method == "POST"
    form = None
    if plan.deed in WRITES:
        form = LetterForm(
            request.POST if posted else None, initial=first_words(plan.deed, cohort, timezone.localdate())
        )
    problem = ""
    if posted and (form is None or form.is_valid()):
        if request.POST.get("seal") != plan.seal and not _is_done(request):
            problem = _("The list has changed meanwhile. Look at it again.")
        else:
            try:
                return _do(request, cohort, plan, form)
            except WrongState as wrong:
                problem = str(wrong)
    context = {
        "cohort": cohort,
        "plan": plan,
        "left_out": left_out_in_words(plan.left_out),
        "form": form,
        "form_key": _form_key(request),
        "problem": problem,
        "back": back,
    }
    return render(request, "console/many.html", context)


def _is_done(request: SignedInRequest) -> bool:
    """Whether this very form was sent already: the second press of a double click."""
    return batches_of(request.user, timezone.localdate()).filter(form_key=_form_key(request)).exists()


def _do(request: SignedInRequest, cohort: Cohort, plan: Plan, form: LetterForm | None) -> HttpResponse:
    words: dict[str, Any] = form.cleaned_data if form else {}
    try:
        batch = do_to_many(
            plan=plan, cohort=cohort, form_key=_form_key(request), by=request.user, now=timezone.now(), **words
        )
    except NotAllowed as problem:
        raise Http404 from problem
    if batch.announcement_id:
        return redirect("announcements:one", batch.announcement_id)
    return redirect("console:batch", batch.pk)


@require_GET
@requires(Capability.SEE_PEOPLE)
def listed(request: SignedInRequest) -> HttpResponse:
    """What the reader did to many, the newest first."""
    page = Paginator(batches_of(request.user, timezone.localdate()), PAGE).get_page(request.GET.get("page"))
    return render(request, "console/batches.html", {"page_obj": page})


@require_GET
@requires(Capability.SEE_PEOPLE)
def done(request: SignedInRequest, pk: int) -> HttpResponse:
    """What was done, and until when it can be undone; those out of reach by now are counted, not shown."""
    now = timezone.now()
    today = timezone.localdate(now)
    batch = page_of(get_object_or_404(batches_of(request.user, today), pk=pk))
    until = undone_until(batch)
    people, matches = people_still(batch, request.user, today), matches_still(batch, request.user, today)
    count = batch.matches.count() if batch.deed == Deed.REMATCH else batch.people.count()
    context = {
        "batch": batch,
        "words": done_in_words(batch.deed, count),
        "until": until if until and now < until else None,
        "gone": batch.people.count() + batch.matches.count() - people.count() - matches.count(),
        "people": people.select_related("user").order_by("user__family_name", "pk"),
        "matches": matches.select_related("mentor__user", "mentee__user").order_by("mentee__user__family_name", "pk"),
        "back": reverse("console:people" if batch.deed in OF_PEOPLE else "console:pairs"),
    }
    return render(request, "console/batch.html", context)


@require_POST
@requires(Capability.SEE_PEOPLE)
def undo(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take it back."""
    batch = page_of(get_object_or_404(batches_of(request.user, timezone.localdate()), pk=pk))
    try:
        back = take_back_batch(batch=batch, by=request.user, now=timezone.now())
    except WrongState as problem:
        say(request, str(problem), level=messages.WARNING)
    else:
        words = ngettext("Undone: %(n)s is as it was.", "Undone: %(n)s are as they were.", back)
        say(request, words % {"n": back})
    return redirect("console:batch", pk)
