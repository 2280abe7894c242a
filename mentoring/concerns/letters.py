"""The alert that a concern waits: no name, no detail, only the way in."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mentoring.concerns.models import Concern
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


ALERT = register(Letter("concerns.alert", Urgency.AT_ONCE, compose_alert, gettext_lazy("Concern raised")))
