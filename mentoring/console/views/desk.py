"""One row of Today: who looks after it, and when it comes back."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import SignedInRequest
from accounts.services import NotAllowed, WrongState
from mentoring.console.forms import OwnerForm, SnoozeForm
from mentoring.console.permissions import COORDINATES, owners_for
from mentoring.console.rules import Waiting, is_snoozed, latest_snooze
from mentoring.console.selectors.desk import snoozes_in
from mentoring.console.selectors.today import TodayPage, row_of_today
from mentoring.console.services import give_row, snooze_row, wake_row
from mentoring.console.views.today import shown_row
from mentoring.lib.notices import say, say_with_undo
from schemes.context import chosen_cohort
from schemes.models import Cohort
from schemes.permissions import requires


def _found(request: SignedInRequest, kind: str, now: datetime) -> tuple[Cohort, TodayPage, Waiting]:
    """The row as the reader sees it today: 404 for one that they do not, and for one that is never put off."""
    cohort = chosen_cohort(request, COORDINATES)
    page = row_of_today(request.user, cohort, now, kind) if cohort else None
    if cohort is None or page is None:
        raise Http404
    return cohort, page, page.rows[0]


def _snooze_form(request: SignedInRequest, row: Waiting, now: datetime) -> SnoozeForm | None:
    """``None`` for what cannot wait."""
    today = timezone.localdate(now)
    last = latest_snooze(row, today)
    given = request.POST if request.method == "POST" else None
    return SnoozeForm(given, today=today, last=last) if last and row.count else None


@require_GET
@requires(COORDINATES)
def row(request: SignedInRequest, kind: str) -> HttpResponse:
    """The row, its owner, and the days on which it may come back."""
    now = timezone.now()
    cohort, page, found = _found(request, kind, now)
    return _page(request, cohort, page, found, _snooze_form(request, found, now))


def _page(
    request: SignedInRequest, cohort: Cohort, page: TodayPage, found: Waiting, form: SnoozeForm | None
) -> HttpResponse:
    care = page.cares.get(found.key)
    assert page.desk is not None  # noqa: S101  (_found)
    people = owners_for(found.key, cohort, page.desk, page.today)
    context = {
        "cohort": cohort,
        "row": shown_row(found, page, timezone.now()),
        "kind": found.key,
        "care": care,
        "is_mine": care is not None and care.owner == request.user,
        "is_snoozed": is_snoozed(found, snoozes_in(page.cares).get(found.key), page.today),
        "form": form,
        "owner_form": OwnerForm(people=people, initial={"owner": str(care.owner_id or "") if care else ""}),
        "others": [person for person in people if person != request.user],
        "desk": page.desk,
    }
    return render(request, "console/row.html", context)


@require_POST
@requires(COORDINATES)
def snooze(request: SignedInRequest, kind: str) -> HttpResponse:
    """Put it off until a day."""
    now = timezone.now()
    cohort, page, found = _found(request, kind, now)
    form = _snooze_form(request, found, now)
    if form is None:
        say(request, _("This cannot wait."), level=messages.WARNING)
        return redirect("console:row", kind)
    if form.is_valid():
        try:
            snooze_row(row=found, cohort=cohort, until=form.cleaned_data["until"], by=request.user, now=now)
        except WrongState as problem:
            form.add_error("when", str(problem))
        else:
            day = date_format(form.cleaned_data["until"], "l j F")
            words = _("Snoozed until %(day)s, or until more wait.") % {"day": day}
            say_with_undo(request, words, reverse("console:wake_row", args=[kind]))
            return redirect("console:today")
    return _page(request, cohort, page, found, form)


@require_POST
@requires(COORDINATES)
def wake(request: SignedInRequest, kind: str) -> HttpResponse:
    """Bring it back now."""
    now = timezone.now()
    cohort, _page, _row = _found(request, kind, now)
    wake_row(kind=kind, cohort=cohort, by=request.user, now=now)
    say(request, _("It is back on Today."))
    return redirect("console:today")


@require_POST
@requires(COORDINATES)
def give(request: SignedInRequest, kind: str) -> HttpResponse:
    """Take it, hand it over, or give it back."""
    now = timezone.now()
    cohort, page, _row = _found(request, kind, now)
    assert page.desk is not None  # noqa: S101  (_found)
    form = OwnerForm(request.POST, people=owners_for(kind, cohort, page.desk, page.today))
    if not form.is_valid():
        say(request, _("They do not see this. Choose somebody else."), level=messages.WARNING)
        return redirect("console:row", kind)
    owner = form.cleaned_data["owner"]
    try:
        give_row(kind=kind, cohort=cohort, owner=owner, by=request.user, now=now)
    except NotAllowed as problem:
        raise Http404 from problem
    if owner is None:
        say(request, _("Given back. It is nobody’s in particular."))
    elif owner == request.user:
        say(request, _("It is yours. You find it under “Mine”."))
    else:
        say(request, _("%(name)s looks after it now.") % {"name": owner.full_name})
    return redirect("console:today")
