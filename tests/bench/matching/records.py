"""One case's result as plain values, kept in the cache so that a document can be put together from several runs."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from mentoring.matching import engine
from tests.bench.machine import described
from tests.bench.matching import changes, folders, gates, reasons
from tests.bench.matching.cases import Case
from tests.bench.matching.judge import Verdict, judge
from tests.bench.matching.race import Lap, Race

Record = dict[str, Any]


def of(case: Case, found: Race, folder: Path) -> Record:
    """Everything about one race that a table or a gate needs."""
    content, known = folders.instance(folder), folders.known(folder)
    verdicts = {module: judge(content, chosen) for module, chosen in found.answers.items()}
    record = {
        "case": case.name,
        "family": case.family,
        "mentees": case.shape.mentees,
        "mentors": len(content["mentors"]["disc"]),
        "everyone": case.everyone,
        **known,
        "source": source(),
        "machine": described(),
        "date": datetime.now(UTC).date().isoformat(),
        "laps": [_lap(lap, found.lap("lsa"), verdicts.get(lap.module)) for lap in found.laps],
        "engine": {name: value for name, value in found.engine.items() if name not in ("reasons", "changes")},
        "gates": [asdict(gate) for gate in gates.of(case, found, verdicts, known)],
    }
    record |= _questions(content, found)
    record["gates"] += [asdict(gate) for gate in gates.of_questions(record)]
    return record


def save(record: Record, folder: Path) -> None:
    path = _path(record["case"], folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record), encoding="utf-8")


def load(case: Case, modules: Sequence[str], folder: Path) -> list[Record]:
    """The kept record of a case, if it is of this very engine and all these contenders ran; else none."""
    path = _path(case.name, folder)
    if not path.exists():
        return []
    record = json.loads(path.read_text(encoding="utf-8"))
    ran = {lap["module"] for lap in record["laps"]}
    return [record] if record["source"] == source() and set(modules) <= ran else []


@cache
def source() -> str:
    """A hash of the engine's files: results of another engine are not put beside those of this one."""
    files = sorted(Path(engine.__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


def _path(case: str, folder: Path) -> Path:
    return folder / "results" / (re.sub(r"[^a-z0-9.]+", "-", case.lower()) + ".json")


def failed(record: Record) -> list[str]:
    """The gates that do not hold, each in one line."""
    return [f"{gate['name']} ({gate['detail']})" for gate in record["gates"] if gate["ok"] is False]


def _lap(lap: Lap, yard: Lap | None, verdict: Verdict | None) -> Record:
    plain: Record = {"module": lap.module, "label": lap.label, "version": lap.version, "failed": lap.failed}
    if lap.failed or verdict is None:
        return plain
    return plain | {
        "seconds": lap.processor_median,
        "ratio": lap.processor_median / yard.processor_median if yard else None,
        "wall": lap.median,
        "runs": len(lap.seconds),
        "memory": lap.memory,
        "vector": verdict.vector,
        "violations": verdict.violations,
    }


def _questions(content: Mapping[str, Any], found: Race) -> Record:
    """Reasons tried again and changes judged, where the engine was asked for them."""
    asked: Record = {}
    if "reasons" in found.engine:
        told = found.engine["reasons"]
        asked["reasons"] = asdict(reasons.tried(content, found.answers["engine"], told["reasons"]))
        asked["reasons"]["seconds"] = told["seconds"]
    if "changes" in found.engine:
        asked["changes"] = changes.summary(content, found.answers["engine"], found.engine["changes"])
    return asked
