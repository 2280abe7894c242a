from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.services import NotAllowed, WrongState
from mentoring.lib.jobs import MAX_TRIES, JobState
from mentoring.matching import engine, tasks
from mentoring.matching.models import Run
from mentoring.matching.rules import Pseudonyms
from mentoring.matching.selectors import gather
from mentoring.matching.services import (
    cancel_run,
    discard_run,
    keep_pairs,
    solve_run,
    start_run,
    sweep_runs,
    work_out_again,
)
from mentoring.matching.states import RunState
from tests.matching.conftest import add_mentee, solved


def pairs_of(run: Run) -> dict[str, str | None]:
    return {
        p.mentee.user.given_name: p.mentor.user.given_name if p.mentor else None
        for p in run.proposals.select_related("mentee__user", "mentor__user")
    }


def test_a_draft_keeps_to_the_hard_rules_and_remembers_how_it_came_about(draft, trained):
    pairs = pairs_of(draft)
    together = {pairs["Aisha"], pairs["Ben"], pairs["Chidi"]}
    assert len(together) == 1  # a group of three, not one and two
    assert together < {"Priya", "Una"}
    assert pairs["Omar"] == "Zane"
    problem = gather(trained.cohort, seed=draft.seed, unit=trained.university)
    pseudonymous = Pseudonyms(draft.salt).problem(problem)
    drafted = {str(p.mentee_id): str(p.mentor_id) for p in draft.proposals.exclude(mentor=None)}
    assert engine.violations(problem, drafted) == []
    assert draft.digest == engine.digest(pseudonymous)
    assert draft.vector[0] == 0
    assert draft.is_proven
    assert "scipy" in draft.engine_version
    assert draft.job_state == JobState.DONE
    assert AuditEntry.objects.filter(verb="run started", object_id=str(draft.pk)).exists()


def test_a_run_reaches_no_further_than_its_unit(trained, now):
    run = solved(trained, by="sam", unit="health", now=now)
    assert set(pairs_of(run)) == {"Aisha", "Ben", "Chidi"}


def test_untrained_mentors_are_not_matchable(northfield, now):
    run = solved(northfield, by="sam", unit="health", now=now)
    assert set(pairs_of(run).values()) == {None}
    assert {p.reasons["kind"] for p in run.proposals.all()} == {"no-mentor"}


def test_only_who_may_draft_there_starts_a_run(trained, now):
    for name in ("carys", "mallory", "priya", "una", "dana"):
        with pytest.raises(NotAllowed):
            start_run(cohort=trained.cohort, unit=trained.health, by=trained.people[name], now=now)
    assert start_run(cohort=trained.cohort, unit=trained.health, by=trained.tom, now=now).pk


def test_a_second_run_of_the_same_unit_waits(trained, now):
    start_run(cohort=trained.cohort, unit=trained.health, by=trained.sam, now=now)
    with pytest.raises(WrongState):
        start_run(cohort=trained.cohort, unit=trained.health, by=trained.tom, now=now)


def test_working_out_again_keeps_what_is_kept(draft, trained, now):
    aisha = trained.participant("aisha")
    mentor = draft.proposals.get(mentee=aisha).mentor_id
    keep_pairs(run=draft, mentee_ids=[aisha.pk], is_kept=True, by=trained.dr_lee, now=now)
    add_mentee(trained, "Dewi", trained.sociology)
    work_out_again(run=draft, by=trained.dr_lee, now=now)
    tasks.sweep()
    tasks.sweep()
    draft.refresh_from_db()
    assert draft.state == RunState.DRAFT
    kept = draft.proposals.get(mentee=aisha)
    assert (kept.mentor_id, kept.is_locked) == (mentor, True)
    assert pairs_of(draft)["Dewi"] is not None
    assert draft.proposals.count() == 5


def test_the_same_input_gives_the_same_pairs_again(draft, trained, now):
    before, digest = pairs_of(draft), draft.digest
    work_out_again(run=draft, by=trained.dr_lee, now=now)
    solve_run(draft.pk, timezone.now)
    draft.refresh_from_db()
    assert (pairs_of(draft), draft.digest) == (before, digest)


def test_a_task_that_runs_twice_changes_nothing(draft, now):
    before = list(draft.proposals.values_list("pk", "mentor"))
    tasks.solve(draft.pk)
    assert list(draft.proposals.values_list("pk", "mentor")) == before


def test_a_cancelled_first_run_is_put_aside(trained, now):
    run = start_run(cohort=trained.cohort, unit=trained.health, by=trained.sam, now=now)
    cancel_run(run=run, by=trained.sam, now=now)
    run.refresh_from_db()
    assert (run.state, run.job_state) == (RunState.DISCARDED, JobState.CANCELLED)
    assert sweep_runs(timezone.now) == 0


def test_cancelling_in_the_middle_stops_the_engine_and_brings_the_old_draft_back(draft, trained, now, monkeypatch):
    before = pairs_of(draft)
    work_out_again(run=draft, by=trained.dr_lee, now=now)
    real = engine.solve

    def cancelled_meanwhile(problem, **kwargs):
        Run.objects.filter(pk=draft.pk).update(cancel_asked=True)
        return real(problem, **kwargs)

    monkeypatch.setattr(engine, "solve", cancelled_meanwhile)
    solve_run(draft.pk, timezone.now)
    draft.refresh_from_db()
    assert (draft.state, draft.job_state) == (RunState.DRAFT, JobState.CANCELLED)
    assert pairs_of(draft) == before


def test_a_run_that_stumbles_is_tried_again_and_in_the_end_fails_visibly(trained, now, monkeypatch, clock):
    run = start_run(cohort=trained.cohort, unit=trained.health, by=trained.sam, now=now)

    def stumble(problem, **kwargs):
        raise RuntimeError("no")

    monkeypatch.setattr(engine, "solve", stumble)
    for _try in range(MAX_TRIES + 1):
        sweep_runs(timezone.now)
        clock.shift(timedelta(seconds=15))
    run.refresh_from_db()
    assert (run.job_state, run.state, run.tries) == (JobState.FAILED, RunState.SOLVING, MAX_TRIES)
    monkeypatch.undo()
    work_out_again(run=run, by=trained.sam, now=timezone.now())
    sweep_runs(timezone.now)
    run.refresh_from_db()
    assert run.state == RunState.DRAFT


def test_a_worker_that_lost_its_lease_does_not_overwrite(trained, now, monkeypatch):
    run = start_run(cohort=trained.cohort, unit=trained.health, by=trained.sam, now=now)
    real = engine.solve

    def slow(problem, **kwargs):
        Run.objects.filter(pk=run.pk).update(tries=2)  # another worker has claimed it meanwhile
        return real(problem, **kwargs)

    monkeypatch.setattr(engine, "solve", slow)
    solve_run(run.pk, timezone.now)
    run.refresh_from_db()
    assert run.state == RunState.SOLVING
    assert not run.proposals.exists()


def test_contradictory_locks_fail_visibly(draft, trained, now):
    zane = trained.participant("zane")
    proposal = draft.proposals.get(mentee=trained.participant("aisha"))
    draft.proposals.filter(pk=proposal.pk).update(mentor=zane, is_locked=True)  # by an older policy
    work_out_again(run=draft, by=trained.dr_lee, now=now)
    solve_run(draft.pk, timezone.now)
    draft.refresh_from_db()
    assert (draft.job_state, draft.failure, draft.state) == (JobState.FAILED, "lock", RunState.DRAFT)


def test_a_discarded_draft_stays_discarded(draft, trained, now):
    discard_run(run=draft, by=trained.dr_lee, now=now)
    with pytest.raises(WrongState):
        work_out_again(run=draft, by=trained.dr_lee, now=now)
