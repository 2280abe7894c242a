"""``docs/asvs.md`` has every requirement of ASVS 5.0 levels 1 and 2 once, each with a test or a reason."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")

# How many requirements each section has, and which of them are of level 3 only.
SECTIONS = {
    "1.1": 2, "1.2": 10, "1.3": 12, "1.4": 3, "1.5": 3, "2.1": 3, "2.2": 3, "2.3": 5, "2.4": 2, "3.1": 1, "3.2": 3,
    "3.3": 5, "3.4": 8, "3.5": 8, "3.6": 1, "3.7": 5, "4.1": 5, "4.2": 5, "4.3": 2, "4.4": 4, "5.1": 1, "5.2": 6,
    "5.3": 3, "5.4": 3, "6.1": 3, "6.2": 12, "6.3": 8, "6.4": 6, "6.5": 8, "6.6": 4, "6.7": 2, "6.8": 4, "7.1": 3,
    "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 3, "7.6": 2, "8.1": 4, "8.2": 4, "8.3": 3, "8.4": 2, "9.1": 3, "9.2": 4,
    "10.1": 2, "10.2": 3, "10.3": 5, "10.4": 16, "10.5": 5, "10.6": 2, "10.7": 3, "11.1": 4, "11.2": 5, "11.3": 5,
    "11.4": 4, "11.5": 2, "11.6": 2, "11.7": 2, "12.1": 5, "12.2": 2, "12.3": 5, "13.1": 4, "13.2": 6, "13.3": 4,
    "13.4": 7, "14.1": 2, "14.2": 8, "14.3": 3, "15.1": 5, "15.2": 5, "15.3": 7, "15.4": 4, "16.1": 1, "16.2": 5,
    "16.3": 4, "16.4": 3, "16.5": 4, "17.1": 2, "17.2": 8, "17.3": 2,
}  # fmt: skip
LEVEL_3 = {
    "1.2.10", "1.3.12", "1.5.3", "2.3.5", "2.4.2", "3.1.1", "3.2.3", "3.3.5", "3.4.7", "3.4.8", "3.5.6", "3.5.7",
    "3.5.8", "3.6.1", "3.7.3", "3.7.4", "3.7.5", "4.1.4", "4.1.5", "4.2.2", "4.2.3", "4.2.4", "4.2.5", "5.2.4",
    "5.2.5", "5.2.6", "5.3.3", "6.3.5", "6.3.6", "6.3.7", "6.3.8", "6.4.5", "6.4.6", "6.5.6", "6.5.7", "6.5.8",
    "6.6.4", "6.7.1", "6.7.2", "7.5.3", "8.1.3", "8.1.4", "8.2.4", "8.3.2", "8.3.3", "8.4.2", "10.2.3", "10.3.5",
    "10.4.12", "10.4.13", "10.4.14", "10.4.15", "10.4.16", "11.1.3", "11.1.4", "11.2.4", "11.2.5", "11.3.4",
    "11.3.5", "11.5.2", "11.6.2", "11.7.1", "11.7.2", "12.1.4", "12.1.5", "12.3.5", "13.1.2", "13.1.3", "13.1.4",
    "13.2.6", "13.3.3", "13.3.4", "13.4.6", "13.4.7", "14.2.5", "14.2.6", "14.2.7", "14.2.8", "15.1.4", "15.1.5",
    "15.2.4", "15.2.5", "15.4.1", "15.4.2", "15.4.3", "15.4.4", "16.5.4", "17.1.2", "17.2.5", "17.2.6", "17.2.7",
    "17.2.8",
}  # fmt: skip
WANTED = {f"{section}.{number}" for section, many in SECTIONS.items() for number in range(1, many + 1)} - LEVEL_3


def rows() -> list[tuple[str, str, str]]:
    """(number, what it asks, what holds it) of every row."""
    return ROW.findall((ROOT / "docs" / "asvs.md").read_text())


@cache
def functions(path: str) -> set[str]:
    found = ast.walk(ast.parse((ROOT / path).read_text())) if (ROOT / path).is_file() else ()
    return {node.name for node in found if isinstance(node, ast.FunctionDef)}


def test_every_requirement_of_levels_1_and_2_stands_there_once() -> None:
    numbers = Counter(number for number, _asks, _held in rows())
    assert [number for number, times in numbers.items() if times > 1] == []
    assert set(numbers) == WANTED
    assert len(WANTED) == 253


def test_every_row_names_a_test_or_a_reason() -> None:
    bare = [
        number
        for number, asks, held in rows()
        if not asks.strip() or not (NAMED.search(held) or re.match("—: .{6}", held))
    ]
    assert bare == []


def test_every_test_that_is_named_is_there() -> None:
    absent = [
        (number, path, name)
        for number, _asks, held in rows()
        for path, name in NAMED.findall(held)
        if name not in functions(path) or not name.startswith("test_")
    ]
    assert absent == []


def test_documents_that_are_named_are_there() -> None:
    named = {name for _number, _asks, held in rows() for name in re.findall(r"`([\w/.-]+\.md)`", held)}
    assert {name for name in named if not (ROOT / name).is_file()} == set()
