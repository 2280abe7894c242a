"""What the engine is told about people, and that drafts of it hold every hard rule."""

import random

import pytest
from django.utils import timezone

from accounts.models import Consent
from mentoring.matching import engine
from mentoring.matching.selectors import free_places, gather, groups_of, matches_visible_to, unmatched_mentees
from mentoring.matching.states import EndReason, MatchState
from mentoring.participation.models import ProfileFact, Wishes
from mentoring.participation.services import leave, pause
from schemes.services import change_policy
from tests.factories import MatchFactory
from tests.matching.conftest import add_mentee, add_mentor, solved


def tell(participant, now, withdrawn=False, **told):
    consent = Consent.objects.create(
        person=participant.user,
        kind="matching-wishes",
        text_version="1",
        given_at=now,
        withdrawn_at=now if withdrawn else None,
    )
    Wishes.objects.create(participant=participant, consent=consent, told=told, saved_at=now)


def test_wishes_exceptions_and_facts_reach_the_engine(trained, now):
    aisha, una = trained.participant("aisha"), trained.participant("una")
    tell(aisha, now, own={"gender": "f"}, wishes={"religion": {"kind": "must", "value": "x"}}, exceptions=[])
    tell(una, now, own={"religion": "x"}, wishes={}, exceptions=["religion"])
    ProfileFact.objects.create(participant=aisha, kind="college", value=" Kirklees College ")
    ProfileFact.objects.create(participant=aisha, kind="circumstance", value="working")
    aisha.is_commuter = True
    aisha.save()
    problem = gather(trained.cohort)
    mentee, mentor = problem.mentee(str(aisha.pk)), problem.mentor(str(una.pk))
    assert mentee.wishes == (engine.Wish("religion", "x", must=True),)
    assert mentee.attributes == {"gender": "f"}
    assert mentee.affinities["college"] == {"kirklees college"}
    assert mentee.affinities["commuter"] == {"yes"}
    assert mentee.affinities["circumstance"] == {"working"}
    assert (mentor.exceptions, mentor.attributes) == ({"religion"}, {"religion": "x"})
    assert mentor.discipline == "sociology"


def test_what_consent_no_longer_covers_is_not_used(trained, now):
    aisha = trained.participant("aisha")
    tell(
        aisha,
        now,
        withdrawn=True,
        own={"gender": "f"},
        wishes={"gender": {"kind": "must", "value": "f"}},
        exceptions=[],
    )
    mentee = gather(trained.cohort).mentee(str(aisha.pk))
    assert (mentee.wishes, mentee.attributes) == ((), {})


def test_what_the_policy_does_not_ask_is_not_used(trained, now):
    aisha, una = trained.participant("aisha"), trained.participant("una")
    tell(aisha, now, own={}, wishes={"gender": {"kind": "must", "value": "f"}}, exceptions=[])
    tell(una, now, own={"religion": "x"}, wishes={}, exceptions=["religion"])
    change_policy(
        cohort=trained.cohort, changes={"ask_wishes": [], "mentor_exceptions": []}, by=trained.dr_lee, now=now
    )
    problem = gather(trained.cohort)
    assert problem.mentee(str(aisha.pk)).wishes == ()
    assert problem.mentor(str(una.pk)).exceptions == frozenset()


def test_who_left_paused_or_has_a_mentor_is_not_matched(trained, matched, now):
    leave(participant=trained.participant("ben"), by=None, now=now)
    add_mentee(trained, "Late", trained.sociology)
    paused = add_mentee(trained, "Paused", trained.sociology)
    pause(participant=paused, by=None, now=now)
    names = set(unmatched_mentees(trained.cohort).values_list("user__given_name", flat=True))
    assert names == {"Late", "Omar"}
    priya = gather(trained.cohort).mentor(str(trained.participant("priya").pk))
    assert (priya.capacity, priya.minimum) == (2, 1)  # four places offered, two live matches


def test_the_mentor_somebody_changed_away_from_is_ruled_out_and_an_undone_one_is_not(trained, now):
    aisha = trained.participant("aisha")
    for name, reason in (("priya", EndReason.SWAPPED), ("una", EndReason.UNDONE)):
        MatchFactory(
            mentor=trained.participant(name), mentee=aisha, state=MatchState.ENDED, ended_at=now, end_reason=reason
        )
    blocked = gather(trained.cohort).mentee(str(aisha.pk)).blocked
    assert blocked == {str(trained.participant("priya").pk)}


def test_places_that_are_free(trained, matched):
    # Priya has one left, Una and Zane four each.
    assert free_places(trained.cohort) == 9
    assert free_places(trained.cohort, trained.computing) == 4
    priya = trained.participant("priya")
    priya.places_offered = 2  # fewer than she has already
    priya.save()
    assert free_places(trained.cohort) == 8


def test_groups_and_matches_are_seen_by_unit(trained, matched, now):
    assert [(group.mentor.user.given_name, len(group.matches)) for group in groups_of(trained.cohort)] == [("Priya", 3)]
    assert groups_of(trained.cohort, trained.computing) == []
    seers = {name for name in trained.people if matches_visible_to(trained.people[name], now.date()).exists()}
    assert seers == {"sam", "tom", "dr_lee"}


def test_gathering_asks_the_same_number_of_questions_for_more_people(trained, now, django_assert_max_num_queries):
    assert trained.cohort.policy  # read once a cohort
    with django_assert_max_num_queries(30) as few:
        gather(trained.cohort)
    for number in range(10):
        add_mentee(trained, f"Mentee{number}", trained.sociology)
        add_mentor(trained, f"Mentor{number}", trained.sociology, now)
    with django_assert_max_num_queries(len(few.captured_queries)) as many:
        assert len(gather(trained.cohort).mentees) == 14
    assert len(many.captured_queries) == len(few.captured_queries)


@pytest.mark.parametrize("seed", range(3))
def test_a_draft_breaks_no_hard_rule_whatever_people_wish(trained, now, seed):
    rng = random.Random(seed)
    values = {"gender": ["f", "m"], "religion": ["a", "b", "c"]}
    for number in range(6):
        mentor = add_mentor(trained, f"Mentor{number}", trained.sociology, now, places_offered=rng.randint(1, 6))
        own = {attribute: rng.choice(choices) for attribute, choices in values.items()}
        tell(mentor, now, own=own, wishes={}, exceptions=rng.sample(["gender", "religion"], rng.randint(0, 1)))
    for number in range(25):
        mentee = add_mentee(trained, f"Mentee{number}", trained.sociology)
        own = {attribute: rng.choice(choices) for attribute, choices in values.items()}
        wishes = {
            attribute: {"kind": rng.choice(["prefer", "must"]), "value": rng.choice(values[attribute])}
            for attribute in rng.sample(sorted(values), rng.randint(0, 2))
        }
        tell(mentee, now, own=own, wishes=wishes, exceptions=[])
    run = solved(trained, by="dr_lee", unit="university", now=now)
    pairs = {str(p.mentee_id): str(p.mentor_id) for p in run.proposals.exclude(mentor=None)}
    problem = gather(trained.cohort, seed=run.seed, unit=trained.university)
    assert pairs
    assert engine.violations(problem, pairs) == []
    assert run.proposals.count() == 29
    assert timezone.is_aware(run.finished_at)
