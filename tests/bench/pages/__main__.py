"""``python -m tests.bench.pages``: every page in a scheme of 10,000 mentees. Writes ``docs/benchmarks-pages.md``.

Two processes, one after the other, each with a database made for it: a scheme of 40 mentees and the large one. A page's
questions to the database must be as many in both. ``--mentees N --json`` measures one scheme and prints it.
"""

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django

from tests import devservices, environment
from tests.bench.machine import described
from tests.bench.pages.report import written

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "benchmarks-pages.md"
FEW = 40


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.pages", description=__doc__)
    parser.add_argument("--mentees", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--only", default="", help="part of a URL's name")
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="postgres")
    parser.add_argument("--json", action="store_true", help="measure one scheme, here and now")
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.relative_to(ROOT)}")
    given = parser.parse_args(words)
    if given.json:
        return _here(given)
    with _database(given.database) as addresses:
        few = _apart(given, FEW, addresses)
        many = _apart(given, given.mentees, addresses)
    packages = ("django",) if given.database == "sqlite" else ("django", "psycopg2-binary")
    today = datetime.now(tz=UTC).date()
    page, late = written(few, many, given.mentees, given.database, today, described(packages))
    print(page)
    if given.write:
        PAGE.write_text(page, encoding="utf-8")
    return 1 if late else 0


@contextlib.contextmanager
def _database(kind: str) -> Any:
    if kind == "sqlite":
        yield {}
        return
    with devservices.postgresql() as address:
        yield {"TEST_DATABASE_URL": address}


def _apart(given: argparse.Namespace, mentees: int, addresses: dict[str, str]) -> list[dict[str, Any]]:
    """One scheme, measured in a process of its own."""
    name = f"pages_{mentees}"
    if addresses:
        _create(addresses["TEST_DATABASE_URL"], name)
        addresses = {"TEST_DATABASE_URL": f"{addresses['TEST_DATABASE_URL'].rsplit('/', 1)[0]}/{name}"}
    asked = ["--mentees", str(mentees), "--times", str(given.times), "--only", given.only, "--json"]
    answer = subprocess.run(
        [sys.executable, "-m", "tests.bench.pages", *asked],
        cwd=ROOT, env={**os.environ, **addresses}, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    found: list[dict[str, Any]] = json.loads(answer.stdout.splitlines()[-1])
    return found


def _create(address: str, name: str) -> None:
    import psycopg2  # noqa: PLC0415 - only for this database

    with contextlib.closing(psycopg2.connect(address)) as connection:
        connection.autocommit = True
        connection.cursor().execute(f'CREATE DATABASE "{name}"')


def _here(given: argparse.Namespace) -> int:
    data = tempfile.mkdtemp(prefix="mentoring-bench-")
    environment.prepare(data, worker="")
    django.setup()
    from tests.bench.pages.measure import pages  # noqa: PLC0415 - its models need the setup

    try:
        print(json.dumps(pages(given.mentees, given.times, given.only)))
    finally:
        shutil.rmtree(data, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
