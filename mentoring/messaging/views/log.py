"""The message log, one message, and what can be done about it."""

import math
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages as notices
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import SignedInRequest
from accounts.services import WrongState
from mentoring.lib.notices import say
from mentoring.messaging.forms import LogFilterForm
from mentoring.messaging.models import Message
from mentoring.messaging.relay_pause import standing_pause
from mentoring.messaging.selectors import (
    KINDS,
    failed_messages_visible_to,
    letter_titles,
    line_of,
    may_send_again,
    messages_found,
    messages_visible_to,
)
from mentoring.messaging.services import mark_as_sent, send_again
from mentoring.messaging.states import MessageState
from schemes.context import chosen_cohort, cohort_named
from schemes.permissions import appointments_with, requires
from schemes.roles import Capability
from schemes.speech import page_of

ON_A_PAGE = 50
FURTHEST = 10_000  # nobody leafs further; counting and skipping millions would cost seconds


class Pages(Paginator):
    """Pages of the newest messages; a filter or a search brings up the older ones."""

    @cached_property
    def count(self) -> int:
        listed: Any = self.object_list
        return int(listed[: FURTHEST + 1].count())

    @cached_property
    def num_pages(self) -> int:
        return max(1, math.ceil(min(self.count, FURTHEST) / self.per_page))


@require_GET
@requires(Capability.SEE_MESSAGES)
def log(request: SignedInRequest) -> HttpResponse:
    """The messages of the chosen cohort, by kind, letter and person."""
    today = timezone.localdate()
    cohort = chosen_cohort(request, Capability.SEE_MESSAGES)
    kind, words = request.GET.get("show", "all"), request.GET.get("q", "")[:100]
    form = LogFilterForm(request.GET, letters=letter_titles(request.user, today, cohort))
    letter = form.cleaned_data["letter"] if form.is_valid() else ""
    failed = failed_messages_visible_to(request.user, today).filter(cohort=cohort)
    visible = failed if kind == "needs-you" else messages_visible_to(request.user, today).filter(cohort=cohort)
    page = Pages(messages_found(visible, kind=kind, letter=letter, words=words), ON_A_PAGE)
    page_obj = page.get_page(request.GET.get("page"))
    context = {
        "cohort": cohort,
        "pause": standing_pause(),
        "may_announce": bool(appointments_with(request.user, Capability.WRITE_TO_MANY, today)),
        "page_obj": page_obj,
        "is_cut": page.count > FURTHEST,
        "lines": [line_of(message) for message in page_obj],
        "filters": [
            {
                "label": label,
                "url": "?" + urlencode({"show": key, "letter": letter, "q": words} | cohort_named(request)),
                "current": key == kind,
                "count": failed.count() if key == "needs-you" else "",
            }
            for key, (label, _states) in KINDS.items()
        ],
        "filter_form": form,
        "words": words,
        "kind": kind,
        "keep": {"show": kind} | cohort_named(request),
    }
    return render(request, "messaging/log.html", context)


def _visible(request: SignedInRequest, pk: int) -> Message:
    visible = messages_visible_to(request.user, timezone.localdate()).select_related(
        "recipient__institution", "cohort__scheme"
    )
    found = get_object_or_404(visible, pk=pk)
    return page_of(found) if found.cohort else found


def _to_act_on(request: SignedInRequest, pk: int) -> Message:
    """A message the reader may send again: 404 for one they may not see, 403 for one they may only see."""
    found = _visible(request, pk)
    if not may_send_again(request.user, found, timezone.localdate()):
        raise PermissionDenied
    return found


@require_GET
@requires(Capability.SEE_MESSAGES)
def message(request: SignedInRequest, pk: int) -> HttpResponse:
    """One message: its state, the reason, and what can be done about it."""
    found = _visible(request, pk)
    needs_somebody = found.state in {MessageState.FAILED, MessageState.UNCERTAIN}
    may_act = needs_somebody and may_send_again(request.user, found, timezone.localdate())
    context = {
        "line": line_of(found),
        "can_send_again": may_act,
        "can_mark": may_act and found.state == MessageState.UNCERTAIN,
        "is_for_others": needs_somebody and not may_act,
    }
    return render(request, "messaging/message.html", context)


@require_POST
@requires(Capability.SEE_MESSAGES)
def again(request: SignedInRequest, pk: int) -> HttpResponse:
    """Send a failed or uncertain message once more."""
    try:
        send_again(message=_to_act_on(request, pk), by=request.user, now=timezone.now())
    except WrongState as problem:
        say(request, str(problem), level=notices.WARNING)
    else:
        say(request, _("The message is on its way again."))
    return redirect("messaging:message", pk)


@require_POST
@requires(Capability.SEE_MESSAGES)
def mark_sent(request: SignedInRequest, pk: int) -> HttpResponse:
    """Note that an uncertain message arrived."""
    try:
        mark_as_sent(message=_to_act_on(request, pk), by=request.user, now=timezone.now())
    except WrongState as problem:
        say(request, str(problem), level=notices.WARNING)
    else:
        say(request, _("Noted: the message arrived."))
    return redirect("messaging:message", pk)
