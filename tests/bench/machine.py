"""On what a benchmark ran: enough to compare with, nothing that names the machine."""

from __future__ import annotations

import os
import platform
from importlib import metadata
from pathlib import Path


def described(packages: tuple[str, ...] = ("numpy", "scipy")) -> str:
    """One line: cores, processor, memory, system, Python and the versions of some packages."""
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in packages)
    cores = os.cpu_count() or 1
    return (
        f"{cores} cores of {processor()}, {memory()} GB, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, {versions}"
    )


def processor() -> str:
    """The processor's model, as far as the system says."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def memory() -> int:
    """Gigabytes of memory, rounded."""
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)
