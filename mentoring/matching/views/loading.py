"""Loading what the reader may see, and saying kindly what could not be done."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.services import NotAllowed, WrongState
from mentoring.lib.notices import say
from mentoring.matching.models import Proposal, Run, Trial
from mentoring.matching.permissions import can_draft, can_read_whole
from mentoring.matching.selectors import proposals_visible_to, runs_visible_to, trials_visible_to
from schemes.speech import page_of


@contextmanager
def attempt(request: HttpRequest) -> Iterator[None]:
    """Turn what a service refuses into a notice; not being allowed into 403."""
    try:
        yield
    except WrongState as refusal:
        say(request, str(refusal), level=messages.ERROR)
    except NotAllowed:
        raise PermissionDenied from None


def visible_run(request: HttpRequest, pk: int) -> Run:
    """A run that the reader may see, else 404."""
    return page_of(get_object_or_404(runs_visible_to(request.user, timezone.localdate()), pk=pk))


def steered_run(request: HttpRequest, pk: int) -> Run:
    """A run that the reader may steer: 404 unless they see it, 403 if they may only look."""
    run = visible_run(request, pk)
    if not can_draft(request.user, run, timezone.localdate()):
        raise PermissionDenied
    return run


def whole_run(request: HttpRequest, pk: int) -> Run:
    """A run of which the reader may read what is counted over everybody: 404 unless seen, 403 if only a part."""
    run = visible_run(request, pk)
    if not can_read_whole(request.user, run, timezone.localdate()):
        raise PermissionDenied
    return run


def visible_trial(request: HttpRequest, pk: int, trial: int) -> Trial:
    """A trial about a run that the reader may steer, else 404."""
    found = get_object_or_404(trials_visible_to(request.user, timezone.localdate()), pk=trial, run=pk)
    return page_of(found, found.run.cohort.scheme)


def visible_proposal(request: HttpRequest, run: Run, pk: int) -> Proposal:
    """A student of the draft within the reader's reach, else 404."""
    found = proposals_visible_to(request.user, timezone.localdate()).filter(run=run)
    people = (
        "mentee__user",
        "mentee__programme__unit",
        "mentee__cohort__scheme__unit",
        "mentor__user",
        "mentor__programme",
    )
    return get_object_or_404(found.select_related(*people).prefetch_related("mentee__facts", "mentor__facts"), pk=pk)


def say_not_offered(request: HttpRequest) -> None:
    """Who was chosen is not on the list that is offered now."""
    words = _("Choose a mentor from the list. It may have changed since you opened the page.")
    say(request, words, level=messages.ERROR)
