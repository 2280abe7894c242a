"""Who did not answer two nudges: the rules say no more, and a human decides."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncDate

from accounts.models import User
from mentoring.agreements.models import Acceptance
from mentoring.contacts.models import Contact, CourtesyReply
from mentoring.contacts.rules import BOTH_HEARD
from mentoring.contacts.states import Channel
from mentoring.matching.states import KNOWN
from mentoring.messaging.models import Message
from mentoring.nudges.models import Decision
from mentoring.nudges.selectors.facts import LETTER, SILENCE, TOLD, facts_of
from mentoring.nudges.selectors.reach import reach_of
from mentoring.participation.models import Participant
from mentoring.participation.states import ParticipantRole
from schemes.models import Cohort
from schemes.roles import Capability


@dataclass(frozen=True)
class Worn:
    """Somebody who did not answer two nudges."""

    participant: Participant
    unanswered: int
    last_on: date | None


def waiting_for_a_human(user: User, cohort: Cohort, today: date) -> QuerySet[Participant]:
    """Those of whose contacts somebody may know and of whom ``rules.waits_for_a_human`` holds, the longest first; asked
    of the database for all at once, so that they are counted without being read, and paged by their keys."""
    last = _told().filter(recipient=OuterRef("user")).order_by("-due_at").values("due_at")[:1]
    found = Participant.objects.filter(reach_of(user, today, Capability.SEE_CONTACTS), cohort=cohort)
    found = found.enrolled().filter(nudges_paused_at=None, user__is_active=True).exclude(paused_until__gte=today)
    found = found.exclude(role=ParticipantRole.MENTEE, pk__in=_said_fine()).filter(Exists(_two_unanswered(cohort)))
    return found.annotate(last_told_at=Subquery(last)).order_by("last_told_at", "pk")


def in_detail(keys: Iterable[int], cohort: Cohort, today: date) -> list[Worn]:
    """Some of them, by their keys and in that order, with how many nudges they did not answer, and the day of the last;
    a constant number of queries."""
    people = Participant.objects.with_person().in_bulk(keys)
    shown = [people[key] for key in keys if key in people]
    facts = {each.participant: each for each in facts_of(cohort, shown, today)}
    return [Worn(person, facts[person.pk].unanswered, facts[person.pk].nudged_on) for person in shown]


def _told() -> QuerySet[Message]:
    return Message.objects.filter(letter__startswith=LETTER, state__in=TOLD).order_by()


def _two_unanswered(cohort: Cohort) -> QuerySet[Message]:
    """The nudges of a participant that asked for something, with another one since, and no sign of life from that
    day on."""
    ask_nothing = [LETTER + row.text for row in cohort.policy.nudges if not row.asks]
    asking = _told().exclude(letter__in=ask_nothing)
    another = asking.filter(recipient=OuterRef("recipient"), due_at__gte=OuterRef("due_at")).exclude(pk=OuterRef("pk"))
    found = asking.filter(Exists(another), recipient=OuterRef("user")).annotate(on=TruncDate("due_at"))
    for signs, moment in _signs():
        # At the same moment or later is enough for nearly all, so that no day is reckoned.
        since = Q(**{f"{moment}__gte": OuterRef("due_at")}) | Q(**{f"{moment}__date__gte": OuterRef("on")})
        found = found.filter(~Exists(signs.filter(since)))
    return found.filter(~Exists(_heard().filter(contact__happened_on__gte=OuterRef("on"))))


PERSON = OuterRef(OuterRef("pk"))  # of a query about a message of theirs


def _signs() -> list[tuple[QuerySet[Any], str]]:
    """A participant's own signs of life, each with the field of its moment; a human's word counts like one."""
    logged = Contact.objects.filter(mentor=PERSON, withdrawn_at=None).exclude(channel=Channel.COURTESY)
    return [
        (_replies().filter(match__mentee=PERSON), "replied_at"),
        (logged, "logged_at"),
        (Acceptance.objects.filter(participant=PERSON), "accepted_at"),
        (Decision.objects.filter(participant=PERSON), "decided_at"),
    ]


def _known_pair() -> Q:
    """Of a pair that both know of."""
    known = Q(match__state__in=KNOWN, match__introduced_at__isnull=False)
    return known & ~Q(match__mentor__in=Participant.objects.left().values("pk"))


def _replies() -> QuerySet[CourtesyReply]:
    return CourtesyReply.objects.filter(_known_pair(), undone_at=None).order_by()


def _heard() -> QuerySet[Any]:
    """The contacts in which a mentee was heard."""
    links = Contact.matches.through.objects.filter(_known_pair(), match__mentee=PERSON)
    return links.filter(contact__kind__in=BOTH_HEARD, contact__withdrawn_at=None)


def _said_fine() -> QuerySet[Any]:
    """The mentees who are fine for now, or would rather not: silence is what they said."""
    later = Q(replied_at__gt=OuterRef("replied_at")) | Q(replied_at=OuterRef("replied_at"), pk__gt=OuterRef("pk"))
    newer = CourtesyReply.objects.filter(later, match=OuterRef("match"), undone_at=None)
    return _replies().filter(~Exists(newer), choice__in=SILENCE).values("match__mentee")
