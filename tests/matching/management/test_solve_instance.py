"""The command that solves instance files: what it prints, judged over the file, and how it refuses."""

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from mentoring.matching.engine.instance import LEVELS
from tests.bench.matching import judge

ROOT = Path(__file__).parents[3]
DATA = ROOT / "tests" / "data" / "matching"


def read(name):
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def solved(file, **options):
    out = StringIO()
    call_command("solve_instance", file, stdout=out, **options)
    return json.loads(out.getvalue())


def written(tmp_path, content):
    file = tmp_path / "instance.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return file


def test_allocation_is_a_list_of_mentor_indexes_and_optimal():
    content = read("faculty250.json")
    found = judge.judge(content, np.array(solved(DATA / "faculty250.json")))
    assert (list(found.vector), found.violations) == (content["optimum"], 0)


def test_bundle_gives_a_list_of_allocations_and_each_is_optimal():
    bundle = read("tiny200.json")
    report = solved(DATA / "tiny200.json", report=True)
    assert len(report["allocation"]) == len(bundle["instances"]) == 200
    for number, content in enumerate(bundle["instances"]):
        found = judge.judge({**content, "spec": bundle["spec"]}, np.array(report["allocation"][number]))
        assert (list(found.vector), found.violations) == (content["optimum"], 0), number
        assert report["vector"][number] == report["bounds"][number] == content["optimum"], number
        assert report["proof"][number]["proven"], number
    assert report["seconds"] > 0


def test_report_holds_the_allocation_its_vector_the_bounds_and_the_proof():
    content = read("faculty250.json")
    report = solved(DATA / "faculty250.json", report=True)
    assert set(report) == {"allocation", "levels", "vector", "bounds", "proof", "seconds"}
    assert report["levels"] == list(LEVELS) == list(judge.LEVELS)
    assert report["allocation"] == solved(DATA / "faculty250.json")
    assert report["vector"] == report["bounds"] == content["optimum"]
    assert report["proof"]["proven"]
    assert report["proof"]["proven_components"] == report["proof"]["components"] > 1
    assert report["seconds"] > 0


def _without(content, *path):
    *above, last = path
    inner = content
    for name in above:
        inner = inner[name]
    del inner[last]
    return content


def _with(content, value, *path):
    *above, last = path
    inner = content
    for name in above:
        inner = inner[name]
    inner[last] = value
    return content


FAULTY = {
    "not JSON": (lambda c: "{", "not JSON"),
    "nested without end": (lambda c: "[" * 100_000, "not JSON"),
    "a list": (lambda c: [1, 2], "not an object"),
    "no mentors": (lambda c: _without(c, "mentors"), "'mentors' is missing"),
    "no places": (lambda c: _without(c, "mentors", "cap"), "'cap' is missing"),
    "no weights": (lambda c: _without(c, "spec", "affinity_weights", "lang"), "'lang' is missing"),
    "a switch missing": (lambda c: _without(c, "campus_hard"), "'campus_hard' is missing"),
    "a short column": (lambda c: _without(c, "mentees", "gender", 0), "250 entries in 'disc' but 249 in 'gender'"),
    "three wishes": (lambda c: _without(c, "mentees", "pref_kind", 0, 0), "3 numbers in place of 4"),
    "words for numbers": (lambda c: _with(c, "many", "mentors", "cap", 0), "'cap' holds 'many'"),
    "a fraction": (lambda c: _with(c, 1.5, "mentors", "interests", 0), "'interests' holds '1.5'"),
    "places below nothing": (lambda c: _with(c, -1, "mentors", "cap", 0), "'cap' holds '-1'"),
    "places without end": (lambda c: _with(c, 10**30, "mentors", "cap", 0), "'cap' holds '1000"),
    "a weight that is a word": (lambda c: _with(c, "6", "spec", "affinity_weights", "lang"), "'affinity_weights'"),
    "columns of another kind": (lambda c: _with(c, 5, "mentees", "disc"), "not in the expected form"),
    "a block of nobody": (lambda c: _with(c, [[250, 0]], "block"), r"\[250, 0\] names nobody"),
    "a near pair of three": (lambda c: _with(c, [[0, 1, 2]], "near"), "not in the expected form"),
    "a bundle without a list": (lambda c: {"spec": c["spec"], "instances": 3}, "needs a list"),
    "one of a bundle": (lambda c: {"spec": c["spec"], "instances": [c, {}]}, "Instance 1: .*'mentees' is missing"),
}


@pytest.mark.parametrize("fault", FAULTY)
def test_faulty_file_is_refused_in_one_line(tmp_path, fault):
    spoil, message = FAULTY[fault]
    file = written(tmp_path, spoil(read("faculty250.json")))
    with pytest.raises(CommandError, match=message) as refusal:
        solved(file)
    assert "\n" not in str(refusal.value)


def test_missing_file_ends_with_one_line_and_status_1(tmp_path):
    command = [sys.executable, "manage.py", "solve_instance", str(tmp_path / "nowhere.json")]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr.splitlines() == ["CommandError: The file cannot be read: No such file or directory."]


def test_nobody_at_all_is_an_empty_allocation(tmp_path):
    content = read("faculty250.json")
    for side in ("mentees", "mentors"):
        content[side] = {name: [] for name in content[side]}
    assert solved(written(tmp_path, {**content, "block": []})) == []
