"""How much memory a long run adds to its process.

The tests' own tools are no part of the product, so the limit of trust.md §3, 300 MB, is held to what an idle server
holds and what the run adds to that.
"""

import resource
import weakref
from functools import cache

IDLE_SERVER = 190  # MB, once it has answered some pages
MOST_ADDED = 300 - IDLE_SERVER


def before() -> None:
    """Call it before each piece of work: the peak at the first call is what is added to."""
    _let_go()
    _at_first()


def added() -> float:
    """MB that the peak has grown by since then."""
    return _peak() - _at_first()


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@cache
def _at_first() -> float:
    return _peak()


def _let_go() -> None:
    """Django's test client connects the same receivers anew for each request, and each time leaves something behind
    that waits for their end: half a kilobyte a request that no server has."""
    waiting = weakref.finalize._registry.items()  # type: ignore[attr-defined]
    for one in [one for one, told in waiting if told.func.__name__ == "_flag_dead_receivers"]:
        one.detach()
