"""The life of a role that a university's sign-in proposes for somebody."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from mentoring.lib.lifecycle import Lifecycle
from schemes.states import Role


class ProposalState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    CONFIRMED = "confirmed", _("confirmed")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("no longer said")


S = ProposalState
PROPOSAL = Lifecycle(
    "proposed role",
    S.WAITING,
    {
        S.WAITING: frozenset({S.CONFIRMED, S.DECLINED, S.WITHDRAWN}),
        S.CONFIRMED: frozenset(),
        S.DECLINED: frozenset(),
        S.WITHDRAWN: frozenset(),
    },
)

# Roles that open little. Nobody becomes a coordinator, a manager or more because a directory says so.
PROPOSABLE = frozenset({Role.INTERN, Role.SENIOR_MENTOR})
