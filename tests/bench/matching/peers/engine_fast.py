"""A fast run of the product's engine from prepared components: every level down to the shares of wishes."""

from __future__ import annotations

from pathlib import Path

from tests.bench.matching.peers.engine_core import prepared, version
from tests.bench.matching.peers.parts import Run

__all__ = ["ready", "version"]


def ready(folder: Path) -> Run:
    return prepared(folder, "fast")
