from datetime import date, timedelta

import pytest

from accounts.services import NotAllowed, WrongState
from mentoring.matching.models import Match, SwapRequest
from mentoring.matching.selectors import (
    gather,
    handlers_for,
    history_of,
    homes_for,
    open_swaps,
    orphaned_by,
    swaps_visible_to,
)
from mentoring.matching.services import (
    ask_for_swap,
    open_swap,
    place,
    shortlist_for,
    stop_taking_part,
    swap_mentor,
    undo_stop,
    withdraw_swap,
)
from mentoring.matching.states import EndReason, MatchState, SwapState
from mentoring.messaging.models import Message
from mentoring.messaging.states import MessageState
from mentoring.participation.states import ParticipantState
from schemes.models import Scheme
from schemes.services import appoint
from schemes.states import Role
from tests.factories import MatchFactory
from tests.matching.conftest import add_mentee, add_mentor, offered_to
from tests.matching.test_services_publishing import at_the_same_time, letters


@pytest.fixture
def swap(trained, matched, now) -> SwapRequest:
    """aisha asks for a different mentor, and chose sam."""
    return ask_for_swap(match=matched["aisha"], reasons=["times"], handler=trained.sam, by=trained.aisha, now=now)


def test_asking_promises_an_answer_and_tells_only_the_handler(swap, trained, now):
    assert swap.promised_by == date(2026, 10, 17)
    assert (swap.reasons, swap.handler) == (["times"], trained.sam)
    assert letters("matching.swap-asked") == {"Aisha"}
    assert letters("matching.swap-wanted") == {"Sam"}
    assert not Message.objects.filter(recipient=trained.priya).exists()


def test_asking_twice_gives_the_request_that_waits(swap, trained, matched, now):
    again = ask_for_swap(match=matched["aisha"], reasons=[], handler=trained.una, by=None, now=now)
    assert again.pk == swap.pk
    assert SwapRequest.objects.count() == 1


def test_an_office_in_another_scheme_answers_no_swap_of_this_one(trained, matched, now):
    swap = ask_for_swap(match=matched["aisha"], reasons=[], handler=trained.una, by=None, now=now)
    trained.una.appointments.update(ends_on=now.date() - timedelta(days=1))
    elsewhere = Scheme.objects.exclude(pk=trained.scheme.pk).get()
    appoint(
        scheme=elsewhere,
        user=trained.una,
        role=Role.SENIOR_MENTOR,
        unit=elsewhere.unit,
        starts_on=now.date(),
        by=None,
        now=now,
    )
    with pytest.raises(NotAllowed):
        swap_mentor(swap=swap, mentor=trained.participant("una"), by=trained.una, now=now)


def test_the_mentor_is_never_among_the_handlers(trained, now):
    match = MatchFactory(mentor=trained.participant("una"), mentee=trained.participant("aisha"))
    offered = {choice.user.given_name for choice in handlers_for(match, now.date())}
    assert offered == {"Sam", "Mina"}  # una is a senior mentor, and this mentee's own mentor
    with pytest.raises(WrongState):
        ask_for_swap(match=match, reasons=[], handler=trained.una, by=trained.aisha, now=now)
    swap = ask_for_swap(match=match, reasons=["comfort"], handler=trained.sam, by=trained.aisha, now=now)
    assert not swaps_visible_to(trained.una, now.date()).exists()
    assert swaps_visible_to(trained.sam, now.date()).get() == swap


def test_who_sees_a_request(swap, trained, now):
    seen = {n for n in trained.people if swaps_visible_to(trained.people[n], now.date()).exists()}
    assert seen == {"sam", "dr_lee"}


def test_a_swap_keeps_history_and_tells_everybody_kindly(swap, trained, matched, now):
    una = trained.participant("una")
    new = swap_mentor(swap=swap, mentor=una, by=trained.sam, now=now)
    old = Match.objects.get(pk=matched["aisha"].pk)
    assert (old.state, old.end_reason) == (MatchState.ENDED, EndReason.SWAPPED)
    assert (new.followed, new.state) == (old, MatchState.PROVISIONAL)
    assert list(history_of(trained.participant("aisha"))) == [new, old]
    assert letters("matching.swap-done") == {"Priya"}
    assert letters("matching.hello") == {"Aisha"}
    assert letters("matching.meet") == {"Una"}
    swap.refresh_from_db()
    assert (swap.state, swap.new_match) == (SwapState.DONE, new)
    problem = gather(trained.cohort, only=[trained.participant("aisha")])
    assert problem.mentees[0].blocked == {str(old.mentor_id), str(una.pk)}  # never back to priya


def test_a_swap_is_answered_once(swap, trained, now):
    swap_mentor(swap=swap, mentor=trained.participant("una"), by=trained.sam, now=now)
    with pytest.raises(WrongState):
        swap_mentor(
            swap=SwapRequest.objects.get(pk=swap.pk), mentor=trained.participant("una"), by=trained.sam, now=now
        )
    assert Match.objects.live().filter(mentee=trained.participant("aisha")).count() == 1


def test_only_who_may_handles_a_swap(swap, trained, now):
    for name in ("priya", "una", "carys", "tom", "mallory", "aisha"):
        with pytest.raises(NotAllowed):
            swap_mentor(swap=swap, mentor=trained.participant("una"), by=trained.people[name], now=now)


def test_a_full_mentor_or_another_discipline_is_refused_and_changes_nothing(swap, trained, now):
    una = trained.participant("una")
    for number in range(6):
        MatchFactory(mentor=una, mentee=add_mentee(trained, f"Early{number}", trained.sociology))
    for mentor in (una, trained.participant("zane")):
        with pytest.raises(WrongState):
            swap_mentor(swap=swap, mentor=mentor, by=trained.sam, now=now)
    swap.refresh_from_db()
    assert swap.state == SwapState.ASKED
    assert swap.match.state != MatchState.ENDED


@pytest.mark.django_db(transaction=True)
def test_the_last_place_is_given_away_once(trained, matched, now):
    una = trained.participant("una")
    for number in range(5):
        MatchFactory(mentor=una, mentee=add_mentee(trained, f"Early{number}", trained.sociology))
    late = [add_mentee(trained, f"Late{number}", trained.sociology) for number in range(2)]
    outcomes = at_the_same_time(
        lambda: place(mentees=[late[0]], mentor=una, by=trained.sam, now=now),
        lambda: place(mentees=[late[1]], mentor=una, by=trained.dr_lee, now=now),
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["WrongState", "list"], outcomes
    assert Match.objects.live().filter(mentor=una).count() == 6


def test_taking_a_request_back_calls_its_letters_off(swap, trained, now):
    withdraw_swap(swap=swap, by=trained.aisha, now=now)
    withdraw_swap(swap=swap, by=trained.aisha, now=now)
    assert swap.state == SwapState.WITHDRAWN
    assert set(Message.objects.values_list("state", flat=True)) == {MessageState.CANCELLED}
    assert not open_swaps(trained.sam, now.date()).exists()


def test_a_coordinator_opens_a_swap_for_somebody_who_asked_in_person(trained, matched, now):
    with pytest.raises(NotAllowed):
        open_swap(match=matched["ben"], by=trained.carys, now=now)
    swap = open_swap(match=matched["ben"], by=trained.sam, now=now)
    assert (swap.handler, swap.reasons) == (trained.sam, [])


def test_choices_have_room_say_what_they_cost_and_leave_out_the_mentor_of_now(trained, matched, now):
    aisha = trained.participant("aisha")
    choices = offered_to(aisha, trained.sam, now)
    assert [choice.mentor for choice in choices] == [trained.participant("una")]
    assert choices[0].left == 4
    assert choices[0].costs == ["Makes a group of 1."]


def test_stopping_ends_matches_tells_the_other_side_and_can_be_undone(trained, matched, now):
    aisha = trained.participant("aisha")
    stop_taking_part(participant=aisha, by=trained.aisha, now=now)
    match = Match.objects.get(pk=matched["aisha"].pk)
    assert (match.state, match.end_reason) == (MatchState.ENDED, EndReason.MENTEE_LEFT)
    assert letters("matching.mentee-stopped") == {"Priya"}
    stop_taking_part(participant=aisha, by=trained.aisha, now=now)
    assert Message.objects.count() == 1
    assert undo_stop(participant=aisha, by=trained.aisha, now=now + timedelta(days=13)) == [match]
    match.refresh_from_db()
    assert (match.state, match.ended_at, match.end_reason) == (MatchState.PROVISIONAL, None, "")
    assert Message.objects.get(letter="matching.mentee-stopped").state == MessageState.CANCELLED
    assert letters("matching.back") == {"Priya"}


def test_coming_back_too_late_or_to_a_place_that_is_taken_restores_no_match(trained, matched, now):
    aisha, ben = trained.participant("aisha"), trained.participant("ben")
    for participant in (aisha, ben):
        stop_taking_part(participant=participant, by=None, now=now)
    assert undo_stop(participant=aisha, by=None, now=now + timedelta(days=15)) == []
    for number in range(6 - 1):
        MatchFactory(
            mentor=trained.participant("priya"), mentee=add_mentee(trained, f"Late{number}", trained.sociology)
        )
    assert undo_stop(participant=ben, by=None, now=now + timedelta(days=1)) == []
    assert {aisha.state, ben.state} == {ParticipantState.ENROLLED}


def test_a_group_whose_mentor_stopped_moves_together(trained, matched, now):
    priya = trained.participant("priya")
    stop_taking_part(participant=priya, by=trained.priya, now=now)
    assert letters("matching.mentor-stopped") == {"Aisha", "Ben", "Chidi"}
    orphaned = list(orphaned_by(trained.sam, now.date()))
    assert {match.mentee.user.given_name for match in orphaned} == {"Aisha", "Ben", "Chidi"}
    assert not orphaned_by(trained.carys, now.date()).exists()
    add_mentor(trained, "Smallhouse", trained.sociology, now, places_offered=2)
    nearly_full = add_mentor(trained, "Nearly", trained.sociology, now, places_offered=5)
    for number in range(4):
        MatchFactory(mentor=nearly_full, mentee=add_mentee(trained, f"Early{number}", trained.sociology))
    homes = homes_for([shortlist_for(match.mentee, now=now) for match in orphaned], by=trained.sam)
    found = [(home.mentor.user.given_name, len(home.fits), home.is_over) for home in homes.whole]
    assert found == [("Una", 3, False), ("Smallhouse", 3, True)]  # Nearly has room for one
    place(mentees=list(homes.whole[0].fits), mentor=homes.whole[0].mentor, by=trained.sam, now=now)
    assert not orphaned_by(trained.sam, now.date()).exists()
    assert Message.objects.filter(letter="matching.meet", recipient=trained.una).count() == 1
    assert undo_stop(participant=priya, by=trained.priya, now=now + timedelta(days=1)) == []
    assert Match.objects.live().filter(mentor=priya).count() == 0


def test_stopping_closes_an_open_swap(swap, trained, now):
    stop_taking_part(participant=trained.participant("aisha"), by=None, now=now)
    swap.refresh_from_db()
    assert swap.state == SwapState.WITHDRAWN
