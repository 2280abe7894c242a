"""Each abuse of the threat model has tests that carry its number, and they are collected.

``docs/abuses.md`` lists the abuses; a test of one is marked ``@pytest.mark.abuse(n)``.
"""

import ast
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NUMBERS = set(range(1, 26))
# Built, and tested, with the grants of safeguarding: this set must be empty once they are here.
WAITING: set[int] = set()


@cache
def marked() -> dict[int, set[tuple[str, str]]]:
    """The number of each abuse, with (file, function) of every test that carries it."""
    found: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        source = path.read_text()
        if "mark.abuse(" in source:
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.FunctionDef):
                    for number in _numbers_of(node):
                        found[number].add((str(path.relative_to(ROOT)), node.name))
    return found


def _numbers_of(node: ast.FunctionDef) -> list[int]:
    marks = [ast.unparse(each) for each in node.decorator_list]
    return [int(number[1]) for mark in marks if (number := re.fullmatch(r"pytest\.mark\.abuse\((\d+)\)", mark))]


def test_every_abuse_has_a_test_that_carries_its_number() -> None:
    assert set(marked()) == NUMBERS - WAITING


def test_what_carries_a_number_is_a_test() -> None:
    """pytest would pass over a function of another name, and over the mark with it."""
    assert [where for found in marked().values() for where in found if not where[1].startswith("test_")] == []


def test_what_carries_a_number_is_collected(request: pytest.FixtureRequest) -> None:
    """Of every file that this run looks at, each marked test is there, under its number."""
    files = {str(item.path.relative_to(ROOT)) for item in request.session.items}
    there = {
        (mark.args[0], str(item.path.relative_to(ROOT)), item.originalname)  # type: ignore[attr-defined]
        for item in request.session.items
        for mark in item.iter_markers("abuse")
    }
    wanted = {(number, *where) for number, found in marked().items() for where in found if where[0] in files}
    chosen = request.config.getoption("keyword") or request.config.getoption("markexpr")
    named = any("::" in argument for argument in request.config.args)
    assert chosen or named or wanted <= there


def test_the_document_lists_every_abuse_once_with_its_tests() -> None:
    rows = re.findall(r"^\| (\d+) \|.*\| (.*) \|$", (ROOT / "docs" / "abuses.md").read_text(), re.MULTILINE)
    assert [int(number) for number, _tests in rows] == sorted(NUMBERS)
    for number, tests in rows:
        said = set(re.findall(r"`([\w/]+\.py)::(\w+)`", tests))
        if int(number) not in WAITING:
            assert said == marked()[int(number)], number
