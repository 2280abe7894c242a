"""What people hear about events they booked. Each letter is composed anew when it is sent."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mentoring.events.calendar import CANCEL, REQUEST, calendar_file
from mentoring.events.models import Booking
from mentoring.events.states import BookingState
from mentoring.events.wording import when_in_words, where_in_words
from mentoring.messaging.letters import Action, Attachment, Compose, Content, Letter, register
from mentoring.messaging.links import absolute
from mentoring.messaging.models import Message
from mentoring.messaging.states import Urgency
from mentoring.participation.states import ParticipantState

Words = Callable[[Booking], str]


def _booking(message: Message) -> Booking | None:
    """The booking a letter is about, while its person still takes part and has not given it up."""
    found = Booking.objects.filter(pk=message.object_id or 0).select_related(
        "participant__user", "event__created_by", "event__cohort__scheme__unit__institution"
    )
    booking = found.first()
    if booking is None or booking.state == BookingState.CANCELLED:
        return None
    return None if booking.participant.state == ParticipantState.LEFT else booking


def _with_calendar(booking: Booking, message: Message, method: str) -> tuple[Attachment, ...]:
    content = calendar_file([booking.event], now=message.created_at, method=method, guest=booking.participant.user)
    return (Attachment("event.ics", content, f"text/calendar; method={method}; charset=utf-8"),)


def _page(booking: Booking, label: str) -> tuple[Action, ...]:
    return (Action(label, absolute(reverse("events:own", args=[booking.event_id]))),)


def _facts(booking: Booking) -> str:
    return f"{when_in_words(booking.event)}. {where_in_words(booking.event)}."


def _about_a_place(subject: Words, opening: Words) -> Compose:
    """A letter to somebody who has a place, with the calendar file."""

    def compose(message: Message) -> Content | None:
        booking = _booking(message)
        if booking is None or booking.event.is_cancelled or booking.state != BookingState.BOOKED:
            return None
        return Content(
            subject=subject(booking),
            paragraphs=(
                opening(booking),
                _facts(booking),
                _("Cannot come after all? Give the place up, and the next person gets it."),
            ),
            actions=_page(booking, _("See or change my booking")),
            why=_("You booked this event."),
            attachments=_with_calendar(booking, message, REQUEST),
        )

    return compose


def _booked_subject(booking: Booking) -> str:
    return _("Booked: %(event)s") % {"event": booking.event.title}


def _freed_subject(booking: Booking) -> str:
    return _("You have a place: %(event)s") % {"event": booking.event.title}


def _booked(booking: Booking) -> str:
    return _("You have a place at “%(event)s”.") % {"event": booking.event.title}


def _place_freed(booking: Booking) -> str:
    words = _("A place came free at “%(event)s”, and it is yours. You need not do anything.")
    return words % {"event": booking.event.title}


def compose_changed(message: Message) -> Content | None:
    """Where and when the event is now, to everyone who booked or waits."""
    booking = _booking(message)
    if booking is None or booking.event.is_cancelled:
        return None
    has_place = booking.state == BookingState.BOOKED
    return Content(
        subject=_("Changed: %(event)s") % {"event": booking.event.title},
        paragraphs=(
            _("“%(event)s” has changed. This is how it is now:") % {"event": booking.event.title},
            _facts(booking),
            _("You keep your place. If it no longer suits you, give it up and the next person gets it.")
            if has_place
            else _("You are still on the waiting list."),
        ),
        actions=_page(booking, _("See or change my booking")),
        why=_("You booked this event.") if has_place else _("You are on the waiting list of this event."),
        attachments=_with_calendar(booking, message, REQUEST) if has_place else (),
    )


def compose_cancelled(message: Message) -> Content | None:
    """The event is off; the calendar file takes it out of their calendar."""
    booking = _booking(message)
    if booking is None or not booking.event.is_cancelled:
        return None
    had_place = booking.state == BookingState.BOOKED
    return Content(
        subject=_("Cancelled: %(event)s") % {"event": booking.event.title},
        paragraphs=(
            _("We are sorry: “%(event)s” on %(when)s will not take place.")
            % {"event": booking.event.title, "when": when_in_words(booking.event)},
            _("You need not do anything. Other events that are open to you are on your events page."),
        ),
        actions=(Action(_("See other events"), absolute(reverse("events:mine"))),),
        why=_("You booked this event.") if had_place else _("You are on the waiting list of this event."),
        attachments=_with_calendar(booking, message, CANCEL) if had_place else (),
    )


register(
    Letter(
        "events.booked",
        Urgency.NORMAL,
        _about_a_place(_booked_subject, _booked),
        gettext_lazy("Event booked"),
    )
)
register(
    Letter(
        "events.place_freed",
        Urgency.NORMAL,
        _about_a_place(_freed_subject, _place_freed),
        gettext_lazy("Place freed up at an event"),
    )
)
register(Letter("events.changed", Urgency.NORMAL, compose_changed, gettext_lazy("Event changed")))
register(Letter("events.cancelled", Urgency.NORMAL, compose_cancelled, gettext_lazy("Event cancelled")))
