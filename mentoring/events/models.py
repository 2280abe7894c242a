"""Anything with a time, places and a register."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.registry import ACTIVITY, CHOICE, LINK, SETTING, declare
from mentoring.events.states import Audience, BookingState, EventKind
from mentoring.participation.models import Participant
from mentoring.participation.states import ParticipantState
from schemes.models import Cohort, Unit
from schemes.rules import names_halls


class EventQuerySet(models.QuerySet["Event"]):
    def standing(self) -> "EventQuerySet":
        """Not cancelled."""
        return self.filter(cancelled_at=None)

    def coming(self, now: datetime) -> "EventQuerySet":
        """Not over yet, the next one first."""
        return self.filter(ends_at__gt=now).order_by("starts_at", "pk")

    def past(self, now: datetime) -> "EventQuerySet":
        """Over, the latest first."""
        return self.filter(ends_at__lte=now).order_by("-starts_at", "-pk")


class Event(models.Model):
    """A session of a cohort, in a place or online. ``sequence`` counts changes for calendar files."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="events")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=16, choices=EventKind)
    audience = models.CharField(_("for"), max_length=16, choices=Audience)
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("what happens"), blank=True)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    online_link = models.URLField(_("link to join online"), blank=True)
    places = models.PositiveIntegerField(_("places"), null=True, blank=True, help_text=_("Empty for no limit."))
    is_bookable = models.BooleanField(_("can be booked"), default=True)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    cancelled_at = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = EventQuerySet.as_manager()

    personal_data = declare(
        "created_by",
        id=LINK,
        cohort=LINK,
        unit=LINK,
        kind=SETTING,
        audience=SETTING,
        title=SETTING,
        description=SETTING,
        starts_at=SETTING,
        ends_at=SETTING,
        place=SETTING,
        online_link=SETTING,
        places=SETTING,
        is_bookable=SETTING,
        sequence=SETTING,
        cancelled_at=SETTING,
        created_by=LINK,
    )

    class Meta:
        ordering: ClassVar = ["starts_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_at__gt=models.F("starts_at")), name="event_ends_after_start")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None

    @property
    def is_in_halls(self) -> bool:
        """Whether its place reads like halls of residence, where pairs do not meet (R41)."""
        return names_halls(self.place)


class BookingQuerySet(models.QuerySet["Booking"]):
    """Bookings of people who still take part: who stops frees the place at once, with no callback."""

    def standing(self) -> "BookingQuerySet":
        """Booked or waiting."""
        return self.exclude(participant__state=ParticipantState.LEFT).exclude(state=BookingState.CANCELLED)

    def booked(self) -> "BookingQuerySet":
        return self.standing().filter(state=BookingState.BOOKED)

    def waiting(self) -> "BookingQuerySet":
        """The waiting list, first come first."""
        return self.standing().filter(state=BookingState.WAITING).order_by("asked_at", "pk")


class Booking(models.Model):
    """A participant's place at an event, or on its waiting list in order of ``asked_at``."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="bookings")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="bookings")
    state = models.CharField(max_length=16, choices=BookingState, default=BookingState.WAITING)
    asked_at = models.DateTimeField()

    objects = BookingQuerySet.as_manager()

    personal_data = declare("participant__user", id=LINK, event=LINK, participant=LINK, state=CHOICE, asked_at=ACTIVITY)

    class Meta:
        ordering: ClassVar = ["asked_at", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["event", "participant"], name="one_booking_a_person")]

    def __str__(self) -> str:
        return f"{self.participant_id} at {self.event_id}"


class Attendance(models.Model):
    """A participant was there; a row on the register, booked or not."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="register")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="attendances")
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()

    personal_data = declare(
        "participant__user", id=LINK, event=LINK, participant=LINK, recorded_by=LINK, recorded_at=ACTIVITY
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "participant"], name="one_attendance_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.participant_id} was at {self.event_id}"
