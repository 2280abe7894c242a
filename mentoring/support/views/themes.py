"""Themes and the actions they became."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import SignedInRequest
from accounts.services import WrongState
from mentoring.lib.notices import say, say_with_undo
from mentoring.support.forms import DecisionForm
from mentoring.support.models import Theme
from mentoring.support.permissions import can_lead
from mentoring.support.selectors import actions as actions_of
from mentoring.support.selectors import owners_for, themes_visible_to
from mentoring.support.services import decide_theme, finish_theme, reopen_theme, set_theme_aside
from mentoring.support.states import ThemeState
from schemes.context import chosen_cohort
from schemes.permissions import requires
from schemes.roles import Capability
from schemes.speech import page_of

SHOWN = {
    "": [ThemeState.ACTION],
    "raised": [ThemeState.RAISED],
    "done": [ThemeState.DONE],
    "set-aside": [ThemeState.SET_ASIDE],
}


def _filters(show: str) -> list[dict[str, Any]]:
    labels = [
        ("", _("Being done")),
        ("raised", _("Raised, not decided")),
        ("done", _("Done")),
        ("set-aside", _("Set aside")),
    ]
    return [{"label": label, "url": f"?show={key}" if key else "?", "current": key == show} for key, label in labels]


@require_GET
@requires(Capability.FACILITATE_SUPPORT)
def actions(request: SignedInRequest) -> HttpResponse:
    """What the support groups of the chosen cohort asked for, and what came of it."""
    today = timezone.localdate()
    cohort = chosen_cohort(request, Capability.FACILITATE_SUPPORT)
    show = request.GET.get("show", "")
    show = show if show in SHOWN else ""
    themes = actions_of(themes_visible_to(request.user, today), cohort, SHOWN[show])
    context = {"cohort": cohort, "themes": themes, "show": show, "filters": _filters(show), "today": today}
    return render(request, "support/actions.html", context)


def _theme(request: SignedInRequest, pk: int) -> Theme:
    """A theme of a group that the reader leads."""
    today = timezone.localdate()
    found = get_object_or_404(themes_visible_to(request.user, today), pk=pk)
    if not can_lead(request.user, found.group, today):
        raise PermissionDenied
    return page_of(found, found.group.cohort.scheme)


@require_http_methods(["GET", "POST"])
@requires(Capability.FACILITATE_SUPPORT)
def theme(request: SignedInRequest, pk: int) -> HttpResponse:
    """One theme: decide what is done about it."""
    found = _theme(request, pk)
    given = request.POST if request.method == "POST" else None
    form = DecisionForm(given, owners=owners_for(found.group, timezone.localdate()))
    if request.method == "POST" and form.is_valid():
        try:
            decide_theme(theme=found, decision=form.decision(), by=request.user, now=timezone.now())
        except WrongState as problem:
            form.add_error(None, str(problem))
        else:
            say(request, _("Decided. Whoever does it has been told."))
            return redirect("support:actions")
    can_decide = found.state in {ThemeState.RAISED, ThemeState.SET_ASIDE}
    return render(request, "support/theme.html", {"theme": found, "form": form, "can_decide": can_decide})


def _press(request: SignedInRequest, pk: int, service: Callable[..., Theme], words: str, undo: bool) -> HttpResponse:
    """One button on a theme."""
    found = _theme(request, pk)
    try:
        service(theme=found, by=request.user, now=timezone.now())
    except WrongState as problem:
        say(request, str(problem), level=messages.WARNING)
    else:
        if undo:
            say_with_undo(request, words, reverse("support:reopen", args=[pk]))
        else:
            say(request, words)
    return redirect("support:actions")


@require_POST
@requires(Capability.FACILITATE_SUPPORT)
def finish(request: SignedInRequest, pk: int) -> HttpResponse:
    """It has been done."""
    return _press(request, pk, finish_theme, _("Done. The group sees it."), undo=True)


@require_POST
@requires(Capability.FACILITATE_SUPPORT)
def set_aside(request: SignedInRequest, pk: int) -> HttpResponse:
    """Nothing is done about it now."""
    return _press(request, pk, set_theme_aside, _("Set aside. It can be taken up again."), undo=True)


@require_POST
@requires(Capability.FACILITATE_SUPPORT)
def reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    """Undo: open again."""
    return _press(request, pk, reopen_theme, _("Open again."), undo=False)
