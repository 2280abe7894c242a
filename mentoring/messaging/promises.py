"""What was promised about when and to whom messages go: looked at before one is written, and again,
as conditions of one update, between its body and its final dot."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from accounts.models import EmailDomain, User
from mentoring.messaging.calendar import Hours, hours_of
from mentoring.messaging.letters import LETTERS
from mentoring.messaging.models import Message
from mentoring.messaging.rendering import Addressee
from mentoring.messaging.states import MessageState, Reason, Urgency
from schemes.models import Cohort

S = MessageState


class NotNow(Exception):
    """The message is not to go out as it stands: where it goes instead."""

    def __init__(self, state: str, reason: str, due_at: datetime | None = None) -> None:
        super().__init__(reason)
        self.state, self.reason, self.due_at = state, reason, due_at


@dataclass
class Promises:
    """For one sweep. Domains and calendars are remembered for its length, people and matches never."""

    _domains: dict[str, int] | None = None
    _hours: dict[tuple[int | None, int | None], Hours] = field(default_factory=dict)

    def hold(self, message: Message, now: datetime) -> None:
        """Look at everything that may have changed since the message was owed. Raises ``NotNow``."""
        person = message.recipient
        if message.expires_at and message.expires_at <= now:
            raise NotNow(S.EXPIRED, Reason.TOO_LATE)
        if person and not person.is_active:
            raise NotNow(S.CANCELLED, Reason.ACCOUNT_CLOSED)
        if message.urgency != Urgency.NUDGE:
            return
        if person and person.email_failed_at:
            raise NotNow(S.FAILED, Reason.ADDRESS_REFUSED)
        if message.cohort and message.cohort.nudges_off:
            raise NotNow(S.CANCELLED, Reason.NUDGES_OFF)
        opening = self._hours_of(message).opening(now)
        if opening > now:
            raise NotNow(S.DUE, Reason.QUIET, opening)

    def addressee(self, message: Message) -> Addressee:
        """Where it goes: only to addresses that the person's own institution vouches for (R40)."""
        person = message.recipient
        address = person.email if person else message.address
        institution = self.institution_id(address)
        if institution is None or (person and person.institution_id != institution):
            raise NotNow(S.FAILED, Reason.NOT_OURS)
        if not address.isascii():
            raise NotNow(S.FAILED, Reason.NOT_WRITABLE)
        return Addressee(person.full_name if person else "", address)

    def institution_id(self, address: str) -> int | None:
        """The institution that vouches for an address, by its exact domain."""
        if self._domains is None:
            self._domains = dict(EmailDomain.objects.values_list("domain", "institution_id"))
        return self._domains.get(address.rpartition("@")[2].strip().lower())

    def conditions(self, message: Message, address: str, now: datetime) -> list[Q]:
        """The same as conditions on the message's row, so that no moment lies between asking and moving.

        No joins: a row that was changed while we waited for it is judged by its new state.
        """
        asked = [Q(expires_at=None) | Q(expires_at__gt=now)] if message.expires_at else []
        is_nudge = message.urgency == Urgency.NUDGE
        if message.recipient_id:
            person = User.objects.filter(pk=OuterRef("recipient_id"), is_active=True, email=address)
            asked.append(Q(Exists(person.filter(email_failed_at=None) if is_nudge else person)))
        if is_nudge and message.cohort_id:
            asked.append(~Q(Exists(Cohort.objects.filter(pk=OuterRef("cohort_id"), nudges_off=True))))
        letter = LETTERS.get(message.letter)
        if letter and letter.stands:
            asked.append(letter.stands())
        return asked

    def is_quiet(self, message: Message, now: datetime) -> bool:
        """Whether a nudge would come in quiet hours, exams or closures."""
        return message.urgency == Urgency.NUDGE and self._hours_of(message).opening(now) > now

    def _hours_of(self, message: Message) -> Hours:
        institution = message.recipient.institution if message.recipient else None
        key = (institution.pk if institution else None, message.cohort_id)
        if key not in self._hours:
            self._hours[key] = hours_of(institution, message.cohort)
        return self._hours[key]
