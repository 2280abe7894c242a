"""What the database is asked about all pairs at once is what the rules decide about each."""

from datetime import timedelta
from itertools import product
from typing import Any
from uuid import uuid4

import pytest

from mentoring.console.rules import is_quiet, waits_for_answer
from mentoring.console.selectors.groups import group_counts, groups_listed, groups_now
from mentoring.console.selectors.pairs import facts_of_pair, pairs_in_reach, pairs_now, pairs_of, quiet_after
from mentoring.contacts.models import Contact, CourtesyReply
from mentoring.matching.models import Match
from mentoring.matching.rules import Sizes, places_offered
from mentoring.matching.selectors import offered_places
from mentoring.participation.models import Participant
from tests.factories import NOW, TODAY, MatchFactory, MentorFactory, Northfield, ParticipantFactory, UserFactory

DAYS = 21  # of silence in this phase
CONTACTS = (None, ("attempt", DAYS), ("two-way", DAYS - 1))
REPLIES: tuple[Any, ...] = (
    None,
    ("fine", 25, None, None),
    ("fine", 25, 24, None),  # answered: it stands no more
    ("fine", 25, None, 24),  # undone
    ("question", 25, None, None),
    ("question", 1, None, None),
    ("hello", DAYS, None, None),
    ("hello", DAYS - 1, None, None),
)


def _ago(days: int | None) -> Any:
    return None if days is None else NOW - timedelta(days=days)


def _pair(northfield: Northfield, introduced: int, contact: Any, reply: Any, mentor: Participant | None = None) -> None:
    mentee = ParticipantFactory(user=UserFactory(), cohort=northfield.cohort, programme=northfield.sociology)
    mentor = mentor or northfield.participant("una")
    match = MatchFactory(mentor=mentor, mentee=mentee, introduced_at=_ago(introduced), made_at=_ago(60))
    if contact:
        kind, days = contact
        made = Contact.objects.create(
            mentor=mentor, kind=kind, channel="message", happened_on=TODAY - timedelta(days=days), form_key=uuid4(),
            logged_at=NOW,
        )  # fmt: skip
        made.matches.add(match)
    if reply:
        choice, days, answered, undone = reply
        CourtesyReply.objects.create(
            match=match, choice=choice, replied_at=_ago(days), answered_at=_ago(answered), undone_at=_ago(undone)
        )


@pytest.fixture
def many(northfield: Northfield) -> Northfield:
    for introduced, contact, reply in product((DAYS - 1, DAYS, 40), CONTACTS, REPLIES):
        _pair(northfield, introduced, contact, reply)
    return northfield


def test_all_pairs_at_once_are_sorted_as_the_rules_sort_each(many: Northfield) -> None:
    cohort, known = many.cohort, list(pairs_of(many.dr_lee, many.cohort, TODAY))
    assert quiet_after(cohort, TODAY) == DAYS
    look = pairs_now(pairs_in_reach(many.dr_lee, cohort, TODAY), cohort, NOW)
    facts = {match.pk: facts_of_pair(match) for match in known}
    quiet = {pk for pk, fact in facts.items() if is_quiet(fact, today=TODAY, after_days=DAYS)}
    waiting = {match.pk: match.replied_at for match in known if waits_for_answer(facts[match.pk], now=NOW)}
    assert {match.pk for match in look.quiet} == quiet
    assert {match.pk for match in look.questions} == set(waiting)
    assert look.asked == (len(waiting), min(waiting.values()))
    assert look.counts == {
        "known": len(known),
        "contacted": sum(1 for fact in facts.values() if fact.last_sign),
        "replied": sum(1 for match in known if match.reply or match.last_heard),
        "quiet": len(quiet),
        "strained": 0,
    }
    unheard = {match.pk for match in known if not match.reply and not match.last_heard}
    assert {match.pk for match in look.known.filter(look.is_unheard)} == unheard
    assert 10 < len(quiet) < len(known)


def test_pair_of_somebody_who_left_is_not_among_them(many: Northfield) -> None:
    Participant.objects.filter(role="mentee").update(state="left", left_at=NOW)
    look = pairs_now(pairs_in_reach(many.dr_lee, many.cohort, TODAY), many.cohort, NOW)
    assert (look.counts["known"], look.quiet.count(), look.asked) == (0, 0, (0, None))


def test_groups_that_may_need_a_hand_are_counted_as_the_rule_counts_each(northfield: Northfield) -> None:
    """A mentor for each of all that can be, and for each two: one silent for long beside one of every other kind."""
    kinds = list(product((DAYS - 1, DAYS, 40), CONTACTS, (None, *REPLIES[1:4])))
    for number, kind in enumerate([*kinds, *kinds]):
        mentor = MentorFactory(user=UserFactory(), cohort=northfield.cohort, programme=northfield.sociology)
        _pair(northfield, *kind, mentor)
        if number >= len(kinds):
            _pair(northfield, 40, None, None, mentor)
    cohort = northfield.cohort
    look = pairs_now(pairs_in_reach(northfield.dr_lee, cohort, TODAY), cohort, NOW)
    everyone = groups_listed(look, cohort, show="", words="", course=None)
    groups = groups_now(everyone, pairs_of(northfield.dr_lee, cohort, TODAY), cohort, TODAY)
    asked = {
        "": groups,
        "strained": [group for group in groups if group.may_need_a_hand],
        "quiet": [group for group in groups if group.quiet],
        "room": [group for group in groups if group.has_room],
    }
    for show, found in asked.items():
        listed = list(groups_listed(look, cohort, show=show, words="", course=None))
        assert listed == [group.mentor.pk for group in found], show
        assert 5 < len(found) <= len(groups)
    assert group_counts(look, cohort) == {show: len(found) for show, found in asked.items()}
    assert look.counts["strained"] == len(asked["strained"]) < len(kinds)


@pytest.mark.parametrize("offered", [None, 1, 3, 40])
@pytest.mark.parametrize("sizes", [Sizes(3, 5, 6), Sizes(3, 5, 6, is_whole=True)])
def test_places_are_reckoned_by_the_database_as_by_the_rule(
    northfield: Northfield, sizes: Sizes, offered: int | None
) -> None:
    Participant.objects.filter(pk=northfield.participant("una").pk).update(places_offered=offered)
    asked = Participant.objects.annotate(places=offered_places(sizes)).get(pk=northfield.participant("una").pk)
    assert asked.places == places_offered(offered, sizes)


def test_a_group_is_found_by_the_name_of_any_of_its_people(northfield: Northfield, matched: dict[str, Match]) -> None:
    look = pairs_now(pairs_in_reach(northfield.dr_lee, northfield.cohort, TODAY), northfield.cohort, NOW)
    priya = northfield.participant("priya")

    def found(words: str, course: int | None = None) -> list[int]:
        return list(groups_listed(look, northfield.cohort, show="", words=words, course=course))

    assert found("priya") == found("AISHA") == found("priya ben") == found("", priya.programme_id) == [priya.pk]
    assert found("nobody") == found("aisha nobody") == found("", northfield.cs.pk) == []
