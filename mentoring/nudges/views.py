"""When people are nudged: the table as sentences, the coming week, previews, the switches, and who needs a human."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import SignedInRequest
from accounts.services import NotAllowed, WrongState
from mentoring.lib.framed import mail_page, shows_mail
from mentoring.lib.notices import say
from mentoring.messaging.selectors import letter_titles
from mentoring.nudges.forms import PreviewForm, WaitForm
from mentoring.nudges.permissions import can_preview, can_switch_nudges
from mentoring.nudges.previews import Preview, preview
from mentoring.nudges.selectors import (
    LETTER,
    coming_week,
    forecast_of,
    in_detail,
    people_found,
    reach_of,
    rules_changed_since,
    waiting_for_a_human,
)
from mentoring.nudges.services import ask_forecast, change_wait, decide_about, switch_nudges, switch_row
from mentoring.nudges.states import Decided
from mentoring.nudges.wording import promises, sentences, title_of
from mentoring.participation.models import Participant
from schemes.context import chosen_cohort
from schemes.models import Cohort
from schemes.permissions import goes_as_far_as, requires
from schemes.roles import Capability
from schemes.selectors import in_charge_of

WORN_A_PAGE = 20


def _cohort(request: SignedInRequest) -> Cohort:
    cohort = chosen_cohort(request, Capability.SEE_MESSAGES)
    if cohort is None:
        raise Http404
    return cohort


@require_GET
@requires(Capability.SEE_MESSAGES)
def rules(request: SignedInRequest) -> HttpResponse:
    """The table of nudges in sentences, and who would hear what in the next seven days."""
    cohort = chosen_cohort(request, Capability.SEE_MESSAGES)
    if cohort is None:
        return render(request, "nudges/rules.html", {"cohort": None})
    today = timezone.localdate()
    context = {
        "cohort": cohort,
        "sentences": sentences(cohort),
        "promises": promises(cohort.policy),
        **_ahead(request, cohort),
        "worn": waiting_for_a_human(request.user, cohort, today).count(),
        "can_switch": can_switch_nudges(request.user, cohort, today),
        "in_charge": in_charge_of(cohort.scheme, Capability.PUBLISH_MATCHES, today, cohort=cohort),
    }
    return render(request, "nudges/rules.html", context)


def _ahead(request: SignedInRequest, cohort: Cohort) -> dict[str, Any]:
    """The last forecast as far as the reader may see it, a row a day and message; and how far the next one is."""
    found = forecast_of(cohort)
    if found is None:
        return {"forecast": None}
    today = timezone.localdate()
    coming = coming_week(found, request.user, today) if found.answered_at else []
    rows = [{"day": one.day, "title": title_of(one.text), "names": one.names, "count": one.count} for one in coming]
    return {
        "forecast": found,
        "week": sorted(rows, key=lambda row: (row["day"], row["title"])),
        "is_outdated": rules_changed_since(found),
        "is_whole": goes_as_far_as(request.user, Capability.SEE_CONTACTS, Capability.SEE_MESSAGES, today),
    }


@require_POST
@requires(Capability.SEE_MESSAGES)
def foresee(request: SignedInRequest) -> HttpResponse:
    """Have the coming week worked out anew."""
    try:
        ask_forecast(cohort=_cohort(request), by=request.user, now=timezone.now())
    except WrongState as problem:
        say(request, str(problem))
    return redirect("nudges:rules")


@requires(Capability.SEE_MESSAGES)
def rule(request: SignedInRequest, key: str) -> HttpResponse:
    """One rule: when it applies, how long it waits, its switch."""
    cohort = _cohort(request)
    sentence = next((one for one in sentences(cohort) if one.row.key == key), None)
    if sentence is None:
        raise Http404
    form = WaitForm(request.POST or None, initial={"days": sentence.row.after_days})
    if request.method == "POST" and form.is_valid():
        try:
            change_wait(cohort=cohort, key=key, days=form.cleaned_data["days"], by=request.user, now=timezone.now())
        except NotAllowed as problem:
            raise PermissionDenied from problem
        except WrongState as problem:
            form.add_error("days", str(problem))
        else:
            say(request, _("The new wait is in force."))
            return redirect("nudges:rule", key)
    context = {
        "cohort": cohort,
        "sentence": sentence,
        "letter": LETTER + sentence.row.text,
        "form": form,
        "can_switch": can_switch_nudges(request.user, cohort, timezone.localdate()),
    }
    return render(request, "nudges/rule.html", context)


@require_POST
@requires(Capability.SEE_MESSAGES)
def switch(request: SignedInRequest) -> HttpResponse:
    """Switch all nudges of the chosen cohort off, or on again."""
    is_off = request.POST.get("nudges") == "off"
    try:
        switch_nudges(cohort=_cohort(request), is_off=is_off, by=request.user, now=timezone.now())
    except NotAllowed as problem:
        raise PermissionDenied from problem
    say(request, _("All nudges are off. Nobody is reminded of anything.") if is_off else _("Nudges are on."))
    return redirect("nudges:rules")


@require_POST
@requires(Capability.SEE_MESSAGES)
def switch_rule(request: SignedInRequest, key: str) -> HttpResponse:
    """Switch one rule off, or on again."""
    is_on = request.POST.get("rule") == "on"
    try:
        switch_row(cohort=_cohort(request), key=key, is_on=is_on, by=request.user, now=timezone.now())
    except NotAllowed as problem:
        raise PermissionDenied from problem
    except WrongState as problem:
        raise Http404 from problem
    say(request, _("The rule is on.") if is_on else _("The rule is off. What waits because of it is not sent."))
    return redirect("nudges:rule", key)


def _previewed(request: SignedInRequest) -> tuple[Participant, Preview | None]:
    """The person named in the address, and the message as they would get it. 404 beyond one's reach."""
    today, wanted = timezone.localdate(), request.GET.get("person", "")
    reach = Participant.objects.filter(reach_of(request.user, today), cohort=_cohort(request)).with_person()
    participant = get_object_or_404(reach.distinct(), pk=wanted if wanted.isdigit() else 0)
    letter = request.GET.get("letter", "")
    if not can_preview(request.user, letter, participant, today):
        raise Http404
    return participant, preview(letter, participant, by=request.user, now=timezone.now())


@require_GET
@requires(Capability.SEE_MESSAGES)
def previews(request: SignedInRequest) -> HttpResponse:
    """Choose a message and a person; see it as they would, in HTML and plain text."""
    cohort = chosen_cohort(request, Capability.SEE_MESSAGES)
    letter, words = request.GET.get("letter", ""), request.GET.get("q", "").strip()
    context: dict[str, Any] = {"cohort": cohort, "letter": letter}
    letters = letter_titles(request.user, timezone.localdate(), cohort)
    context["form"] = PreviewForm(initial={"letter": letter, "q": words}, letters=letters)
    if cohort and request.GET.get("person"):
        context["person"], context["shown"] = _previewed(request)
        context["body_query"] = urlencode({"letter": letter, "person": context["person"].pk, "cohort": cohort.slug})
    elif cohort and words:
        context["people"] = people_found(request.user, cohort, timezone.localdate(), words)
        context["words"] = words
    return render(request, "nudges/preview.html", context)


@require_GET
@requires(Capability.SEE_MESSAGES)
@shows_mail
def preview_body(request: SignedInRequest) -> HttpResponse:
    """The HTML part alone, for the frame of its page."""
    _participant, shown = _previewed(request)
    if shown is None:
        raise Http404
    return mail_page(shown.html)


@require_GET
@requires(Capability.SEE_CONTACTS)
def unanswered(request: SignedInRequest) -> HttpResponse:
    """Those who did not answer two nudges: the rules stop, and a human decides."""
    today, cohort = timezone.localdate(), chosen_cohort(request, Capability.SEE_CONTACTS)
    if cohort is None:
        return render(request, "nudges/unanswered.html", {"cohort": None})
    keys = waiting_for_a_human(request.user, cohort, today).values_list("pk", flat=True)
    page = Paginator(list(keys), WORN_A_PAGE).get_page(request.GET.get("page"))
    worn = in_detail(page.object_list, cohort, today)
    return render(request, "nudges/unanswered.html", {"cohort": cohort, "worn": worn, "page_obj": page})


@require_POST
@requires(Capability.SEE_CONTACTS)
def decide(request: SignedInRequest, pk: int) -> HttpResponse:
    """Nudge again, or leave in peace."""
    today = timezone.localdate()
    reach = reach_of(request.user, today, Capability.SEE_CONTACTS)
    people = Participant.objects.filter(reach).with_person().distinct()
    participant = get_object_or_404(people, pk=pk)
    choice = request.POST.get("choice", "")
    if choice not in Decided.values:
        return redirect("nudges:unanswered")
    try:
        decide_about(participant=participant, choice=Decided(choice), by=request.user, now=timezone.now())
    except WrongState as problem:
        say(request, str(problem), level=messages.WARNING)
    else:
        name = participant.user.first_name
        words = _("%(name)s may be nudged again.") if choice == Decided.AGAIN else _("%(name)s is left in peace.")
        say(request, words % {"name": name})
    return redirect("nudges:unanswered")
