"""docs/benchmarks.md from the records of a run: ratios, quality against the bound, gates."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tests.bench.matching import cases, judge, records
from tests.bench.matching.records import Record

HEAD = """# Benchmarks

Written by `python -m tests.bench.matching --write`; do not edit. How it measures, and how to run it again:
[tests/bench/matching/README.md](../tests/bench/matching/README.md).

Measured on {dates}, on {machines}: {count} of the grid's {grid} cases.

Cohorts are made up, drawn from a seed. Everyone gets the same allowed pairs, split into the same components; peers know
neither rules nor levels, so forbidden pairs are removed for them and wishes and affinity become one score. **Ratio** is
a contender's median over the median of scipy's `linear_sum_assignment` on places, run in turns on the same machine, in
seconds of processor: each has one thread, and other work on the machine counts less. Seconds say little elsewhere. MB
is the peak of a process's memory.
"""

MODULES = ("engine_fast", "engine_core", "engine")


def document(found: Sequence[Record]) -> str:
    """The whole page, in Markdown; sections without records are left out."""
    machines = sorted({record["machine"] for record in found})
    dates = sorted({record["date"] for record in found})
    head = HEAD.format(
        dates=_span(dates), machines="; and ".join(machines) or "no machine",
        count=len(found), grid=len(cases.grid()),
    )  # fmt: skip
    sections = (_yardstick(found), _quality(found), _peers(found), _growth(found), _changes(found), _reasons(found))
    return "\n".join([head, *filter(None, sections), _gates(found)])


def ratios(found: Iterable[Record]) -> dict[str, dict[str, list[float]]]:
    """Family -> the engine's modules -> their ratio in each seed."""
    kept: dict[str, dict[str, list[float]]] = {}
    for record in found:
        for module in MODULES:
            lap = lap_of(record, module)
            if lap and lap["ratio"]:
                kept.setdefault(record["family"], {}).setdefault(module, []).append(lap["ratio"])
    return kept


def lap_of(record: Record, module: str) -> Record | None:
    """A contender's lap, or None if it did not finish or did not run."""
    return next((lap for lap in record["laps"] if lap["module"] == module and not lap["failed"]), None)


def _yardstick(found: Sequence[Record]) -> str:
    families: dict[str, list[Record]] = {}
    for record in found:
        families.setdefault(record["family"], []).append(record)
    rows = [_family(name, group) for name, group in families.items()]
    text = (
        "*Core* is the engine from prepared components, as the yardstick gets them; *fast* the same, where levels "
        "after the shares of wishes are only approached; *whole* from people to pairs, with components, proof and "
        "hash. Where there is more than one seed: median, and from least to most."
    )
    heading = ("mentees x mentors", "seeds", "runs", "pairs", "fast, ratio", "core, ratio", "whole, ratio", "whole, s",
               "yardstick, s", "whole, MB", "yardstick, MB", "undersized: engine", "yardstick")  # fmt: skip
    return _section("The engine and the yardstick", text, heading, rows)


def _family(name: str, group: Sequence[Record]) -> list[str]:
    yards = [lap_of(record, "lsa") for record in group]
    quick, cores, wholes = ([lap_of(record, module) for record in group] for module in MODULES)
    return [
        name,
        str(len(group)),
        str(min((lap["runs"] for lap in wholes if lap), default=0)),
        f"{statistics.median(record['pairs'] for record in group):,.0f}",
        _spread(quick, "ratio"), _spread(cores, "ratio"), _spread(wholes, "ratio"), _spread(wholes, "seconds"),
        _spread(yards, "seconds"), _most(wholes), _most(yards), _undersized(wholes), _undersized(yards),
    ]  # fmt: skip


def _spread(laps: Sequence[Record | None], field: str) -> str:
    values = sorted(lap[field] for lap in laps if lap and lap[field] is not None)
    if not values:
        return "not finished"
    middle = _figure(statistics.median(values))
    return middle if len(values) == 1 else f"{middle} ({_figure(values[0])} to {_figure(values[-1])})"


def _figure(value: float) -> str:
    """Three significant figures, never in powers of ten."""
    digits = max(2 - math.floor(math.log10(abs(value))), 0) if value else 0
    return f"{round(value, digits):,.{min(digits, 4)}f}"


def _most(laps: Sequence[Record | None]) -> str:
    return f"{max((lap['memory'] for lap in laps if lap), default=0):,.0f}"


def _undersized(laps: Sequence[Record | None]) -> str:
    return " / ".join(f"{lap['vector'][2]:,}" if lap else "-" for lap in laps)


def _quality(found: Sequence[Record]) -> str:
    rows = [_qualities(record) for record in found if "vector" in record["engine"]]
    text = (
        "The engine's vector, counted by an evaluator that shares no code with it, and where a level is open its "
        "bound. Affinity has a minus: more is better."
    )
    return _section("Quality against the bound", text, ("case", "components proven", *judge.LEVELS), rows)


def _qualities(record: Record) -> list[str]:
    says = record["engine"]
    levels = [
        f"{value:,}" if value == bound else f"{value:,} (bound {bound:,})"
        for value, bound in zip(says["vector"], says["bounds"], strict=True)
    ]
    return [record["case"], f"{says['proven_components']} of {says['components']}", *levels]


def _peers(found: Sequence[Record]) -> str:
    sections = [_peer_table(record) for record in found if record["everyone"]]
    if not sections:
        return ""
    text = "A peer that needs more than its limit for one run is out. No peer but CBC knows that a group has a minimum."
    return "\n".join(["## Peers", "", text, "", *sections])


def _peer_table(record: Record) -> str:
    heading = ("contender", "version", "ratio", "s", "runs", "MB", "unmatched", "near", "undersized", "ignored",
               "balance", "affinity", "hard violations")  # fmt: skip
    rows = []
    for lap in record["laps"]:
        if lap["failed"]:
            rows.append([lap["label"], lap["version"], lap["failed"], *[""] * (len(heading) - 3)])
            continue
        vector = [f"{lap['vector'][level]:,}" for level in (0, 1, 2, 3, 9, 10)]
        spent = ["-" if lap["ratio"] is None else _figure(lap["ratio"]), _figure(lap["seconds"]), str(lap["runs"])]
        rows.append([lap["label"], lap["version"], *spent, f"{lap['memory']:,.0f}", *vector, str(lap["violations"])])
    return f"### {record['case']}\n\n{_table(heading, rows)}"


def _growth(found: Sequence[Record]) -> str:
    group = [record for record in found if record["case"].startswith("growth")]
    rows = []
    for module in ("lsa", *MODULES):
        points = [(record["components"], lap["seconds"]) for record in group if (lap := lap_of(record, module))]
        if len(points) > 1:
            times = [f"{components}: {_figure(seconds)} s" for components, seconds in points]
            rows.append([module, f"{exponent(points):.2f}", ", ".join(times)])
    text = "The same university once, twice, four and eight times over: time grows with this power of the components."
    return _section("Growth", text, ("contender", "exponent", "components: seconds"), rows)


def exponent(points: Sequence[tuple[float, float]]) -> float:
    """Slope of a straight line through the points on two logarithmic scales."""
    return statistics.linear_regression([math.log(x) for x, _ in points], [math.log(y) for _, y in points]).slope


def _changes(found: Sequence[Record]) -> str:
    rows = []
    for record in found:
        asked: Mapping[str, Any] = record.get("changes", {})
        for kind, told in asked.get("kinds", {}).items():
            most = f"{told['most_moved']} ({told['moved']} in all)"
            times = [f"{told['p50']:.1f}", f"{told['p95']:.1f}"]
            rest = [most, str(told["left"]), str(len(asked["wrong"]))]
            rows.append([record["case"], kind, str(told["count"]), *times, *rest])
    text = "Each asked of the finished match as it stands, the first in each discipline included; time of the engine."
    heading = ("case", "kind", "asked", "p50, ms", "p95, ms", "most others moved", "no place", "faults")
    return _section("Swaps and withdrawals", text, heading, rows)


def _reasons(found: Sequence[Record]) -> str:
    rows = [
        [record["case"], str(told["students"]), f"{told['seconds']:.3f}", f"{told['tests']:,}", str(len(told["wrong"]))]
        for record in found
        if (told := record.get("reasons"))
    ]
    text = (
        "Each set of rules is relaxed and the student matched again; each smaller set as well. A few of each case "
        "are matched from scratch."
    )
    heading = ("case", "unmatched students", "explained in, s", "relaxations tried", "wrong")
    return _section("Reasons, tried by matching again", text, heading, rows)


def _gates(found: Sequence[Record]) -> str:
    failed = [f"- {record['case']}: {line}" for record in found for line in records.failed(record)]
    unknown = sorted({gate["name"] for record in found for gate in record["gates"] if gate["ok"] is None})
    passed = sum(gate["ok"] is True for record in found for gate in record["gates"])
    lines = ["## Gates", "", f"{passed} hold in {len(found)} cases; {len(failed)} do not.", ""]
    lines += [*failed, ""] if failed else []
    return "\n".join(lines + ([f"Could not be told in some: {', '.join(unknown)}.", ""] if unknown else []))


def _section(title: str, text: str, heading: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return f"## {title}\n\n{text}\n\n{_table(heading, rows)}" if rows else ""


def _table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _span(dates: Sequence[str]) -> str:
    return dates[0] if len(dates) == 1 else f"{dates[0]} to {dates[-1]}" if dates else "no day"
