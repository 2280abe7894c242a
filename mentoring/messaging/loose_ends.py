"""What this worker knows and could not write down, because the database was away.

A worker that dies takes such knowledge with it: leases that run out and the relay's log put that right. One
that lives ties it up when it looks again, so that an outage of the database blames no message and leaves none
uncertain. Each end is fenced by its lease: written late, it moves only what nobody else has moved.
"""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import InterfaceError, OperationalError

AWAY = (OperationalError, InterfaceError)

_left: deque[Callable[[], object]] = deque()


@contextmanager
def kept(end: Callable[[], object]) -> Iterator[None]:
    """Keep the end for later if the database goes away meanwhile; that it did is passed on."""
    try:
        yield
    except AWAY:
        _left.append(end)
        raise


def tie_up() -> None:
    """Write down what was left. Raises when the database is still away; nothing is forgotten."""
    for _ in range(len(_left)):
        try:
            end = _left.popleft()
        except IndexError:  # another thread took it
            return
        with kept(end):
            end()
