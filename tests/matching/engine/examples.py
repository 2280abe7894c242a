"""Small adversarial problems drawn from a seed, and a plain cast for tests of one thing."""

from __future__ import annotations

from random import Random

from mentoring.matching.engine import Mentee, Mentor, Problem, Rules, Wish
from mentoring.matching.engine.problem import ATTRIBUTES
from tests.matching.engine import oracle

WEIGHTS = {"interests": 3, "college": 5}


def mentee(key: str, **fields: object) -> Mentee:
    return Mentee(**{"key": key, "discipline": "law", **fields})


def mentor(key: str, **fields: object) -> Mentor:
    return Mentor(**{"key": key, "discipline": "law", **fields})


def problem(mentees: list[Mentee], mentors: list[Mentor], rules: Rules | None = None, seed: int = 1) -> Problem:
    return Problem(tuple(mentees), tuple(mentors), rules or Rules(), seed)


def drawn(seed: int, *, mentees: int = 6, mentors: int = 4) -> Problem:
    """A tiny problem in which every rule has a chance to bind."""
    random = Random(seed)
    disciplines = ["law", "art"][: random.choice([1, 2, 2])]
    rules = Rules(
        minimum=random.choice([1, 2, 3]),
        maximum=random.choice([2, 3, 5]),
        near=frozenset({("law", "art")}) if random.random() < 0.7 else frozenset(),
        campus_hard=random.random() < 0.2,
        mode_hard=random.random() < 0.1,
        affinity_weights=WEIGHTS,
        shortage=random.choice(["lottery", "wishes-first"]),
        spread=random.random() < 0.8,
    )
    right = [_mentor(random, f"m{j}", disciplines) for j in range(random.randint(1, mentors))]
    keys = [person.key for person in right]
    left = [_mentee(random, f"s{i}", disciplines, keys) for i in range(random.randint(1, mentees))]
    return _with_locks(random, Problem(tuple(left), tuple(right), rules, seed))


def _attributes(random: Random) -> dict[str, str]:
    return {name: random.choice("ab") for name in ATTRIBUTES if random.random() < 0.85}


def _affinities(random: Random) -> dict[str, frozenset[str]]:
    return {
        "interests": frozenset(random.sample("pqrst", random.randint(0, 3))),
        "college": frozenset(random.choice("xy")),
    }


def _mentor(random: Random, key: str, disciplines: list[str]) -> Mentor:
    return Mentor(
        key=key,
        discipline=random.choice(disciplines),
        campus=random.choice(["", "north"]),
        mode=random.choice(["full", "full", "part"]),
        attributes=_attributes(random),
        capacity=random.choice([None, 0, 1, 2, 3, 3, 4, 5]),
        minimum=random.choice([None, None, 1, 2, 3]),
        exceptions=frozenset(name for name in ("gender", "religion") if random.random() < 0.12),
        affinities=_affinities(random),
    )


def _mentee(random: Random, key: str, disciplines: list[str], mentors: list[str]) -> Mentee:
    wishes = tuple(
        Wish(name, random.choice("ab"), must=random.random() < 0.25)
        for name in ATTRIBUTES
        if random.random() < random.choice([0, 0.4, 0.9])
    )
    return Mentee(
        key=key,
        discipline=random.choice(disciplines),
        campus=random.choice(["", "north"]),
        mode=random.choice(["full", "full", "part"]),
        attributes=_attributes(random),
        wishes=wishes,
        affinities=_affinities(random),
        blocked=frozenset(mentor for mentor in mentors if random.random() < 0.08),
        current=random.choice([*mentors, "gone"]) if random.random() < 0.15 else None,
    )


def _with_locks(random: Random, loose: Problem) -> Problem:
    """Lock a few allowed pairs within places, in a third of the problems."""
    if random.random() > 0.33:
        return loose
    room = {mentor.key: oracle.limits(loose, mentor)[1] for mentor in loose.mentors}
    mentees = []
    for person in loose.mentees:
        able = [m.key for m in loose.mentors if room[m.key] and not oracle.obstacles(loose, person, m)]
        if able and random.random() < 0.3:
            chosen = random.choice(able)
            room[chosen] -= 1
            fields = {name: getattr(person, name) for name in person.__dataclass_fields__}
            person = Mentee(**{**fields, "locked_to": chosen})
        mentees.append(person)
    return Problem(tuple(mentees), loose.mentors, loose.rules, loose.seed)
