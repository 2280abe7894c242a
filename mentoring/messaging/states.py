"""A message's lifecycle in the ledger (trust.md §3).

Back to *due* goes what was put off, given back, or certainly not taken; when it fails instead is decided by age
and, for what stops its workers, by number (docs/adr/0002).
"""

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


class Reason(models.TextChoices):
    """Why a message stands where it does. A relay's own words are kept as it said them."""

    NOT_BEGUN = "not begun in time", _("not begun in time")
    TOO_LATE = "too late", _("too late")
    ACCOUNT_CLOSED = "account closed", _("account closed")
    ADDRESS_REFUSED = "the address refused an earlier message", _("the address refused an earlier message")
    NUDGES_OFF = "nudges are off", _("nudges are off")
    QUIET = "quiet hours", _("quiet hours")
    NOT_OURS = "the address is not one of the university's", _("the address is not one of the university's")
    NOT_WRITABLE = "the address cannot be written to", _("the address cannot be written to")
    NOT_WANTED = "no longer wanted", _("no longer wanted")
    STOPPED_EACH_TIME = "the worker stopped each time", _("the worker stopped each time")
    STOPPED = "the worker stopped", _("the worker stopped")
    SENT_TWICE = "perhaps sent; sent again to be sure", _("perhaps sent; sent again to be sure")
    CUT_OFF = "the hand-over was cut off", _("the hand-over was cut off")
    DID_NOT_HAPPEN = "the hand-over did not happen", _("the hand-over did not happen")
    CALLED_OFF = "called off", _("called off")
    MARKED = "marked as sent", _("marked as sent")
    RELAY_HAS_IT = "the relay's log has it", _("the relay's log has it")
    FROZEN = "held up too long; not handed over", _("held up too long; not handed over")
    DATABASE_AWAY = "the database was away", _("the database was away")
    NEW_ADDRESS = "the address was changed", _("the address was changed")
    STOPPED_BY_SENDER = "stopped by its sender", _("stopped by its sender")


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
