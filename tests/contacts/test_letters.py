"""What a mentor hears of a tap."""

import pytest

from mentoring.contacts import services
from mentoring.contacts.states import Reply
from mentoring.matching.services import stop_taking_part
from mentoring.messaging.letters import LETTERS
from mentoring.messaging.models import Message


def _content(letter):
    return LETTERS[letter].compose(Message.objects.get(letter=letter))


@pytest.mark.parametrize("choice", Reply)
def test_each_tap_has_its_letter_in_the_mentees_words(northfield, matched, now, choice) -> None:
    services.reply(match=matched["aisha"], choice=choice, by=None, now=now)
    content = _content("contacts.replied")
    assert content.quote == choice.label
    assert "Aisha" in content.subject
    assert len(content.subject) <= 50
    assert content.reply_to == "aisha@northfield.ac.uk"
    assert "Begum" in content.sender_name


def test_a_reply_taken_back_or_a_mentee_who_stopped_sends_no_letter(northfield, matched, now) -> None:
    made = services.reply(match=matched["aisha"], choice="hello", by=None, now=now)
    stop_taking_part(participant=northfield.participant("aisha"), by=None, now=now)
    assert _content("contacts.replied") is None
    services.undo_reply(reply=made, by=None, now=now)
    assert _content("contacts.replied") is None


def test_new_links_lead_to_the_owners_own_replies(northfield, matched, now) -> None:
    services.ask_for_new_links(match=matched["aisha"], now=now)
    content = _content("contacts.links")
    assert all("/l/reply-" in action.url for action in content.actions)
    stop_taking_part(participant=northfield.participant("priya"), by=None, now=now)
    assert _content("contacts.links") is None
