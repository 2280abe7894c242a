"""Publishing a draft: check answers, publish, undo."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from mentoring.lib.notices import say, say_with_undo
from mentoring.matching.letters import ONE_TAP, hello_content
from mentoring.matching.models import Run
from mentoring.matching.permissions import can_publish
from mentoring.matching.selectors import DraftReader
from mentoring.matching.services import publish_run, unpublish_run
from mentoring.matching.states import RunState
from mentoring.matching.views.loading import attempt, visible_run
from mentoring.messaging.letters import Content
from schemes.permissions import requires
from schemes.roles import Capability


def _publishable(request: HttpRequest, pk: int) -> Run:
    run = visible_run(request, pk)
    if not can_publish(request.user, run, timezone.localdate()):
        raise PermissionDenied
    return run


@require_http_methods(["GET", "POST"])
@requires(Capability.SEE_MATCHES)
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Check answers: how many, who is left out, what the e-mail says; then publish."""
    run = _publishable(request, pk)
    if request.method == "POST":
        return _publish(request, run)
    if run.state != RunState.DRAFT:
        return redirect("matching:draft", pk=pk)
    reader = DraftReader(run, request.user, timezone.localdate())
    headline = reader.headline()
    minutes = run.cohort.policy.undo_minutes
    context = {
        "run": run,
        "headline": headline,
        "notes": reader.notes(),
        "minutes": minutes,
        "rows": _answers(run, headline, minutes),
        "preview": _preview(run),
        "one_tap": [label for _choice, label in ONE_TAP],
    }
    return render(request, "matching/publish.html", context)


def _answers(run: Run, headline: Any, minutes: int) -> list[dict[str, Any]]:
    page = reverse("matching:draft", args=[run.pk])
    at = timezone.localtime(timezone.now() + timedelta(minutes=minutes))
    return [
        {"label": _("Pairs"), "value": headline.pairs, "url": page, "action": _("Look again")},
        {"label": _("Groups"), "value": headline.groups},
        {
            "label": _("Left without a mentor"),
            "value": headline.unmatched,
            "url": f"{page}?show=unmatched" if headline.unmatched else "",
            "action": _("See who"),
        },
        {
            "label": _("Weak pairs"),
            "value": headline.weak,
            "url": f"{page}?show=weak" if headline.weak else "",
            "action": _("See which"),
        },
        {
            "label": _("E-mails go out"),
            "value": _("%(minutes)d minutes after you publish, at about %(time)s")
            % {"minutes": minutes, "time": date_format(at, "H:i")},
        },
    ]


def _preview(run: Run) -> Content | None:
    """The letter of one pair of the draft, the strongest first."""
    pairs = run.proposals.exclude(mentor=None).select_related(
        "mentee__user", "mentee__programme", "mentor__user", "mentor__programme"
    )
    sample = pairs.prefetch_related("mentee__facts", "mentor__facts").order_by("-strength", "pk").first()
    return hello_content(sample.mentor, sample.mentee, ()) if sample and sample.mentor else None


def _publish(request: HttpRequest, run: Run) -> HttpResponse:
    user: Any = request.user
    with attempt(request):
        published = publish_run(run=run, by=user, now=timezone.now())
        count = published.made
        words = ngettext("%d pair published.", "%d pairs published.", count) % count
        later = _("Nobody is told for %d minutes.") % run.cohort.policy.undo_minutes
        say_with_undo(request, f"{words} {later}", reverse("matching:unpublish", args=[run.pk]))
    return redirect("matching:draft", pk=run.pk)


@require_POST
@requires(Capability.SEE_MATCHES)
def unpublish(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo publishing while nobody was told."""
    run = _publishable(request, pk)
    user: Any = request.user
    with attempt(request):
        unpublish_run(run=run, by=user, now=timezone.now())
        say(request, _("Publishing was undone. Nobody has been told, and this is a draft again."))
    return redirect("matching:draft", pk=pk)
