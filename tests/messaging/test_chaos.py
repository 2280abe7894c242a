"""``manage.py chaos_messages``, small: the whole experiment with real processes, on the embedded database.

The second round of the suite has the same promises in ``test_kills.py``; the experiment on PostgreSQL
and Redis is run by hand, at a size that means something.
"""

import json
import subprocess
import sys

import pytest
from django.conf import settings

pytestmark = [pytest.mark.real_clock, pytest.mark.once]


def test_nothing_is_lost_doubled_or_late_however_it_is_killed():
    command = "chaos_messages --messages 150 --seconds 4 --seed 3 --worker-kills 4 --opt-outs 3 --workers 2"
    answer = subprocess.run(
        [sys.executable, "manage.py", *command.split()],
        cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    [line] = answer.stdout.splitlines()
    found = json.loads(line)
    assert {name: found[name] for name in ("duplicates", "missing", "silent", "late")} == {
        "duplicates": 0,
        "missing": 0,
        "silent": 0,
        "late": 0,
    }
    assert answer.returncode == 0
    assert found["owed"] == 150
    assert found["kills"] == {"worker": 4, "broker": 1, "database": 1, "relay": 1}
    assert found["optouts"] == 3
    assert set(found["states"]) <= {"sent", "cancelled"}
    assert found["states"]["sent"] == found["arrived"]
