"""What a coordinator does for one person or pair: a page that says what will happen, then one button."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import SignedInRequest
from mentoring.console.services import bring_back, set_reminders, stop_for
from mentoring.lib.notices import say, say_with_undo
from mentoring.matching.models import Match
from mentoring.matching.permissions import can_end, can_place
from mentoring.matching.selectors import matches_visible_to
from mentoring.matching.services import ENDING_HOLD, end_for_another, take_back_ending
from mentoring.matching.views.loading import attempt
from mentoring.nudges.permissions import can_remind
from mentoring.nudges.services import send_texts_again
from mentoring.participation.models import Participant
from mentoring.participation.selectors import participants_visible_to
from mentoring.participation.states import ParticipantState
from schemes.permissions import requires
from schemes.roles import Capability
from schemes.speech import page_of

asked = require_http_methods(["GET", "POST"])


@dataclass(frozen=True)
class Question:
    """What the page asks: a heading, what will happen, the button, and where it came from."""

    title: str
    happens: tuple[str, ...]
    button: str
    back_url: str
    back: str
    is_grave: bool = False


def _ask(request: SignedInRequest, question: Question) -> HttpResponse:
    return render(request, "console/confirm.html", {"question": question})


def _person(request: SignedInRequest, pk: int, may: Callable[..., bool]) -> Participant:
    """A participant whom the reader may act for: 404 unless seen, 403 if only seen."""
    today = timezone.localdate()
    person = page_of(get_object_or_404(participants_visible_to(request.user, today), pk=pk))
    if not may(request.user, person, today):
        raise PermissionDenied
    return person


def _pair(request: SignedInRequest, pk: int) -> Match:
    """A pair that the reader may end: 404 unless seen, 403 if only seen."""
    today = timezone.localdate()
    match = page_of(get_object_or_404(matches_visible_to(request.user, today), pk=pk))
    if not can_end(request.user, match, today):
        raise PermissionDenied
    return match


def _question(person: Participant, title: str, *happens: str, button: str, is_grave: bool = False) -> Question:
    back = reverse("console:person", args=[person.pk])
    return Question(title, happens, button, back, person.user.full_name, is_grave)


@asked
@requires(Capability.PUBLISH_MATCHES)
def stop_person(request: SignedInRequest, pk: int) -> HttpResponse:
    """Stop for somebody who asked a coordinator to."""
    person = _person(request, pk, can_place)
    name = person.user.first_name
    if request.method == "POST":
        with attempt(request):
            stop_for(participant=person, by=request.user, now=timezone.now())
            undo = reverse("console:person_back", args=[pk])
            say_with_undo(request, _("%(name)s has stopped taking part.") % {"name": name}, undo)
        return redirect("console:person", pk=pk)
    told = _("Their matches end, and the others are told kindly.")
    if person.is_mentor:
        told = _("Their pairs end, and their mentees hear that somebody else is being found.")
    question = _question(
        person,
        _("Stop for %(name)s?") % {"name": name},
        _("Only when they asked you to. Nobody is asked why."),
        told,
        _("They get a receipt, with a way back."),
        _("No reminders go to them any more."),
        button=_("Stop for them"),
        is_grave=True,
    )
    return _ask(request, question)


@asked
@requires(Capability.PUBLISH_MATCHES)
def person_back(request: SignedInRequest, pk: int) -> HttpResponse:
    """Bring somebody back who stopped or pauses."""
    person = _person(request, pk, can_place)
    if request.method == "POST":
        with attempt(request):
            came = bring_back(participant=person, by=request.user, now=timezone.now())
            say(request, _back_words(person, came))
        return redirect("console:person", pk=pk)
    if person.state == ParticipantState.ENROLLED:
        return redirect("console:person", pk=pk)
    question = _question(
        person,
        _("Bring %(name)s back?") % {"name": person.user.first_name},
        _("Only when they asked you to."),
        _("Where it is not long ago, and everybody is still free, their matches come back too."),
        button=_("Bring them back"),
    )
    return _ask(request, question)


def _back_words(person: Participant, came: int) -> str:
    name = person.user.first_name
    if not came:
        return _("%(name)s takes part again.") % {"name": name}
    words = ngettext(
        "%(name)s takes part again, and %(n)d match is back.",
        "%(name)s takes part again, and %(n)d matches are back.",
        came,
    )
    return words % {"name": name, "n": came}


@asked
@requires(Capability.SEND_MESSAGES)
def person_reminders(request: SignedInRequest, pk: int, to: str) -> HttpResponse:
    """Pause somebody's reminders, or let them come again."""
    if to not in {"pause", "resume"}:
        raise Http404
    person = _person(request, pk, can_remind)
    is_on = to == "resume"
    if request.method == "POST":
        with attempt(request):
            set_reminders(participant=person, is_on=is_on, by=request.user, now=timezone.now())
            _say_reminders(request, person, is_on=is_on)
        return redirect("console:person", pk=pk)
    name = person.user.first_name
    if is_on:
        question = _question(
            person,
            _("Let reminders go to %(name)s again?") % {"name": name},
            _("The next one goes out when its time comes, at most one in two weeks."),
            button=_("Let them come"),
        )
    else:
        question = _question(
            person,
            _("Pause reminders to %(name)s?") % {"name": name},
            _("Reminders that wait are called off, and no more are sent."),
            _("What they ask for or must know still reaches them. Their matches stay."),
            button=_("Pause reminders"),
        )
    return _ask(request, question)


def _say_reminders(request: SignedInRequest, person: Participant, *, is_on: bool) -> None:
    name = person.user.first_name
    undo = reverse("console:person_reminders", args=[person.pk, "pause" if is_on else "resume"])
    words = _("Reminders go to %(name)s again.") if is_on else _("No more reminders go to %(name)s.")
    say_with_undo(request, words % {"name": name}, undo)


@asked
@requires(Capability.SEND_MESSAGES)
def person_texts(request: SignedInRequest, pk: int) -> HttpResponse:
    """Send somebody once more what they have yet to agree to."""
    person = _person(request, pk, can_remind)
    if request.method == "POST":
        with attempt(request):
            send_texts_again(participant=person, by=request.user, now=timezone.now())
            say(request, _("It is on its way to %(name)s.") % {"name": person.user.first_name})
        return redirect("console:person", pk=pk)
    question = _question(
        person,
        _("Send the agreement to %(name)s again?") % {"name": person.user.first_name},
        _("One e-mail, in waking hours, with a button to read and accept."),
        _("It counts as a reminder: the next one by itself waits two weeks."),
        button=_("Send it"),
    )
    return _ask(request, question)


@asked
@requires(Capability.PUBLISH_MATCHES)
def end(request: SignedInRequest, pk: int) -> HttpResponse:
    """End one pair; both go on taking part."""
    match = _pair(request, pk)
    names = {"mentee": match.mentee.user.first_name, "mentor": match.mentor.user.first_name}
    if request.method == "POST":
        with attempt(request):
            end_for_another(match=match, by=request.user, now=timezone.now())
            told = _("%(mentee)s and %(mentor)s are no longer a pair. Both are told in %(minutes)s minutes.")
            undo = reverse("console:undo_end", args=[pk])
            say_with_undo(request, told % {**names, "minutes": int(ENDING_HOLD.total_seconds() // 60)}, undo)
        return redirect("console:pair", pk=pk)
    question = Question(
        _("End the pair of %(mentee)s and %(mentor)s?") % names,
        (
            _("Both go on taking part. %(mentee)s waits for another mentor, and appears on Today.") % names,
            _("Both are told kindly, and never why."),
            _("What happened so far stays on the record."),
            _("For ten minutes nobody is told, and it can be undone; to find another mentor first, use that button."),
        ),
        _("End this pair"),
        reverse("console:pair", args=[pk]),
        _("%(mentee)s and %(mentor)s") % names,
        is_grave=True,
    )
    return _ask(request, question)


@require_POST
@requires(Capability.PUBLISH_MATCHES)
def undo_end(request: SignedInRequest, pk: int) -> HttpResponse:
    """Bring a pair back that was ended a moment ago, of which nobody has been told."""
    match = _pair(request, pk)
    with attempt(request):
        if take_back_ending(match=match, by=request.user, now=timezone.now()):
            say(request, _("They are a pair again. Nobody was told."))
        else:
            say(request, _("They cannot be a pair again: one has found somebody else, or no longer takes part."))
    return redirect("console:pair", pk=pk)
