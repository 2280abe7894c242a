"""A group whose mentor left, late joiners and reasons for a swap: what each choice costs, and nobody else moves."""

import pytest
from django.urls import reverse

from accounts.services import WrongState
from mentoring.matching.models import Match
from mentoring.matching.selectors import homes_for, orphaned_by, shared_out
from mentoring.matching.services import ask_for_swap, publish_run, share_out, shortlist_for, stop_taking_part
from schemes.services import change_policy
from tests.factories import MatchFactory
from tests.matching.conftest import add_mentee, add_mentor, offered_to, solved
from tests.matching.test_facts import tell
from tests.matching.test_views import client_of, words_of


def lists_of(mentees, now):
    return [shortlist_for(mentee, now=now) for mentee in mentees]


def test_a_choice_of_home_says_what_it_costs_before_it_is_made(trained, matched, now):
    stop_taking_part(participant=trained.participant("priya"), by=trained.priya, now=now)
    orphans = [match.mentee for match in orphaned_by(trained.sam, now.date())]
    nearly_full = add_mentor(trained, "Nearly", trained.sociology, now, places_offered=5)
    for number in range(3):
        MatchFactory(mentor=nearly_full, mentee=add_mentee(trained, f"Early{number}", trained.sociology))
    tell(orphans[0], now, own={}, wishes={"gender": {"kind": "prefer", "value": "f"}}, exceptions=[])
    homes = homes_for(lists_of(orphans, now), by=trained.sam)
    costs = {home.mentor.user.given_name: home.costs for home in homes.whole}
    assert costs == {"Una": (), "Nearly": ("Nearly’s group grows from 3 to 6.", "That is 1 more than planned.")}


def test_a_group_is_shared_out_where_no_mentor_has_room_for_all_and_nobody_else_moves(trained, matched, now):
    for name in ("priya", "una"):
        stop_taking_part(participant=trained.participant(name), by=None, now=now)
    orphans = [match.mentee for match in orphaned_by(trained.sam, now.date())]
    for name in ("Two", "One"):
        mentor = add_mentor(trained, name, trained.sociology, now, places_offered=4)
        for number in range(2 if name == "Two" else 3):
            MatchFactory(mentor=mentor, mentee=add_mentee(trained, f"{name}{number}", trained.sociology))
    before = set(Match.objects.live().values_list("mentor", "mentee"))
    shared = shared_out(lists_of(orphans, now), by=trained.sam)
    assert shared is not None
    assert [(home.mentor.user.given_name, len(home.fits)) for home in shared.homes] == [("Two", 2), ("One", 1)]
    assert shared.left == ()
    made = share_out(homes=[(list(h.fits), h.mentor) for h in shared.homes], by=trained.sam, now=now)
    assert {match.mentee for match in made} == set(orphans)
    assert before < set(Match.objects.live().values_list("mentor", "mentee"))
    assert shared_out(lists_of(orphans[:1], now), by=trained.sam) is None


def test_sharing_out_is_all_or_nothing(trained, matched, now):
    stop_taking_part(participant=trained.participant("priya"), by=None, now=now)
    orphans = [match.mentee for match in orphaned_by(trained.sam, now.date())]
    una, zane = trained.participant("una"), trained.participant("zane")
    with pytest.raises(WrongState):
        share_out(homes=[(orphans[:2], una), (orphans[2:], zane)], by=trained.sam, now=now)
    assert not Match.objects.live().filter(mentee__in=orphans).exists()


def test_the_reason_of_a_swap_is_a_rule_for_that_student_alone(trained, matched, now):
    aisha = trained.participant("aisha")
    change_policy(
        cohort=trained.cohort,
        changes={"near_disciplines": [["sociology", "computing"]]},
        by=trained.dr_lee,
        now=now,
    )
    aisha.cohort = trained.cohort
    add_mentor(trained, "Yan", trained.participant("zane").programme, now)
    swap = ask_for_swap(match=matched["aisha"], reasons=["course"], handler=trained.sam, by=trained.aisha, now=now)
    everybody = {choice.mentor.user.given_name for choice in offered_to(aisha, trained.sam, now)}
    closer = {choice.mentor.user.given_name for choice in offered_to(aisha, trained.sam, now, swap=swap)}
    assert (everybody, closer) == ({"Una", "Zane", "Yan"}, {"Una"})


def test_a_reason_that_nobody_with_room_keeps_is_set_aside(trained, matched, now):
    change_policy(
        cohort=trained.cohort, changes={"near_disciplines": [["sociology", "computing"]]}, by=trained.dr_lee, now=now
    )
    stop_taking_part(participant=trained.participant("una"), by=None, now=now)
    swap = ask_for_swap(match=matched["aisha"], reasons=["course"], handler=trained.sam, by=trained.aisha, now=now)
    only = offered_to(trained.participant("aisha"), trained.sam, now, swap=swap)
    assert [choice.mentor.user.given_name for choice in only] == ["Zane"]


def test_late_joiners_get_a_draft_that_moves_nobody(trained, matched, now):
    late = [add_mentee(trained, f"Late{number}", trained.sociology) for number in range(3)]
    before = set(Match.objects.live().values_list("pk", "mentor", "mentee"))
    run = solved(trained, by="dr_lee", unit="university", now=now)
    drafted = set(run.proposals.values_list("mentee", flat=True))
    assert {person.pk for person in late} <= drafted
    assert not drafted & {mentee for _, _, mentee in before}
    publish_run(run=run, by=trained.dr_lee, now=now)
    assert before < set(Match.objects.live().values_list("pk", "mentor", "mentee"))
    assert Match.objects.live().filter(mentee__in=late).count() == 3


def test_page_shows_each_way_and_what_it_costs_and_shares_out_what_it_showed(trained, matched, now):
    for name in ("priya", "una"):
        stop_taking_part(participant=trained.participant(name), by=None, now=now)
    for name in ("Twoplaces", "Another"):
        mentor = add_mentor(trained, name, trained.sociology, now, places_offered=4)
        for number in range(2):
            MatchFactory(mentor=mentor, mentee=add_mentee(trained, f"{name}{number}", trained.sociology))
    client, url = client_of(trained, "sam"), reverse("matching:rehome", args=[trained.participant("priya").pk])
    page = words_of(client.get(url))
    assert "Or share them out" in page
    assert "Takes the whole group" in page
    assert "group grows from 2 to 5" in page
    assert "Share them out like this" in page
    orphans = [match.mentee for match in orphaned_by(trained.sam, now.date())]
    shown = shared_out(lists_of(orphans, now), by=trained.sam)
    stale = client.post(url, {"shared": "1:2"}, follow=True)
    assert "Something changed since you opened this page" in words_of(stale)
    assert not Match.objects.live().filter(mentor=trained.participant("priya")).exists()
    done = client.post(url, {"shared": shown.key}, follow=True)
    assert "3 students have a mentor again" in words_of(done)
    for home in shown.homes:
        assert Match.objects.live().filter(mentor=home.mentor, mentee__in=home.fits).count() == len(home.fits)
