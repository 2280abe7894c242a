"""Invitations to meet, their answers, and the question of the day after. Each carries the calendar entry."""

from collections.abc import Callable
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from mentoring.contacts.calendar import calendar_file
from mentoring.contacts.models import Invitation
from mentoring.contacts.states import STANDING, InvitationState
from mentoring.matching.states import KNOWN
from mentoring.messaging.letters import Action, Content, Letter, register
from mentoring.messaging.links import absolute, make_token
from mentoring.messaging.models import Message
from mentoring.messaging.states import Urgency
from mentoring.participation.states import ParticipantState
from schemes.roles import Capability

ACCEPT, DECLINE, MET, NOT_MET = "accept", "decline", "met", "not-met"
MEETING_LINKS = (ACCEPT, DECLINE, MET, NOT_MET)
Words = Callable[[Invitation], Content]


def link_object(invitation: Invitation) -> str:
    """What a link about a meeting binds: the meeting as it is now. After a change an older link says so."""
    return f"{invitation.pk}-{invitation.sequence}"


def meeting_link(invitation: Invitation, step: str, person: User) -> str:
    """The signed link on which somebody says one sentence about a meeting."""
    token = make_token(purpose=f"meeting-{step}", person=person, object_id=link_object(invitation))
    return absolute(reverse("contacts:meeting_link", kwargs={"step": step, "token": token}))


def when_in_words(starts_at: datetime) -> str:
    """Tuesday 13 October, 12:45."""
    local = timezone.localtime(starts_at)
    return f"{date_format(local, 'l j F')}, {time_format(local, 'H:i')}"


def _subject(invitation: Invitation) -> str:
    """As short as it can be: Meet Tuesday 12:45, Ramsden foyer."""
    local = timezone.localtime(invitation.starts_at)
    words = _("Meet %(day)s %(time)s, %(place)s") % {
        "day": date_format(local, "l"),
        "time": time_format(local, "H:i"),
        "place": invitation.place,
    }
    return words if len(words) <= 50 else words[:49].rsplit(" ", 1)[0] + "…"


def _facts(invitation: Invitation) -> str:
    return f"{when_in_words(invitation.starts_at)}. {invitation.place}."


def _via(person: User) -> str:
    return _("%(name)s via Peer Mentoring") % {"name": person.full_name}


def invited(invitation: Invitation) -> Content:
    """To the mentee: who, when, where, and one tap."""
    match = invitation.match
    mentor, mentee = match.mentor.user, match.mentee.user
    opening = (
        _("%(name)s has another time or place for you:")
        if invitation.sequence
        else _("%(name)s would like to meet you:")
    )
    return Content(
        subject=_subject(invitation),
        paragraphs=(
            opening % {"name": mentor.first_name},
            _facts(invitation),
            _("It is a public place. Three quarters of an hour at most, and no need to prepare."),
            _("You cannot? One tap says so, and that is fine."),
        ),
        actions=(
            Action(_("I can come"), meeting_link(invitation, ACCEPT, mentee)),
            Action(_("I cannot"), meeting_link(invitation, DECLINE, mentee)),
        ),
        why=_("You are getting this because %(name)s is your mentor.") % {"name": mentor.first_name},
        sender_name=_via(mentor),
        reply_to=mentor.email,
    )


def sent(invitation: Invitation) -> Content:
    """To the mentor: the same, for their own calendar."""
    mentee = invitation.match.mentee.user
    return Content(
        subject=_subject(invitation),
        paragraphs=(
            _("%(name)s has your invitation:") % {"name": mentee.first_name},
            _facts(invitation),
            _("You hear as soon as %(name)s answers. No answer yet is usual.") % {"name": mentee.first_name},
        ),
        actions=(Action(_("Change it, or call it off"), _page(invitation)),),
        why=_("You are getting this because you invited somebody."),
        reply_to=mentee.email,
    )


def answered(invitation: Invitation) -> Content:
    """To the mentor: can they come?"""
    mentee = invitation.match.mentee.user
    name = mentee.first_name
    if invitation.state == InvitationState.ACCEPTED:
        subject, line = _("%(name)s can come"), _("%(name)s can come:")
        last = _("It counts as a contact already, for both of you.")
    else:
        subject, line = _("%(name)s cannot come"), _("%(name)s cannot come this time:")
        last = _("That is an answer, and it counts as a contact. Another day is one tap away.")
    return Content(
        subject=subject % {"name": name},
        paragraphs=(line % {"name": name}, _facts(invitation), last),
        actions=(Action(_("See the meeting"), _page(invitation)),),
        why=_("You are getting this because you invited somebody."),
        sender_name=_via(mentee),
        reply_to=mentee.email,
    )


def off(invitation: Invitation, to: User) -> Content:
    """To both: it does not take place, and leaves the calendar."""
    mentor, mentee = invitation.match.mentor.user, invitation.match.mentee.user
    other = mentor if to.pk == mentee.pk else mentee
    return Content(
        subject=_("Called off: %(when)s") % {"when": date_format(timezone.localtime(invitation.starts_at), "l j F")},
        paragraphs=(
            _("You and %(name)s do not meet at this time after all:") % {"name": other.first_name},
            _facts(invitation),
            _("Times change, and it is no verdict on anybody."),
        ),
        why=_("You are getting this because you were to meet."),
        reply_to=other.email,
    )


def met(invitation: Invitation) -> Content:
    """To the mentor, the day after: did you meet?"""
    match = invitation.match
    mentor, name = match.mentor.user, match.mentee.user.first_name
    return Content(
        subject=_("Did you and %(name)s meet?") % {"name": name},
        paragraphs=(
            _facts(invitation),
            _("One tap logs it, and it counts for your certificate."),
            _("It did not happen? That is a fine answer too."),
        ),
        actions=(
            Action(_("Yes, we met"), meeting_link(invitation, MET, mentor)),
            Action(_("It did not happen"), meeting_link(invitation, NOT_MET, mentor)),
        ),
        why=_("You are getting this once, because you invited somebody for yesterday or before."),
        reply_to=match.mentee.user.email,
    )


def _page(invitation: Invitation) -> str:
    return absolute(reverse("contacts:meeting", args=[invitation.pk]))


def _invitation(message: Message, states: tuple[str, ...]) -> Invitation | None:
    """The invitation a letter is about, in one of these states, while both are a pair."""
    related = ("match__mentor__user", "match__mentee__user", "match__cohort__scheme__unit__institution")
    found = Invitation.objects.select_related(*related).filter(pk=message.object_id or 0, state__in=states).first()
    if found is None or found.match.state not in KNOWN:
        return None
    left = ParticipantState.LEFT in {found.match.mentee.state, found.match.mentor.state}
    return None if left else found


def compose_invited(message: Message) -> Content | None:
    return _with_calendar(message, STANDING, invited)


def compose_sent(message: Message) -> Content | None:
    return _with_calendar(message, STANDING, sent)


def compose_answered(message: Message) -> Content | None:
    return _with_calendar(message, (InvitationState.ACCEPTED, InvitationState.DECLINED), answered)


def compose_off(message: Message) -> Content | None:
    to = message.recipient
    if to is None:
        return None
    return _with_calendar(message, (InvitationState.CANCELLED,), lambda found: off(found, to))


def compose_met(message: Message) -> Content | None:
    found = _invitation(message, STANDING)
    return met(found) if found else None


def _with_calendar(message: Message, states: tuple[str, ...], words: Words) -> Content | None:
    """A letter with the meeting as a calendar entry: a request while it stands, else its cancelling."""
    found = _invitation(message, states)
    if found is None:
        return None
    content = words(found)
    is_off = found.state in {InvitationState.CANCELLED, InvitationState.DECLINED}
    attachment = calendar_file(found, now=message.created_at, is_off=is_off)
    return Content(**{**vars(content), "attachments": (attachment,)})


# That somebody invited, was invited and what they said to it is a contact of a pair.
for _name, _urgency, _compose, _title in (
    ("invitation", Urgency.NORMAL, compose_invited, gettext_lazy("Invitation to meet")),
    ("invitation-sent", Urgency.NORMAL, compose_sent, gettext_lazy("Invitation: the mentor’s copy")),
    ("invitation-answered", Urgency.NORMAL, compose_answered, gettext_lazy("Invitation answered")),
    ("invitation-off", Urgency.NORMAL, compose_off, gettext_lazy("Meeting called off")),
    ("met", Urgency.NUDGE, compose_met, gettext_lazy("Did you meet?")),
):
    register(Letter(f"contacts.{_name}", _urgency, _compose, _title, needs=Capability.SEE_CONTACTS))
