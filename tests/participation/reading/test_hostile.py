"""No file does harm: each is read or refused in words, in bounded memory and time.

A few hundred files run every time; HOSTILE_FILES=10000 runs as many (trust.md asks for that many).
"""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from mentoring.participation.reading import UnreadableFile, check_programmes, check_students, guess, read_table
from tests.participation.reading.hostile import heavy_files, hostile_file
from tests.participation.reading.samples import context

FILES = int(os.environ.get("HOSTILE_FILES", "400"))
BATCH = 50
MOST_MEMORY = 300  # MB, the process and its libraries included
MOST_SECONDS = 10
ROOT = Path(__file__).parents[3]


def read_all(data: bytes) -> str:
    """How reading ended; raises what must not be raised."""
    try:
        table = read_table(data)
        for kind in ("mentee", "mentor"):
            for row in check_students(table, guess(table.headings, kind), context()):
                assert bool(row.student) != bool(row.faults)
                assert all(str(fault.reason) for fault in row.faults)
                assert "\0" not in "".join(row.cells.values())
        list(check_programmes(table, guess(table.headings, "programme")))
    except UnreadableFile as refusal:
        return "refused" if str(refusal.message) and str(refusal.hint) else "refused without a word"
    return "read"


@pytest.mark.parametrize("first", range(0, FILES, BATCH))
@pytest.mark.abuse(14)
def test_hostile_files_are_read_or_refused(first):
    ends = {seed: read_all(hostile_file(seed)) for seed in range(first, min(first + BATCH, FILES))}
    assert set(ends.values()) == {"read", "refused"}


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data):
    assert read_all(data) in ("read", "refused")


@given(st.text(max_size=200), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252"]))
def test_any_text_is_read_or_refused(text, encoding):
    assert read_all(text.encode(encoding, "replace")) in ("read", "refused")


@pytest.mark.real_clock
@pytest.mark.parametrize("name", heavy_files())
@pytest.mark.abuse(14)
def test_heavy_files_stay_within_memory_and_time(name):
    """In a process of its own, because memory is counted by its peak."""
    child = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.participation.reading.test_hostile", name],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    end, megabytes, seconds = child.stdout.split()
    assert end in ("read", "refused")
    assert int(megabytes) < MOST_MEMORY
    assert float(seconds) < MOST_SECONDS


def weigh(name: str) -> None:
    """Print how reading one heavy file ended, the peak of memory in MB and the CPU seconds."""
    data = heavy_files()[name]()
    Path("/proc/self/clear_refs").write_text("5")  # the making of the file does not count
    start = time.process_time()
    end = read_all(data)
    peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    print(end, int(peak.split()[1]) // 1024, f"{time.process_time() - start:.1f}")


if __name__ == "__main__":
    settings.USE_I18N = False  # words need no apps then
    weigh(sys.argv[1])
