"""The way to the two questions half-way."""

from django.urls import reverse
from django.utils.translation import gettext as _

from mentoring.messaging.letters import Action
from mentoring.messaging.links import absolute, make_token
from mentoring.participation.models import Participant

CHECK = "check"


def check_action(participant: Participant) -> Action:
    """The signed link to a participant's own two questions."""
    token = make_token(purpose=CHECK, person=participant.user, object_id=participant.pk)
    return Action(_("Answer"), absolute(reverse("contacts:check_link", kwargs={"token": token})))
