"""What sessions covered, who is trained, and who lacks what."""

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
from accounts.services import NotAllowed, WrongState
from mentoring.events.permissions import can_run
from mentoring.lib.keys import keys_from
from mentoring.lib.moments import moment_of, stamp_of
from mentoring.lib.notices import say, say_with_undo
from mentoring.participation.models import Participant
from mentoring.training.forms import TopicsForm, VouchForm
from mentoring.training.selectors import covered_at, mentors_visible_to, sessions_visible_to, standings, trained_in
from mentoring.training.services import mark_trained_elsewhere, take_back_vouching, tick_topics
from schemes.context import chosen_cohort
from schemes.models import Cohort
from schemes.permissions import appointments_with, requires
from schemes.roles import Capability
from schemes.speech import page_of

A_PAGE = 50


@require_http_methods(["GET", "POST"])
@requires(Capability.RUN_EVENTS)
def topics(request: SignedInRequest, pk: int) -> HttpResponse:
    """Tick what a training session covered."""
    today = timezone.localdate()
    event = page_of(get_object_or_404(sessions_visible_to(request.user, today), pk=pk))
    if not can_run(request.user, event, today):
        raise PermissionDenied
    required = event.cohort.policy.training_topics
    given = request.POST if request.method == "POST" else None
    form = TopicsForm(given, required=required, initial={"topics": covered_at(event)})
    if request.method == "POST" and form.is_valid():
        try:
            tick_topics(event=event, topics=form.cleaned_data["topics"], by=request.user, now=timezone.now())
        except WrongState as problem:
            form.add_error(None, str(problem))
        else:
            say(request, _("Saved. It counts for everyone on the register."))
            return redirect("events:event", pk)
    return render(request, "training/topics.html", {"event": event, "form": form})


def _filters(show: str) -> list[dict[str, Any]]:
    labels = [("", _("Not trained yet")), ("trained", _("Trained")), ("all", _("All mentors"))]
    return [{"label": label, "url": f"?show={key}" if key else "?", "current": key == show} for key, label in labels]


def _listed(request: SignedInRequest, cohort: Cohort | None, show: str) -> QuerySet[Participant]:
    """The mentors in reach whom a filter shows, in the order of ``standings``."""
    if cohort is None:
        return Participant.objects.none()
    visible = mentors_visible_to(request.user, cohort, timezone.localdate()).order_by("user__given_name", "pk")
    if show == "all":
        return visible
    return visible.filter(trained_in(cohort) if show == "trained" else ~trained_in(cohort))


@require_GET
@requires(Capability.SEE_PEOPLE)
def mentors(request: SignedInRequest) -> HttpResponse:
    """The mentors of the chosen cohort with what each lacks."""
    today = timezone.localdate()
    cohort = chosen_cohort(request, Capability.SEE_PEOPLE)
    show = request.GET.get("show", "")
    page = Paginator(_listed(request, cohort, show), A_PAGE).get_page(request.GET.get("page"))
    shown = Participant.objects.filter(pk__in=[mentor.pk for mentor in page.object_list])
    context = {
        "cohort": cohort,
        "show": show,
        "filters": _filters(show) if cohort else [],
        "page_obj": page,
        "rows": standings(shown, cohort) if cohort else [],
        "can_vouch": bool(appointments_with(request.user, Capability.DECIDE_APPLICATIONS, today)),
    }
    return render(request, "training/mentors.html", context)


def _picked(request: SignedInRequest) -> QuerySet[Participant]:
    """The mentors ticked on the list, or everyone untrained, of those the reader may see."""
    today = timezone.localdate()
    cohort = chosen_cohort(request, Capability.SEE_PEOPLE)
    if cohort is None:
        return Participant.objects.none()
    visible = mentors_visible_to(request.user, cohort, today)
    keys = keys_from(request.GET.getlist("pk"))
    if "everyone" in request.GET:
        keys = list(visible.exclude(trained_in(cohort)).values_list("pk", flat=True))
    picked = visible.filter(pk__in=keys, trained_elsewhere=None)
    return picked.select_related("user", "programme__unit", "cohort__scheme").order_by("user__given_name", "pk")


def _has_grown(request: SignedInRequest, picked: QuerySet[Participant]) -> bool:
    """Whether "everyone" is by now somebody else than the reader was shown."""
    return request.GET.get("everyone", str(len(picked))) != str(len(picked))


@require_http_methods(["GET", "POST"])
@requires(Capability.DECIDE_APPLICATIONS)
def vouch(request: SignedInRequest) -> HttpResponse:
    """Say where the ticked mentors were trained, after a look at who they are."""
    picked = _picked(request)
    form = VouchForm(request.POST if request.method == "POST" and picked else None)
    if _has_grown(request, picked):
        say(request, _("The list has changed meanwhile. Look at it again."), level=messages.WARNING)
        return redirect("training:mentors")
    if request.method == "POST" and picked and form.is_valid():
        now = timezone.now()
        try:
            count = mark_trained_elsewhere(mentors=picked, where=form.cleaned_data["where"], by=request.user, now=now)
        except NotAllowed as problem:
            form.add_error(None, str(problem))
        else:
            words = ngettext("%(count)s mentor counts as trained.", "%(count)s mentors count as trained.", count)
            undo = reverse("training:take_back", args=[stamp_of(now)])
            say_with_undo(request, words % {"count": count}, undo)
            return redirect("training:mentors")
    return render(request, "training/vouch.html", {"mentors": picked, "form": form})


@require_POST
@requires(Capability.DECIDE_APPLICATIONS)
def take_back(request: SignedInRequest, stamp: int) -> HttpResponse:
    """Undo one vouching."""
    count = take_back_vouching(vouched_at=moment_of(stamp), by=request.user, now=timezone.now())
    level = messages.SUCCESS if count else messages.WARNING
    say(request, _("Undone.") if count else _("There was nothing to undo."), level=level)
    return redirect("training:mentors")
