"""Under which conditions pages are looked at: the whole product, and the part of it that the test command runs.

A condition is a width, a scheme of colours, a language and a state of the page: *empty* (a university where nothing
has happened yet), *full* (matched, contacted, worried about), *error* (what its form answers when it is sent with
nothing in it). ``EVERY_CONDITION=1`` runs every page × role × condition, with axe on each screen.

Without it each page is made in each of its states and in both languages, by one of each kind of its readers. Axe reads
each page once, on one of the four screens in turn from page to page, so that each width and each scheme of colours has
about half of the pages, and so has each language; the browser opens another sight of it only where no page made of the
same templates and classes was open before, and axe reads that only where a class of the style sheet is seen for the
first time in its colours. Whatever is open is held, at both widths, to what needs no axe. The words of each page in
Welsh are for ``test_welsh.py``, without a browser.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

from tests.house.access import Row

Colours = Literal["light", "dark"]
State = Literal["full", "empty", "error"]

WIDTHS = (390, 1280)
COLOURS: tuple[Colours, ...] = ("light", "dark")
LANGUAGES = ("en-gb", "cy")
STATES: tuple[State, ...] = ("full", "empty", "error")
EVERYTHING = os.environ.get("EVERY_CONDITION") == "1"

# Readers of a kind see much the same; the first that a page lets in stands for the others.
STAFF = ("sam", "dr_lee", "dana", "tom", "mallory", "carys", "una", "admin")
KINDS = (STAFF, ("priya", "una"), ("aisha", "omar"))
# In mallory's scheme there is nobody yet.
KINDS_OF_EMPTY = (("mallory", *STAFF), ("una", "priya"), ("omar", "aisha"))


@dataclass(frozen=True)
class Screen:
    """What one reading of axe is about: the page is not loaded again for another."""

    width: int
    colours: Colours


@dataclass(frozen=True)
class Sight:
    """One page, opened by ``role`` in ``language``, and the screens on which it is looked at.

    Axe reads it, or, unless ``with_axe``, only what is new in it.
    """

    row: Row
    role: str
    state: State
    language: str
    screens: tuple[Screen, ...]
    with_axe: bool = True

    def __str__(self) -> str:
        return f"{self.row.name}-{self.role}-{self.state}-{self.language}"


SCREENS = tuple(Screen(width, colours) for width, colours in product(WIDTHS, COLOURS))


def opposite(screen: Screen) -> Screen:
    """The other width in the other scheme."""
    return next(each for each in SCREENS if each.width != screen.width and each.colours != screen.colours)


def lookers(let_in: Iterable[str], kinds: Sequence[Sequence[str]] = KINDS) -> list[str]:
    """One of each kind of people whom a row lets in."""
    names = frozenset(let_in)
    if "anonymous" in names:
        return ["anonymous", "aisha"]
    return [next(name for name in kind if name in names) for kind in kinds if names & set(kind)]


def has_object(row: Row) -> bool:
    """Whether its address names something, without which there is no such page."""
    try:
        return bool(row.arguments(None))  # type: ignore[arg-type]
    except (AttributeError, KeyError, TypeError):
        return True


def states_of(row: Row) -> tuple[State, ...]:
    """The states that a row's page can be in; () for what is no page."""
    found: list[State] = ["full"] if row.get else []
    if row.get and not has_object(row):
        found.append("empty")
    if row.post:
        found.append("error")
    return tuple(found)


def readers(row: Row, state: State) -> list[str]:
    """Who comes to a row's page in a state: one of each kind to the full one, one of them all to the others."""
    let_in = (row.post if state == "error" else row.get) or frozenset()
    found = lookers(let_in, KINDS_OF_EMPTY if state == "empty" else KINDS)
    return found if state == "full" else found[-1:]


def covering(rows: Iterable[Row]) -> list[Sight]:
    """Each page in each of its states, with axe in the first; of what it is seen in then, the next is the contrary."""
    found = []
    for at, row in enumerate(rows):
        seen = [(state, role) for state in states_of(row) for role in readers(row, state)[:1]]
        for turn, (state, role) in enumerate(seen):
            screen, language = _turned(at, turn)
            found.append(Sight(row, role, state, language, (screen,), with_axe=row.get is not None and turn == 0))
    return found


def _turned(at: int, turn: int) -> tuple[Screen, str]:
    """The eight conditions in turn from page to page; every second look at a page is the contrary of the one before."""
    start = SCREENS[(at + turn // 2) % 4]
    language = (at // 4) % 2
    return (opposite(start), LANGUAGES[1 - language]) if turn % 2 else (start, LANGUAGES[language])


def everything(rows: Iterable[Row]) -> list[Sight]:
    """The whole product."""
    return [
        Sight(row, role, state, language, SCREENS)
        for row in rows
        for state in states_of(row)
        for role in sorted((row.post if state == "error" else row.get) or ())
        for language in LANGUAGES
    ]


def sights(rows: Sequence[Row], holds: Callable[[Sight], bool]) -> list[Sight]:
    """What this run looks at, of those for which ``holds``."""
    return [each for each in (everything if EVERYTHING else covering)(rows) if holds(each)]
