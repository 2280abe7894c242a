"""`manage.py test`: every check runs, a failed one counts, and real servers cannot go missing unseen."""

import contextlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mentoring import testing
from tests import devservices

ROOT = Path(__file__).resolve().parents[2]
GOOD = (sys.executable, "-c", "print('fine')")
BAD = (sys.executable, "-c", "print('what is wrong'); raise SystemExit(1)")
SERVERS = {"TEST_DATABASE_URL": "postgres://made-up", "TEST_REDIS_URL": "redis://made-up"}


@pytest.fixture
def rounds(monkeypatch):
    """The environments that pytest was called with; it passes unless told otherwise."""
    called = []

    def pytest_(arguments, env):
        called.append((list(arguments), dict(env)))
        return 0

    monkeypatch.setattr(testing, "pytest", pytest_)
    monkeypatch.setattr(testing, "CHECKS", (("first", GOOD), ("second", GOOD)))
    monkeypatch.setattr(testing, "real_servers", lambda: contextlib.nullcontext((SERVERS, "")))
    monkeypatch.delenv("REQUIRE_REAL", raising=False)
    for name in devservices.ADDRESSES:
        monkeypatch.delenv(name, raising=False)
    return called


def test_both_databases_come_round_and_sqlite_first(rounds):
    assert testing.main([]) == 0
    assert [env.get("TEST_DATABASE_URL") for _, env in rounds] == [None, "postgres://made-up"]
    assert rounds[1][1]["TEST_REDIS_URL"] == "redis://made-up"


def test_a_failed_check_stops_nothing_and_fails_the_whole(rounds, monkeypatch, capsys):
    monkeypatch.setattr(testing, "CHECKS", (("first", BAD), ("second", GOOD)))
    assert testing.main([]) == 1
    said = capsys.readouterr().out
    assert "FAILED   first" in said
    assert "what is wrong" in said
    assert "ok       second" in said
    assert "fine" not in said
    assert [env[testing.FAILED] for _, env in rounds] == ["", "first"]


def test_a_failed_first_round_is_said_in_the_last(rounds, monkeypatch):
    told = []

    def fail(arguments, env):
        told.append(env[testing.FAILED])
        return 1 if len(told) == 1 else 0

    monkeypatch.setattr(testing, "pytest", fail)
    assert testing.main([]) == 1
    assert told == ["", "suite on SQLite"]


def test_missing_servers_are_said_and_where_required_a_failure(rounds, monkeypatch, capsys):
    monkeypatch.setattr(testing, "real_servers", lambda: contextlib.nullcontext(({}, "no such program")))
    assert testing.main([]) == 0
    assert "SKIPPED  suite on PostgreSQL and Redis: no such program" in capsys.readouterr().out
    monkeypatch.setenv("REQUIRE_REAL", "1")
    assert testing.main([]) == 1
    assert "no such program" in rounds[-1][1][testing.FAILED]


def test_arguments_go_to_pytest_alone_on_the_chosen_database(rounds, monkeypatch):
    monkeypatch.setattr(testing, "holds", pytest.fail)
    monkeypatch.setenv("DATABASE_URL", "postgres://of-a-developer")
    assert testing.main(["tests/matching", "-k", "swap"]) == 0
    assert [arguments for arguments, _ in rounds] == [["tests/matching", "-k", "swap"]]
    assert "DATABASE_URL" not in rounds[0][1]


def test_machine_without_servers_yields_none_and_the_reason(monkeypatch):
    def none():
        raise devservices.Unavailable("PostgreSQL")

    monkeypatch.setattr(devservices, "postgresql_binaries", none)
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    with testing.real_servers() as (found, missing):
        assert found == {}
        assert "PostgreSQL" in missing


def test_closing_line_counts_a_failed_check(tmp_path):
    """pytest's own last line is what continuous integration reads."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    answer = subprocess.run(
        [sys.executable, "-m", "pytest", "tests/house/test_layout.py", "-k", "odds_and_ends"],
        cwd=ROOT,
        env={**env, testing.FAILED: "lint|types"},
        capture_output=True,
        text=True,
    )
    closing = answer.stdout.rstrip().splitlines()[-1]
    assert closing.startswith("===")
    assert "2 errors" in closing
    assert "manage.py test: types" in answer.stdout
