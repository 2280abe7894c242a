"""What people read: own words, what both show, links that do one thing, nobody's address or attribute."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Consent
from mentoring.matching import letters
from mentoring.matching.models import Match
from mentoring.matching.services import (
    ask_for_swap,
    introduce_published,
    publish_run,
    stop_taking_part,
    swap_mentor,
    undo_stop,
)
from mentoring.messaging.letters import LETTERS, Content
from mentoring.messaging.models import Message
from mentoring.participation.models import ProfileFact, Wishes


def composed(name: str, given_name: str) -> Content | None:
    message = Message.objects.get(letter=name, recipient__given_name=given_name)
    return LETTERS[name].compose(message)


def words_of(content: Content) -> str:
    return " ".join([content.subject, *content.paragraphs, content.quote, *content.tags, content.why])


@pytest.fixture
def introduced(draft, trained, now):
    """Everybody was introduced; aisha and her mentor share two facts, one of them shown by both."""
    proposal = draft.proposals.get(mentee=trained.participant("aisha"))
    mentor, mentee = proposal.mentor, proposal.mentee
    mentor.hello = "I got lost in the library twice in one day."
    mentor.save()
    for participant in (mentor, mentee):
        ProfileFact.objects.create(participant=participant, kind="interest", value="football", is_shown=True)
    ProfileFact.objects.create(participant=mentee, kind="circumstance", value="carer", is_shown=False)
    ProfileFact.objects.create(participant=mentor, kind="circumstance", value="carer", is_shown=True)
    consent = Consent.objects.create(person=mentee.user, kind="matching-wishes", text_version="1", given_at=now)
    told = {"own": {"religion": "canary-faith"}, "wishes": {"gender": {"kind": "prefer", "value": "canary-gender"}}}
    Wishes.objects.create(participant=mentee, consent=consent, told=told, saved_at=now)
    publish_run(run=draft, by=trained.dr_lee, now=now)
    introduce_published(now=now + timedelta(minutes=15))
    return Match.objects.get(mentee=mentee)


def test_a_mentor_says_hello_in_their_own_words(introduced):
    content = composed("matching.hello", "Aisha")
    mentor = introduced.mentor.user
    assert content.subject == f"{mentor.first_name} says hello"
    assert len(content.subject) <= 50
    assert content.quote == "I got lost in the library twice in one day."
    assert content.tags == ("Football",)
    assert content.reply_to == mentor.email
    assert content.sender_name == mentor.full_name
    assert "@" not in words_of(content)
    assert not re.search("canary|arer", words_of(content))


def test_every_link_of_a_hello_opens_without_signing_in_and_changes_nothing(introduced):
    content = composed("matching.hello", "Aisha")
    assert [action.label for action in content.actions][:2] == ["Hi, nice to meet you", "Thanks, I am fine for now"]
    before = Match.objects.values_list("pk", "state")
    for action in content.actions:
        response = Client().get(action.url.replace("http://localhost:8000", ""))
        assert response.status_code == 200, action.label
    assert list(Match.objects.values_list("pk", "state")) == list(before)


def test_a_mentor_meets_all_new_mentees_in_one_letter(introduced):
    mentor = introduced.mentor.user
    content = composed("matching.meet", mentor.given_name)
    assert content.subject == "Meet your three"
    words = words_of(content)
    assert all(name in words for name in ("Aisha", "Ben", "Chidi"))
    assert "You both said: Football" in words
    assert "@" not in words
    assert "arer" not in words
    assert content.reply_to == ""


def test_a_hello_is_not_wanted_once_somebody_left(introduced, trained, now):
    stop_taking_part(participant=trained.participant("aisha"), by=None, now=now + timedelta(minutes=16))
    assert composed("matching.hello", "Aisha") is None
    gone = composed("matching.mentee-stopped", introduced.mentor.user.given_name)
    assert gone.subject == "Aisha is all right without a mentor"
    assert len(gone.subject) <= 50


def test_the_mentor_of_before_never_learns_why(introduced, trained, now):
    later = now + timedelta(days=3)
    swap = ask_for_swap(
        match=introduced, reasons=["comfort", "silence"], handler=trained.sam, by=trained.aisha, now=later
    )
    receipt, wanted = composed("matching.swap-asked", "Aisha"), composed("matching.swap-wanted", "Sam")
    assert receipt.subject == "We are finding you someone"
    assert "Aisha" not in words_of(wanted)
    new_mentor = next(trained.participant(n) for n in ("priya", "una") if trained.participant(n) != introduced.mentor)
    swap_mentor(swap=swap, mentor=new_mentor, by=trained.sam, now=later)
    assert composed("matching.swap-asked", "Aisha") is None
    content = composed("matching.swap-done", introduced.mentor.user.given_name)
    assert content.subject == "A change for Aisha"
    assert not re.search("at ease|in touch|comfort|silence|asked", words_of(content))


def test_a_group_hears_that_somebody_is_being_found_and_that_their_mentor_is_back(introduced, trained, now):
    later = now + timedelta(days=3)
    mentor = introduced.mentor
    stop_taking_part(participant=mentor, by=mentor.user, now=later)
    content = composed("matching.mentor-stopped", "Ben")
    assert "nothing to do with you" in words_of(content)
    mentor.refresh_from_db()
    undo_stop(participant=mentor, by=mentor.user, now=later + timedelta(days=1))
    assert composed("matching.mentor-stopped", "Ben") is None
    assert composed("matching.back", "Ben").subject == f"{mentor.user.first_name} is back"


def test_every_letter_of_this_app_has_a_title_for_the_log():
    names = [name for name in LETTERS if name.startswith("matching.")]
    assert len(names) == 10
    assert all(str(LETTERS[name].title) for name in names)
    assert letters.ONE_TAP[0][0] == "hello"
