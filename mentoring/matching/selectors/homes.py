"""Homes for a group whose mentor left: all with one mentor, or shared out, and what each way would cost (R80)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from mentoring.matching.engine import solve
from mentoring.matching.models import Shortlist
from mentoring.matching.rules import Sizes, places_offered
from mentoring.matching.selectors.choices import OFFERED, with_room
from mentoring.matching.selectors.facts import gather, live_counts, sizes_of
from mentoring.matching.selectors.wording import home_words
from mentoring.participation.models import Participant


@dataclass(frozen=True)
class GroupHome:
    """A mentor who could take a group, or part of it. ``costs`` says what that means for everybody."""

    mentor: Participant
    size: int
    fits: tuple[Participant, ...]
    is_whole: bool
    is_over: bool
    costs: tuple[str, ...] = ()

    @property
    def makes(self) -> int:
        """The size that the mentor's group would have."""
        return self.size + len(self.fits)


@dataclass(frozen=True)
class SharedOut:
    """The best way to share a group out over planned places; nobody else moves. ``left``: who finds none."""

    homes: tuple[GroupHome, ...]
    left: tuple[Participant, ...]

    @property
    def key(self) -> str:
        """Who goes where, so that a page can say what it showed."""
        return ",".join(f"{home.mentor.pk}:{mentee.pk}" for home in self.homes for mentee in home.fits)


@dataclass(frozen=True)
class Homes:
    """What is offered to a group: mentors who can take all of it; else how to share it out; else one for a part."""

    whole: tuple[GroupHome, ...] = ()
    shared: SharedOut | None = None
    part: GroupHome | None = None

    @property
    def goes(self) -> dict[int, list[Participant]]:
        """Mentor → who would go there, of the mentors who are offered on their own."""
        offered = [*self.whole, *([self.part] if self.part else [])]
        return {home.mentor.pk: list(home.fits) for home in offered}


def homes_for(lists: Sequence[Shortlist], *, by: Any) -> Homes:
    """Mentors who could take the students of these lists, together if that is possible (R80).

    A whole group may exceed the planned size up to the hard maximum, a part of one may not; nobody else moves, and
    whoever looks is never among them. Few are offered, in an order that wishes have no part in. Constant queries.
    """
    if not lists:
        return Homes()
    mentees = [kept.mentee for kept in lists]
    homes = sorted(_able(lists, mentees, by), key=_in_view)
    whole = tuple(home for home in homes if home.is_whole)[:OFFERED]
    shared = shared_out(lists, by=by)
    parts = [home for home in homes if home.fits]
    return Homes(whole, shared, None if whole or shared or not parts else parts[0])


def _in_view(home: GroupHome) -> tuple[int, bool, int, int, int]:
    return -len(home.fits), home.is_over, len(home.costs), home.size, home.mentor.pk


def _able(lists: Sequence[Shortlist], mentees: list[Participant], by: Any) -> list[GroupHome]:
    """Every mentor on one of the lists who has room, with those of the students who may go there."""
    cohort = mentees[0].cohort
    problem = gather(cohort, only=mentees, stretched=True)
    here = with_room(problem)
    able: dict[int, list[Participant]] = {}
    for kept in lists:
        for pk in here.intersection(kept.mentors):
            able.setdefault(pk, []).append(kept.mentee)
    sizes, live = sizes_of(cohort.policy), live_counts(cohort, able)
    mentors = Participant.objects.filter(pk__in=able).exclude(user=by.pk).select_related("user", "programme")
    homes = [_home(mentor, able[mentor.pk], len(mentees), live.get(mentor.pk, 0), sizes) for mentor in mentors]
    return [_with_costs(home, sizes) for home in homes if home.fits]


def _home(mentor: Participant, able: list[Participant], whole: int, size: int, sizes: Sizes) -> GroupHome:
    planned = places_offered(mentor.places_offered, sizes)
    takes_all = len(able) == whole and size + whole <= sizes.hardest
    fits = tuple(able if takes_all else able[: max(0, planned - size)])
    return GroupHome(mentor, size, fits, takes_all, takes_all and size + whole > planned)


def shared_out(lists: Sequence[Shortlist], *, by: Any) -> SharedOut | None:
    """How to share a group out over as few mentors as can be, in places that are planned and free (R80).

    The engine's own answer for these students and the mentors on all their lists: nobody's wish gives way to keep
    more of them together. None where one mentor or none is the answer. Constant queries.
    """
    if len(lists) < 2:
        return None
    mentees = [kept.mentee for kept in lists]
    cohort = mentees[0].cohort
    problem = gather(cohort, only=mentees)
    rules = replace(problem.rules, unit="student", group_mentors=1, mentor_groups=1, target=len(mentees))
    own = set(Participant.objects.filter(cohort=cohort, user=by.pk).values_list("pk", flat=True))
    listed = {str(pk) for kept in lists for pk in kept.mentors if pk not in own}
    mentors = tuple(mentor for mentor in problem.mentors if mentor.key in listed)
    pairs = solve(replace(problem, rules=rules, mentors=mentors)).pairs
    groups: dict[int, list[Participant]] = {}
    for mentee in mentees:
        if str(mentee.pk) in pairs:
            groups.setdefault(int(pairs[str(mentee.pk)]), []).append(mentee)
    if len(groups) < 2:
        return None
    sizes, live = sizes_of(cohort.policy), live_counts(cohort, groups)
    people = Participant.objects.filter(pk__in=groups).select_related("user", "programme").order_by("pk")
    homes = [GroupHome(m, live.get(m.pk, 0), tuple(groups[m.pk]), False, False) for m in people]
    left = tuple(mentee for mentee in mentees if str(mentee.pk) not in pairs)
    return SharedOut(tuple(_with_costs(home, sizes) for home in homes), left)


def _with_costs(home: GroupHome, sizes: Sizes) -> GroupHome:
    own = home.mentor.programme.subject_group
    words = home_words(
        name=home.mentor.user.first_name,
        size=home.size,
        makes=home.makes,
        near=sum(mentee.programme.subject_group != own for mentee in home.fits),
        sizes=sizes,
    )
    return replace(home, costs=tuple(words))
