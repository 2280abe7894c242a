"""What was promised about when and to whom messages go: looked at before one is written, and again,
as conditions of one update, between its body and its final dot."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from django.db.models import Exists, OuterRef, Q

from accounts.models import EmailDomain, User
from mentoring.messaging import ledger, prepared
from mentoring.messaging.calendar import Hours, hours_of
from mentoring.messaging.letters import LETTERS
from mentoring.messaging.models import Message
from mentoring.messaging.prepared import Prepared
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

    def is_quiet(self, message: Message, now: datetime) -> bool:
        """Whether a nudge would come in quiet hours, exams or closures."""
        return message.urgency == Urgency.NUDGE and self._hours_of(message).opening(now) > now

    def _hours_of(self, message: Message) -> Hours:
        institution = message.recipient.institution if message.recipient else None
        key = (institution.pk if institution else None, message.cohort_id)
        if key not in self._hours:
            self._hours[key] = hours_of(institution, message.cohort)
        return self._hours[key]


def handing_statement(message: Message) -> Prepared:
    """The update between body and final dot, which asks all of it again."""
    letter = LETTERS.get(message.letter)
    return _statement(
        letter.stands if letter else None,
        message.urgency == Urgency.NUDGE,
        message.recipient_id is not None,
        message.cohort_id is not None,
    )


@cache
def _statement(stands: Callable[[], Q] | None, is_nudge: bool, has_person: bool, has_cohort: bool) -> Prepared:
    """No joins: a row that was changed while we waited for it is judged by its new state."""
    asked = [Q(expires_at=None) | Q(expires_at__gt=prepared.NOW)]
    if has_person:
        person = User.objects.filter(pk=OuterRef("recipient_id"), is_active=True, email=prepared.ADDRESS)
        asked.append(Q(Exists(person.filter(email_failed_at=None) if is_nudge else person)))
    if is_nudge and has_cohort:
        asked.append(~Q(Exists(Cohort.objects.filter(pk=OuterRef("cohort_id"), nudges_off=True))))
    if stands is not None:
        asked.append(stands())
    return ledger.handing_statement(*asked, slots={"address": prepared.ADDRESS} if has_person else {})
