"""Messages: the ledger against the two naive ways, under the same kills: ``python -m tests.bench.messages``.

Each way is run twice in the same sitting: undisturbed, for its speed, and with the same seeded kills, for
what it loses and doubles. Writes its section of ``docs/benchmarks-messages.md``.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "benchmarks-messages.md"
BEGIN, END = "<!-- messages: begin -->", "<!-- messages: end -->"
WAYS = ("ledger", "mark-then-send", "send-then-mark")


def experiment(*arguments: object) -> dict[str, Any]:
    """One run of the experiment; its line of JSON."""
    command = [sys.executable, "-m", "tests.chaos", *map(str, arguments)]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if not answer.stdout:
        raise SystemExit(answer.stderr)
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def table(fast: dict[str, dict[str, Any]], killed: dict[str, dict[str, Any]]) -> str:
    """The section: one row a way."""
    some = killed["ledger"]
    kills = ", ".join(f"{count} {kind}" for kind, count in some["kills"].items())
    lines = [
        f"{some['messages']} messages, {some['database']}, seed {some['seed']}; kills: {kills}.",
        "",
        "| way | messages a second, undisturbed | doubled | missing | lost without a word | after an opt-out |",
        "|---|---|---|---|---|---|",
    ]
    for way in WAYS:
        row = killed[way]
        counts = " | ".join(str(row[name]) for name in ("duplicates", "missing", "silent", "in_flight_at_optout"))
        lines.append(f"| {way} | {fast[way]['per_second']} | {counts} |")
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=40)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="postgres")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    same = ("--messages", chosen.messages, "--database", chosen.database, "--seed", chosen.seed)
    fast = {way: experiment(*same, "--pattern", way, "--undisturbed", "--workers", 2) for way in WAYS}
    killed = {way: experiment(*same, "--pattern", way, "--seconds", chosen.seconds) for way in WAYS}
    section = table(fast, killed)
    head, _, rest = PAGE.read_text().partition(BEGIN)
    PAGE.write_text(f"{head}{BEGIN}\n{section}\n{END}{rest.partition(END)[2]}")
    print(section)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
