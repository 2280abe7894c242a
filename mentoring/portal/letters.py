"""The receipt for stopping."""

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mentoring.messaging.letters import Action, Content, Letter, register
from mentoring.messaging.links import absolute, make_token
from mentoring.messaging.models import Message
from mentoring.messaging.states import Urgency
from mentoring.participation.models import Participant
from mentoring.participation.rules import undo_ends_at
from mentoring.participation.states import ParticipantState
from mentoring.portal.services import RECEIPT

STOP = "stop"


def stop_path(participant: Participant) -> str:
    """The signed link on which a participant stops, pauses or comes back, without signing in."""
    token = make_token(purpose=STOP, person=participant.user, object_id=participant.pk)
    return reverse("portal:stop_link", kwargs={"token": token})


def stopped(message: Message) -> Content | None:
    """To who stopped: nothing is on any record, and how to come back. Not sent if they came back meanwhile."""
    participant = Participant.objects.select_related("user", "cohort__scheme").filter(pk=message.object_id or 0).first()
    if participant is None or participant.state != ParticipantState.LEFT or participant.left_at is None:
        return None
    until = undo_ends_at(participant.left_at, participant.cohort.policy.opt_out_undo_days)
    return Content(
        subject=_("You have stopped peer mentoring"),
        paragraphs=(
            _("It is done. Nothing goes on your student record, and no reason was kept: none was asked."),
            _("We will not e-mail you about mentoring again."),
            _("Changed your mind? Until %(day)s you can undo it and find things as they were, where possible.")
            % {"day": date_format(until, "j F")},
            _("After that you can still come back at any time. Nobody will ask why."),
        ),
        actions=(Action(_("Undo"), absolute(stop_path(participant))),),
        why=_("You get this once, because you stopped taking part."),
    )


register(Letter(RECEIPT, Urgency.NORMAL, stopped, gettext_lazy("Receipt for stopping")))
