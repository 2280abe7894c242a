"""A judge of matchings that shares nothing with the engine but the meaning of the words.

It reads people one by one, knows nothing of flows, and finds the best allocation of a tiny
problem by trying all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import product

from mentoring.matching.engine.problem import Mentee, Mentor, Problem
from mentoring.matching.engine.tables import lots

COUNTED = [Fraction(0), Fraction(1, 4), Fraction(1, 3), Fraction(1, 2), Fraction(2, 3), Fraction(3, 4)]

Vector = tuple[int, ...]


def limits(problem: Problem, mentor: Mentor) -> tuple[int, int]:
    """(fewest of the first group, most in all groups)."""
    rules = problem.rules
    most = rules.maximum if mentor.capacity is None else min(mentor.capacity, rules.maximum)
    least = rules.minimum if mentor.minimum is None else mentor.minimum
    further = sum(min(capacity, rules.maximum) for capacity, _ in mentor.further_groups)
    return min(least, most), most + further


def obstacles(problem: Problem, mentee: Mentee, mentor: Mentor) -> frozenset[str]:
    """The rules that a pair would break, private causes merged."""
    rules, found = problem.rules, []
    if mentor.discipline != mentee.discipline and (mentee.discipline, mentor.discipline) not in rules.near:
        found.append("discipline")
    for name, hard in (("campus", rules.campus_hard), ("mode", rules.mode_hard)):
        if hard and getattr(mentee, name) != getattr(mentor, name):
            found.append(name)
    for wish in mentee.wishes:
        if wish.must and mentor.attributes.get(wish.attribute, "") != wish.value:
            found.append("must:" + wish.attribute)
    for name in mentor.exceptions:
        stated = mentor.attributes.get(name, "")
        if stated == "" or mentee.attributes.get(name, "") != stated:
            found.append("other-rule")
    if mentor.key in mentee.blocked:
        found.append("other-rule")
    return frozenset(found)


def pair_cost(problem: Problem, mentee: Mentee, mentor: Mentor | None, lot: int) -> Vector:
    """What one mentee adds to each level, groups left aside."""
    shares = [0] * len(COUNTED)
    preferences = [wish for wish in mentee.wishes if not wish.must]
    lost = mentee.current is not None and (mentor is None or mentor.key != mentee.current)
    lottery = problem.rules.shortage == "lottery"
    if mentor is None:
        shares[0] = int(bool(preferences) and not lottery)
        return (1, int(lost), lot if lottery else 0, 0, 0, *shares, 0, 0)
    if preferences:
        kept = sum(mentor.attributes.get(wish.attribute) == wish.value for wish in preferences)
        share = Fraction(kept, len(preferences))
        if share in COUNTED:
            shares[COUNTED.index(share)] = 1
    points = 0
    for kind, weight in problem.rules.affinity_weights.items():
        ours, theirs = mentee.affinities.get(kind, set()), mentor.affinities.get(kind, set())
        points += weight * sum(value in theirs for value in ours)
    near = mentee.discipline != mentor.discipline
    return (0, int(lost), 0, int(near), 0, *shares, 0, -points)


def group_cost(problem: Problem, load: Counter[str]) -> Vector:
    """What the sizes of groups add to each level."""
    thin = balance = 0
    for mentor in problem.mentors:
        size = load[mentor.key]
        small, squares = parted(problem, mentor, size)
        thin += small
        balance += squares if problem.rules.spread else 0
    return (0, 0, 0, 0, thin, *[0] * len(COUNTED), balance, 0)


def parted(problem: Problem, mentor: Mentor, people: int) -> tuple[int, int]:
    """(undersized groups, sum of squares) of the best way to part a mentor's people, by trying every one."""
    rules = problem.rules
    least, most = limits(problem, replace(mentor, further_groups=()))
    groups = [(least, most), *((min(b, a, rules.maximum), min(a, rules.maximum)) for a, b in mentor.further_groups)]
    ways = [sizes for sizes in product(*(range(top + 1) for _, top in groups)) if sum(sizes) == people]
    spread = int(rules.spread)
    return min(
        (sum(0 < n < low for n, (low, _) in zip(sizes, groups, strict=True)), spread * sum(n * n for n in sizes))
        for sizes in ways
    )


def judge(problem: Problem, pairs: Mapping[str, str]) -> Vector:
    """The objective vector; fails loudly where a hard rule is broken."""
    mentors = {mentor.key: mentor for mentor in problem.mentors}
    load = Counter(pairs.values())
    for mentor in problem.mentors:
        assert load[mentor.key] <= limits(problem, mentor)[1], mentor
    total = group_cost(problem, load)
    assert set(pairs) <= {mentee.key for mentee in problem.mentees}
    for mentee, lot in zip(problem.mentees, lots(problem.mentees, problem.seed).tolist(), strict=True):
        mentor = mentors[pairs[mentee.key]] if mentee.key in pairs else None
        if mentor is not None:
            assert not obstacles(problem, mentee, mentor), (mentee, mentor)
        if mentee.locked_to is not None:
            assert pairs.get(mentee.key) == mentee.locked_to
        total = add(total, pair_cost(problem, mentee, mentor, lot))
    return total


def add(left: Vector, right: Vector) -> Vector:
    return tuple(a + b for a, b in zip(left, right, strict=True))


def best(problem: Problem) -> Vector:
    """The vector of the best allocation, by trying every one."""
    drawn = lots(problem.mentees, problem.seed).tolist()
    choices = []
    for mentee, lot in zip(problem.mentees, drawn, strict=True):
        able = [mentor for mentor in problem.mentors if not obstacles(problem, mentee, mentor)]
        if mentee.locked_to is not None:
            able = [mentor for mentor in able if mentor.key == mentee.locked_to]
        options = [(mentor.key, pair_cost(problem, mentee, mentor, lot)) for mentor in able]
        if mentee.locked_to is None:
            options.append(("", pair_cost(problem, mentee, None, lot)))
        choices.append(options)
    room = {mentor.key: limits(problem, mentor)[1] for mentor in problem.mentors}
    start = group_cost(problem, Counter())
    return min(add(cost, group_cost(problem, load)) for cost, load in _all(choices, room, start))


def _all(
    choices: list[list[tuple[str, Vector]]], room: dict[str, int], cost: Vector
) -> Iterator[tuple[Vector, Counter[str]]]:
    def go(i: int, cost: Vector, load: Counter[str]) -> Iterator[tuple[Vector, Counter[str]]]:
        if i == len(choices):
            yield cost, load
            return
        for key, extra in choices[i]:
            if key == "":
                yield from go(i + 1, add(cost, extra), load)
            elif load[key] < room[key]:
                load[key] += 1
                yield from go(i + 1, add(cost, extra), load)
                load[key] -= 1

    return go(0, cost, Counter())


def most_matched(problem: Problem, relaxed: Mapping[str, frozenset[str]] | None = None) -> int:
    """Size of a largest matching by augmenting paths, locks kept; `relaxed`: mentee -> rules waived."""
    waived = relaxed or {}
    able: dict[str, list[str]] = {}
    for mentee in problem.mentees:
        free = waived.get(mentee.key, frozenset())
        keys = [m.key for m in problem.mentors if obstacles(problem, mentee, m) <= free]
        able[mentee.key] = [mentee.locked_to] if mentee.locked_to is not None else keys
    room = {mentor.key: limits(problem, mentor)[1] for mentor in problem.mentors}
    held: dict[str, list[str]] = {key: [] for key in room}

    def place(key: str, tried: set[str]) -> bool:
        for mentor in able[key]:
            if mentor in tried:
                continue
            tried.add(mentor)
            if len(held[mentor]) < room[mentor]:
                held[mentor].append(key)
                return True
            for other in held[mentor]:
                if place(other, tried):
                    held[mentor].remove(other)
                    held[mentor].append(key)
                    return True
        return False

    order = sorted(able, key=lambda key: len(able[key]) != 1)
    return sum(place(key, set()) for key in order)
