"""Each nudge's letter: one small thing, why it comes, how to stop; and links that only show when fetched."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.core import serializers
from django.test import Client
from django.utils import timezone

from mentoring.agreements.models import Acceptance
from mentoring.agreements.selectors import unaccepted_texts
from mentoring.agreements.services import publish_standard_texts
from mentoring.contacts.models import Contact
from mentoring.matching.models import Match
from mentoring.messaging.letters import LETTERS
from mentoring.messaging.models import Message
from mentoring.messaging.rendering import Addressee, render
from mentoring.messaging.services import owe
from mentoring.nudges.rules import reasons
from mentoring.nudges.selectors import AGAIN, LETTER, facts_of, rhythm_of
from mentoring.participation.models import Participant
from schemes.nudging import Text
from tests.nudges.test_services import log

MENTEES = {Text.STILL_HERE, Text.PHASE_MENTEE, Text.SECOND_TERM}


@pytest.fixture
def nudge(northfield, matched, now):
    """Owe one nudge of a rule on a day on which its reason stands."""

    def make(rule):
        name = "omar" if rule == Text.WELCOME else "aisha" if rule in MENTEES else "priya"
        participant = northfield.participant(name)
        Participant.objects.filter(user=northfield.omar).update(enrolled_at=now)
        participant.refresh_from_db()
        log(northfield.participant("priya"), [matched["aisha"]], now.date() - timedelta(days=27), "attempt")
        rhythm = rhythm_of(northfield.cohort)
        days = {row.text: rhythm.milestones.get(row.milestone) for row in rhythm.table}
        moment = now + (days[rule] - now.date() if days[rule] else timedelta()) - timedelta(days=1)
        for _ in range(40):
            moment += timedelta(days=1)
            [person] = facts_of(northfield.cohort, [participant], moment.date())
            for owed in reasons(person, moment.date(), rhythm):
                if owed.text == rule:
                    return owe(
                        letter=LETTER + rule, recipient=participant.user, occasion=owed.occasion, now=moment,
                        cohort=northfield.cohort, about=participant,
                    )  # fmt: skip
        raise AssertionError(f"{rule} never stands")

    return make


@pytest.mark.parametrize("rule", list(Text))
def test_each_letter_asks_for_one_thing_and_says_why(nudge, rule):
    content = LETTERS[LETTER + rule].compose(nudge(rule))
    assert 0 < len(content.subject) <= 50
    assert 2 <= len(content.paragraphs) <= 4
    assert content.actions
    assert content.why.startswith("You are getting this because")
    assert "/l/quiet/" in content.stop_url
    words = " ".join(content.paragraphs)
    assert "%(" not in words
    assert len(words.split()) < 80
    if rule in MENTEES:
        assert content.reply_to == "priya@northfield.ac.uk"
        assert any("/l/reply-" in action.url for action in content.actions)
    else:
        assert len(content.actions) == 1
        assert content.reply_to == "sam@northfield.ac.uk" if rule != Text.WELCOME else "carys@northfield.ac.uk"


@pytest.mark.parametrize("rule", list(Text))
def test_each_letter_becomes_a_small_mail(nudge, rule, now):
    message = nudge(rule)
    content = LETTERS[message.letter].compose(message)
    to = Addressee(message.recipient.full_name, message.recipient.email)
    mail = render(content, to=to, message_id=message.message_id, now=now)
    assert len(mail.as_bytes()) < 10_000
    assert mail["List-Unsubscribe"] == f"<{content.stop_url}>"


def test_the_welcome_promises_a_mentor_and_pretends_none(nudge):
    """It goes out before anybody is matched, and says so wherever it is named."""
    letter = LETTERS[LETTER + Text.WELCOME]
    content = letter.compose(nudge(Text.WELCOME))
    assert content.subject == "You will have a mentor at your new university"
    assert str(letter.title) == "You will have a mentor"
    assert "every new student is given a mentor" in content.why


def test_who_is_asked_to_accept_texts_hears_how_many_there_are(nudge, northfield, now):
    publish_standard_texts(cohort=northfield.cohort, by=None, now=now)
    due = nudge(Text.AGREEMENT_DUE)
    participant = Participant.objects.get(user=due.recipient)
    again = owe(
        letter=AGAIN, recipient=due.recipient, occasion="again", now=now, cohort=northfield.cohort, about=participant
    )
    _one, *rest = unaccepted_texts(participant)
    several = LETTERS[due.letter].compose(due).paragraphs
    assert LETTERS[AGAIN].compose(again).paragraphs == several
    assert several[0] == f"There are {len(rest) + 1} short texts that you have not accepted yet."
    assert several[1].startswith("They say ")
    for text in rest:
        Acceptance.objects.create(text=text, participant=participant, accepted_at=now, receipt=str(text.pk))
    one = LETTERS[AGAIN].compose(again).paragraphs
    assert one[0] == "There is a short text that you have not accepted yet."
    assert one[1].startswith("It says ")


def everything():
    """Every row of ours, as text."""
    return {
        model._meta.label: serializers.serialize("json", model._base_manager.order_by("pk"))
        for model in apps.get_models()
        if model._meta.app_label not in {"sessions", "contenttypes", "auth"}
    }


@pytest.mark.parametrize("rule", [Text.STILL_HERE, Text.QUIET_PAIR])
@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.abuse(8)
def test_a_scanner_that_fetches_every_link_changes_no_row(nudge, rule, method):
    message = nudge(rule)
    content = LETTERS[message.letter].compose(message)
    before = everything()
    for url in [*(action.url for action in content.actions), content.stop_url]:
        answer = getattr(Client(), method)(urlsplit(url).path)
        assert answer.status_code in {200, 302}
    assert everything() == before


def test_one_click_ends_nudges_and_nothing_else(nudge, northfield):
    content = LETTERS[LETTER + Text.STILL_HERE].compose(nudge(Text.STILL_HERE))
    client = Client(enforce_csrf_checks=True)
    answer = client.post(urlsplit(content.stop_url).path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    aisha = Participant.objects.get(user=northfield.aisha)
    assert aisha.nudges_paused_at == timezone.now()
    assert aisha.state == "enrolled"
    assert Match.objects.live().filter(mentee=aisha).exists()
    assert LETTERS[LETTER + Text.STILL_HERE].compose(Message.objects.get()) is None


def test_no_letter_gives_advice_on_how_to_be_with_somebody(nudge):
    """A trial found that such tips lowered contact and closeness (look/README.md §4)."""
    for rule in Text:
        Message.objects.all().delete()
        Contact.objects.all().delete()
        content = LETTERS[LETTER + rule].compose(nudge(rule))
        words = " ".join([content.subject, *content.paragraphs]).lower()
        assert not re.search(r"\b(should|remember to|make sure|listen|ask them|be open|be kind|relationship)\b", words)
