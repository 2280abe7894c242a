"""The shape of the house: the top level, names, budgets."""

import ast
import re
import statistics
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOP_LEVEL = {
    *("manage.py", "mentoring", "schemes", "accounts", "templates", "static", "tests"),
    *("requirements.txt", "requirements-dev.txt", "requirements-bootstrap.txt", "docker-compose.yml"),
    *("README.md", "pyproject.toml", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "SECURITY.md"),
    *("Dockerfile", "docs", "locale"),
}
PACKAGES = ("accounts", "schemes", "mentoring")
LONGEST_FILE, LONGEST_FUNCTION = 400, 60
MEDIAN_FUNCTION, LONG_FUNCTION = 10, 40


def committed() -> list[Path]:
    """The files of the project: those in git, or all if this copy has no history."""
    answer = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    if answer.returncode == 0:
        return [Path(name) for name in answer.stdout.splitlines() if (ROOT / name).is_file()]
    skipped = {".venv", "var", "staticfiles"}
    everything = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
    return [path for path in everything if path.parts[0] not in skipped and "__pycache__" not in path.parts]


FILES = committed()
SOURCES = [
    path for path in FILES if path.suffix == ".py" and path.parts[0] in PACKAGES and "migrations" not in path.parts
]


def functions(path: Path) -> list[tuple[str, int]]:
    """Name and length in lines of every function in a file."""
    tree = ast.parse((ROOT / path).read_text())
    found = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [(node.name, (node.end_lineno or node.lineno) - node.lineno + 1) for node in found]


def lines(path: Path) -> int:
    return (ROOT / path).read_text().count("\n")


def test_the_top_level_is_the_one_that_was_agreed():
    found = {path.parts[0] for path in FILES}
    unexpected = {name for name in found if not name.startswith(".")} - TOP_LEVEL
    assert not unexpected
    assert {name for name in found if name.startswith(".")} <= {".ci", ".gitignore", ".dockerignore"}
    assert {"manage.py", "README.md", "LICENSE", ".ci"} <= found


@pytest.mark.parametrize("path", SOURCES, ids=str)
def test_files_and_functions_stay_within_their_budgets(path):
    assert lines(path) <= LONGEST_FILE
    assert not [(name, length) for name, length in functions(path) if length > LONGEST_FUNCTION]


def test_functions_are_short_on_the_whole():
    lengths = sorted(length for path in SOURCES for _, length in functions(path))
    assert statistics.median(lengths) <= MEDIAN_FUNCTION
    assert lengths[int(len(lengths) * 0.95)] <= LONG_FUNCTION


def test_no_file_is_a_drawer_for_odds_and_ends():
    drawers = {"utils", "util", "common", "helpers", "misc", "signals"}
    own = [path for path in FILES if "vendor" not in path.parts]
    assert not [path for path in own if drawers & {path.stem, *path.parent.parts}]


def test_nothing_committed_names_a_place_of_one_machine():
    place = re.compile(r"(?<![\w.])/(?:work/|farm/|root/|home/\w+/|Users/\w+/|tmp/[a-z])")
    text = {".py", ".md", ".toml", ".txt", ".yml", ".html", ".scss", ".js", ".po", ""}
    named = [
        f"{path}: {found[0]}"
        for path in FILES
        if path.suffix in text and path.name != "LICENSE"
        for found in place.finditer((ROOT / path).read_text())
    ]
    assert not named


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt", "requirements-bootstrap.txt"])
def test_locks_pin_every_package_by_hash_and_name_no_index(lock):
    content = (ROOT / lock).read_text()
    entries = content.replace("\\\n", "").strip().splitlines()
    assert entries
    for entry in entries:
        assert "==" in entry.split(";")[0]
        assert "--hash=sha256:" in entry
    assert "://" not in content
    assert "--index" not in content
    assert "--find-links" not in content


def test_the_development_lock_agrees_with_the_product_lock():
    def pins(name: str) -> set[str]:
        content = (ROOT / name).read_text()
        return {line.split(" ;")[0].rstrip(" \\") for line in content.splitlines() if "==" in line.split(";")[0]}

    assert pins("requirements.txt") <= pins("requirements-dev.txt")
