"""Stopping with a receipt, pausing, coming back."""

from datetime import timedelta

from mentoring.matching.models import Match
from mentoring.matching.states import MatchState
from mentoring.messaging.letters import LETTERS
from mentoring.messaging.models import Message
from mentoring.participation.states import ParticipantState
from mentoring.portal import services


def _receipts():
    return Message.objects.filter(letter="portal.stopped")


def test_stopping_works_at_once_and_twice_is_once(northfield, matched, now) -> None:
    aisha = northfield.participant("aisha")
    services.stop(participants=[aisha], by=aisha.user, now=now)
    services.stop(participants=[aisha], by=aisha.user, now=now + timedelta(minutes=1))
    aisha.refresh_from_db()
    assert (aisha.state, aisha.left_at) == (ParticipantState.LEFT, now)
    assert not Match.objects.live().filter(mentee=aisha).exists()
    assert _receipts().count() == 1
    assert Message.objects.filter(letter="matching.mentee-stopped", recipient=northfield.priya).count() == 1


def test_the_receipt_asks_nothing_and_can_undo(northfield, matched, now) -> None:
    aisha = northfield.participant("aisha")
    services.stop(participants=[aisha], by=None, now=now)
    content = LETTERS["portal.stopped"].compose(_receipts().get())
    assert content is not None
    assert "26 October" in " ".join(content.paragraphs)
    assert "/l/stop/" in content.actions[0].url


def test_the_receipt_is_not_sent_to_somebody_who_is_back(northfield, matched, now) -> None:
    aisha = northfield.participant("aisha")
    services.stop(participants=[aisha], by=None, now=now)
    services.start_again(participants=[aisha], by=None, now=now)
    assert LETTERS["portal.stopped"].compose(_receipts().get()) is None


def test_undo_within_a_fortnight_brings_the_match_back(northfield, matched, now) -> None:
    aisha = northfield.participant("aisha")
    services.stop(participants=[aisha], by=None, now=now)
    restored = services.start_again(participants=[aisha], by=None, now=now + timedelta(days=13))
    assert [match.pk for match in restored] == [matched["aisha"].pk]
    assert services.start_again(participants=[aisha], by=None, now=now + timedelta(days=13)) == []


def test_later_one_comes_back_without_the_match(northfield, matched, now) -> None:
    aisha = northfield.participant("aisha")
    services.stop(participants=[aisha], by=None, now=now)
    assert services.start_again(participants=[aisha], by=None, now=now + timedelta(days=15)) == []
    matched["aisha"].refresh_from_db()
    assert matched["aisha"].state == MatchState.ENDED
    assert aisha.state == ParticipantState.ENROLLED


def test_stopping_again_after_coming_back_has_its_own_receipt(northfield, matched, now) -> None:
    aisha = northfield.participant("aisha")
    services.stop(participants=[aisha], by=None, now=now)
    services.start_again(participants=[aisha], by=None, now=now + timedelta(days=1))
    services.stop(participants=[aisha], by=None, now=now + timedelta(days=2))
    assert _receipts().count() == 2


def test_a_pause_keeps_the_match_and_ends_by_coming_back(northfield, matched, now) -> None:
    aisha = northfield.participant("aisha")
    services.rest(participants=[aisha], by=aisha.user, now=now)
    assert aisha.state == ParticipantState.PAUSED
    assert Match.objects.live().filter(mentee=aisha).exists()
    services.start_again(participants=[aisha], by=aisha.user, now=now)
    assert aisha.state == ParticipantState.ENROLLED
