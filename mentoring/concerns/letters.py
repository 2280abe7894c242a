"""The alert that a concern waits: no name, no detail, only the way in."""

from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mentoring.concerns.models import Concern
from mentoring.concerns.selectors import next_after, readers_of
from mentoring.concerns.states import ConcernState
from mentoring.messaging.letters import Action, Content, Letter, register
from mentoring.messaging.links import absolute
from mentoring.messaging.models import Message
from mentoring.messaging.services import about
from mentoring.messaging.states import Urgency


def compose_alert(message: Message) -> Content | None:
    """Wanted while nobody has taken the concern."""
    concern = about(message)
    if not isinstance(concern, Concern) or concern.state != ConcernState.OPEN:
        return None
    return Content(
        subject=_("Action needed in peer mentoring"),
        paragraphs=(
            _("Somebody has raised a concern, and you are one of the people who look after concerns."),
            _("For everybody's safety this message says nothing else. Sign in to read it."),
        ),
        actions=(Action(_("Sign in and read"), absolute(reverse("concerns:inbox"))),),
        why=_("You are named as somebody who reads concerns in this scheme. This message is never held back."),
    )


def compose_unled(message: Message) -> Content | None:
    """To every administrator, when others stand in for a safeguarding lead: that it is so, and nothing about it."""
    concern = about(message)
    if not isinstance(concern, Concern):
        return None
    names = [reader.full_name for reader in readers_of(concern, timezone.localdate())]
    return Content(
        subject=_("Concern without a safeguarding lead"),
        paragraphs=(
            _("%(scheme)s has no safeguarding lead. Until there is one, new concerns are read by: %(names)s.")
            % {"scheme": concern.cohort.scheme.name, "names": get_text_list(names, _("and"))}
            if names
            else _("Nobody can read it at present. Please appoint a safeguarding lead now."),
            _("If you did not know this, propose a safeguarding lead now: two administrators approve."),
            _("For everybody's safety this message says nothing else."),
        ),
        actions=(Action(_("Propose a safeguarding lead"), absolute(reverse("safeguarding:grants"))),),
        why=_("Every administrator is told when others stand in for a safeguarding lead. It is never held back."),
    )


def compose_untaken(message: Message) -> Content | None:
    """To the next person, while nobody has taken the concern: whom to reach, and nothing about it."""
    concern = about(message)
    if not isinstance(concern, Concern) or concern.state != ConcernState.OPEN:
        return None
    if message.recipient not in next_after(concern, timezone.localdate()):
        return None
    names = [reader.full_name for reader in readers_of(concern, timezone.localdate())]
    return Content(
        subject=_("A concern in peer mentoring still waits"),
        paragraphs=(
            _("Somebody has raised a concern, and nobody who looks after concerns has taken it yet."),
            _("Please reach one of them now, by telephone if you can: %(names)s.")
            % {"names": get_text_list(names, _("or"))}
            if names
            else _("Nobody can read it at present. Please appoint a safeguarding lead now."),
            _("For everybody's safety this message says nothing else."),
        ),
        actions=(Action(_("Sign in"), absolute(reverse("home"))),),
        why=_("You are the next person to be told when a concern waits. This message is never held back."),
    )


UNTAKEN = register(
    Letter("concerns.untaken", Urgency.AT_ONCE, compose_untaken, gettext_lazy("Concern that nobody has taken"))
)
UNLED = register(
    Letter("concerns.unled", Urgency.AT_ONCE, compose_unled, gettext_lazy("Concern without a safeguarding lead"))
)
ALERT = register(Letter("concerns.alert", Urgency.AT_ONCE, compose_alert, gettext_lazy("Concern raised")))
