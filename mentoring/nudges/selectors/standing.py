"""Why a nudge is still owed when it is composed, and what its words need to know."""

from dataclasses import dataclass
from datetime import date

from mentoring.contacts.models import Contact
from mentoring.matching.models import Match
from mentoring.messaging.models import Message
from mentoring.nudges.rules import Owed, reasons
from mentoring.nudges.selectors.facts import LETTER, facts_of, matches_of, occasion_of, pairs_among, rhythm_of
from mentoring.participation.models import Participant


@dataclass(frozen=True)
class Standing:
    """A nudge whose reason stands: to whom, why, and what else it mentions."""

    participant: Participant
    owed: Owed
    also: tuple[Owed, ...] = ()


def standing_of(message: Message, today: date) -> Standing | None:
    """Why a nudge is still owed; ``None`` when its reason is gone, or its row of the table was switched off."""
    participant = Participant.objects.with_person().filter(pk=message.object_id or 0).first()
    if participant is None:
        return None
    [person] = facts_of(participant.cohort, [participant], today)
    stands = {(o.text, o.occasion): o for o in reasons(person, today, rhythm_of(participant.cohort))}
    owed = stands.get(_said(message.letter, message.key))
    if owed is None:
        return None
    together = Message.objects.filter(
        recipient=message.recipient, created_at=message.created_at, letter__startswith=LETTER,
        object_id=message.object_id,
    ).exclude(key=message.key)  # fmt: skip
    said = (_said(letter, key) for letter, key in together.values_list("letter", "key"))
    return Standing(participant, owed, tuple(stands[one] for one in sorted(said) if one in stands))


def _said(letter: str, key: str) -> tuple[str, str]:
    return letter.removeprefix(LETTER), occasion_of(key)


def names_not_greeted(mentor: Participant) -> list[str]:
    """The mentees from whom and to whom nothing is on record yet, by first name."""
    matches = [match for match in matches_of([mentor]) if match.mentor_id == mentor.pk]
    pairs = pairs_among(matches)
    silent = [pk for pk, pair in pairs.items() if pair.tried_on is None and pair.heard_on is None]
    mentees = Participant.objects.filter(matches_as_mentee__in=silent).select_related("user")
    return sorted(mentee.user.first_name for mentee in mentees)


@dataclass(frozen=True)
class Year:
    """A mentor's year: how many students, how many contacts."""

    people: int
    contacts: int


def year_in_numbers(mentor: Participant) -> Year:
    """What a mentor did in a year, matches that ended included."""
    people = Match.objects.filter(mentor=mentor, introduced_at__isnull=False).values("mentee").distinct().count()
    return Year(people, Contact.objects.filter(mentor=mentor, withdrawn_at=None).count())
