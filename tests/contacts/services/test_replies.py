"""One tap: once, seen at once, changed and undone."""

from datetime import timedelta

import pytest

from accounts.models import AuditEntry
from accounts.services import WrongState
from mentoring.contacts import services
from mentoring.contacts.models import Contact, CourtesyReply
from mentoring.contacts.selectors import standing_reply
from mentoring.matching.services import stop_taking_part
from mentoring.matching.states import MatchState
from mentoring.messaging.models import Message


def _reply(match, now, choice="hello", **more):
    return services.reply(match=match, choice=choice, by=None, now=now, by_link=True, **more)


def test_a_tap_is_a_contact_a_letter_and_makes_the_match_active(northfield, matched, now) -> None:
    made = _reply(matched["aisha"], now)
    contact = Contact.objects.get()
    assert (contact.kind, contact.channel, contact.mentor) == ("reply", "courtesy", northfield.participant("priya"))
    assert Message.objects.get(letter="contacts.replied").recipient == northfield.priya
    matched["aisha"].refresh_from_db()
    assert matched["aisha"].state == MatchState.ACTIVE
    assert AuditEntry.objects.filter(verb="reply sent", object_id=str(made.pk)).count() == 1


def test_the_same_tap_again_changes_nothing(matched, now) -> None:
    first = _reply(matched["aisha"], now)
    again = _reply(matched["aisha"], now + timedelta(minutes=5))
    assert again.pk == first.pk
    assert CourtesyReply.objects.count() == Contact.objects.count() == Message.objects.count() == 1


def test_a_change_of_mind_takes_the_place_of_the_reply_before(matched, now) -> None:
    first = _reply(matched["aisha"], now)
    second = _reply(matched["aisha"], now + timedelta(minutes=5), choice="question")
    first.refresh_from_db()
    assert first.undone_at == now + timedelta(minutes=5)
    assert standing_reply(matched["aisha"]) == second
    assert Contact.objects.filter(withdrawn_at=None).count() == 1
    states = dict(Message.objects.values_list("object_id", "state"))
    assert states == {str(first.pk): "cancelled", str(second.pk): "due"}


def test_a_later_reply_leaves_the_one_before_as_history(matched, now) -> None:
    first = _reply(matched["aisha"], now)
    second = _reply(matched["aisha"], now + timedelta(days=20), choice="question")
    first.refresh_from_db()
    assert first.undone_at is None
    assert standing_reply(matched["aisha"]) == second
    assert Contact.objects.filter(withdrawn_at=None).count() == 2


def test_the_same_question_may_be_asked_again_once_it_was_taken_up(northfield, matched, now) -> None:
    first = _reply(matched["aisha"], now, choice="question")
    services.mark_answered(reply=first, by=northfield.priya, now=now)
    again = _reply(matched["aisha"], now + timedelta(days=2), choice="question")
    assert again.pk != first.pk
    assert Message.objects.filter(letter="contacts.replied").count() == 2


def test_undo_takes_back_reply_contact_and_letter_and_is_repeatable(matched, now) -> None:
    made = _reply(matched["aisha"], now)
    services.undo_reply(reply=made, by=None, now=now + timedelta(minutes=1))
    services.undo_reply(reply=made, by=None, now=now + timedelta(minutes=2))
    made.refresh_from_db()
    assert made.undone_at == now + timedelta(minutes=1)
    assert standing_reply(matched["aisha"]) is None
    assert not Contact.objects.filter(withdrawn_at=None).exists()
    assert Message.objects.get().state == "cancelled"


def test_nobody_answers_a_match_that_is_over(northfield, matched, now) -> None:
    stop_taking_part(participant=northfield.participant("priya"), by=None, now=now)
    with pytest.raises(WrongState, match="no longer matched"):
        _reply(matched["aisha"], now)
    assert not CourtesyReply.objects.exists()


def test_new_links_are_sent_once_a_day_to_their_owner(northfield, matched, now) -> None:
    for hours in (0, 1, 26):
        services.ask_for_new_links(match=matched["aisha"], now=now + timedelta(hours=hours))
    letters = Message.objects.filter(letter="contacts.links")
    assert letters.count() == 2
    assert {letter.recipient for letter in letters} == {northfield.aisha}
