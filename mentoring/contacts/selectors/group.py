"""A mentor's group with what was last heard of each."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q

from mentoring.contacts.models import Contact, CourtesyReply
from mentoring.contacts.rules import Heard, standing_of
from mentoring.contacts.states import Channel, Reply, Standing
from mentoring.lib.alphabet import alphabetical
from mentoring.matching.models import Match
from mentoring.participation.models import Participant


@dataclass(frozen=True)
class Card:
    """One mentee of a group: their standing reply, and the last contact that was no one-tap reply."""

    match: Match
    standing: Standing
    reply: CourtesyReply | None
    last_contact: Contact | None

    @property
    def asks(self) -> bool:
        """Whether a question or a wish to meet waits for the mentor."""
        waiting = {Reply.QUESTION, Reply.MEET}
        return bool(self.reply and self.reply.choice in waiting and self.reply.answered_at is None)


def my_group(mentor: Participant) -> list[Match]:
    """A mentor's matches that both know of, by the mentee's name; one query."""
    matches = list(Match.objects.known().filter(mentor=mentor).with_people().prefetch_related("mentee__facts"))
    return sorted(matches, key=lambda match: (alphabetical(match.mentee.user.first_name), match.pk))


def is_in_a_pair(participant: Participant) -> bool:
    """Whether somebody has a mentor or a mentee that both know of: neither stopped, and it has not ended."""
    own = Q(mentor=participant) | Q(mentee=participant)
    return Match.objects.known().filter(own).exists()


def group_of(mentor: Participant) -> list[Card]:
    """The group's cards; four queries, however many mentees."""
    matches = my_group(mentor)
    replies = _standing_replies(matches)
    contacts = _contacts(matches)
    return [
        Card(
            match=match,
            standing=standing_of(
                replies[match.pk].choice if match.pk in replies else "", [c.kind for c in contacts[match.pk]]
            ),
            reply=replies.get(match.pk),
            last_contact=next((c for c in contacts[match.pk] if c.channel != Channel.COURTESY), None),
        )
        for match in matches
    ]


def heard_in(cards: list[Card]) -> Heard:
    """How many of a group were heard."""
    return Heard(sum(card.standing != Standing.NOT_HEARD for card in cards), len(cards))


def _standing_replies(matches: list[Match]) -> dict[int, CourtesyReply]:
    found = CourtesyReply.objects.filter(match__in=matches, undone_at=None).order_by("replied_at", "pk")
    return {reply.match_id: reply for reply in found}


def _contacts(matches: list[Match]) -> dict[int, list[Contact]]:
    """The contacts of each match, the newest first."""
    links = (
        Contact.matches.through.objects.filter(match__in=matches, contact__withdrawn_at=None)
        .select_related("contact")
        .order_by("-contact__happened_on", "-contact_id")
    )
    found: dict[int, list[Contact]] = defaultdict(list)
    for link in links:
        found[link.match_id].append(link.contact)
    return found
