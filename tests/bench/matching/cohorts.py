"""Made-up cohorts, drawn from a seed, in the format of the shared instance files.

The rates are assumptions shaped like national statistics of British students and like the shared
instances: disciplines of very unequal size (45 in a university, the largest with 9 in 100), a third
of them on a second campus; a third of the students state wishes, mostly about gender, mostly for
somebody like themselves; mentors offer 2 to 6 places, most of them 5. At 10,000 mentees and 2,500
mentors this gives about 60 components and 800,000 allowed pairs. Nobody in them is real.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

ATTRIBUTES = ("gender", "ethnicity", "country", "religion")
WEIGHTS = {
    "lang": 6, "interest": 3, "route": 5, "mode": 4, "college": 8, "commuter": 4, "mature": 6, "carer": 7, "fif": 3,
}  # fmt: skip

SHARES = {
    "mode": (0.92, 0.06, 0.02),
    "gender": (0.55, 0.44, 0.01),
    "ethnicity": (0.56, 0.22, 0.12, 0.05, 0.05),
    "country": (0.79, 0.05, 0.047, 0.026, 0.013, *(0.0067,) * 10, 0.007),
    "religion": (0.36, 0.22, 0.22, 0.07, 0.025, 0.005, 0.017, 0.015, 0.068),
    "route": (0.565, 0.2, 0.075, 0.064, 0.048, 0.048),
}
FLAGS = {"commuter": 0.33, "mature": 0.26, "carer": 0.08, "fif": 0.46}
WISHES = {
    "gender": (0.163, 0.042, 0.93),
    "ethnicity": (0.080, 0.005, 0.88),
    "country": (0.073, 0.003, 0.87),
    "religion": (0.056, 0.011, 0.86),
}
"""For each attribute the rates of: prefers, requires, and, of both, wants somebody like themselves."""

PLACES = {2: 0.045, 3: 0.14, 4: 0.27, 5: 0.485, 6: 0.06}
INTERESTS = (0.002, 0.04, 0.185, 0.36, 0.318, 0.095)
KEENER = {"gender": (1.3, 0.65, 1.0), "religion": (0.6, 0.6, 2.1, 2.6, 1.6, 1.0, 1.0, 1.0, 0.0)}
"""How much likelier than average people with each value are to state a wish about it."""


@dataclass(frozen=True)
class Shape:
    """What a cohort is like.

    mentees: in all. ratio: mentors for each mentee. institutions: people never cross them.
    disciplines: in each institution. near: how many ordered pairs of neighbouring disciplines are near.
    places: offered by each mentor; None draws them. campus_hard: only the same campus.
    """

    mentees: int
    ratio: float = 0.25
    institutions: int = 1
    disciplines: int = 45
    near: int = 0
    places: int | None = None
    campus_hard: bool = True


def draw(shape: Shape, seed: int) -> dict[str, Any]:
    """An instance file's content, without an optimum; the same for the same shape and seed."""
    random = np.random.default_rng([seed, shape.mentees, shape.institutions, round(shape.ratio * 1000)])
    rates = _discipline_rates(random, shape)
    second = random.random((shape.institutions, shape.disciplines)) < 0.33
    left = _people(random, shape.mentees, shape, rates[0], second)
    right = _people(random, max(round(shape.mentees * shape.ratio), 1), shape, rates[1], second)
    left |= _wishes(random, left)
    right |= _offers(random, right, shape)
    return {
        "name": f"drawn-{shape.mentees}-{seed}",
        "seed": seed,
        "attrs": list(ATTRIBUTES),
        "campus_hard": shape.campus_hard,
        "mode_hard": False,
        "near": [[k ^ 1, k] for k in range(shape.near)],
        "block": _blocks(random, left["disc"], len(right["disc"])),
        "mentees": _lists(left),
        "mentors": _lists(right),
        "spec": {"affinity_weights": WEIGHTS},
    }


def _discipline_rates(random: np.random.Generator, shape: Shape) -> tuple[np.ndarray, np.ndarray]:
    """(institutions, disciplines) twice: mentees' and mentors' shares, alike but never equal."""
    size = (shape.institutions, shape.disciplines)
    falling = 1 / (np.arange(shape.disciplines) + 6.0)
    students = falling[None, :] * random.lognormal(0, 0.25, size)
    guides = students * random.lognormal(0, 0.12, size)
    return students / students.sum(axis=1, keepdims=True), guides / guides.sum(axis=1, keepdims=True)


def _people(
    random: np.random.Generator, count: int, shape: Shape, rates: np.ndarray, second: np.ndarray
) -> dict[str, np.ndarray]:
    inst = np.sort(np.arange(count) % shape.institutions)
    disc = _discipline_of(random, inst, rates)
    home = disc % 5 // 3 + (disc % 7 == 0)
    away = second[inst, disc] & (random.random(count) < 0.3)
    people = {"inst": inst, "disc": disc, "campus": (home + away) % 3}
    people |= {name: random.choice(len(rate), count, p=_sure(rate)) for name, rate in SHARES.items()}
    people |= {name: (random.random(count) < rate).astype(int) for name, rate in FLAGS.items()}
    people["lang"] = np.where(random.random(count) < 0.32, 1 << random.choice(16, count, p=_falling(16, 1.0)), 0)
    people["college"] = np.minimum(random.zipf(1.33, count), 4000)
    people["interests"] = _interests(random, count)
    return people


def _discipline_of(random: np.random.Generator, inst: np.ndarray, rates: np.ndarray) -> np.ndarray:
    return (random.random(len(inst))[:, None] > np.cumsum(rates, axis=1)[inst, :-1]).sum(axis=1)


def _sure(rate: tuple[float, ...]) -> np.ndarray:
    return np.array(rate) / sum(rate)


def _falling(count: int, power: float) -> np.ndarray:
    weights = 1 / (np.arange(count) + 1.0) ** power
    return weights / weights.sum()


def _interests(random: np.random.Generator, count: int) -> np.ndarray:
    """Up to five of 32 interests, as bits, popular ones first (Gumbel's trick draws without return)."""
    keys = np.log(_falling(32, 0.75))[None, :] + random.gumbel(size=(count, 32))
    order = np.argsort(-keys, axis=1)[:, : len(INTERESTS) - 1]
    how_many = random.choice(len(INTERESTS), count, p=_sure(INTERESTS))
    chosen = np.arange(order.shape[1])[None, :] < how_many[:, None]
    return ((np.int64(1) << order.astype(np.int64)) * chosen).sum(axis=1)


def _wishes(random: np.random.Generator, people: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """pref_kind and pref_value, (n, 4): 0 none, 1 prefer, 2 must; -1 where nothing is wanted."""
    count = len(people["disc"])
    kinds, values = np.zeros((count, 4), dtype=int), np.full((count, 4), -1)
    for a, name in enumerate(ATTRIBUTES):
        prefer, must, alike = WISHES[name]
        keen = np.array(KEENER.get(name, (1.0,) * len(SHARES[name])))[people[name]]
        lot = random.random(count) / np.maximum(keen, 1e-9)
        kinds[:, a] = np.where(lot < must, 2, np.where(lot < must + prefer, 1, 0))
        other = random.choice(len(SHARES[name]), count, p=_sure(SHARES[name]))
        wanted = np.where(random.random(count) < alike, people[name], other)
        values[:, a] = np.where(kinds[:, a] > 0, wanted, -1)
    return {"pref_kind": kinds, "pref_value": values}


def _offers(random: np.random.Generator, people: dict[str, np.ndarray], shape: Shape) -> dict[str, np.ndarray]:
    count = len(people["disc"])
    drawn = random.choice(list(PLACES), count, p=_sure(tuple(PLACES.values())))
    places = drawn if shape.places is None else np.full(count, shape.places)
    return {
        "cap": places,
        "min": np.minimum(places, 3),
        "exc_gender": (random.random(count) < 0.035).astype(int),
        "exc_religion": (random.random(count) < 0.01).astype(int),
    }


def _blocks(random: np.random.Generator, disciplines: np.ndarray, mentors: int) -> list[list[int]]:
    """One blocked pair for every 200 mentees, each mentee at most once."""
    chosen = random.choice(len(disciplines), len(disciplines) // 200, replace=False)
    return [[int(i), int(j)] for i, j in zip(chosen, random.integers(0, mentors, len(chosen)), strict=True)]


def _lists(people: dict[str, np.ndarray]) -> dict[str, Any]:
    return {name: column.tolist() for name, column in people.items()}
