"""What a person reads while it runs."""

from __future__ import annotations

from pathlib import Path

from tests.bench.matching import folders
from tests.bench.matching.cases import Case
from tests.bench.matching.judge import judge
from tests.bench.matching.race import Lap, Race


def of_race(case: Case, found: Race, folder: Path) -> str:
    known = folders.known(folder)
    content = folders.instance(folder)
    lines = [f"\n{case.name}: {known['pairs']:,} pairs, {known['components']} components"]
    yard = found.lap("lsa")
    for lap in found.laps:
        if lap.failed:
            lines.append(f"  {lap.module:14} {lap.failed}")
            continue
        verdict = judge(content, found.answers[lap.module])
        lines.append(
            f"  {lap.module:14} {_ratio(lap, yard):>8} x lsa ({lap.median:.3f} s, {len(lap.seconds)} runs) "
            f"{lap.memory:5.0f} MB  violations {verdict.violations}  {verdict.vector}"
        )
    if found.engine:
        lines.append(f"  engine says {found.engine}")
    return "\n".join(lines)


def _ratio(lap: Lap, yard: Lap | None) -> str:
    return "" if yard is None else f"{lap.median / yard.median:.2f}"
