"""Brings up workers and beats that are loaded already: ``python -m tests.chaos.nursery``.

Loading the product takes seconds, a fork takes milliseconds. Each child is a process of its own
group that connects to nothing before it is born, and runs what production runs: Celery's worker
or beat. Lines on standard input, "worker" or "beat"; the child's id on standard output.
"""

import gc
import os
import signal
import sys

import django

django.setup()

from mentoring.celery import app  # noqa: E402
from mentoring.launch import Tie  # noqa: E402
from tests.chaos import letter, patterns  # noqa: E402

WORKER = "worker --pool threads --concurrency 3 --without-gossip --without-mingle --without-heartbeat -l WARNING"
BEAT = "beat -S mentoring.beat:Scheduler --pidfile= -l WARNING"


def main() -> None:
    app.loader.import_default_modules()
    letter.register_and_hurry()
    patterns.use(os.environ.get("CHAOS_PATTERN", "ledger"))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who dies is gone: nobody waits for it
    gc.freeze()
    for line in sys.stdin:
        sys.stdout.write(f"{born(line.strip())}\n")
        sys.stdout.flush()


def born(kind: str) -> int:
    parent, child = os.getpid(), os.fork()
    if child == 0:
        os.setsid()
        if sys.platform == "linux":
            Tie(parent).hold()  # nobody outlives the nursery, and it ends with the director
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(2, 1)
        try:
            app.start((WORKER if kind == "worker" else BEAT).split())
        finally:
            os._exit(0)
    return child


if __name__ == "__main__":
    main()
