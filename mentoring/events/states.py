"""Kinds of event, and the lifecycle of a booking."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from mentoring.lib.lifecycle import Lifecycle


class EventKind(models.TextChoices):
    INFORMATION = "information", _("information session")
    TRAINING = "training", _("training")
    DROP_IN = "drop-in", _("drop-in")
    TUTORIAL_VISIT = "tutorial-visit", _("tutorial visit")
    SUPPORT_GROUP = "support-group", _("support group")
    WORKSHOP = "workshop", _("workshop")
    CELEBRATION = "celebration", _("celebration")


class Audience(models.TextChoices):
    MENTORS = "mentors", _("mentors")
    MENTEES = "mentees", _("mentees")
    EVERYONE = "everyone", _("mentors and mentees")


class BookingState(models.TextChoices):
    BOOKED = "booked", _("booked")
    WAITING = "waiting", _("on the waiting list")
    CANCELLED = "cancelled", _("cancelled")


S = BookingState
BOOKING = Lifecycle(
    "booking",
    S.WAITING,
    {
        S.WAITING: frozenset({S.BOOKED, S.CANCELLED}),
        S.BOOKED: frozenset({S.CANCELLED}),
        S.CANCELLED: frozenset({S.WAITING, S.BOOKED}),
    },
)
