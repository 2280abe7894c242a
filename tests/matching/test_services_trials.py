"""Trials and what a run keeps: repeated a year later, cancelled, forgotten, and never a draft."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.services import NotAllowed, WrongState
from mentoring.lib.jobs import JobState
from mentoring.matching import engine, tasks
from mentoring.matching.models import Match, Run, RunInput, Trial
from mentoring.matching.selectors.costs import cost_page
from mentoring.matching.services import (
    cancel_run,
    cancel_trial,
    delete_trial,
    discard_run,
    forget_inputs,
    keep_pairs,
    kept_input,
    make_room,
    start_beside,
    start_run,
    start_trial,
    work_out_again,
    work_trial,
)
from mentoring.matching.services.solving import packed, unpacked
from mentoring.matching.states import RunState, TrialKind
from mentoring.participation.services.wishes import withdraw_wishes
from mentoring.protection.services.erasing import erase
from schemes.models import Cohort
from schemes.selectors import blueprint
from schemes.services import change_policy
from tests.matching.conftest import add_mentee, add_mentor, solved
from tests.matching.test_facts import tell


def tried(run: Run, kind: str, *, by, now, asked=None) -> Trial:
    trial = start_trial(run=run, kind=kind, asked=asked, by=by, now=now)
    tasks.try_out(trial.pk)
    trial.refresh_from_db()
    return trial


def pairs_of(run: Run) -> dict[int, int | None]:
    return dict(run.proposals.values_list("mentee", "mentor"))


def cohort_is_over(run: Run, days: int) -> None:
    last = timezone.localdate() - timedelta(days=days)
    Cohort.objects.filter(pk=run.cohort_id).update(starts_on=last - timedelta(days=300), ends_on=last)


# Repeating


def test_a_run_repeats_itself_a_year_later_without_names_or_answers(trained, now, clock):
    """Wishes are deleted and the link to people is cut by then; the same pairs come out all the same."""
    aisha = trained.participant("aisha")
    tell(aisha, now, own={}, wishes={"gender": {"kind": "prefer", "value": "canary"}}, exceptions=[])
    tell(trained.participant("una"), now, own={"gender": "canary"}, wishes={}, exceptions=[])
    run = solved(trained, by="sam", unit="health", now=now)
    clock.shift(timedelta(days=400))
    cohort_is_over(run, days=40)
    tasks.sweep()
    run.refresh_from_db()
    assert run.salt == ""
    assert not run.inputs.exclude(participant=None).exists()
    assert run.proposals.get(mentee=aisha).mentor == trained.participant("una")
    trial = tried(run, TrialKind.REPEAT, by=trained.sam, now=timezone.now())
    told = trial.answer
    assert (told["same_input"], told["same_pairs"], told["same_version"], told["pairs"]) == (True, True, True, 3)
    call_command("repeat_run", run.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT facts FROM matching_runinput")
        stored = str(cursor.fetchall())
    assert "gender" not in stored
    assert "canary" not in str(list(run.inputs.values_list("facts", flat=True)))


def test_input_that_is_not_complete_is_another_problem_and_says_so(draft, trained, now):
    draft.inputs.filter(participant=trained.participant("chidi")).delete()
    trial = tried(draft, TrialKind.REPEAT, by=trained.dr_lee, now=now)
    assert (trial.job_state, trial.answer["same_input"]) == (JobState.DONE, False)
    with pytest.raises(CommandError, match="did not repeat"):
        call_command("repeat_run", draft.pk)


def test_without_input_nothing_is_repeated(draft, trained, now):
    draft.inputs.all().delete()
    trial = tried(draft, TrialKind.REPEAT, by=trained.dr_lee, now=now)
    assert (trial.job_state, trial.failure) == (JobState.FAILED, "gone")
    with pytest.raises(CommandError, match="not kept"):
        call_command("repeat_run", draft.pk)


def test_other_pairs_than_then_are_counted(draft, trained, now, monkeypatch):
    real = engine.solve

    def other(problem, **watching):
        found = real(problem, **watching)
        return replace(found, pairs=dict(list(found.pairs.items())[1:]))

    monkeypatch.setattr(engine, "solve", other)
    trial = tried(draft, TrialKind.REPEAT, by=trained.dr_lee, now=now)
    assert (trial.answer["same_pairs"], trial.answer["differing"]) == (False, 1)


def test_the_proof_is_kept_and_a_repetition_holds_it_against_every_pair(draft, trained, now):
    proof = unpacked(bytes(draft.certificate))
    assert len(proof) == draft.components
    assert packed(proof) is not None
    assert tried(draft, TrialKind.REPEAT, by=trained.dr_lee, now=now).answer["proof_holds"] is True
    draft.certificate = packed([replace(one, bound=tuple(value - 1 for value in one.bound)) for one in proof])
    draft.save()
    assert tried(draft, TrialKind.REPEAT, by=trained.dr_lee, now=now).answer["proof_holds"] is False
    assert packed(()) is None


def test_shuffled_attributes_change_nothing(trained, now):
    for name, value in (("aisha", "x"), ("ben", "y"), ("priya", "x"), ("una", "y")):
        tell(trained.participant(name), now, own={"gender": value, "religion": value}, wishes={}, exceptions=[])
    run = solved(trained, by="sam", unit="health", now=now)
    trial = tried(run, TrialKind.SHUFFLE, by=trained.sam, now=now)
    assert trial.answer == {"pairs": 3, "differing": 0, "people": 4}


# What may be kept


def test_who_takes_consent_back_is_in_no_input_any_more(trained, now, clock):
    aisha = trained.participant("aisha")
    tell(aisha, now, own={}, wishes={"gender": {"kind": "prefer", "value": "x"}}, exceptions=[])
    run = solved(trained, by="sam", unit="health", now=now)
    clock.shift(timedelta(days=1))
    withdraw_wishes(participant=aisha, by=trained.people["aisha"], now=timezone.now())
    tasks.sweep()
    assert not run.inputs.filter(participant=aisha).exists()
    assert run.inputs.count() == 4
    clock.shift(timedelta(minutes=1))
    again = solved(trained, by="sam", unit="health", now=timezone.now())
    forget_inputs(now=timezone.now())
    assert again.inputs.filter(participant=aisha).exists()  # asked for nothing by then
    assert AuditEntry.objects.filter(verb="run input deleted", object_id=str(run.pk)).exists()


def test_drafts_put_aside_and_old_cohorts_keep_no_input(draft, trained, now):
    discard_run(run=draft, by=trained.dr_lee, now=now)
    kept = solved(trained, by="sam", unit="health", now=now)
    assert forget_inputs(now=now) == 7
    assert not draft.inputs.exists()
    assert kept.inputs.count() == 5
    cohort_is_over(kept, days=731)
    forget_inputs(now=now)
    assert not RunInput.objects.exists()
    assert forget_inputs(now=now) == 0


def test_a_person_who_is_deleted_takes_their_row_along(draft, trained):
    chidi = trained.participant("chidi")
    assert draft.inputs.filter(participant=chidi).exists()
    pk = chidi.pk
    draft.proposals.filter(mentee=chidi).delete()
    chidi.delete()
    assert not RunInput.objects.filter(participant=pk).exists()


# What-ifs


def test_a_what_if_says_who_would_be_matched_and_touches_nothing(trained, now):
    for number in range(6):  # nine students of Sociology for eight places
        add_mentee(trained, f"Late{number}", trained.sociology)
    run = solved(trained, by="sam", unit="health", now=now)
    before = (pairs_of(run), Run.objects.values().get(pk=run.pk), Match.objects.count())
    asked = {"discipline": "sociology", "mentors": 1, "planned": 5}
    trial = tried(run, TrialKind.WHAT_IF, by=trained.sam, now=now, asked=asked)
    left = [mentee for mentee, mentor in pairs_of(run).items() if mentor is None]
    assert len(left) == 1
    assert trial.answer["matched"] == left
    assert trial.answer["pairs"] == [8, 9]
    assert (trial.answer["moved"], trial.answer["lost"]) == ([], [])
    assert trial.answer["after"] == {str(left[0]): 0}
    assert (pairs_of(run), Run.objects.values().get(pk=run.pk), Match.objects.count()) == before
    wider = tried(run, TrialKind.WHAT_IF, by=trained.sam, now=now, asked={"places": 1})
    assert wider.answer["matched"] == left
    assert wider.answer["after"][str(left[0])] in {trained.participant(n).pk for n in ("priya", "una")}
    nothing = tried(run, TrialKind.WHAT_IF, by=trained.sam, now=now, asked={"minimum": 1})
    assert (nothing.answer["matched"], nothing.answer["after"]) == ([], {})


def test_a_what_if_leaves_alone_what_is_kept_and_who_joined_later(draft, trained, now):
    aisha = draft.proposals.get(mentee=trained.participant("aisha"))
    keep_pairs(run=draft, mentee_ids=[aisha.mentee_id], is_kept=True, by=trained.dr_lee, now=now)
    late = add_mentee(trained, "Dewi", trained.sociology)
    trial = tried(draft, TrialKind.WHAT_IF, by=trained.dr_lee, now=now, asked={"minimum": 1})
    assert trial.job_state == JobState.DONE
    assert str(late.pk) not in trial.answer["after"]
    assert str(aisha.mentee_id) not in trial.answer["after"]


def test_only_who_drafts_there_asks_and_only_of_a_draft(draft, trained, now):
    for name in ("carys", "mallory", "priya", "dana"):
        with pytest.raises(NotAllowed):
            start_trial(run=draft, kind=TrialKind.WHAT_IF, by=trained.people[name], now=now)
    start_trial(run=draft, kind=TrialKind.WHAT_IF, by=trained.dr_lee, now=now)
    with pytest.raises(WrongState, match="already"):
        start_trial(run=draft, kind=TrialKind.WHAT_IF, by=trained.dr_lee, now=now)
    fresh = start_run(cohort=trained.cohort, unit=trained.health, by=trained.sam, now=now)
    with pytest.raises(WrongState, match="worked out"):
        start_trial(run=fresh, kind=TrialKind.REPEAT, by=trained.sam, now=now)


def test_a_trial_is_called_off_before_or_in_the_middle_and_leaves_no_answer(draft, trained, now, monkeypatch):
    waiting = start_trial(run=draft, kind=TrialKind.WHAT_IF, by=trained.dr_lee, now=now)
    cancel_trial(trial=waiting, by=trained.dr_lee, now=now)
    tasks.try_out(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.job_state, waiting.answer) == (JobState.CANCELLED, {})
    trial = start_trial(run=draft, kind=TrialKind.WHAT_IF, asked={"places": 1}, by=trained.dr_lee, now=now)
    real = engine.solve

    def meanwhile(problem, **watching):
        cancel_trial(trial=Trial.objects.get(pk=trial.pk), by=trained.dr_lee, now=now)
        return real(problem, **watching)

    monkeypatch.setattr(engine, "solve", meanwhile)
    tasks.try_out(trial.pk)
    trial.refresh_from_db()
    assert (trial.job_state, trial.answer) == (JobState.CANCELLED, {})
    with pytest.raises(WrongState):
        cancel_trial(trial=trial, by=trained.dr_lee, now=now)
    with pytest.raises(NotAllowed):
        delete_trial(trial=trial, by=trained.carys, now=now)
    delete_trial(trial=trial, by=trained.dr_lee, now=now)
    assert not Trial.objects.filter(pk=trial.pk).exists()


def test_a_trial_that_runs_twice_or_stumbles_is_one_trial(draft, trained, now, monkeypatch, clock):
    trial = start_trial(run=draft, kind=TrialKind.WHAT_IF, asked={"places": 1}, by=trained.dr_lee, now=now)

    def stumble(problem, **watching):
        raise RuntimeError("no")

    monkeypatch.setattr(engine, "solve", stumble)
    assert not work_trial(trial.pk, timezone.now)
    monkeypatch.undo()
    clock.shift(timedelta(seconds=15))
    tasks.sweep()
    trial.refresh_from_db()
    answer = trial.answer
    assert (trial.job_state, trial.tries) == (JobState.DONE, 2)
    tasks.try_out(trial.pk)
    tasks.sweep()
    trial.refresh_from_db()
    assert (trial.answer, trial.tries) == (answer, 2)


def test_trials_go_after_a_month_and_with_their_draft(draft, trained, now, clock):
    trial = tried(draft, TrialKind.WHAT_IF, by=trained.dr_lee, now=now, asked={"places": 1})
    clock.shift(timedelta(days=29))
    tasks.sweep()
    assert Trial.objects.filter(pk=trial.pk).exists()
    clock.shift(timedelta(days=2))
    tasks.sweep()
    assert not Trial.objects.exists()
    tried(draft, TrialKind.REPEAT, by=trained.dr_lee, now=timezone.now())
    discard_run(run=draft, by=trained.dr_lee, now=timezone.now())
    tasks.sweep()
    assert not Trial.objects.exists()


# Drafts beside one another


def test_a_draft_beside_another_starts_from_its_kept_pairs_and_its_lots(draft, trained, now):
    aisha = draft.proposals.get(mentee=trained.participant("aisha"))
    keep_pairs(run=draft, mentee_ids=[aisha.mentee_id], is_kept=True, by=trained.dr_lee, now=now)
    before = pairs_of(draft)
    other = start_beside(run=draft, why="with Dewi", by=trained.dr_lee, now=now)
    tasks.solve(other.pk)
    other.refresh_from_db()
    assert (other.state, other.why, other.based_on, other.seed) == (RunState.DRAFT, "with Dewi", draft, draft.seed)
    assert pairs_of(other) == before == pairs_of(draft)
    kept = other.proposals.get(is_locked=True)
    assert (kept.mentee_id, kept.mentor_id) == (aisha.mentee_id, aisha.mentor_id)
    with pytest.raises(NotAllowed):
        start_beside(run=draft, by=trained.carys, now=now)


def test_a_draft_beside_another_that_is_called_off_leaves_nothing(draft, trained, now, monkeypatch):
    """In the worker, after it was worked out and before it is kept: nothing half-written."""
    keep_pairs(
        run=draft, mentee_ids=draft.proposals.values_list("mentee", flat=True), is_kept=True, by=trained.dr_lee, now=now
    )
    other = start_beside(run=draft, by=trained.dr_lee, now=now)
    real = engine.explain_all_unmatched

    def meanwhile(problem, pairs):
        cancel_run(run=Run.objects.get(pk=other.pk), by=trained.dr_lee, now=now)
        return real(problem, pairs)

    monkeypatch.setattr(engine, "explain_all_unmatched", meanwhile)
    tasks.solve(other.pk)
    other.refresh_from_db()
    assert (other.state, other.job_state) == (RunState.DISCARDED, JobState.CANCELLED)
    assert not other.proposals.exists()
    assert not other.inputs.exists()
    assert (other.digest, other.vector) == ("", [])
    assert draft.proposals.count() == 4


def test_worked_out_again_the_input_is_the_new_one_and_moves_set_free_are_forgotten(draft, trained, now):
    first = kept_input(draft)[0]
    add_mentee(trained, "Dewi", trained.sociology)
    work_out_again(run=draft, by=trained.dr_lee, now=now)
    tasks.solve(draft.pk)
    draft.refresh_from_db()
    second = kept_input(draft)[0]
    assert len(second.mentees) == len(first.mentees) + 1
    assert engine.digest(second) == draft.digest != engine.digest(first)


# What an alternative costs


@pytest.fixture
def crowded(trained, now):
    """Two full groups in Sociology, one more mentor of it with room: somebody must move for somebody else."""
    for number in range(7):
        add_mentee(trained, f"Late{number}", trained.sociology)
    add_mentor(trained, "Wren", trained.sociology, now, places_offered=5)
    return solved(trained, by="sam", unit="health", now=now)


def test_an_alternative_happens_exactly_as_it_was_shown(crowded, trained, now):
    loads: dict[int, int] = {}
    for mentor in pairs_of(crowded).values():
        loads[mentor or 0] = loads.get(mentor or 0, 0) + 1
    fullest = max(loads, key=lambda key: (loads[key], key))
    type(trained.participant("una")).objects.filter(pk=fullest).update(places_offered=loads[fullest])
    proposal = crowded.proposals.exclude(mentor=fullest).first()
    page = cost_page(proposal, fullest)
    assert page is not None
    assert page.cost.possible
    assert page.others
    entries = AuditEntry.objects.filter(verb="student moved in draft").count()
    moved = make_room(proposal=proposal, mentor_id=fullest, seal=page.seal, by=trained.sam, now=now)
    after = pairs_of(crowded)
    assert after[proposal.mentee_id] == fullest
    assert {key: after[int(key)] and str(after[int(key)]) for key in page.cost.changes} == page.cost.changes
    assert list(after.values()).count(fullest) == loads[fullest]
    assert crowded.hand_moves.count() == len(moved) == len(page.others) + 1
    assert list(crowded.proposals.filter(is_locked=True).values_list("mentee", flat=True)) == [proposal.mentee_id]
    assert AuditEntry.objects.filter(verb="student moved in draft").count() == entries + len(moved)


def test_an_alternative_that_changed_meanwhile_is_refused(crowded, trained, now):
    proposal = crowded.proposals.exclude(mentor=None).first()
    mentor = next(m for m in pairs_of(crowded).values() if m not in (None, proposal.mentor_id))
    before = pairs_of(crowded)
    with pytest.raises(WrongState, match="changed since"):
        make_room(proposal=proposal, mentor_id=mentor, seal="0" * 16, by=trained.sam, now=now)
    with pytest.raises(WrongState, match="not available"):
        make_room(proposal=proposal, mentor_id=trained.participant("zane").pk, seal="", by=trained.sam, now=now)
    with pytest.raises(NotAllowed):
        make_room(proposal=proposal, mentor_id=mentor, seal="", by=trained.carys, now=now)
    assert pairs_of(crowded) == before


def test_erasing_a_student_takes_their_row_and_erasing_who_asked_keeps_the_run(trained, now):
    """A run is not about who asked for it; its input is about each person in it."""
    run = solved(trained, by="sam", unit="health", now=now)
    erase(person=trained.people["aisha"], by=None, now=now)
    assert run.inputs.count() == 4
    erase(person=trained.people["sam"], by=None, now=now)
    run.refresh_from_db()
    assert (run.salt, run.inputs.count()) == ("", 4)


@pytest.mark.parametrize("key", ["tutor-group", "departmental", "placement", "student-led"])
def test_runs_of_every_blueprint_repeat_themselves_and_can_be_asked(key, trained, now):
    changes = {knob: value for knob, value in blueprint(key)["policy"].items() if knob != "student_led"}
    change_policy(cohort=trained.cohort, changes=changes, by=trained.dr_lee, now=now)
    for number in range(6):
        add_mentee(trained, f"Student{number}", trained.sociology, tutor_group="AB"[number % 2])
        add_mentor(trained, f"Mentor{number}", trained.sociology, now, places_offered=4)
    run = solved(trained, by="dr_lee", unit="university", now=now)
    told = tried(run, TrialKind.REPEAT, by=trained.dr_lee, now=now).answer
    assert (told["same_input"], told["same_pairs"]) == (True, True)
    assert told["pairs"] >= 6
    asked = tried(run, TrialKind.WHAT_IF, by=trained.dr_lee, now=now, asked={"places": 1})
    assert asked.job_state == JobState.DONE
    assert asked.answer["lost"] == []
