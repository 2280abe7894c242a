"""What was measured, as a page of docs/: the slowest first, and those that miss the goal."""

from collections.abc import Sequence
from datetime import date
from statistics import median, quantiles
from typing import Any

GOAL = 100  # milliseconds, at the 95th percentile
SHOWN = 40

HEAD = """# How long the server needs for a page

Written by `python -m tests.bench.pages --write`; do not edit. Every page of the access table, asked for by one of each
kind of its readers, with everything a request goes through on the server; network and browser are not in it.

Measured on {today}, on {machine}, {database}: {mentees:,} mentees and {mentors:,} mentors in one scheme, nine of ten
matched, two contacts a pair, {times} times each. **CPU** is what the process itself worked, so that other work on the
machine counts less; **wall** is what a reader waits. Questions are those to the database, in a scheme of 40 mentees and
in this.

Goal: {goal} ms at the 95th percentile, and as many questions in a large scheme as in a small one.
"""


def late(page: dict[str, Any]) -> bool:
    return percentile(page["wall"]) > GOAL


def percentile(times: Sequence[float]) -> float:
    """The 95th."""
    return quantiles(times, n=20, method="inclusive")[-1] if len(times) > 1 else times[0]


def written(
    few: Sequence[dict[str, Any]],
    many: Sequence[dict[str, Any]],
    mentees: int,
    database: str,
    today: date,
    machine: str,
) -> tuple[str, list[str]]:
    """The page, and what misses the goal."""
    before = {(page["name"], page["role"]): page["queries"] for page in few}
    slowest = sorted(many, key=lambda page: -percentile(page["wall"]))
    missed = [f"{page['name']} ({page['role']})" for page in slowest if late(page)]
    grown = [
        f"{page['name']} ({page['role']}): {before[page['name'], page['role']]} → {page['queries']}"
        for page in many
        if page["queries"] > before[page["name"], page["role"]]
    ]
    every = [time for page in many for time in page["wall"]]
    head = HEAD.format(
        today=today, machine=machine, database=database, mentees=mentees, mentors=mentees // 4, goal=GOAL,
        times=len(many[0]["wall"]),
    )  # fmt: skip
    lines = [
        head,
        f"{len(many)} pages: {median(every):.0f} ms at the median, {percentile(every):.0f} ms at the 95th percentile.",
        f"Over {GOAL} ms: {', '.join(missed) or 'none'}.",
        f"More questions in the large scheme: {', '.join(grown) or 'none'}.",
        "",
        "| page | reader | questions, small | large | wall p50, ms | wall p95, ms | CPU p50, ms | CPU p95, ms |",
        "|---|---|---|---|---|---|---|---|",
        *(_row(page, before[page["name"], page["role"]]) for page in slowest[:SHOWN]),
    ]
    if len(slowest) > SHOWN:
        lines += ["", f"The other {len(slowest) - SHOWN} are faster than the last of these."]
    return "\n".join(lines) + "\n", missed + grown


def _row(page: dict[str, Any], before: int) -> str:
    wall, cpu = page["wall"], page["cpu"]
    times = (median(wall), percentile(wall), median(cpu), percentile(cpu))
    numbers = " | ".join(f"{time:.0f}" for time in times)
    return f"| {page['name']} | {page['role']} | {before} | {page['queries']} | {numbers} |"
