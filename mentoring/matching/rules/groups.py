"""Pure decisions about drafts, groups and swaps. Source: R28, R29, R73 to R80."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mentoring.matching.engine import PairReasons, Restriction, UnmatchedReason
from mentoring.matching.engine.explain_pair import MUCH_SHARED, Strength
from mentoring.matching.states import SwapReason
from mentoring.participation.rules import subject_of

PRIVATE = "wish"
"""The one code for everything personal: a student's requirement, a mentor's exception, a block."""


@dataclass(frozen=True)
class Sizes:
    """A cohort's group sizes (R29): below ``least`` or above ``most`` warns, above ``hardest`` refuses.

    ``groups`` is how many groups a mentor may have; ``most`` and ``hardest`` are about all of them.
    ``is_whole``: mentors take whole tutor groups, whatever number they offered (R30).
    """

    least: int
    most: int
    hardest: int
    groups: int = 1
    is_whole: bool = False


def places_offered(offered: int | None, sizes: Sizes) -> int:
    """The places that a draft may fill: what the mentor offers, never above the planned size."""
    if sizes.is_whole:
        return sizes.hardest
    return sizes.most if offered is None else min(offered, sizes.most)


def group_places(offered: int, has: int, sizes: Sizes) -> list[tuple[int, int]]:
    """(places, fewest) still to be given in each of a mentor's groups, of ``offered`` in all.

    A second group needs room for the least size beside the first; those whom the mentor has fill the
    first group first.
    """
    largest = offered if sizes.groups == 1 else -(-max(sizes.most, offered) // sizes.groups)
    first = min(largest, max(offered - sizes.least, sizes.least)) if offered > largest else offered
    second = offered - first
    held = min(has, first)
    found = [(first - held, max(0, sizes.least - held))]
    if second >= sizes.least:
        found.append((max(0, second - (has - held)), max(0, sizes.least - (has - held))))
    return found


def pair_codes(reasons: PairReasons) -> dict[str, Any]:
    """What is kept of a pair's reasons: counts, never which attribute was wished for."""
    return {
        "near": reasons.near,
        "wished": len(reasons.honoured) + len(reasons.missed),
        "honoured": len(reasons.honoured),
        "shared": len(reasons.shared),
    }


def codes_by_hand(reasons: PairReasons) -> tuple[Strength, dict[str, Any]]:
    """(strength, what is kept) of a pair that somebody chose. No outcome of wishes: who may choose again and again
    would read off it what was wished."""
    strength: Strength = "weak" if reasons.near else "strong" if len(reasons.shared) >= MUCH_SHARED else "fair"
    return strength, {"near": reasons.near, "shared": len(reasons.shared), "by_hand": True}


def unmatched_codes(reason: UnmatchedReason) -> dict[str, Any]:
    """What is kept of why somebody has no mentor; personal rules become the one code ``PRIVATE``."""
    return {
        "kind": reason.kind,
        "students": reason.students,
        "places": reason.places,
        "in_the_way": sorted({_public(code) for codes in reason.within for code in codes}),
        "elsewhere": any(set(codes) == {"discipline"} for codes in reason.blocking),
    }


def _public(code: str) -> str:
    return code if code in {"discipline", "campus", "mode"} else PRIVATE


def group_note(size: int, sizes: Sizes) -> str:
    """What is unusual about a group's size: "thin", "full", "over", or nothing."""
    if 0 < size < sizes.least:
        return "thin"
    if size > sizes.most:
        return "over"
    return "full" if size == sizes.most else ""


def restriction_for(reasons: Iterable[str]) -> Restriction:
    """What the reasons for a swap ask of the next mentor, as a rule for this one student (R73)."""
    given = set(reasons)
    return Restriction(
        same_discipline=SwapReason.COURSE in given,
        same_mode=SwapReason.TIMES in given,
        every_wish=SwapReason.COMFORT in given,
    )


@dataclass(frozen=True)
class Cost:
    """What giving a student to a mentor would change for the others.

    ``leaves`` is the size of the group they would leave if that is then below the least;
    ``makes`` the size of the new group if it is outside the plan.
    """

    leaves: int | None = None
    makes: int | None = None


def cost_of_move(*, old_size: int | None, new_size: int, sizes: Sizes) -> Cost:
    """The cost of a move. ``old_size`` and ``new_size`` are the groups' sizes before it."""
    left = None if old_size is None else old_size - 1
    made = new_size + 1
    return Cost(
        leaves=left if left and left < sizes.least else None,
        makes=made if made > sizes.most or made < sizes.least else None,
    )


def that_fit(
    proposed: Mapping[int, Sequence[tuple[int, bool]]],
    *,
    live: Mapping[int, int],
    places: Mapping[int, int],
    hardest: int,
) -> set[int]:
    """The mentees whose proposed mentor has room now.

    ``proposed`` is mentor → (mentee, made by hand); ``live`` and ``places`` are per mentor. Pairs
    made by hand may fill a group up to ``hardest``, others only what the mentor offers.
    """
    fitting = set()
    for mentor, pairs in proposed.items():
        size = live.get(mentor, 0)
        for mentee, by_hand in sorted(pairs, key=lambda pair: (not pair[1], pair[0])):
            if size < (hardest if by_hand else min(places.get(mentor, 0), hardest)):
                fitting.add(mentee)
                size += 1
    return fitting


def is_restorable(*, ended_at: datetime | None, now: datetime, days: int) -> bool:
    """Whether a match that ended when somebody stopped may come back with them."""
    return ended_at is not None and now <= ended_at + timedelta(days=days)


def discipline_name(group: str, courses: Iterable[str]) -> str:
    """A subject group in words: its own if it has any, else the subject of its shortest course."""
    if re.search(r"[^\W\d_]", group):
        return group[:1].upper() + group[1:]
    subjects = sorted((subject_of(course) for course in courses), key=lambda name: (len(name), name))
    return subjects[0] if subjects else group
