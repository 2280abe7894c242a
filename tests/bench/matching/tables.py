"""What a person reads while it runs: one record as lines of text."""

from __future__ import annotations

from tests.bench.matching import records
from tests.bench.matching.records import Record


def of_record(record: Record) -> str:
    lines = [f"\n{record['case']}: {record['pairs']:,} pairs, {record['components']} components"]
    lines += [_lap(lap) for lap in record["laps"]]
    if "vector" in record["engine"]:
        says = record["engine"]
        open_levels = [b - v for b, v in zip(says["bounds"], says["vector"], strict=True)]
        proven = f"{says['proven_components']} of {says['components']} components proven"
        lines.append(f"  {proven}, bounds less vector {open_levels}")
    lines += [f"  {name}: {_told(record[name])}" for name in ("reasons", "changes") if name in record]
    lines += [f"  FAILED: {line}" for line in records.failed(record)]
    return "\n".join(lines)


def _lap(lap: Record) -> str:
    if lap["failed"]:
        return f"  {lap['module']:20} {lap['failed']}"
    ratio = "       -" if lap["ratio"] is None else f"{lap['ratio']:8.2f}"
    return (
        f"  {lap['module']:20} {ratio} x lsa ({lap['seconds']:.3f} s, {lap['runs']} runs) {lap['memory']:5.0f} MB  "
        f"violations {lap['violations']}  {tuple(lap['vector'])}"
    )


def _told(answer: Record) -> str:
    if answer.get("offered") is False:
        return "not offered"
    return ", ".join(f"{name} {value}" for name, value in answer.items())
