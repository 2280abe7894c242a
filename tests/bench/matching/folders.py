"""Where prepared cases, environments and results are kept: a cache folder outside the tree."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

from tests.bench.matching import pairs
from tests.bench.matching.cases import Case
from tests.bench.matching.cohorts import draw


def default_cache() -> Path:
    """By the XDG convention; BENCH_CACHE names another."""
    home = os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))
    return Path(os.environ.get("BENCH_CACHE", f"{home}/peer-mentoring-bench"))


def prepared(case: Case, cache: Path) -> Path:
    """The folder of a case, with instance.json and the arrays of `pairs.save`; drawn afresh each time."""
    folder = cache / "cases" / re.sub(r"[^a-z0-9.]+", "-", case.name.lower())
    folder.mkdir(parents=True, exist_ok=True)
    content = draw(case.shape, case.seed)
    (folder / "instance.json").write_text(json.dumps(content), encoding="utf-8")
    parts = list(pairs.components(content))
    pairs.save(parts, folder, case.shape.mentees)
    known = {
        "pairs": sum(int((part.score > 0).sum()) for part in parts),
        "components": len(parts),
        "fewest_unmatched": pairs.fewest_unmatched(parts, case.shape.mentees),
    }
    (folder / "known.json").write_text(json.dumps(known), encoding="utf-8")
    return folder


def instance(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "instance.json").read_text(encoding="utf-8"))


def known(folder: Path) -> dict[str, Any]:
    """pairs, components, and fewest_unmatched (None where it was too large to find)."""
    return json.loads((folder / "known.json").read_text(encoding="utf-8"))
