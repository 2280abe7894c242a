"""Letters about notes: none says what a note says, and to staff none says whom it is about."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mentoring.confidences.models import Disclosure
from mentoring.confidences.permissions import can_decide_about_telling, can_open
from mentoring.confidences.services.disclosures import ASK, DECIDE, SHOWN, TOLD
from mentoring.confidences.states import DisclosureState
from mentoring.messaging.letters import Action, Content, Letter, register
from mentoring.messaging.links import absolute
from mentoring.messaging.models import Message
from mentoring.messaging.services import about
from mentoring.messaging.states import Urgency


def _disclosure(message: Message) -> Disclosure | None:
    found = about(message)
    return found if isinstance(found, Disclosure) else None


def ask(message: Message) -> Content | None:
    """To the mentee: may one note be shown? Wanted while she has not answered."""
    one = _disclosure(message)
    if one is None or one.state != DisclosureState.ASKED:
        return None
    names = {"mentor": one.match.mentor.user.first_name, "reader": one.reader.full_name}
    return Content(
        subject=_("May one note be shown?"),
        paragraphs=(
            _("%(mentor)s asks whether one note about you may be shown to %(reader)s.") % names,
            _("You read it first, and you decide. Without your yes nobody sees it."),
        ),
        actions=(Action(_("Read it and decide"), absolute(reverse("confidences:mine"))),),
        why=_("You are getting this because you allowed notes by your mentor."),
    )


def told(message: Message) -> Content | None:
    """To the mentee: a note was shown because of danger, and to whom."""
    one = _disclosure(message)
    if one is None or one.told_at is None:
        return None
    names = {"mentor": one.match.mentor.user.first_name, "reader": one.reader.full_name}
    return Content(
        subject=_("One note about you was shown"),
        paragraphs=(
            _("%(mentor)s showed one note to %(reader)s, out of worry that somebody is in serious danger.") % names,
            _("Nobody else reads it, and it closes again by itself. Sign in to see which note, and until when."),
            _("You can write to %(reader)s, or to anybody you trust. Nothing was done against you.") % names,
        ),
        actions=(Action(_("See which note"), absolute(reverse("confidences:mine"))),),
        why=_("You are getting this because a note about you was shown to somebody. That is always said."),
    )


def shown(message: Message) -> Content | None:
    """To the person named: a note waits. No name and no word of it."""
    one, reader = _disclosure(message), message.recipient
    today = timezone.localdate(message.due_at)
    if one is None or reader is None or not can_open(reader, one, message.due_at, today):
        return None
    return Content(
        subject=_("A note was shown to you"),
        paragraphs=(
            _("A mentor has shown you one note, in confidence. It closes again by itself."),
            _("For everybody’s safety this message says nothing else. Each look at it is on the trail."),
        ),
        actions=(Action(_("Sign in and read"), absolute(reverse("confidences:shown"))),),
        why=_("You are getting this because a mentor named you. Nobody else can open the note."),
    )


def decide(message: Message) -> Content | None:
    """To safeguarding: a mentor fears that telling a student would put somebody in danger."""
    one, reader = _disclosure(message), message.recipient
    today = timezone.localdate(message.due_at)
    if one is None or reader is None or one.told_at or not can_decide_about_telling(reader, one, today):
        return None
    return Content(
        subject=_("Should a student be told now?"),
        paragraphs=(
            _("A note was shown because of danger. Its author fears that telling the student now could harm somebody."),
            _("Decide within a day. If you do not, the student is told."),
        ),
        actions=(Action(_("Sign in and decide"), absolute(reverse("confidences:shown"))),),
        why=_("You are getting this because you look after safeguarding in this scheme."),
    )


register(Letter(ASK, Urgency.AT_ONCE, ask, gettext_lazy("May one note be shown?")))
register(Letter(TOLD, Urgency.AT_ONCE, told, gettext_lazy("One note about you was shown")))
register(Letter(SHOWN, Urgency.AT_ONCE, shown, gettext_lazy("A note was shown to you")))
register(Letter(DECIDE, Urgency.AT_ONCE, decide, gettext_lazy("Should a student be told now?")))
