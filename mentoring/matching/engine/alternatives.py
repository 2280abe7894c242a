"""What it would cost the others to give one mentee another mentor, before anybody chooses it.

The pair is taken as given and everybody else is matched again with as few moves as possible, so
the answer is exact, not a guess from prices: who would have to move, who would have nobody, and to
how many a worse outcome would come. It speaks in numbers of people at each level of the objective;
no answer holds an attribute, a wish or an exception of anybody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from mentoring.matching.engine.checker import broken_rules
from mentoring.matching.engine.index import Index, prepare
from mentoring.matching.engine.outcome import LEVELS, SHARE_LEVELS
from mentoring.matching.engine.problem import Mentee, Mentor, Problem
from mentoring.matching.engine.rematch import force
from mentoring.matching.engine.score import honoured_share, vector_of


@dataclass(frozen=True, slots=True)
class AlternativeCost:
    """What changes if a mentee gets this mentor; counts of people, never who wished what.

    broken: codes of the hard rules that the pair would break, or "capacity" or "lock"; if there are any,
    the pair cannot be made and everything else is empty.
    moved: others who would have another mentor. lost: others who would have none any more.
    gained: others without a mentor who would get one. worse, better: others whose own outcome
    falls or rises; worse_to: level of LEVELS -> how many others fall to it
    ("unmatched", "near", or a share of honoured preferences).
    own: change of the mentee's own outcome at each of LEVELS; others: change of everybody else's,
    group levels included; negative is better in both. changes: other mentee -> the mentor they
    would have, None for nobody. proven: no answer with this pair is better at any level.
    """

    broken: tuple[str, ...] = ()
    moved: int = 0
    lost: int = 0
    gained: int = 0
    worse: int = 0
    better: int = 0
    worse_to: Mapping[str, int] = field(default_factory=dict)
    own: tuple[int, ...] = (0,) * len(LEVELS)
    others: tuple[int, ...] = (0,) * len(LEVELS)
    changes: Mapping[str, str | None] = field(default_factory=dict)
    proven: bool = True

    @property
    def possible(self) -> bool:
        """Whether the pair may be made at all."""
        return not self.broken

    @property
    def is_free(self) -> bool:
        """Whether it costs the others nothing: nobody moves, and no group gets too small."""
        return self.possible and not self.changes and self.others[LEVELS.index("undersized")] <= 0


def cost_of_alternative(
    problem: Problem, pairs: Mapping[str, str], mentee_key: str, mentor_key: str
) -> AlternativeCost:
    """What giving this mentor to this mentee would cost everybody else.

    problem: as it was solved, with its locks. pairs: mentee key -> mentor key as things stand, the
    engine's `Allocation.pairs` or changed by hand. Locked pairs of others stay. Only people linked
    with the mentee by discipline (and hard campus and mode) are matched again; nobody else can be
    touched. KeyError for an unknown key. Pure; nothing is changed.
    """
    broken = broken_rules(problem.rules, problem.mentee(mentee_key), problem.mentor(mentor_key))
    if broken:
        return AlternativeCost(broken=broken)
    return cost_in(prepare(problem, pairs, around=mentee_key), mentee_key, mentor_key)


def cost_in(index: Index, mentee_key: str, mentor_key: str) -> AlternativeCost:
    """As `cost_of_alternative`, for a cohort prepared once: a few milliseconds for each mentor asked about."""
    problem = index.problem
    mentee, mentor = problem.mentee(mentee_key), problem.mentor(mentor_key)
    locked = sum(m.locked_to == mentor_key and m.key != mentee_key for m in problem.mentees)
    broken = list(broken_rules(problem.rules, mentee, mentor))
    broken += ["capacity"] * int(locked >= index.capacity[index.mentor_index[mentor_key]])
    broken += ["lock"] * (mentee.locked_to not in (None, mentor_key))
    found = None if broken else force(index, [mentee_key], mentor_key, waiting=True)
    if found is None:
        return AlternativeCost(broken=tuple(broken) or ("capacity",))
    after = {key: to for key, to in {**index.pairs, **found.moved, **found.pairs}.items() if to is not None}
    return replace(compare(problem, index.pairs, after, mentee_key), proven=found.proven)


def compare(problem: Problem, before: Mapping[str, str], after: Mapping[str, str], chosen: str) -> AlternativeCost:
    """Two allocations of one problem side by side, the chosen mentee apart from the others."""
    mentors = {mentor.key: mentor for mentor in problem.mentors}
    plain = replace(problem, mentees=tuple(replace(m, current=None) for m in problem.mentees))
    apart = replace(plain, mentees=tuple(m for m in plain.mentees if m.key == chosen))
    own = _difference(_alone(apart, before), _alone(apart, after))
    everyone = _difference(vector_of(plain, before), vector_of(plain, after))
    changes = {
        m.key: after.get(m.key) for m in problem.mentees if m.key != chosen and before.get(m.key) != after.get(m.key)
    }
    falls: Counter[str] = Counter()
    rises = 0
    for mentee in problem.mentees:
        if mentee.key in changes:
            was, now = (_outcome(mentee, mentors.get(p.get(mentee.key, ""))) for p in (before, after))
            rises += now > was
            if now < was:
                falls[_fall(was, now)] += 1
    return AlternativeCost(
        moved=sum(key in before and now is not None for key, now in changes.items()),
        lost=sum(now is None for now in changes.values()),
        gained=sum(key not in before for key in changes),
        worse=sum(falls.values()),
        better=rises,
        worse_to=dict(falls),
        own=own,
        others=_difference(own, everyone),
        changes={key: changes[key] for key in sorted(changes)},
    )


def _alone(problem: Problem, pairs: Mapping[str, str]) -> tuple[int, ...]:
    """One mentee's own levels: those of groups belong to everybody."""
    own = {m.key: pairs[m.key] for m in problem.mentees if m.key in pairs}
    levels = dict(zip(LEVELS, vector_of(problem, own), strict=True))
    return tuple(0 if name in ("undersized", "balance") else levels[name] for name in LEVELS)


def _difference(before: tuple[int, ...], after: tuple[int, ...]) -> tuple[int, ...]:
    """Level by level; lots are left out, being nobody's outcome."""
    change = zip(LEVELS, before, after, strict=True)
    return tuple(0 if name == "lottery" else b - a for name, a, b in change)


def _outcome(mentee: Mentee, mentor: Mentor | None) -> tuple[bool, bool, int]:
    """How a mentee fares, in the order of the levels; larger is better."""
    if mentor is None:
        return False, False, 0
    return True, mentor.discipline == mentee.discipline, honoured_share(mentee, mentor)


def _fall(was: tuple[bool, bool, int], now: tuple[bool, bool, int]) -> str:
    """The level at which an outcome that got worse now counts."""
    if not now[0]:
        return "unmatched"
    return "near" if was[1] and not now[1] else SHARE_LEVELS[now[2]]
