"""Questions passed on: to who steps in for a mentor, and without a name."""

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mentoring.contacts.models import CourtesyReply, MaskedQuestion
from mentoring.contacts.permissions import can_answer, can_take, can_unmask
from mentoring.contacts.services.questions import UNMASKED
from mentoring.matching.states import KNOWN
from mentoring.messaging.letters import Action, Content, Letter, register
from mentoring.messaging.links import absolute
from mentoring.messaging.models import Message
from mentoring.messaging.services import about
from mentoring.messaging.states import Urgency
from schemes.roles import Capability


def step_in(message: Message) -> Content | None:
    """To a senior mentor, later to a coordinator: a question waits. Not wanted once somebody took or answered it."""
    question, reader = about(message), message.recipient
    if reader is None or not isinstance(question, CourtesyReply | MaskedQuestion) or question.answered_at:
        return None
    if question.taken_by_id is not None and not message.key.endswith("coordinator"):
        return None
    today = timezone.localdate(message.due_at)
    if isinstance(question, CourtesyReply):
        if question.undone_at or question.match.state not in KNOWN or not can_take(reader, question, today):
            return None
        mentor, asked = question.match.mentor.user.first_name, question.match.mentee.user.first_name
        reply_to = question.match.mentee.user.email
    else:
        if not can_answer(reader, question, message.due_at):
            return None
        mentor, asked, reply_to = question.mentor.user.first_name if question.mentor else "", "", ""
    return Content(
        subject=_("Could you step in for %(name)s?") % {"name": mentor} if mentor else _("A student has a question"),
        paragraphs=tuple(_gist(mentor, asked)),
        actions=(Action(_("Take it"), absolute(reverse("contacts:questions"))),),
        why=_("You are getting this because you help the mentors of this student’s department."),
        reply_to=reply_to,
    )


def _gist(mentor: str, asked: str) -> list[str]:
    lines = []
    if asked:
        lines.append(_("%(name)s tapped “I have a question” more than two days ago.") % {"name": asked})
    elif mentor:
        lines.append(_("Somebody asked a question without a name more than two days ago."))
    else:
        lines.append(_("Somebody asks the coordinators something, without a name. It can be answered on the page."))
    if mentor:
        lines.append(_("%(name)s may simply be busy: nobody is to blame.") % {"name": mentor})
    lines.append(_("If you take it, the others know. One kind line is enough."))
    return lines


def masked_asked(message: Message) -> Content | None:
    """To a mentor: somebody of the group asks without a name."""
    question = about(message)
    if not isinstance(question, MaskedQuestion) or question.answered_at:
        return None
    return Content(
        subject=_("A question without a name"),
        paragraphs=(
            _("Somebody in your group asks something, and would rather not say who they are."),
            _("Sign in to read it and to answer. Please do not try to find out who it is."),
            _("Is somebody in danger? Then tell us at once, from the same page."),
        ),
        actions=(Action(_("Read and answer"), absolute(reverse("contacts:answer_masked", args=[question.pk]))),),
        why=_("You are getting this because you are a mentor this year."),
    )


def unmasked(message: Message) -> Content | None:
    """At once to the other safeguarding leads: who lifted a mask, and when; neither the question nor who asked it."""
    question = about(message)
    if not isinstance(question, MaskedQuestion) or question.unmasked_at is None or question.unmasked_by is None:
        return None
    when = date_format(timezone.localtime(question.unmasked_at), "l j F, H:i")
    names = {"name": question.unmasked_by.full_name, "when": when}
    reads = can_unmask(message.recipient, question, timezone.localdate(message.due_at))
    return Content(
        subject=_("A question without a name was opened"),
        paragraphs=(
            _("%(name)s, a safeguarding lead in peer mentoring, has found out who asked a question without a name.")
            % names,
            _("It was on %(when)s. They may do so only when somebody may be in danger, and wrote down why.") % names,
            _("For everybody’s safety this message says nothing else."),
        ),
        actions=(Action(_("Sign in and see"), absolute(reverse("contacts:masks" if reads else "home"))),),
        why=_("You are told at once whenever a safeguarding lead finds out who asked. It is never held back."),
    )


register(Letter(UNMASKED, Urgency.AT_ONCE, unmasked, gettext_lazy("Question without a name opened")))
# That something was asked, with a name or without, is for who may come to answer it.
for _name, _compose, _title in (
    ("step-in", step_in, gettext_lazy("Could you step in?")),
    ("masked-asked", masked_asked, gettext_lazy("A question without a name")),
):
    register(Letter(f"contacts.{_name}", Urgency.NORMAL, _compose, _title, needs=Capability.HANDLE_SWAPS))
