"""Homes for a group whose mentor left: all with one mentor, or shared out, and what each way would cost (R80)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mentoring.matching.engine import PairReasons, Problem, explain_pair, rank_mentors, solve
from mentoring.matching.rules import Sizes, places_offered
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


def homes_for(mentees: list[Participant]) -> list[GroupHome]:
    """Mentors who could take these students together, those who can take all of them first (R80).

    A whole group may exceed the planned size up to the hard maximum, a part of one may not; no rule is
    broken for anybody, and nobody else moves. Constant queries.
    """
    if not mentees:
        return []
    cohort = mentees[0].cohort
    problem = gather(cohort, only=mentees, stretched=True)
    able: dict[int, dict[Participant, PairReasons]] = {}
    for mentee in mentees:
        for candidate in rank_mentors(problem, str(mentee.pk), {}):
            able.setdefault(int(candidate.mentor_key), {})[mentee] = candidate.reasons
    sizes, live = sizes_of(cohort.policy), live_counts(cohort, able)
    mentors = Participant.objects.filter(pk__in=able).select_related("user", "programme")
    homes = [_home(mentor, list(able[mentor.pk]), len(mentees), live.get(mentor.pk, 0), sizes) for mentor in mentors]
    found = [_with_costs(home, able[home.mentor.pk], sizes) for home in homes if home.fits]
    return sorted(found, key=lambda home: (-len(home.fits), home.is_over, len(home.costs), home.size, home.mentor.pk))


def _home(mentor: Participant, able: list[Participant], whole: int, size: int, sizes: Sizes) -> GroupHome:
    planned = places_offered(mentor.places_offered, sizes)
    takes_all = len(able) == whole and size + whole <= sizes.hardest
    fits = tuple(able if takes_all else able[: max(0, planned - size)])
    return GroupHome(mentor, size, fits, takes_all, takes_all and size + whole > planned)


def shared_out(mentees: list[Participant]) -> SharedOut | None:
    """How to share a group out over as few mentors as can be, in places that are planned and free (R80).

    The engine's own answer for these students alone: nobody's wish gives way to keep more of them together.
    None where one mentor or none is the answer. Constant queries.
    """
    if len(mentees) < 2:
        return None
    cohort = mentees[0].cohort
    problem = gather(cohort, only=mentees)
    rules = replace(problem.rules, unit="student", group_mentors=1, mentor_groups=1, target=len(mentees))
    problem = replace(problem, rules=rules)
    pairs = solve(problem).pairs
    groups: dict[int, list[Participant]] = {}
    for mentee in mentees:
        if str(mentee.pk) in pairs:
            groups.setdefault(int(pairs[str(mentee.pk)]), []).append(mentee)
    if len(groups) < 2:
        return None
    sizes, live = sizes_of(cohort.policy), live_counts(cohort, groups)
    mentors = Participant.objects.filter(pk__in=groups).select_related("user", "programme").order_by("pk")
    homes = [GroupHome(m, live.get(m.pk, 0), tuple(groups[m.pk]), False, False) for m in mentors]
    left = tuple(mentee for mentee in mentees if str(mentee.pk) not in pairs)
    return SharedOut(tuple(_with_costs(home, _reasons(problem, home), sizes) for home in homes), left)


def _reasons(problem: Problem, home: GroupHome) -> dict[Participant, PairReasons]:
    return {mentee: explain_pair(problem, str(mentee.pk), str(home.mentor.pk)) for mentee in home.fits}


def _with_costs(home: GroupHome, why: Mapping[Participant, PairReasons], sizes: Sizes) -> GroupHome:
    reasons = [why[mentee] for mentee in home.fits]
    words = home_words(
        name=home.mentor.user.first_name,
        size=home.size,
        makes=home.makes,
        near=sum(reason.near for reason in reasons),
        missed=_missed(reasons),
        sizes=sizes,
    )
    return replace(home, costs=tuple(words))


def _missed(reasons: Sequence[PairReasons]) -> int:
    """For how many of these students a wish would not be honoured."""
    return sum(bool(reason.missed) for reason in reasons)
