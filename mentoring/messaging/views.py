"""Pages about messages: the log, one message, and the page of a link that no longer works."""

from datetime import timedelta
from urllib.parse import urlencode

from django.contrib import messages as notices
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django.views.i18n import set_language

from accounts.access import SignedInRequest, by_link
from accounts.languages import OWN_NAMES, is_spoken
from accounts.services import WrongState, choose_language
from mentoring.lib.notices import say
from mentoring.messaging.forms import LogFilterForm
from mentoring.messaging.languages import LANGUAGE_LINK
from mentoring.messaging.links import DeadLink, WhyDead, read_token
from mentoring.messaging.models import Message
from mentoring.messaging.selectors import (
    KINDS,
    failed_messages_visible_to,
    line_of,
    messages_found,
    messages_visible_to,
)
from mentoring.messaging.services import mark_as_sent, send_again
from mentoring.messaging.states import MessageState
from schemes.context import chosen_cohort
from schemes.permissions import requires
from schemes.roles import Capability

ON_A_PAGE = 50
LINK_AGE = timedelta(days=365)


def dead_link(request: HttpRequest, error: DeadLink) -> HttpResponse:
    """Say kindly that a link no longer works, and what to do instead (410)."""
    context = {"is_expired": error.reason == WhyDead.EXPIRED}
    return render(request, "messaging/dead_link.html", context, status=410)


@by_link(LANGUAGE_LINK)
def language_link(request: HttpRequest, token: str) -> HttpResponse:
    """The language of somebody's letters and pages, chosen from a letter that came in both."""
    try:
        person = read_token(LANGUAGE_LINK, token, max_age=LINK_AGE).person
    except DeadLink as error:
        return dead_link(request, error)
    wanted = request.POST.get("language", "")
    if request.method == "POST" and is_spoken(wanted):
        choose_language(person=person, language=wanted, by=None, now=timezone.now())
        return set_language(request)  # so that this browser remembers it too
    return render(request, "language.html", {"person": person, "languages": OWN_NAMES, "next": request.path})


@require_GET
@requires(Capability.SEE_MESSAGES)
def log(request: SignedInRequest) -> HttpResponse:
    """The messages of the chosen cohort, by kind, letter and person."""
    today = timezone.localdate()
    cohort = chosen_cohort(request, Capability.SEE_MESSAGES)
    kind, words = request.GET.get("show", "all"), request.GET.get("q", "")[:100]
    form = LogFilterForm(request.GET)
    letter = form.cleaned_data["letter"] if form.is_valid() else ""
    failed = failed_messages_visible_to(request.user, today).filter(cohort=cohort)
    visible = failed if kind == "needs-you" else messages_visible_to(request.user, today).filter(cohort=cohort)
    page = Paginator(messages_found(visible, kind=kind, letter=letter, words=words), ON_A_PAGE)
    page_obj = page.get_page(request.GET.get("page"))
    context = {
        "cohort": cohort,
        "page_obj": page_obj,
        "lines": [line_of(message) for message in page_obj],
        "filters": [
            {
                "label": label,
                "url": "?" + urlencode({"show": key, "letter": letter, "q": words}),
                "current": key == kind,
                "count": failed.count() if key == "needs-you" else "",
            }
            for key, (label, _states) in KINDS.items()
        ],
        "filter_form": form,
        "words": words,
        "kind": kind,
        "keep": {"show": kind},
    }
    return render(request, "messaging/log.html", context)


def _visible(request: SignedInRequest, pk: int) -> Message:
    visible = messages_visible_to(request.user, timezone.localdate()).select_related("recipient__institution", "cohort")
    return get_object_or_404(visible, pk=pk)


@require_GET
@requires(Capability.SEE_MESSAGES)
def message(request: SignedInRequest, pk: int) -> HttpResponse:
    """One message: its state, the reason, and what can be done about it."""
    found = _visible(request, pk)
    context = {
        "line": line_of(found),
        "can_send_again": found.state in {MessageState.FAILED, MessageState.UNCERTAIN},
        "can_mark": found.state == MessageState.UNCERTAIN,
    }
    return render(request, "messaging/message.html", context)


@require_POST
@requires(Capability.SEE_MESSAGES)
def again(request: SignedInRequest, pk: int) -> HttpResponse:
    """Send a failed or uncertain message once more."""
    try:
        send_again(message=_visible(request, pk), by=request.user, now=timezone.now())
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
        mark_as_sent(message=_visible(request, pk), by=request.user, now=timezone.now())
    except WrongState as problem:
        say(request, str(problem), level=notices.WARNING)
    else:
        say(request, _("Noted: the message arrived."))
    return redirect("messaging:message", pk)
