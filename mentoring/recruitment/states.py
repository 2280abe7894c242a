"""An application's lifecycle (R5)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from mentoring.lib.lifecycle import Lifecycle


class ApplicationState(models.TextChoices):
    SUBMITTED = "submitted", _("waiting for a decision")
    ACCEPTED = "accepted", _("accepted")
    RESERVE = "reserve", _("on the reserve list")
    DECLINED = "declined", _("not this time")
    WITHDRAWN = "withdrawn", _("withdrawn")


DECISIONS = (ApplicationState.ACCEPTED, ApplicationState.RESERVE, ApplicationState.DECLINED)
CHANGEABLE = (ApplicationState.SUBMITTED, ApplicationState.RESERVE)

S = ApplicationState
APPLICATION = Lifecycle(
    "application",
    S.SUBMITTED,
    {
        S.SUBMITTED: frozenset({S.ACCEPTED, S.RESERVE, S.DECLINED, S.WITHDRAWN}),
        S.RESERVE: frozenset({S.ACCEPTED, S.DECLINED, S.WITHDRAWN, S.SUBMITTED}),
        S.DECLINED: frozenset({S.RESERVE, S.ACCEPTED, S.SUBMITTED}),
        S.WITHDRAWN: frozenset({S.SUBMITTED}),
        S.ACCEPTED: frozenset({S.SUBMITTED}),  # undone while the letter waits; later they stop as a mentor
    },
)
