"""Groups: each mentor's introduced pairs that the reader sees, and how they are doing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from mentoring.console.rules import GroupFacts, is_quiet, may_need_a_hand
from mentoring.console.selectors.pairs import PairsNow, facts_of_pair, quiet_after
from mentoring.matching.rules import Sizes, places_offered
from mentoring.matching.selectors import offered_places, sizes_of
from mentoring.participation.models import Participant
from schemes.models import Cohort

# What each filter of the list asks about a group.
FACTS: Mapping[str, tuple[str, ...]] = {
    "": (),
    "strained": ("n_replied", "n_busy", "introduced"),
    "quiet": ("n_quiet",),
    "room": ("offered",),
}


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


def _asked(look: PairsNow, cohort: Cohort) -> dict[str, Q]:
    """What each filter of the list asks for, of the rows of ``PairsNow.groups``."""
    room = Q(n_pairs__lt=offered_places(sizes_of(cohort.policy), "offered"))
    return {"strained": look.needs_a_hand, "quiet": Q(n_quiet__gt=0), "room": room}


def group_counts(look: PairsNow, cohort: Cohort) -> dict[str, int]:
    """How many groups each filter would show; one query."""
    every = look.groups(*dict.fromkeys(fact for facts in FACTS.values() for fact in facts))
    asked = {key: Count("mentor", filter=condition) for key, condition in _asked(look, cohort).items()}
    found: dict[str, int] = every.aggregate(everyone=Count("mentor"), **asked)
    return {"": found.pop("everyone"), **found}


def groups_listed(look: PairsNow, cohort: Cohort, *, show: str, words: str, course: int | None) -> Any:
    """The keys of the mentors whose groups are asked for, by name: to be paged."""
    show = show if show in FACTS else ""
    found = look.groups(*FACTS[show])
    if show:
        found = found.filter(_asked(look, cohort)[show])
    if course is not None:
        found = found.filter(mentor__programme=course)
    for word in words.split():
        of_mentee = look.known.filter(_named(word, "mentee__user__"), mentor=OuterRef("mentor"))
        found = found.filter(_named(word, "mentor__user__") | Exists(of_mentee))
    return found.order_by("mentor__user__family_name", "mentor__user__given_name", "mentor").values_list(
        "mentor", flat=True
    )


def _named(word: str, user: str) -> Q:
    names = ("given_name", "known_as", "family_name")
    found = Q()
    for name in names:
        found |= Q(**{f"{user}{name}__icontains": word})
    return found


def groups_now(mentors: Iterable[int], pairs: Any, cohort: Cohort, today: date) -> list[Group]:
    """The groups of some mentors, in their order; one query. ``pairs`` are those of ``pairs_of``."""
    keys = list(mentors)
    of_mentor: dict[int, list[Any]] = defaultdict(list)
    for match in pairs.known().filter(mentor__in=keys):
        of_mentor[match.mentor_id].append(match)
    after, sizes = quiet_after(cohort, today), sizes_of(cohort.policy)
    return [_group(of_mentor[key], sizes, today, after) for key in keys if of_mentor[key]]


def _group(pairs: list[Any], sizes: Sizes, today: date, after_days: int) -> Group:
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
        quiet=sum(is_quiet(facts_of_pair(match), today=today, after_days=after_days) for match in pairs),
        places=places_offered(pairs[0].mentor.places_offered, sizes),
        may_need_a_hand=may_need_a_hand(facts, today=today, after_days=after_days),
    )
