"""The environment is made once, from the locks, with nothing but Python."""

import ast
import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mentoring import bootstrap

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def outside(monkeypatch):
    """As if pytest ran on the system's Python, in no virtual environment."""
    monkeypatch.setattr(sys, "prefix", sys.base_prefix)
    monkeypatch.delenv("MENTORING_NO_VENV", raising=False)


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A copy with locks, and the commands that bootstrap would have run instead of running them."""
    for name in ("requirements.txt", "requirements-dev.txt", bootstrap.UV_LOCK):
        (tmp_path / name).write_text(f"made-up-{name}==1.0\n")
    commands = []

    def run(command, *, quiet=True):
        commands.append([str(part) for part in command])
        if "venv" in command:
            python = bootstrap.environment_python(tmp_path)
            python.parent.mkdir(parents=True)
            python.symlink_to(sys.executable)

    monkeypatch.setattr(bootstrap, "run", run)
    return tmp_path, commands


def imported_by(path):
    for node in ast.walk(ast.parse(path.read_text(), feature_version=(3, 8))):
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").split(".")[0]


def test_bootstrap_needs_nothing_but_python_and_is_readable_to_an_old_one():
    assert set(imported_by(ROOT / "mentoring" / "bootstrap.py")) <= sys.stdlib_module_names
    first = (ROOT / "manage.py").read_text().split("def main")[0]
    assert {node.names[0].name for node in ast.walk(ast.parse(first)) if isinstance(node, ast.Import)} == {
        "os",
        "runpy",
        "sys",
    }


def test_a_first_start_makes_the_environment_and_installs_both_locks(house):
    root, commands = house
    bootstrap.prepare(root, bootstrap.LOCKS["test"])
    assert commands[0][1:3] == ["-m", "venv"]
    assert commands[1][-1].endswith(bootstrap.UV_LOCK)
    assert [command[-1] for command in commands[2:]] == [
        str(root / "requirements.txt"),
        str(root / "requirements-dev.txt"),
    ]
    for command in commands[1:]:
        assert "--require-hashes" in command
        assert command[command.index("--only-binary") + 1] == ":all:"


def test_a_second_start_does_nothing(house):
    root, commands = house
    bootstrap.prepare(root, bootstrap.LOCKS["up"])
    commands.clear()
    bootstrap.prepare(root, bootstrap.LOCKS["up"])
    assert commands == []


def test_the_product_does_not_install_what_only_the_tests_need(house):
    root, commands = house
    bootstrap.prepare(root, bootstrap.LOCKS["up"])
    assert not [command for command in commands if command[-1].endswith("requirements-dev.txt")]
    bootstrap.prepare(root, bootstrap.LOCKS["test"])
    assert commands[-1][-1].endswith("requirements-dev.txt")
    commands.clear()
    bootstrap.prepare(root, bootstrap.LOCKS["up"])
    assert commands == []


def test_a_changed_lock_is_installed_into_the_same_environment(house):
    root, commands = house
    bootstrap.prepare(root, bootstrap.LOCKS["up"])
    commands.clear()
    (root / "requirements.txt").write_text("made-up==2.0\n")
    bootstrap.prepare(root, bootstrap.LOCKS["up"])
    assert commands
    assert not [command for command in commands if "venv" in command]


def test_an_installation_that_broke_off_is_taken_up_again(house, monkeypatch):
    root, commands = house

    def fail(*arguments):
        raise bootstrap.CannotStart("no network")

    with monkeypatch.context() as broken:
        broken.setattr(bootstrap, "install", fail)
        with pytest.raises(bootstrap.CannotStart):
            bootstrap.prepare(root, bootstrap.LOCKS["up"])
    assert bootstrap.read_stamp(root) == {}
    commands.clear()
    bootstrap.prepare(root, bootstrap.LOCKS["up"])
    assert commands[-1][-1].endswith("requirements.txt")


def test_pip_does_the_work_when_uv_cannot(house, monkeypatch):
    root, commands = house
    told = []

    def run(command, *, quiet=True):
        told.append([str(part) for part in command])
        if command[0].endswith("uv"):
            raise subprocess.CalledProcessError(1, command)

    monkeypatch.setattr(bootstrap, "run", run)
    bootstrap.install(root, "requirements.txt", root / ".venv" / "bin" / "uv")
    assert [command[1:3] for command in told] == [["pip", "install"], ["-m", "pip"]]
    assert "--require-hashes" in told[1]


def test_an_environment_without_venv_support_gets_the_line_to_type(house, monkeypatch):
    root, _ = house

    def run(command, *, quiet=True):
        raise subprocess.CalledProcessError(1, command)

    monkeypatch.setattr(bootstrap, "run", run)
    with pytest.raises(bootstrap.CannotStart, match="apt-get install python3 python3-venv"):
        bootstrap.prepare(root, bootstrap.LOCKS["up"])


def test_two_first_starts_wait_for_each_other(tmp_path):
    other = os.open(tmp_path, os.O_RDONLY)
    try:
        with bootstrap.only_one(tmp_path), pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    finally:
        os.close(other)


def test_a_stamp_that_cannot_be_read_counts_as_none(tmp_path):
    (tmp_path / ".venv").mkdir()
    bootstrap.stamp_path(tmp_path).write_text("{broken")
    assert bootstrap.read_stamp(tmp_path) == {}
    bootstrap.stamp_path(tmp_path).write_text(json.dumps(["a", "list"]))
    assert bootstrap.read_stamp(tmp_path) == {}


@pytest.mark.parametrize("running", [(3, 9), (3, 10), (3, 14)])
def test_a_wrong_python_looks_for_a_right_one(monkeypatch, running):
    monkeypatch.setattr(sys, "version_info", (*running, 0))
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: f"/opt/{name}")
    monkeypatch.setattr(bootstrap, "version_of", lambda path: (3, 12) if path == "/opt/python3.12" else None)
    assert bootstrap.find_python() == "/opt/python3.12"
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: None)
    with pytest.raises(bootstrap.CannotStart, match=r"3\.11, 3\.12 or 3\.13 is needed.*\n.*apt-get"):
        bootstrap.find_python()


def test_the_version_of_what_is_no_python_is_unknown(tmp_path):
    assert bootstrap.version_of(sys.executable) == sys.version_info[:2]
    assert bootstrap.version_of(str(tmp_path / "missing")) is None


def test_inside_an_environment_or_a_container_nothing_is_made(monkeypatch):
    monkeypatch.setattr(bootstrap, "prepare", pytest.fail)
    monkeypatch.setattr(os, "execv", pytest.fail)
    assert sys.prefix != sys.base_prefix or os.environ.get("MENTORING_NO_VENV")
    bootstrap.enter(["manage.py", "up"])
    monkeypatch.setattr(sys, "prefix", sys.base_prefix)
    monkeypatch.setenv("MENTORING_NO_VENV", "1")
    bootstrap.enter(["manage.py", "up"])


def test_outside_up_goes_on_inside(outside, monkeypatch):
    went = []
    monkeypatch.setattr(bootstrap, "prepare", lambda root, locks: went.append(locks))
    monkeypatch.setattr(os, "execv", lambda python, argv: went.append(argv[1:]))
    bootstrap.enter(["manage.py", "up", "--port", "9"])
    assert went == [("requirements.txt",), ["manage.py", "up", "--port", "9"]]


def test_other_commands_make_nothing_and_say_what_to_run(outside, monkeypatch, tmp_path):
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    with pytest.raises(SystemExit, match=r"manage\.py up"):
        bootstrap.enter(["manage.py", "migrate"])
    assert list(tmp_path.iterdir()) == []
