"""The access table: which role gets which answer at every URL, for every method.

Each app writes its rows in ``tests/<app>/access.py`` as ``ROWS``. A URL of the resolver that no
row names fails; so does an answer that a row does not foresee. Roles are the cast of
``tests/factories.py`` and "anonymous".

A row's ``get`` and ``post`` say who is let in: the named roles get 200 or a redirect (``post``
with an empty body may also be 400 or a form with errors, never 5xx); everybody else who is
signed in gets 404 (``seen_but_refused`` get 403), anonymous is sent to sign in, unless the row is
public. ``post=None`` means that only GET exists: 405, or 404 for those who are not let in.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import tests
from tests.factories import Northfield

ROLES = (
    "anonymous",
    "nobody",
    "aisha",
    "omar",
    "priya",
    "una",
    "tom",
    "sam",
    "carys",
    "dr_lee",
    "dana",
    "mallory",
    "admin",
)
EVERYONE = frozenset(ROLES)
SIGNED_IN = EVERYONE - {"anonymous"}


@dataclass(frozen=True)
class World:
    """What rows may point at: the university, priya's matches, what an app's ``prepare`` made; and planted canaries."""

    northfield: Northfield
    matches: dict[str, Any]
    made: dict[str, Any] = field(default_factory=dict)
    planted: dict[str, Any] = field(default_factory=dict)


Arguments = Callable[[World], dict[str, Any]]


@dataclass(frozen=True)
class Row:
    """One URL by its name. ``arguments`` gives the URL's arguments from the world.

    ``prepare`` makes, before the first request, the objects that the row points at (in ``world.made``);
    with ``uses_up`` before each, because the request consumes them. ``gone_for_all``: 404 even for
    anonymous, as for what does not exist.
    """

    name: str
    get: frozenset[str] | None = frozenset()
    post: frozenset[str] | None = None
    arguments: Arguments = lambda world: {}
    seen_but_refused: frozenset[str] = frozenset()
    prepare: Callable[[World], None] | None = None
    uses_up: bool = False
    gone_for_all: bool = False


def roles(*names: str) -> frozenset[str]:
    """A set of roles, each of the cast. Raises ``ValueError`` for a name that is not."""
    if unknown := set(names) - EVERYONE:
        raise ValueError(f"not of the cast: {sorted(unknown)}")
    return frozenset(names)


def every_row() -> list[Row]:
    """The whole table, from all apps."""
    found: list[Row] = []
    for module in pkgutil.iter_modules(tests.__path__):
        if not module.ispkg:
            continue
        try:
            found += importlib.import_module(f"tests.{module.name}.access").ROWS
        except (ModuleNotFoundError, AttributeError):
            continue  # an app without URLs of its own
    return found
