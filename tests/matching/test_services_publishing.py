import threading
from datetime import timedelta

import pytest
from django.db import close_old_connections, connection
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.services import NotAllowed, WrongState
from mentoring.matching import tasks
from mentoring.matching.models import Match, Run
from mentoring.matching.selectors import my_matches
from mentoring.matching.selectors.wording import left_out_words
from mentoring.matching.services import (
    introduce_published,
    keep_pairs,
    move_mentee,
    publish_run,
    publishing,
    stop_taking_part,
    undo_move,
    unpublish_run,
)
from mentoring.matching.states import EndReason, MatchState, RunState
from mentoring.messaging.models import Message
from mentoring.participation.services import leave
from mentoring.training.models import TrainedElsewhere
from tests.factories import MatchFactory
from tests.matching.conftest import add_mentee, solved
from tests.matching.test_facts import tell


def later(now, minutes):
    return now + timedelta(minutes=minutes)


def letters(name: str) -> set[str]:
    return set(Message.objects.filter(letter=name).values_list("recipient__given_name", flat=True))


def test_published_pairs_are_told_after_the_undo_time_and_not_before(draft, trained, now):
    published = publish_run(run=draft, by=trained.dr_lee, now=now)
    assert (published.made, published.left_out) == (4, [])
    assert introduce_published(now=later(now, 14)) == 0
    assert Message.objects.count() == 0
    assert not my_matches(trained.aisha).exists()
    assert introduce_published(now=later(now, 15)) == 4
    assert letters("matching.hello") == {"Aisha", "Ben", "Chidi", "Omar"}
    assert len(letters("matching.meet")) == 2  # one letter a mentor, however many mentees
    assert my_matches(trained.aisha).get().state == MatchState.PROVISIONAL
    draft.refresh_from_db()
    assert draft.announced_at == later(now, 15)


def test_introducing_twice_tells_nobody_twice(draft, trained, now, clock):
    publish_run(run=draft, by=trained.dr_lee, now=now)
    clock.shift(timedelta(minutes=20))
    tasks.introduce()
    count = Message.objects.count()
    tasks.introduce()
    assert Message.objects.count() == count == 6


def test_publishing_can_be_undone_until_it_is_announced(draft, trained, now):
    publish_run(run=draft, by=trained.dr_lee, now=now)
    unpublish_run(run=draft, by=trained.dr_lee, now=later(now, 14))
    draft.refresh_from_db()
    assert draft.state == RunState.DRAFT
    assert set(Match.objects.values_list("end_reason", flat=True)) == {EndReason.UNDONE}
    assert introduce_published(now=later(now, 60)) == 0
    assert Message.objects.count() == 0
    assert publish_run(run=draft, by=trained.dr_lee, now=later(now, 70)).made == 4


def test_undoing_too_late_is_refused(draft, trained, now):
    publish_run(run=draft, by=trained.dr_lee, now=now)
    with pytest.raises(WrongState):
        unpublish_run(run=draft, by=trained.dr_lee, now=later(now, 15))
    assert Match.objects.live().count() == 4


def test_a_pair_that_no_longer_holds_is_left_out_and_named(draft, trained, now):
    leave(participant=trained.participant("aisha"), by=trained.aisha, now=now)
    TrainedElsewhere.objects.filter(participant=trained.participant("zane")).delete()
    MatchFactory(mentor=trained.participant("una"), mentee=trained.participant("ben"))
    published = publish_run(run=draft, by=trained.dr_lee, now=now)
    codes = {p.mentee.user.given_name: p.reasons["left_out"] for p in published.left_out}
    assert codes == {"Aisha": "left", "Ben": "matched", "Omar": "mentor"}
    assert published.made == 1


def test_a_wish_younger_than_the_draft_is_never_broken(draft, trained, now):
    tell(trained.participant("aisha"), now, own={}, wishes={"gender": {"kind": "must", "value": "f"}}, exceptions=[])
    published = publish_run(run=draft, by=trained.dr_lee, now=now)
    assert [(p.mentee.user.given_name, p.reasons["left_out"]) for p in published.left_out] == [("Aisha", "rule")]
    assert not Match.objects.filter(mentee=trained.participant("aisha")).exists()
    assert "gender" not in left_out_words("rule")


def test_every_match_published_and_undone_is_on_the_trail(draft, trained, now):
    publish_run(run=draft, by=trained.dr_lee, now=now)
    unpublish_run(run=draft, by=trained.dr_lee, now=later(now, 1))
    keys = {str(pk) for pk in Match.objects.values_list("pk", flat=True)}
    for verb in ("match proposed", "match ended"):
        entries = AuditEntry.objects.filter(verb=verb, actor=trained.dr_lee, object_type="matching.match")
        assert {entry.object_id for entry in entries} == keys


def test_a_mentor_filled_meanwhile_gets_nobody_more(draft, trained, now):
    mentor = draft.proposals.get(mentee=trained.participant("aisha")).mentor
    for number in range(3):
        MatchFactory(mentor=mentor, mentee=add_mentee(trained, f"Early{number}", trained.sociology))
    published = publish_run(run=draft, by=trained.dr_lee, now=now)
    assert [p.reasons["left_out"] for p in published.left_out] == ["full", "full"]
    assert Match.objects.live().filter(mentor=mentor).count() == 4


def test_who_leaves_between_publishing_and_introducing_hears_nothing(draft, trained, now):
    publish_run(run=draft, by=trained.dr_lee, now=now)
    stop_taking_part(participant=trained.participant("aisha"), by=trained.aisha, now=later(now, 5))
    introduce_published(now=later(now, 15))
    assert "Aisha" not in letters("matching.hello")
    assert letters("matching.mentee-stopped") == set()  # the mentor had not heard of them


def test_interns_draft_and_coordinators_publish_within_their_unit(draft, trained, now):
    for name in ("tom", "sam", "carys", "una", "mallory"):  # sam and carys: the run is wider than their unit
        with pytest.raises(NotAllowed):
            publish_run(run=draft, by=trained.people[name], now=now)
    own = solved(trained, by="tom", unit="health", now=now)
    with pytest.raises(NotAllowed):
        publish_run(run=own, by=trained.tom, now=now)
    assert publish_run(run=own, by=trained.sam, now=now).made == 3


def test_publishing_the_same_draft_twice_is_refused_kindly(draft, trained, now):
    same = Run.objects.get(pk=draft.pk)
    publish_run(run=draft, by=trained.dr_lee, now=now)
    with pytest.raises(WrongState):
        publish_run(run=same, by=trained.dr_lee, now=now)
    assert Match.objects.count() == 4


def test_two_drafts_of_the_same_students_make_no_second_match(draft, trained, now):
    other = solved(trained, by="sam", unit="health", now=now)
    publish_run(run=draft, by=trained.dr_lee, now=now)
    published = publish_run(run=other, by=trained.sam, now=now)
    assert published.made == 0
    assert {p.reasons["left_out"] for p in published.left_out} == {"matched"}


def at_the_same_time(*calls):
    """Run the calls in threads that start together; what each returned or raised."""
    barrier, outcomes = threading.Barrier(len(calls)), [None] * len(calls)

    def run(number, call):
        close_old_connections()
        barrier.wait()
        try:
            outcomes[number] = call()
        except Exception as error:
            outcomes[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.django_db(transaction=True)
def test_two_coordinators_publish_at_once_and_one_gets_a_clear_message(trained, now):
    first = solved(trained, by="dr_lee", unit="university", now=now)
    outcomes = at_the_same_time(
        lambda: publish_run(run=Run.objects.get(pk=first.pk), by=trained.dr_lee, now=now),
        lambda: publish_run(run=Run.objects.get(pk=first.pk), by=trained.dr_lee, now=now),
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Published", "WrongState"]
    assert Match.objects.live().count() == 4


@pytest.mark.django_db(transaction=True)
def test_two_drafts_published_at_once_give_nobody_two_mentors(trained, now):
    whole = solved(trained, by="dr_lee", unit="university", now=now)
    part = solved(trained, by="sam", unit="health", now=now)
    outcomes = at_the_same_time(
        lambda: publish_run(run=Run.objects.get(pk=whole.pk), by=trained.dr_lee, now=now),
        lambda: publish_run(run=Run.objects.get(pk=part.pk), by=trained.sam, now=now),
    )
    assert all(type(outcome).__name__ in {"Published", "WrongState"} for outcome in outcomes), outcomes
    mentees = list(Match.objects.live().values_list("mentee", flat=True))
    assert len(mentees) == len(set(mentees)) == 4


def test_a_move_is_checked_kept_and_undone(draft, trained, now):
    aisha = draft.proposals.get(mentee=trained.participant("aisha"))
    old = aisha.mentor_id
    other = next(trained.participant(n).pk for n in ("priya", "una") if trained.participant(n).pk != old)
    moved = move_mentee(proposal=aisha, mentor_id=other, was=old, by=trained.sam, now=now)
    assert (moved.mentor_id, moved.is_locked) == (other, True)
    move = draft.hand_moves.get()
    assert (move.moved_from_id, move.moved_to_id, move.was_locked) == (old, other, False)
    undone = undo_move(move=move, by=trained.sam, now=now)
    assert (undone.mentor_id, undone.is_locked) == (old, False)
    with pytest.raises(WrongState):
        undo_move(move=move, by=trained.sam, now=now)


def test_moves_are_taken_back_one_by_one_the_last_first(draft, trained, now):
    """Anybody who may move the student may take a move back, and the reasons come back with the place."""
    aisha = draft.proposals.get(mentee=trained.participant("aisha"))
    old, reasons = aisha.mentor_id, aisha.reasons
    other = next(trained.participant(n).pk for n in ("priya", "una") if trained.participant(n).pk != old)
    move_mentee(proposal=aisha, mentor_id=None, was=old, by=trained.sam, now=now)
    move_mentee(proposal=aisha, mentor_id=other, was=None, by=trained.sam, now=now + timedelta(minutes=1))
    last, first = draft.hand_moves.all()
    with pytest.raises(WrongState):
        undo_move(move=first, by=trained.dr_lee, now=now)
    with pytest.raises(NotAllowed):
        undo_move(move=last, by=trained.carys, now=now)
    undo_move(move=last, by=trained.dr_lee, now=now)
    aisha.refresh_from_db()
    assert (aisha.mentor_id, aisha.is_locked, aisha.reasons) == (None, True, {"kind": "left-out"})
    undo_move(move=first, by=trained.sam, now=now)
    aisha.refresh_from_db()
    assert (aisha.mentor_id, aisha.is_locked, aisha.reasons) == (old, False, reasons)
    assert not draft.hand_moves.exists()


def test_a_move_across_disciplines_is_refused(draft, trained, now):
    aisha = draft.proposals.get(mentee=trained.participant("aisha"))
    with pytest.raises(WrongState):
        move_mentee(
            proposal=aisha, mentor_id=trained.participant("zane").pk, was=aisha.mentor_id, by=trained.sam, now=now
        )
    aisha.refresh_from_db()
    assert not aisha.is_locked


def test_a_stale_page_moves_nobody(draft, trained, now):
    aisha = draft.proposals.get(mentee=trained.participant("aisha"))
    was = aisha.mentor_id
    move_mentee(proposal=aisha, mentor_id=None, was=was, by=trained.sam, now=now)
    with pytest.raises(WrongState):
        move_mentee(proposal=aisha, mentor_id=was, was=was, by=trained.dr_lee, now=now)


def test_a_group_never_exceeds_the_hard_maximum(draft, trained, now):
    priya = trained.participant("priya")
    for number in range(5):
        MatchFactory(mentor=priya, mentee=add_mentee(trained, f"Early{number}", trained.sociology))
    draft.proposals.filter(mentor=priya).update(mentor=trained.participant("una"))
    for name, fits in (("aisha", True), ("ben", False)):
        proposal = draft.proposals.get(mentee=trained.participant(name))
        if fits:
            move_mentee(proposal=proposal, mentor_id=priya.pk, was=proposal.mentor_id, by=trained.sam, now=now)
        else:
            with pytest.raises(WrongState):
                move_mentee(proposal=proposal, mentor_id=priya.pk, was=proposal.mentor_id, by=trained.sam, now=now)


def test_coordinators_move_and_keep_only_their_own_students(draft, trained, now):
    omar = draft.proposals.get(mentee=trained.participant("omar"))
    with pytest.raises(NotAllowed):
        move_mentee(proposal=omar, mentor_id=None, was=omar.mentor_id, by=trained.sam, now=now)
    with pytest.raises(NotAllowed):
        keep_pairs(run=draft, mentee_ids=[omar.mentee_id], is_kept=True, by=trained.sam, now=now)
    omar.refresh_from_db()
    assert omar.mentor_id is not None
    assert not omar.is_locked
    assert keep_pairs(run=draft, mentee_ids=[omar.mentee_id], is_kept=True, by=trained.carys, now=now) == 1


def test_a_published_draft_cannot_be_changed(draft, trained, now):
    publish_run(run=draft, by=trained.dr_lee, now=now)
    proposal = draft.proposals.first()
    with pytest.raises(WrongState):
        move_mentee(proposal=proposal, mentor_id=None, was=proposal.mentor_id, by=trained.dr_lee, now=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_two_coordinators_move_students_to_the_last_place_and_one_is_refused(trained, now):
    run = solved(trained, by="dr_lee", unit="university", now=now)
    una = trained.participant("una")
    for number in range(5):
        MatchFactory(mentor=una, mentee=add_mentee(trained, f"Early{number}", trained.sociology))
    run.proposals.update(mentor=None)
    aisha, ben = (run.proposals.get(mentee=trained.participant(name)) for name in ("aisha", "ben"))
    outcomes = at_the_same_time(
        lambda: move_mentee(proposal=aisha, mentor_id=una.pk, was=None, by=trained.sam, now=now),
        lambda: move_mentee(proposal=ben, mentor_id=una.pk, was=None, by=trained.dr_lee, now=now),
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Proposal", "WrongState"], outcomes
    assert run.proposals.filter(mentor=una, mentee__in=[aisha.mentee_id, ben.mentee_id]).count() == 1


def test_a_worker_killed_while_introducing_loses_and_repeats_nothing(draft, trained, now, monkeypatch):
    publish_run(run=draft, by=trained.dr_lee, now=now)
    monkeypatch.setattr(publishing, "GROUPS_TOGETHER", 1)
    real, calls = publishing.owe_introductions, []

    def dies_at_the_second(matches, at):
        calls.append(matches)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(matches, at)

    monkeypatch.setattr(publishing, "owe_introductions", dies_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        introduce_published(now=later(now, 15))
    half = Message.objects.count()
    assert Match.objects.filter(state=MatchState.PROPOSED).exists()
    introduce_published(now=later(now, 16))
    assert not Match.objects.filter(state=MatchState.PROPOSED).exists()
    assert 0 < half < Message.objects.count() == 6
