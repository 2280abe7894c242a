"""A mentor's group as cards."""

from datetime import timedelta
from uuid import uuid4

from mentoring.contacts import services
from mentoring.contacts.selectors import group_of, heard_in
from mentoring.contacts.services import ContactFacts
from mentoring.matching.services import stop_taking_part
from mentoring.participation.models import Participant
from tests.factories import TODAY, MatchFactory, ParticipantFactory


def _log(northfield, matches, kind, now) -> None:
    services.log_contact(
        mentor=northfield.participant("priya"),
        facts=ContactFacts(matches, kind, "message", TODAY),
        form_key=uuid4(),
        by=northfield.priya,
        now=now,
    )


def _standings(northfield) -> dict[str, str]:
    cards = group_of(northfield.participant("priya"))
    return {card.match.mentee.user.first_name: str(card.standing) for card in cards}


def test_silence_and_attempts_show_as_not_heard(northfield, matched, now) -> None:
    _log(northfield, list(matched.values()), "attempt", now)
    assert _standings(northfield) == {"Aisha": "not-heard", "Ben": "not-heard", "Chidi": "not-heard"}


def test_each_card_says_what_was_last_heard(northfield, matched, now) -> None:
    services.reply(match=matched["aisha"], choice="fine", by=None, now=now)
    _log(northfield, [matched["ben"]], "two-way", now)
    cards = group_of(northfield.participant("priya"))
    assert _standings(northfield) == {"Aisha": "fine", "Ben": "heard", "Chidi": "not-heard"}
    assert cards[0].reply is not None
    assert cards[0].last_contact is None  # a tap is shown as a tap, not again as a contact
    assert cards[1].last_contact is not None
    heard = heard_in(cards)
    assert (heard.heard, heard.people) == (2, 3)


def test_a_question_asks_until_it_is_taken_up(northfield, matched, now) -> None:
    made = services.reply(match=matched["aisha"], choice="question", by=None, now=now)
    assert group_of(northfield.participant("priya"))[0].asks
    services.mark_answered(reply=made, by=northfield.priya, now=now)
    assert not group_of(northfield.participant("priya"))[0].asks


def test_who_stopped_or_has_not_been_announced_is_not_in_the_group(northfield, matched, now) -> None:
    stop_taking_part(participant=northfield.participant("aisha"), by=None, now=now)
    matched["ben"].state = "proposed"
    matched["ben"].save()
    assert set(_standings(northfield)) == {"Chidi"}


def test_the_group_takes_constant_queries(northfield, matched, now, django_assert_num_queries) -> None:
    priya = Participant.objects.get(pk=northfield.participant("priya").pk)
    services.reply(match=matched["aisha"], choice="hello", by=None, now=now)
    _log(northfield, list(matched.values()), "two-way", now - timedelta(hours=2))
    with django_assert_num_queries(4):
        group_of(priya)
    for _unused in range(3):
        mentee = ParticipantFactory(cohort=northfield.cohort, programme=northfield.sociology)
        MatchFactory(mentor=priya, mentee=mentee)
    with django_assert_num_queries(4):
        assert len(group_of(priya)) == 6
