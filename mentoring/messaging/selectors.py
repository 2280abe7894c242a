"""The message log: what was owed to whom and what became of it. Never a body, never a secret."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from mentoring.lib.alphabet import alphabetical
from mentoring.messaging.ledger import GIVE_UP_AFTER
from mentoring.messaging.letters import LETTERS, Letter
from mentoring.messaging.models import Message
from mentoring.messaging.states import MessageState, Reason, Urgency
from schemes.models import Cohort
from schemes.permissions import appointments_held_whole, appointments_with, goes_as_far_as, rows_of, within_reach
from schemes.roles import Capability

S = MessageState
NEEDS_YOU_FOR = timedelta(days=30)
# What the log is filtered by: a word in the address, its label, the states.
KINDS: dict[str, tuple[Any, frozenset[str]]] = {
    "all": (gettext_lazy("All"), frozenset(S)),
    "needs-you": (gettext_lazy("Needs you"), frozenset({S.FAILED, S.UNCERTAIN})),
    "waiting": (gettext_lazy("Waiting"), frozenset({S.DUE, S.CLAIMED, S.HANDING})),
    "sent": (gettext_lazy("Sent"), frozenset({S.SENT})),
    "called-off": (gettext_lazy("Called off"), frozenset({S.CANCELLED, S.EXPIRED})),
}
TONES = {S.FAILED: "urgent", S.UNCERTAIN: "attention", S.SENT: "good", S.DUE: "brand"}


def messages_visible_to(user: Any, today: date, capability: Capability = Capability.SEE_MESSAGES) -> QuerySet[Message]:
    """The messages of schemes in which the user sees messages: for a unit, those to its participants.

    Sign-in and safeguarding messages are in nobody's log: that they exist is confidential. Those that tell what
    only some may know (that a pair was not in touch, a wish for another mentor) are in the log of these alone.
    With another ``capability``, those that it covers.
    """
    found = Message.objects.filter(_reached(user, capability, today)).exclude(urgency=Urgency.AT_ONCE).defer("secret")
    for needed, letters in _letters_by("needs").items():
        if not goes_as_far_as(user, needed, capability, today):
            found = found.exclude(~_reached(user, needed, today), letter__in=letters)
    for seen_by, letters in _letters_by("seen_by").items():
        known = seen_by(user, today).order_by().annotate(key_seen=Cast("pk", CharField()))
        found = found.exclude(~Q(object_id__in=known.values("key_seen")), letter__in=letters)
    return found


def _reached(user: Any, capability: Capability, today: date) -> Q:
    """The messages of a whole scheme, or to the people of a unit, over which the user holds a capability."""
    reach = within_reach(
        user, capability, today, scheme="participations__cohort__scheme", unit="participations__programme__unit"
    )
    people = User.objects.filter(reach, pk=OuterRef("recipient"), participations__cohort=OuterRef("cohort"))
    seen = Q(pk__in=[])
    for rows in {
        rows_of(held, capability, cohort="cohort") for held in appointments_held_whole(user, capability, today)
    }:
        seen |= rows
    return seen | Q(Exists(people))


def _letters_by(rule: Literal["needs", "seen_by"]) -> dict[Any, list[str]]:
    """The names of the letters that only some see, by the rule that says who."""
    found: dict[Any, list[str]] = defaultdict(list)
    for letter in LETTERS.values():
        if (for_whom := getattr(letter, rule)) is not None:
            found[for_whom].append(letter.name)
    return found


def may_send_again(user: Any, message: Message, today: date) -> bool:
    """Whether somebody may act on a message they see: a coordinator for the people of their unit."""
    return messages_visible_to(user, today, Capability.SEND_MESSAGES).filter(pk=message.pk).exists()


def failed_messages_visible_to(user: Any, today: date) -> QuerySet[Message]:
    """Messages of the last month that need a human: failed, or perhaps sent."""
    since = timezone.make_aware(datetime.combine(today - NEEDS_YOU_FOR, datetime.min.time()))
    _label, states = KINDS["needs-you"]
    return messages_visible_to(user, today).filter(state__in=states, due_at__gte=since)


def failed_addresses_visible_to(user: Any, today: date, cohort: Cohort | None) -> QuerySet[User]:
    """People of a cohort, within the reader's reach, whose address takes no mail; the longest first."""
    reach = within_reach(
        user, Capability.SEE_MESSAGES, today, scheme="participations__cohort__scheme",
        unit="participations__programme__unit",
    )  # fmt: skip
    keys = User.objects.filter(reach, participations__cohort=cohort, email_failed_at__isnull=False).values("pk")
    return User.objects.filter(pk__in=keys).order_by("email_failed_at", "pk")


def messages_found(messages: QuerySet[Message], *, kind: str, letter: str, words: str) -> QuerySet[Message]:
    """The messages of a kind, a letter, and to people whose name or address has all the words."""
    found = messages.filter(state__in=KINDS.get(kind, KINDS["all"])[1])
    if letter:
        found = found.filter(letter=letter)
    for word in words.split()[:5]:
        found = found.filter(
            Q(recipient__given_name__icontains=word)
            | Q(recipient__known_as__icontains=word)
            | Q(recipient__family_name__icontains=word)
            | Q(recipient__email__icontains=word)
        )
    return found.select_related("recipient", "cohort")


def letter_titles(user: Any, today: date, cohort: Cohort | None) -> list[tuple[str, str]]:
    """Every letter that the log of a cohort can show to somebody, by title."""
    shown = [letter for letter in LETTERS.values() if _may_see(user, letter, today, cohort)]
    return sorted(((letter.name, str(letter.title)) for letter in shown), key=lambda pair: alphabetical(pair[1]))


def _may_see(user: Any, letter: Letter, today: date, cohort: Cohort | None) -> bool:
    """Whether some message of this kind could be in somebody's log."""
    if letter.urgency == Urgency.AT_ONCE:
        return False
    return letter.needs is None or bool(appointments_with(user, letter.needs, today, cohort=cohort))


@dataclass(frozen=True)
class Line:
    """One line of the log, in words."""

    message: Message
    title: str
    tone: str
    reason: str
    next_step: str


def line_of(message: Message) -> Line:
    """A message in words: what it is, why it stands where it does, and what comes next."""
    letter = LETTERS.get(message.letter)
    return Line(
        message,
        str(letter.title) if letter else message.letter,
        TONES.get(MessageState(message.state), "plain"),
        _reason(message),
        _next_step(message),
    )


def _reason(message: Message) -> str:
    """Why it stands there; nothing where that would only say the state again."""
    words = str(Reason(message.reason).label) if message.reason in Reason.values else message.reason
    return "" if words == message.get_state_display() else words


def _next_step(message: Message) -> str:
    if message.state == S.DUE and message.put_off_since:
        last = timezone.localtime(message.put_off_since + GIVE_UP_AFTER)
        return _("It is tried again until %(day)s, then it is given up and needs you.") % {
            "day": date_format(last, "l j F, H:i")
        }
    steps = {
        S.DUE: _("It goes out at the time shown."),
        S.CLAIMED: _("It is being sent now."),
        S.HANDING: _("It is being sent now."),
        S.UNCERTAIN: _("Ask whether it arrived, then send it again or mark it as sent."),
        S.FAILED: _("Put right what is named here, then send it again."),
    }
    return steps.get(MessageState(message.state), "")
