"""A mentor invites to meet, changes it, calls it off; the mentee answers; the day after one tap logs it."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import SignedInRequest, by_link, signed_in
from accounts.services import NotAllowed, WrongState
from mentoring.contacts.forms.meetings import InviteForm, MeetingForm, choices_of, first_choices
from mentoring.contacts.letters.meetings import ACCEPT, DECLINE, MET, NOT_MET, link_object, when_in_words
from mentoring.contacts.models import Invitation
from mentoring.contacts.selectors import my_group
from mentoring.contacts.selectors.meetings import PEOPLE, invitations_of, last_place
from mentoring.contacts.services import (
    answer_invitation,
    cancel_invitation,
    change_invitation,
    invite,
    take_back,
    tell_outcome,
)
from mentoring.contacts.states import InvitationState
from mentoring.contacts.views.own import taking_part_as
from mentoring.lib.notices import say
from mentoring.matching.models import Match
from mentoring.messaging.links import DeadLink, WhyDead, read_token
from mentoring.messaging.views import dead_link
from mentoring.participation.states import ParticipantRole
from schemes.speech import page_of

OWN = "a mentor's own invitations"
LINK_AGE = timedelta(days=100)
STEPS = {
    ACCEPT: InvitationState.ACCEPTED,
    DECLINE: InvitationState.DECLINED,
    MET: InvitationState.MET,
    NOT_MET: InvitationState.NOT_MET,
}
ANSWERS = {"yes": InvitationState.ACCEPTED, "no": InvitationState.DECLINED}


@signed_in(OWN)
def invite_page(request: SignedInRequest) -> HttpResponse:
    """Who, day, time, place, send."""
    mentor, now = taking_part_as(request, ParticipantRole.MENTOR), timezone.now()
    matches, places = my_group(mentor), mentor.cohort.policy.meeting_places
    initial = first_choices(matches, chosen=request.GET.get("with", ""), last_place=last_place(mentor), places=places)
    form = InviteForm(request.POST or None, matches=matches, places=places, now=now, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = invite(
                match=form.match(), meeting=form.meeting(), form_key=form.cleaned_data["form_key"],
                by=mentor.user, now=now,
            )  # fmt: skip
        except WrongState as error:
            form.add_error(None, str(error))
        else:
            name = made.match.mentee.user.first_name
            say(request, _("%(name)s has your invitation. It is in both your mailboxes.") % {"name": name})
            return redirect("contacts:meeting", pk=made.pk)
    return render(request, "contacts/invite.html", {"form": form, "matches": matches})


def _own(request: SignedInRequest, pk: int) -> Invitation:
    found = get_object_or_404(invitations_of(request.user), pk=pk)
    return page_of(found, found.match.cohort.scheme)


@signed_in(OWN)
def meeting(request: SignedInRequest, pk: int) -> HttpResponse:
    """One meeting: what was answered; another time or place; whether it happened."""
    found, now = _own(request, pk), timezone.now()
    cohort = found.match.cohort
    places = tuple(dict.fromkeys([*cohort.policy.meeting_places, found.place]))
    form = MeetingForm(request.POST or None, places=places, now=now, initial=choices_of(found))
    if request.method == "POST" and form.is_valid():
        try:
            change_invitation(invitation=found, meeting=form.meeting(), by=request.user, now=now)
        except WrongState as error:
            form.add_error(None, str(error))
        else:
            say(request, _("Changed. You both have it by e-mail."))
            return redirect("contacts:meeting", pk=pk)
    context = {
        "meeting": found,
        "form": form,
        "when": when_in_words(found.starts_at),
        "is_ahead": now < found.starts_at,
        "is_told": found.state in {InvitationState.MET, InvitationState.NOT_MET},
    }
    return render(request, "contacts/meeting.html", context)


@require_POST
@signed_in(OWN)
def cancel(request: SignedInRequest, pk: int) -> HttpResponse:
    """Call it off."""
    found = get_object_or_404(Invitation.objects.select_related(*PEOPLE), pk=pk, match__mentor__user=request.user.pk)
    try:
        cancel_invitation(invitation=found, by=request.user, now=timezone.now())
    except (WrongState, NotAllowed) as error:
        say(request, str(error), level=messages.WARNING)
    else:
        say(request, _("Called off. You both have it by e-mail."))
    return redirect("portal:mentees")


@require_POST
@signed_in(OWN)
def outcome(request: SignedInRequest, pk: int) -> HttpResponse:
    """Whether it happened."""
    found = _own(request, pk)
    has_met = request.POST.get("met") == "yes"
    try:
        tell_outcome(invitation=found, has_met=has_met, by=request.user, now=timezone.now())
    except WrongState as error:
        say(request, str(error), level=messages.WARNING)
    else:
        say(request, _("Logged. Thank you.") if has_met else _("Noted. That happens, and it is fine."))
    return redirect("contacts:meeting", pk=pk)


@require_POST
@signed_in("a mentee's own invitations")
def answer(request: SignedInRequest, pk: int) -> HttpResponse:
    """The mentee answers on the page of their mentor."""
    kept = Invitation.objects.exclude(state=InvitationState.CANCELLED).select_related(*PEOPLE)
    found = get_object_or_404(kept, pk=pk, match__mentee__user=request.user.pk)
    wanted = ANSWERS.get(request.POST.get("answer", ""))
    if wanted is None:
        return redirect("portal:mentor")
    try:
        answer_invitation(invitation=found, answer=wanted, by=request.user, now=timezone.now())
    except WrongState as error:
        say(request, str(error), level=messages.WARNING)
    else:
        name = found.match.mentor.user.first_name
        say(request, _("%(name)s knows.") % {"name": name})
    return redirect("portal:mentor")


def _linked(step: str, token: str) -> Invitation:
    """The meeting that a link is about, as it was when the link was made.

    Raises ``DeadLink``, too when one of the two has stopped or their match is over.
    """
    if step not in STEPS:
        raise DeadLink(WhyDead.UNKNOWN)
    grant = read_token(f"meeting-{step}", token, max_age=LINK_AGE)
    if step in {ACCEPT, DECLINE}:
        mine = Invitation.objects.filter(match__mentee__user=grant.person)
    else:
        mine = Invitation.objects.filter(match__mentor__user=grant.person)
    pk = grant.object_id.partition("-")[0]
    found = mine.select_related(*PEOPLE).filter(pk=int(pk) if pk.isdigit() else 0).first()
    if found is None:
        raise DeadLink(WhyDead.UNKNOWN)
    if found.state == InvitationState.CANCELLED or link_object(found) != grant.object_id:
        raise DeadLink(WhyDead.REVOKED)
    if not Match.objects.known().filter(pk=found.match_id).exists():
        raise DeadLink(WhyDead.REVOKED)
    return page_of(found, found.match.cohort.scheme)


@by_link("meeting")
def meeting_link(request: HttpRequest, step: str, token: str) -> HttpResponse:
    """Show one sentence and one button; the button says it."""
    try:
        found = _linked(step, token)
        if request.method == "POST":
            _say(found, step)
            return redirect("contacts:meeting_link", step=step, token=token)
    except DeadLink as error:
        return dead_link(request, error)
    except WrongState as error:
        return _over(request, error)
    context = {
        "meeting": found,
        "when": when_in_words(found.starts_at),
        "step": step,
        "is_said": found.state == STEPS[step],
        "back_url": reverse("contacts:take_back_meeting_link", kwargs={"step": step, "token": token}),
    }
    return render(request, "contacts/meeting_link.html", context)


def _over(request: HttpRequest, error: WrongState) -> HttpResponse:
    return render(request, "contacts/meeting_over.html", {"why": str(error)}, status=410)


def _say(found: Invitation, step: str) -> None:
    now = timezone.now()
    if step in {ACCEPT, DECLINE}:
        answer_invitation(invitation=found, answer=STEPS[step], by=None, now=now)
    else:
        tell_outcome(invitation=found, has_met=step == MET, by=None, now=now)


@require_POST
@by_link("meeting")
def take_back_link(request: HttpRequest, step: str, token: str) -> HttpResponse:
    """Undo what this link said, and nothing else."""
    try:
        found = _linked(step, token)
        if found.state == STEPS[step]:
            take_back(invitation=found, by=None, now=timezone.now())
    except DeadLink as error:
        return dead_link(request, error)
    except WrongState as error:
        return _over(request, error)
    return redirect("contacts:meeting_link", step=step, token=token)
