"""A mentee answers with one tap, from an e-mail without signing in, or signed in. GET changes nothing."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import SignedInRequest, by_link, signed_in
from accounts.services import WrongState
from mentoring.contacts.models import CourtesyReply
from mentoring.contacts.selectors import standing_reply
from mentoring.contacts.services import ask_for_new_links, mark_answered, undo_reply
from mentoring.contacts.services import reply as send_reply
from mentoring.contacts.states import Reply
from mentoring.lib.notices import say, say_with_undo
from mentoring.matching.models import Match
from mentoring.messaging.links import DeadLink, WhyDead, read_token
from mentoring.messaging.views import dead_link
from schemes.speech import page_of

LINK_AGE = timedelta(days=14)
RENEWABLE_AGE = timedelta(days=365)
PURPOSES = {choice.value: f"reply-{choice.value}" for choice in Reply}


def _match_of(choice: str, token: str, max_age: timedelta = LINK_AGE) -> Match:
    """The match that a link is about, ended or not. Raises ``DeadLink``."""
    if choice not in PURPOSES:
        raise DeadLink(WhyDead.UNKNOWN)
    grant = read_token(PURPOSES[choice], token, max_age=max_age)
    match = Match.objects.with_people().filter(pk=grant.object_id, mentee__user=grant.person).first()
    if match is None:
        raise DeadLink(WhyDead.UNKNOWN)
    return page_of(match)


def _dead(request: HttpRequest, choice: str, token: str, error: DeadLink) -> HttpResponse:
    """An expired link offers a new one, to the same person's own address; any other says nothing."""
    if error.reason == WhyDead.EXPIRED:
        return render(request, "contacts/expired.html", {"choice": choice, "token": token}, status=410)
    return dead_link(request, error)


def _over(request: HttpRequest, match: Match) -> HttpResponse:
    return render(request, "contacts/over.html", {"match": match}, status=410)


@by_link("reply")
def reply_link(request: HttpRequest, choice: str, token: str) -> HttpResponse:
    """Show the chosen sentence and one button, which sends it. The link can say nothing else (trust.md §1, 7)."""
    try:
        match = _match_of(choice, token)
    except DeadLink as error:
        return _dead(request, choice, token, error)
    if not Match.objects.known().filter(pk=match.pk).exists():
        return _over(request, match)
    if request.method == "POST":
        try:
            send_reply(match=match, choice=choice, by=None, now=timezone.now(), by_link=True)
        except WrongState:
            return _over(request, match)
        return redirect("contacts:reply_link", choice=choice, token=token)
    standing = standing_reply(match)
    is_sent = standing is not None and standing.choice == choice and standing.answered_at is None
    context = {
        "match": match,
        "choice": Reply(choice),
        "is_sent": is_sent,
        "token": token,
    }
    return render(request, "contacts/reply_link.html", context)


@require_POST
@by_link("reply")
def undo_link(request: HttpRequest, choice: str, token: str) -> HttpResponse:
    """Take the standing reply back."""
    try:
        match = _match_of(choice, token)
    except DeadLink as error:
        return _dead(request, choice, token, error)
    standing = standing_reply(match)
    if standing is not None and standing.choice == choice:
        undo_reply(reply=standing, by=None, now=timezone.now())
    return redirect("contacts:reply_link", choice=choice, token=token)


@require_POST
@by_link("reply")
def new_link(request: HttpRequest, choice: str, token: str) -> HttpResponse:
    """Send fresh links for an expired one, to the address of its owner."""
    try:
        match = _match_of(choice, token, RENEWABLE_AGE)
    except DeadLink as error:
        return dead_link(request, error)
    if not Match.objects.known().filter(pk=match.pk).exists():
        return _over(request, match)
    ask_for_new_links(match=match, now=timezone.now())
    return render(request, "contacts/sent_again.html", {})


@require_POST
@signed_in("a mentee's own reply")
def reply(request: SignedInRequest, pk: int) -> HttpResponse:
    """One tap on the page of one's mentor."""
    match = get_object_or_404(Match.objects.known().with_people(), pk=pk, mentee__user=request.user.pk)
    choice = request.POST.get("choice", "")
    if choice not in PURPOSES:
        return redirect("portal:mentor")
    try:
        made = send_reply(match=match, choice=choice, by=match.mentee.user, now=timezone.now())
    except WrongState as error:
        say(request, str(error), level=messages.WARNING)
    else:
        words = _("Sent to %(name)s: “%(words)s”") % {
            "name": match.mentor.user.first_name,
            "words": made.get_choice_display(),
        }
        say_with_undo(request, words, reverse("contacts:undo_reply", args=[made.pk]))
    return redirect("portal:mentor")


@require_POST
@signed_in("a mentee's own reply")
def undo(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a reply back."""
    made = get_object_or_404(
        CourtesyReply.objects.select_related("match__cohort", "match__mentee__user"),
        pk=pk,
        match__mentee__user=request.user.pk,
    )
    undo_reply(reply=made, by=made.match.mentee.user, now=timezone.now())
    say(request, _("Taken back."))
    return redirect("portal:mentor")


@require_POST
@signed_in("a mentor's own mentees' replies")
def answered(request: SignedInRequest, pk: int) -> HttpResponse:
    """The mentor has taken up a question."""
    found = CourtesyReply.objects.select_related("match__cohort", "match__mentor__user")
    made = get_object_or_404(
        found, pk=pk, undone_at=None, match__mentor__user=request.user.pk, match__in=Match.objects.known()
    )
    mark_answered(reply=made, by=made.match.mentor.user, now=timezone.now())
    return redirect("portal:mentees")
