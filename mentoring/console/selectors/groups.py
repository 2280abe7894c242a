"""Groups: each mentor's introduced pairs that the reader sees, and how they are doing."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from mentoring.console.rules import GroupFacts, may_need_a_hand
from mentoring.console.selectors.pairs import PairsNow, quiet_after
from mentoring.matching.rules import Sizes, places_offered
from mentoring.matching.selectors import sizes_of
from mentoring.participation.models import Participant
from schemes.models import Cohort


@dataclass(frozen=True)
class Group:
    """A mentor with the pairs that the reader sees. ``places`` is how many mentees they offered to take."""

    mentor: Participant
    pairs: list[Any]
    facts: GroupFacts
    quiet: int
    places: int
    may_need_a_hand: bool

    @property
    def has_room(self) -> bool:
        return self.places > len(self.pairs)


def groups_now(look: PairsNow, cohort: Cohort, today: date) -> list[Group]:
    """The groups of the pairs that were looked at, by the mentor's name; two queries."""
    of_mentor: dict[int, list[Any]] = defaultdict(list)
    for match in look.known:
        of_mentor[match.mentor_id].append(match)
    after, quiet = quiet_after(cohort, today), set(look.quiet.values_list("pk", flat=True))
    sizes = sizes_of(cohort.policy)
    groups = [_group(pairs, quiet, sizes, today, after) for pairs in of_mentor.values()]
    return sorted(groups, key=lambda g: (g.mentor.user.family_name, g.mentor.user.given_name, g.mentor.pk))


def _group(pairs: list[Any], quiet: set[int], sizes: Sizes, today: date, after_days: int) -> Group:
    introduced = [timezone.localdate(match.introduced_at) for match in pairs if match.introduced_at]
    facts = GroupFacts(
        introduced_on=min(introduced, default=None),
        mentees=len(pairs),
        heard=sum(1 for match in pairs if match.reply or match.last_heard),
        logged_on=max((match.last_contact for match in pairs if match.last_contact), default=None),
    )
    return Group(
        mentor=pairs[0].mentor,
        pairs=sorted(pairs, key=lambda match: (match.mentee.user.family_name, match.mentee.user.given_name)),
        facts=facts,
        quiet=sum(match.pk in quiet for match in pairs),
        places=places_offered(pairs[0].mentor.places_offered, sizes),
        may_need_a_hand=may_need_a_hand(facts, today=today, after_days=after_days),
    )
