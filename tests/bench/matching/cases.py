"""The grid: which cohorts are run, and which contenders are let loose on each."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tests.bench.matching.cohorts import Shape

SIZES = (250, 2_500, 10_000, 100_000)
RATIOS = (0.2, 0.25, 0.4)
SEEDS = (1, 2, 3)
INSTITUTIONS = 14
FACULTY = 11


@dataclass(frozen=True)
class Case:
    """One cohort. everyone: all peers take part, not only the yardstick and the engine.
    reasons, changes: the engine is also asked for these afterwards. core: the engine also runs from
    prepared components, which are too large to hold for the largest case."""

    name: str
    shape: Shape
    seed: int = 1
    everyone: bool = False
    reasons: bool = False
    changes: bool = False
    core: bool = True

    @property
    def family(self) -> str:
        """The case without its seed: what a ceiling is kept for."""
        return self.name.partition(" seed ")[0]


def grid() -> list[Case]:
    """Every case, small ones first.

    One institution of 100,000 is drawn once for each ratio: the yardstick alone needs minutes there.
    """
    cases = [_plain(size, ratio, seed) for size in SIZES[:3] for ratio in RATIOS for seed in SEEDS]
    many = [_many(ratio, seed) for ratio in RATIOS for seed in SEEDS]
    return [*cases, *special(), *growth(), *many, *(_one(ratio) for ratio in RATIOS)]


def special() -> list[Case]:
    """Shapes in which something else is hard."""
    return [
        Case("pocket: 60 disciplines of about 4", Shape(250, disciplines=60), reasons=True),
        Case("near map: 2,500", Shape(2_500, near=12), everyone=True, reasons=True),
        Case("one to one: 10,000 with 10,000", Shape(10_000, ratio=1.0, places=1)),
    ]


def quick() -> list[Case]:
    """What a change is tried on, in two or three minutes; all peers in the first two only."""
    rest = [_plain(2_500, 0.4, 1), *special()[:2], _plain(10_000, 0.25, 1)]
    return [_plain(250, 0.25, 1), _plain(2_500, 0.25, 1), *(replace(case, everyone=False) for case in rest)]


def tiny() -> Case:
    """For the test that the harness runs at all."""
    return Case("tiny", Shape(60, disciplines=4), everyone=True, reasons=True, changes=True)


def growth() -> list[Case]:
    """The same university 1, 2, 4, 8 times: time over the number of components."""
    shapes = [Shape(2_500 * count, institutions=count) for count in (1, 2, 4, 8)]
    return [Case(f"growth: {shape.institutions} of 2,500", shape) for shape in shapes]


def _plain(size: int, ratio: float, seed: int) -> Case:
    shape = Shape(size, ratio=ratio, disciplines=FACULTY if size < 1_000 else 45)
    return Case(
        f"{size:,} x {ratio} seed {seed}", shape, seed,
        everyone=seed == 1 and (ratio == 0.25 or size < 10_000),
        reasons=seed == 1 and ratio < 0.4,
        changes=size == 10_000 and seed == 1,
    )  # fmt: skip


def _many(ratio: float, seed: int) -> Case:
    shape = Shape(100_000, ratio=ratio, institutions=INSTITUTIONS)
    name = f"100,000 x {ratio} in {INSTITUTIONS} institutions seed {seed}"
    return Case(name, shape, seed, everyone=seed == 1 and ratio == 0.25)


def _one(ratio: float) -> Case:
    return Case(f"100,000 x {ratio} in one institution", Shape(100_000, ratio=ratio), core=False)
