"""Whom staff may choose by hand tells nothing of what was wished: picked once, few, and never oneself (trust.md)."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Consent
from accounts.services import WrongState
from mentoring.matching.models import Shortlist
from mentoring.matching.selectors import choices_for, matchable_mentors
from mentoring.matching.services import (
    ask_for_swap,
    discard_run,
    forget_shortlists,
    move_mentee,
    place,
    publish_run,
    shortlist_for,
    stop_taking_part,
    undo_move,
    withdraw_swap,
    work_out_again,
)
from mentoring.matching.services.solving import solve_run
from mentoring.participation.models import Wishes
from mentoring.participation.services import save_wishes, withdraw_wishes
from tests.matching.conftest import add_mentee, add_mentor, offered_to, solved
from tests.matching.test_facts import tell
from tests.matching.test_views import client_of, words_of

pytestmark = pytest.mark.django_db


def told(person: Any, now: Any, *, own: Any = (), wishes: Any = (), exceptions: Any = ()) -> None:
    Wishes.objects.filter(participant=person).delete()
    Consent.objects.filter(person=person.user).delete()
    tell(person, now, own=dict(own), wishes=dict(wishes), exceptions=list(exceptions))


def must(value: str, attribute: str = "religion") -> dict[str, Any]:
    return {attribute: {"kind": "must", "value": value}}


def prefer(value: str, attribute: str = "religion") -> dict[str, Any]:
    return {attribute: {"kind": "prefer", "value": value}}


@pytest.fixture
def late(trained: Any) -> Any:
    """A student without a mentor; una and priya have room, and so have three more."""
    return add_mentee(trained, "Late", trained.sociology)


@pytest.mark.abuse(24)
@pytest.mark.parametrize("kind", [must, prefer])
def test_what_a_mentor_tells_later_moves_nobody_on_or_off_the_list(trained, matched, late, now, kind):
    """Neither the page of a student, nor of a swap, nor of a draft follows what a mentor tries out."""
    swapping = matched["aisha"].mentee
    told(late, now, own={"religion": "a"}, wishes=kind("a"))
    told(swapping, now, own={"religion": "a"}, wishes=kind("a"))
    wren = add_mentor(trained, "Wren", trained.sociology, now)
    add_mentor(trained, "Yan", trained.sociology, now)
    told(wren, now, own={"religion": "a"})
    swap = ask_for_swap(match=matched["aisha"], reasons=["comfort"], handler=trained.sam, by=trained.aisha, now=now)
    run = solved(trained, by="sam", unit="health", now=now)
    proposal = run.proposals.get(mentee=late)
    pages = [
        reverse("matching:place", args=[late.pk]),
        reverse("matching:swap", args=[swap.public_key]),
        reverse("matching:student", args=[run.pk, proposal.pk]),
    ]
    client = client_of(trained, "sam")
    before = [words_of(client.get(page)) for page in pages]
    assert all("Wren" in words for words in before[:2])
    for own, exceptions in (({"religion": "b"}, ()), ({}, ()), ({"religion": "b"}, ("religion",))):
        told(wren, now, own=own, exceptions=exceptions)
        assert [words_of(client.get(page)) for page in pages] == before
    assert not any("honoured" in words for words in before[:2])


@pytest.mark.abuse(24)
def test_whoever_chooses_is_never_among_those_to_choose_from(trained, matched, now):
    """A senior mentor who deals with a wish cannot read the student's off whether they fit themselves."""
    swap = ask_for_swap(match=matched["aisha"], reasons=[], handler=trained.una, by=trained.aisha, now=now)
    add_mentor(trained, "Wren", trained.sociology, now)
    mentee = matched["aisha"].mentee
    assert [choice.mentor.user.given_name for choice in offered_to(mentee, trained.una, now, swap=swap)] == ["Wren"]
    both = {choice.mentor.user.given_name for choice in offered_to(mentee, trained.sam, now)}
    assert both == {"Una", "Wren"}
    sent = {"mentor": trained.participant("una").pk}
    refused = client_of(trained, "una").post(reverse("matching:choose", args=[swap.public_key]), sent, follow=True)
    assert "Choose a mentor from the list" in words_of(refused)


@pytest.mark.abuse(24)
def test_choosing_somebody_who_is_not_offered_is_refused_alike_whatever_the_reason(trained, late, now):
    for name in ("Ash", "Bo", "Cy", "Di"):
        add_mentor(trained, name, trained.sociology, now)
    against = add_mentor(trained, "Against", trained.sociology, now)
    told(late, now, own={"religion": "a"}, wishes={})
    told(against, now, own={"religion": "b"}, exceptions=["religion"])
    url = reverse("matching:place", args=[late.pk])
    offered = {choice.mentor.pk for choice in offered_to(late, trained.sam, now)}
    fits = next(pk for pk in Shortlist.objects.get().mentors if pk not in offered)
    client = client_of(trained, "sam")
    answers = [words_of(client.post(url, {"mentor": pk}, follow=True)) for pk in (fits, against.pk, 0)]
    assert answers[0] == answers[1] == answers[2]


@pytest.mark.abuse(24)
def test_a_refused_mentor_is_not_offered_again(trained, late, now):
    """What stood in the way may be gone by then: trying again and again tells nothing."""
    una = trained.participant("una")
    told(late, now, own={"religion": "a"}, wishes={})
    assert una in [choice.mentor for choice in offered_to(late, trained.sam, now)]
    told(una, now, own={"religion": "b"}, exceptions=["religion"])
    client, url = client_of(trained, "sam"), reverse("matching:place", args=[late.pk])
    assert "would break a rule" in words_of(client.post(url, {"mentor": una.pk}, follow=True))
    told(una, now, own={"religion": "a"})
    assert "Choose a mentor from the list" in words_of(client.post(url, {"mentor": una.pk}, follow=True))
    assert una not in [choice.mentor for choice in offered_to(late, trained.sam, now)]


@pytest.mark.abuse(24)
def test_who_chooses_again_and_again_reads_no_outcome_off_the_draft(trained, now):
    aisha = trained.participant("aisha")
    told(aisha, now, own={"religion": "a"}, wishes=prefer("b"))
    run = solved(trained, by="sam", unit="health", now=now)
    proposal = run.proposals.get(mentee=aisha)
    page = reverse("matching:student", args=[run.pk, proposal.pk])
    client = client_of(trained, "sam")
    assert "Wish not honoured" in words_of(client.get(page))
    was, strength, reasons = proposal.mentor_id, proposal.strength, proposal.reasons
    (other,) = [choice.mentor for choice in offered_to(aisha, trained.sam, now, draft=run)]
    told(other, now, own={"religion": "b"})
    move_mentee(proposal=proposal, mentor_id=other.pk, was=was, by=trained.sam, now=now)
    assert "Chosen by hand" in words_of(client.get(page))
    assert "honoured" not in words_of(client.get(page)).split("Who may read why")[0]
    work_out_again(run=run, by=trained.sam, now=now)
    solve_run(run.pk, lambda: now)
    again = run.proposals.get(mentee=aisha)
    assert (again.mentor_id, again.reasons) == (other.pk, {"near": False, "shared": 1, "by_hand": True})
    undo_move(move=run.hand_moves.get(), by=trained.sam, now=now)
    back = run.proposals.get(mentee=aisha)
    assert (back.mentor_id, back.strength, back.reasons) == (was, strength, reasons)


@pytest.mark.abuse(24)
def test_a_pair_that_is_kept_keeps_its_words_whatever_is_told_since(trained, now):
    aisha = trained.participant("aisha")
    told(aisha, now, own={"religion": "a"}, wishes=prefer("b"))
    run = solved(trained, by="sam", unit="health", now=now)
    run.proposals.filter(mentee=aisha).update(is_locked=True)
    before = run.proposals.get(mentee=aisha)
    told(before.mentor, now, own={"religion": "b"})
    work_out_again(run=run, by=trained.sam, now=now)
    solve_run(run.pk, lambda: now)
    after = run.proposals.get(mentee=aisha)
    assert (after.mentor_id, after.reasons) == (before.mentor_id, before.reasons)


@pytest.mark.abuse(24)
def test_a_mentor_who_drafts_reads_no_outcome_of_their_own_pairs(trained, now):
    aisha = trained.participant("aisha")
    told(aisha, now, own={"religion": "a"}, wishes=prefer("b"))
    run = solved(trained, by="sam", unit="health", now=now)
    proposal = run.proposals.get(mentee=aisha)
    for whose, is_told in ((proposal.mentor.user, True), (trained.sam, False)):
        proposal.mentor.user = whose
        proposal.mentor.save()
        client = client_of(trained, "sam")
        page = words_of(client.get(reverse("matching:student", args=[run.pk, proposal.pk])))
        weak = words_of(client.get(reverse("matching:draft", args=[run.pk]) + "?show=weak"))
        assert ("Wish not honoured" in page, "Aisha" in weak) == (is_told, is_told)


def test_a_new_mentor_is_judged_when_there_is_one_and_a_full_one_is_not_offered(trained, late, now):
    def names() -> set[str]:
        return {choice.mentor.user.given_name for choice in offered_to(late, trained.sam, now)}

    assert names() == {"Priya", "Una"}
    add_mentor(trained, "New", trained.sociology, now)
    assert names() == {"Priya", "Una", "New"}
    stop_taking_part(participant=trained.participant("una"), by=trained.una, now=now)
    assert names() == {"Priya", "New"}


def test_the_list_is_new_when_the_student_wishes_something_else_or_was_matched(trained, late, now):
    first = shortlist_for(late, now=now)
    assert shortlist_for(late, now=now).pk == first.pk
    told(late, now, own={"gender": "f"}, wishes=must("f", "gender"))
    second = shortlist_for(late, now=now)
    assert (second.pk, second.mentors) != (first.pk, first.mentors)
    assert choices_for(second, by=trained.sam).offered == []  # nobody said that they are
    Wishes.objects.filter(participant=late).delete()
    third = shortlist_for(late, now=now)
    assert third.mentors == first.mentors
    later = now + timedelta(minutes=1)
    place(mentees=[late], mentor=trained.participant("una"), by=trained.sam, now=later)
    assert shortlist_for(late, now=later + timedelta(minutes=1)).pk != third.pk


def test_lists_of_questions_that_are_over_are_forgotten(trained, matched, late, now):
    swap = ask_for_swap(match=matched["aisha"], reasons=[], handler=trained.sam, by=trained.aisha, now=now)
    run = solved(trained, by="sam", unit="health", now=now)
    shortlist_for(matched["aisha"].mentee, swap=swap, now=now)
    shortlist_for(late, draft=run, now=now)
    shortlist_for(late, now=now)
    assert forget_shortlists(now=now) == 0
    withdraw_swap(swap=swap, by=trained.aisha, now=now)
    discard_run(run=run, by=trained.sam, now=now)
    assert forget_shortlists(now=now) == 2
    told(late, now, own={"gender": "f"}, wishes=must("f", "gender"))
    assert forget_shortlists(now=now) == 1
    assert not Shortlist.objects.exists()


def test_a_pair_that_a_rule_forbids_is_refused_by_the_service_too(trained, late, now):
    una = trained.participant("una")
    told(late, now, own={"religion": "a"}, wishes=must("b"))
    with pytest.raises(WrongState):
        place(mentees=[late], mentor=una, by=trained.sam, now=now)


@pytest.mark.abuse(24)
@pytest.mark.parametrize("how", ["save", "withdraw"])
def test_a_mentor_who_chooses_tries_nothing_out_between_drafts(trained, late, now, how):
    """una handles wishes and mentors: what she tells after a first draft counts once matches are published."""
    una = trained.participant("una")
    own = {"own": {"religion": "a"}, "wishes": {}, "exceptions": []}
    save_wishes(participant=una, told=own, has_consented=True, by=trained.una, now=now - timedelta(days=1))
    run = solved(trained, by="sam", unit="health", now=now)
    assert una in matchable_mentors(trained.cohort)
    later = now + timedelta(minutes=1)
    if how == "save":
        save_wishes(participant=una, told=own, has_consented=True, by=trained.una, now=later)
    else:
        withdraw_wishes(participant=una, by=trained.una, now=later)
    assert una not in matchable_mentors(trained.cohort)
    assert una not in [choice.mentor for choice in offered_to(late, trained.sam, later)]
    discard_run(run=run, by=trained.sam, now=later)
    again = solved(trained, by="sam", unit="health", now=later)
    assert not again.proposals.filter(mentor=una).exists()
    publish_run(run=again, by=trained.sam, now=later + timedelta(minutes=1))
    assert una in matchable_mentors(trained.cohort)


def test_a_mentor_who_chooses_nobody_may_change_their_answers_at_any_time(trained, now):
    priya = trained.participant("priya")
    solved(trained, by="sam", unit="health", now=now)
    told(priya, now, own={"religion": "a"})
    priya.asked_wishes_at = now + timedelta(minutes=1)
    priya.save()
    assert priya in matchable_mentors(trained.cohort)


@pytest.mark.abuse(24)
def test_what_a_refused_mentor_would_cost_is_answered_once(trained, now):
    aisha = trained.participant("aisha")
    told(aisha, now, own={"religion": "a"})
    run = solved(trained, by="sam", unit="health", now=now)
    proposal = run.proposals.get(mentee=aisha)
    (other,) = [choice.mentor for choice in offered_to(aisha, trained.sam, now, draft=run)]
    page = reverse("matching:cost", args=[run.pk, proposal.pk]) + f"?mentor={other.pk}"
    client = client_of(trained, "sam")
    assert "What it would cost the others" in words_of(client.get(page))
    told(other, now, own={"religion": "b"}, exceptions=["religion"])
    assert "A rule of the matching stands against it" in words_of(client.get(page))
    told(other, now, own={"religion": "a"})
    assert client.get(page)["Location"] == reverse("matching:student", args=[run.pk, proposal.pk])
