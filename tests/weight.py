"""How much memory a long run adds to its process.

The tests' own tools are no part of the product, so the limit of trust.md §3, 300 MB, is held to what an idle server
holds and what the run adds to that.
"""

import resource
from functools import cache

IDLE_SERVER = 190  # MB, once it has answered some pages
MOST_ADDED = 300 - IDLE_SERVER


def _peak() -> float:
    """The most that this process ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@cache
def before() -> float:
    """The peak when it was first asked for: call it before the work."""
    return _peak()


def added() -> float:
    """MB that the peak has grown by since then."""
    return _peak() - before()
