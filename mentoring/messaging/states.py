"""A message's lifecycle in the ledger (trust.md §3)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from mentoring.lib.lifecycle import Lifecycle


class MessageState(models.TextChoices):
    DUE = "due", _("waiting")
    CLAIMED = "claimed", _("being sent")
    HANDING = "handing", _("being handed over")
    SENT = "sent", _("sent")
    UNCERTAIN = "uncertain", _("perhaps sent")
    EXPIRED = "expired", _("too late to send")
    CANCELLED = "cancelled", _("called off")
    FAILED = "failed", _("could not be sent")


class Urgency(models.TextChoices):
    """What a message may wait for."""

    AT_ONCE = "at-once", _("at once, at any hour")  # sign-in, safeguarding: at least once
    NORMAL = "normal", _("at once, with care")  # asked for by what somebody did: never twice
    NUDGE = "nudge", _("in waking hours")  # unasked: quiet hours, exams, pauses, never twice


S = MessageState
MESSAGE = Lifecycle(
    "message",
    S.DUE,
    {
        S.DUE: frozenset({S.CLAIMED, S.CANCELLED, S.EXPIRED}),
        S.CLAIMED: frozenset({S.HANDING, S.DUE, S.CANCELLED, S.EXPIRED, S.FAILED}),
        S.HANDING: frozenset({S.SENT, S.UNCERTAIN, S.DUE, S.FAILED}),
        S.UNCERTAIN: frozenset({S.SENT, S.DUE, S.FAILED}),
        S.SENT: frozenset({S.FAILED}),
        S.FAILED: frozenset({S.DUE}),
        S.EXPIRED: frozenset(),
        S.CANCELLED: frozenset(),
    },
)
