"""``manage.py chaos_messages``: kills workers, broker, database and relay while messages go out, and counts."""

import argparse
import importlib
import json
import logging
import os
import random
import signal
import sys
import tempfile
import time
from base64 import urlsafe_b64encode
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests import environment
from tests.chaos import processes
from tests.chaos.processes import Nursery

DATA_TIMEOUT = 3
DROPS = 0.001


def options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="manage.py chaos_messages", description=__doc__)
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=30.0, help="for how long there are kills")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--worker-kills", type=int, help="default: about one a second")
    parser.add_argument("--server-kills", type=int, help="of broker, database and relay each; default: one in 20 s")
    parser.add_argument("--opt-outs", type=int, help="default: one for each hundred messages")
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--undisturbed", action="store_true", help="no kills, everything due at once: the speed")
    parser.add_argument(
        "--pattern", choices=["ledger", "mark-then-send", "send-then-mark"], default="ledger",
        help="the naive ways are there to be compared with",
    )  # fmt: skip
    parser.add_argument("--keep", type=Path, help="an empty folder for logs and data, to look at afterwards")
    return parser.parse_args(arguments)


def chosen_environment(home: Path, servers: dict[str, Any], sink: processes.Sink) -> dict[str, str]:
    """What settings.py reads, for the director and for everybody it brings up."""
    kept = {name: value for name, value in os.environ.items() if name not in environment.FOREIGN}
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": "mentoring.settings",
        "MENTORING_DATA": str(home),
        "DEBUG": "0",
        "SECRET_KEY": "made-up-for-the-experiment" * 3,
        "MENTORING_FIELD_KEYS": urlsafe_b64encode(b"made up for the tests: 32 bytes.").decode(),
        "DATABASE_URL": servers["database"].url,
        "CELERY_BROKER_URL": servers["broker"].url,
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(sink.port),
        "DEFAULT_FROM_EMAIL": "peers@northfield.ac.uk",
        "MAIL_RELAY_LOG": str(sink.mail_log),
        "MAIL_RELAY_DATA_TIMEOUT": str(DATA_TIMEOUT),
    }


def plan_of(chosen: argparse.Namespace) -> dict[str, Any]:
    worker, server = chosen.worker_kills, chosen.server_kills
    if chosen.undisturbed:
        kills = dict.fromkeys(("worker", "broker", "database", "relay"), 0)
        return {"kills": kills, "optouts": 0, "seconds": 0.0}
    each = max(1, round(chosen.seconds / 20)) if server is None else server
    kills = {"worker": round(chosen.seconds) if worker is None else worker}
    optouts = chosen.messages // 100 if chosen.opt_outs is None else chosen.opt_outs
    return {
        "kills": {**kills, "broker": each, "database": each, "relay": each},
        "optouts": optouts,
        "seconds": chosen.seconds,
    }


def experiment(chosen: argparse.Namespace, home: Path) -> dict[str, Any]:
    """Start everything, run, count; what came of it."""
    with ExitStack() as ending:
        sink = processes.Sink(home, chosen.seed, 0.0 if chosen.undisturbed else DROPS, DATA_TIMEOUT)
        is_embedded = chosen.database == "sqlite"
        database: Any = processes.EmbeddedDatabase(home) if is_embedded else processes.PostgreSQL(home)
        broker: Any = processes.EmbeddedBroker(home) if is_embedded else processes.Redis(home)
        servers = {"broker": broker, "database": database, "relay": sink}
        for server in servers.values():
            server.start()
            ending.callback(server.stop)
        os.environ.clear()
        os.environ.update(environ := chosen_environment(home, servers, sink))
        nursery = Nursery(home, {**environ, "CHAOS_PATTERN": chosen.pattern})
        ending.callback(nursery.stop)
        if is_embedded:
            database.users = nursery
        logging.disable(logging.ERROR)  # of the director; the workers' own words are in their log
        stage = importlib.import_module("tests.chaos.experiment")
        plan = stage.Plan(
            messages=chosen.messages, seed=chosen.seed, database=chosen.database, workers=chosen.workers,
            **plan_of(chosen),
        )  # fmt: skip
        chance = random.Random(chosen.seed)
        keys = stage.prepare(plan)
        stage.owe_all(plan, keys, chance, datetime.now(UTC))
        run = stage.Run(plan, servers, nursery, chance)
        happened = stage.run(run, keys)
        return {**happened, **stage.judge(run, sink.mail_log)}


def main(arguments: list[str]) -> int:
    chosen = options(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was started is stopped on the way out
    began = time.monotonic()
    with ExitStack() as ending:
        name = chosen.keep or ending.enter_context(tempfile.TemporaryDirectory(prefix="mentoring-chaos-"))
        found = experiment(chosen, Path(name))
    head = {
        "pattern": chosen.pattern,
        "database": chosen.database,
        "messages": chosen.messages,
        "seed": chosen.seed,
        "workers": chosen.workers,
    }
    found = {**head, **found, "whole_s": round(time.monotonic() - began, 1)}
    print(json.dumps(found), flush=True)
    return 1 if any(found[name] for name in ("duplicates", "missing", "silent", "late")) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
