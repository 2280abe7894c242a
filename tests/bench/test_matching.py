"""The bench does not rot: one tiny race with our own contenders, and its judges catch what is wrong."""

import json
import sys
from dataclasses import replace

import numpy as np
import pytest

from tests.bench.matching import __main__ as bench
from tests.bench.matching import cases, changes, cohorts, gates, pairs, reasons, records, report
from tests.bench.matching.judge import LEVELS, judge
from tests.bench.matching.peers import first_come, greedy, lsa, parts
from tests.bench.matching.race import Lap, Race
from tests.bench.processes import ROOT, Failed, TooLong, Worker

DATA = ROOT / "tests" / "data" / "matching"


def shared(name):
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def drawn():
    return cohorts.draw(cohorts.Shape(120, disciplines=4, near=2), 3)


@pytest.mark.real_clock
def test_a_tiny_race_is_run_judged_and_written(tmp_path, capsys, monkeypatch):
    page = tmp_path / "benchmarks.md"
    arguments = ["--tiny", "--no-peers", "--rounds", "1", "--cache", str(tmp_path), "--write", "--document", str(page)]
    assert bench.main(arguments) == 0, capsys.readouterr().out
    (record,) = records.load(cases.tiny(), ["lsa", "engine"], tmp_path)
    assert records.load(cases.tiny(), ["lsa", "lapjv"], tmp_path) == []
    laps = {lap["module"]: lap for lap in record["laps"]}
    assert list(laps) == ["lsa", "engine_fast", "engine_core", "engine", "first_come", "greedy"]
    assert not [lap["failed"] for lap in laps.values() if lap["failed"]]
    assert all(lap["violations"] == 0 and lap["seconds"] > 0 and lap["memory"] > 10 for lap in laps.values())
    assert laps["lsa"]["ratio"] == 1
    assert laps["engine"]["vector"] <= min(lap["vector"] for lap in laps.values())
    assert record["reasons"]["tests"] > record["reasons"]["students"] > 0
    assert record["reasons"]["wrong"] == []
    assert record["changes"].get("wrong", []) == []
    text = page.read_text(encoding="utf-8")
    assert "| tiny | 1 | 1 |" in text
    assert "0 do not" in text
    monkeypatch.setattr(records, "source", lambda: "another engine")
    assert records.load(cases.tiny(), ["lsa", "engine"], tmp_path) == []


@pytest.mark.parametrize("name", ["faculty250", "university2500"])
def test_judge_counts_the_reference_of_a_shared_instance_as_its_file_does(name):
    content = shared(name)
    found = judge(content, np.array(content["reference"]))
    assert (list(found.vector), found.violations) == (content["optimum"], 0)


def test_judge_counts_every_broken_rule():
    content = shared("faculty250")
    chosen = np.zeros(250, dtype=np.int64)
    away = sum(
        content["mentees"][name][i] != content["mentors"][name][0] for name in ("disc", "campus") for i in range(250)
    )
    assert judge(content, chosen).violations > away > 250


def test_allowed_pairs_and_scores_are_what_the_judge_says_of_each_pair(drawn):
    found = list(pairs.components(drawn))
    score = np.zeros((len(drawn["mentees"]["disc"]), len(drawn["mentors"]["disc"])), dtype=np.int64)
    for part in found:
        score[np.ix_(part.mentees, part.mentors)] = part.score
    assert (score > 0).sum() > 500
    everyone = np.arange(score.shape[0])
    for i, j in np.random.default_rng(1).integers(0, score.shape, (400, 2)):
        one = np.where(everyone == i, j, -1)
        verdict = judge(drawn, one)
        assert (verdict.violations == 0) == (score[i, j] > 0), (i, j)
        if score[i, j]:
            prefers = [a for a in range(4) if drawn["mentees"]["pref_kind"][i][a] == 1]
            kept = sum(drawn["mentors"][drawn["attrs"][a]][j] == drawn["mentees"]["pref_value"][i][a] for a in prefers)
            assert score[i, j] == 1 + 50 * kept - verdict.vector[LEVELS.index("affinity")]


@pytest.mark.parametrize("peer", [lsa, first_come, greedy])
def test_own_contenders_keep_to_pairs_and_places(peer, drawn, tmp_path):
    found = list(pairs.components(drawn))
    pairs.save(found, tmp_path, 120)
    chosen = parts.each(peer.solve)(tmp_path)()
    verdict = judge(drawn, chosen)
    fewest = pairs.fewest_unmatched(found, 120)
    assert verdict.violations == 0
    assert fewest is not None
    assert fewest <= verdict.vector[0] <= 60
    assert verdict.vector[0] == fewest or peer is not lsa


def test_cohorts_are_the_same_for_a_seed_and_differ_between_seeds():
    shape = cohorts.Shape(60, disciplines=4)
    assert cohorts.draw(shape, 1) == cohorts.draw(shape, 1) != cohorts.draw(shape, 2)


def test_a_university_of_10_000_is_like_the_shared_one():
    content = cohorts.draw(cohorts.Shape(10_000), 1)
    found = list(pairs.components(content))
    assert 50 <= len(found) <= 70
    assert 600_000 <= sum(int((part.score > 0).sum()) for part in found) <= 950_000


def test_every_case_of_the_grid_has_its_own_name():
    names = [case.name for case in cases.grid()]
    assert len(set(names)) == len(names) > 45
    assert {case.name for case in cases.quick()} <= set(names)


def _finished(content):
    """An allocation at the bound, by the yardstick, and a student whom it leaves out."""
    found = list(pairs.components(content))
    chosen = np.full(len(content["mentees"]["disc"]), -1)
    for part in found:
        columns = lsa.solve(part)
        placed = columns >= 0
        chosen[part.mentees[placed]] = part.mentors[columns[placed]]
    return chosen, int(np.flatnonzero(chosen < 0)[0])


def test_untrue_reasons_are_found(drawn):
    chosen, student = _finished(drawn)
    others = [{"mentee": int(i), "blocking": [], "kind": "no-mentor"} for i in np.flatnonzero(chosen < 0)]
    claim = {"mentee": student, "blocking": [["campus", "discipline", "other-rule", "mode"]], "kind": "rules"}
    wrong = reasons.tried(drawn, chosen, [claim, *others[1:]]).wrong
    assert any(f"mentee {student} needs less than" in line for line in wrong)
    assert any("after all" in line for line in wrong)
    assert any("reasons for" in line for line in reasons.tried(drawn, chosen, [claim]).wrong)


def test_faulty_changes_are_found(drawn):
    chosen, _ = _finished(drawn)
    cohort = reasons.Cohort(drawn, chosen)
    who = int(np.flatnonzero(chosen >= 0)[0])
    kept = {"kind": "swap", "who": who, "seconds": 0.01, "after": [(who, int(chosen[who]))], "moved": []}
    assert any("keeps the mentor" in fault for fault in changes.faults(drawn, cohort, kept))
    refused = int(np.flatnonzero(~cohort.allowed[who])[0])
    assert any("hard rule" in f for f in changes.faults(drawn, cohort, {**kept, "after": [(who, refused)]}))
    assert any("answered about" in f for f in changes.faults(drawn, cohort, {**kept, "after": []}))
    out = {**kept, "after": [(who, -1)], "moved": [(who + 1, -1)]}
    assert any("loses their place" in fault for fault in changes.faults(drawn, cohort, out))
    with_room = next(int(i) for i in np.flatnonzero(chosen >= 0) if (cohort.allowed[i] & cohort.free).sum() > 1)
    left = {**kept, "who": with_room, "after": [(with_room, -1)]}
    assert any("place that there is" in fault for fault in changes.faults(drawn, cohort, left))
    free = next(j for j in np.flatnonzero(cohort.allowed[with_room] & cohort.free) if j != chosen[with_room])
    gentle = {**left, "after": [(with_room, int(free))]}
    assert not changes.faults(drawn, cohort, gentle)
    other = int(np.flatnonzero((chosen >= 0) & (np.arange(120) != with_room))[0])
    harsh = {**gentle, "moved": [(other, int(chosen[other]))]}
    assert any("although a free place" in fault for fault in changes.faults(drawn, cohort, harsh))


def test_gates_fail_where_a_promise_is_broken(drawn, monkeypatch):
    case = cases.tiny()
    chosen, _ = _finished(drawn)
    verdict = judge(drawn, chosen)
    says = {"vector": list(verdict.vector), "bounds": list(verdict.vector), "components": 4, "certificate": True}
    laps = [Lap(module, module, processor=[seconds]) for module, seconds in (("lsa", 1.0), ("engine", 4.0))]
    known = {"fewest_unmatched": verdict.vector[0], "components": 4}
    monkeypatch.setattr(gates, "ceilings", lambda: {"tiny": {"engine": 4.0}})
    good = Race(laps, {"engine": chosen}, {**says, "hash": "a", "shuffled": "a"})
    verdicts = {"engine": verdict}
    assert not [gate for gate in gates.of(case, good, verdicts, known) if gate.ok is False]

    def failing(race=good, verdicts=verdicts, known=known):
        return [gate.name for gate in gates.of(case, race, verdicts, known) if gate.ok is False]

    assert failing(replace(good, engine={**good.engine, "shuffled": "b"})) == ["shuffled people, same pairs"]
    assert failing(replace(good, engine={**good.engine, "certificate": False})) == ["the certificate verifies"]
    assert failing(known={**known, "fewest_unmatched": 0}) == ["unmatched is at its bound"]
    assert failing(known={**known, "components": 5}) == ["the same components"]
    assert "no hard rule is broken" in failing(verdicts={"engine": replace(verdict, violations=1)})
    better = replace(verdict, vector=(0, *verdict.vector[1:]))
    assert failing(verdicts={**verdicts, "greedy": better}) == ["nobody is below the bound"]
    slow = [laps[0], Lap("engine", "engine", processor=[5.0])]
    assert failing(replace(good, laps=slow)) == ["engine within its ceiling"]
    asked = {"reasons": {"wrong": ["mentee 1"]}, "changes": {"offered": True, "wrong": []}}
    assert [gate.ok for gate in gates.of_questions(asked)] == [False, True]
    assert failing(replace(good, laps=[Lap("lsa", "lsa", processor=[1.0])])) == []
    assert failing(replace(good, engine={"failed": "too long"})) == ["the engine finishes"]


@pytest.mark.real_clock
def test_a_contender_that_overruns_or_ends_is_out():
    worker = Worker([sys.executable, "-c", "import time; time.sleep(60)"])
    with pytest.raises(TooLong):
        worker.ask(0.1)
    with pytest.raises(Failed, match="no such thing"):
        Worker([sys.executable, "-c", "raise SystemExit('no such thing')"]).ask(30)


def test_growth_is_the_slope_on_two_logarithmic_scales():
    assert report.exponent([(1, 3.0), (2, 12.0), (4, 48.0)]) == pytest.approx(2)


def test_a_slow_run_raises_no_ceiling_and_a_partial_one_drops_none(monkeypatch):
    monkeypatch.setattr(gates, "ceilings", lambda: {"tiny": {"engine": 4.0, "engine_core": 3.0}})
    after = gates.lowered({"tiny": {"engine": [2.0, 5.0]}, "new": {"engine": [1.0, 2.0]}})
    assert after == {"tiny": {"engine": 4.0, "engine_core": 3.0}, "new": {"engine": 3.0}}
    assert gates.lowered({"tiny": {"engine": [2.0]}})["tiny"] == {"engine": 3.0, "engine_core": 3.0}
