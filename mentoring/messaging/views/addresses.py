"""Addresses that take no mail, and the door through which a mail system says so."""

import json
from hmac import compare_digest
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from accounts.access import SignedInRequest, public
from mentoring.lib.notices import say
from mentoring.messaging.bounces import Bounce, bounces_in, reported
from mentoring.messaging.selectors import failed_addresses_visible_to
from mentoring.messaging.services import note_bounce, note_mended_address
from schemes.context import chosen_cohort
from schemes.permissions import requires
from schemes.roles import Capability

ON_A_PAGE = 50


@require_GET
@requires(Capability.SEE_MESSAGES)
def addresses(request: SignedInRequest) -> HttpResponse:
    """Whose address takes no mail, the longest first."""
    cohort = chosen_cohort(request, Capability.SEE_MESSAGES)
    failed = failed_addresses_visible_to(request.user, timezone.localdate(), cohort)
    page = Paginator(failed, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "messaging/addresses.html", {"cohort": cohort, "page_obj": page})


@require_POST
@requires(Capability.SEE_MESSAGES)
def mended(request: SignedInRequest, pk: int) -> HttpResponse:
    """The address takes mail again."""
    cohort = chosen_cohort(request, Capability.SEE_MESSAGES)
    person = get_object_or_404(failed_addresses_visible_to(request.user, timezone.localdate(), cohort), pk=pk)
    note_mended_address(person=person, by=request.user, now=timezone.now())
    say(request, _("Noted: mail goes to %(name)s again.") % {"name": person.full_name})
    return redirect("messaging:addresses")


@csrf_exempt
@require_POST
@public("a mail system that shows the secret reports what came back")
def bounced(request: HttpRequest) -> HttpResponse:
    """``POST`` with ``Authorization: Bearer <MAIL_HOOK_SECRET>``; 404 without it.

    ``message/rfc822`` is a delivery status notification as it arrived (RFC 3464); ``application/json``
    one event, or a list, in the shape of django-anymail's tracking events: ``event_type``,
    ``message_id``, ``recipient``, and ``mta_response`` or ``description`` with the status.
    """
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.MAIL_HOOK_SECRET or not compare_digest(given.encode(), settings.MAIL_HOOK_SECRET.encode()):
        raise Http404
    try:
        found = _reported(request)
    except ValueError:
        return HttpResponse(status=400)
    noted = sum(note_bounce(bounce, now=timezone.now()) for bounce in found)
    return HttpResponse(f"{noted} noted\n", content_type="text/plain")


def _reported(request: HttpRequest) -> list[Bounce]:
    if request.content_type == "message/rfc822":
        return bounces_in(request.body)
    events: Any = json.loads(request.body)
    listed = events if isinstance(events, list) else [events]
    if not all(isinstance(event, dict) for event in listed):
        raise ValueError("not a list of events")
    return [bounce for event in listed if (bounce := reported(event))]
