"""The receipt for stopping."""

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mentoring.messaging.letters import Action, Content, Letter, register
from mentoring.messaging.links import absolute, make_token
from mentoring.messaging.models import Message
from mentoring.messaging.states import Urgency
from mentoring.participation.models import Participant
from mentoring.portal.selectors import stopped_together, undo_until
from mentoring.portal.services import RECEIPT

STOP = "stop"


def stop_path(participant: Participant) -> str:
    """The signed link on which a participant stops, and undoes that, without signing in."""
    token = make_token(purpose=STOP, person=participant.user, object_id=participant.pk)
    return reverse("portal:stop_link", kwargs={"token": token})


def _which(stopped: list[Participant]) -> tuple[str, ...]:
    """The schemes, where it was more than one."""
    if len(stopped) < 2:
        return ()
    return (_("You stopped: %(schemes)s.") % {"schemes": get_text_list([str(p.cohort) for p in stopped], _("and"))},)


def stopped(message: Message) -> Content | None:
    """To who stopped: nothing is on any record, and how to come back. Not sent if they came back meanwhile."""
    stopped = stopped_together(message.recipient, message.created_at) if message.recipient else []
    until = undo_until(stopped)
    if until is None:
        return None
    return Content(
        subject=_("You have stopped peer mentoring"),
        paragraphs=(
            *_which(stopped),
            _("It is done. Nothing goes on your student record, and no reason was kept: none was asked."),
            _("We will not e-mail you about mentoring again."),
            _("Changed your mind? Until %(day)s you can undo it and find things as they were, where possible.")
            % {"day": date_format(timezone.localtime(until), "j F")},
            _("After that you can still come back at any time. Nobody will ask why."),
        ),
        actions=(Action(_("Undo"), absolute(stop_path(stopped[0]))),),
        why=_("You get this once, because you stopped taking part."),
    )


register(Letter(RECEIPT, Urgency.NORMAL, stopped, gettext_lazy("Receipt for stopping")))
