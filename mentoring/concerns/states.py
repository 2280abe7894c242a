"""A concern's kinds and lifecycle (R82, R83)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from mentoring.lib.lifecycle import Lifecycle


class ConcernKind(models.TextChoices):
    WELLBEING = "wellbeing", _("Somebody is struggling")
    SAFEGUARDING = "safeguarding", _("Somebody may be in danger")
    CONDUCT = "conduct", _("Somebody behaved badly")
    RELATIONSHIP = "relationship", _("Something is wrong between mentor and mentee")


class ConcernState(models.TextChoices):
    OPEN = "open", _("waiting to be read")
    TAKEN = "taken", _("being looked after")
    CLOSED = "closed", _("closed")


S = ConcernState
CONCERN = Lifecycle(
    "concern",
    S.OPEN,
    {S.OPEN: frozenset({S.TAKEN}), S.TAKEN: frozenset({S.CLOSED}), S.CLOSED: frozenset({S.TAKEN})},
)
