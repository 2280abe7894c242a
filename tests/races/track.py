"""Two threads with connections of their own, which start at the same moment as often as they are asked to."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from django.db import connection

from accounts.services import NotAllowed, WrongState

Act = Callable[[], object]
# What a writer who comes second is told; anything else is a failure of ours.
TOLD = (WrongState, NotAllowed)


class Track:
    """``run(first, second)`` gives what was raised that nobody is meant to see; ``done`` counts acts that held."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(max_workers=2)
        self.barrier = threading.Barrier(2)
        self.done = 0

    def run(self, first: Act, second: Act) -> list[str]:
        running = [self.pool.submit(self._act, act) for act in (first, second)]
        ends = [each.result(timeout=120) for each in running]
        self.done += ends.count("done")
        return [end for end in ends if end not in {"done", "told"}]

    def _act(self, act: Act) -> str:
        self.barrier.wait(timeout=60)
        try:
            act()
        except TOLD:
            return "told"
        except Exception as problem:
            return f"{type(problem).__name__}: {problem}"
        return "done"

    def close(self) -> None:
        """End both threads' connections, each in its own thread."""
        closing = [self.pool.submit(self._leave) for _each in range(2)]
        for each in closing:
            each.result(timeout=60)
        self.pool.shutdown()

    def _leave(self) -> None:
        self.barrier.wait(timeout=60)  # so that each thread takes one
        connection.close()


@contextmanager
def track() -> Iterator[Track]:
    made = Track()
    try:
        yield made
    finally:
        made.close()
