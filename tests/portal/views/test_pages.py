"""A student's first page, the mentor's mentees, and the mentee's mentor."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mentoring.contacts.models import Invitation, MaskedQuestion
from mentoring.contacts.services import Meeting, ask_masked, invite, reply
from mentoring.matching.services import ask_for_swap, withdraw_swap
from mentoring.participation.services import leave, pause, save_profile
from tests.factories import MatchFactory, MentorFactory, ParticipantFactory

HOME, MENTOR, MENTEES = (reverse(f"portal:{name}") for name in ("home", "mentor", "mentees"))


def _page(client: Client, user, url: str) -> str:
    client.force_login(user)
    return client.get(url).content.decode()


def _show(participant, now, *, hello="", shown=()) -> None:
    facts = [("interest", "football"), ("circumstance", "carer")]
    save_profile(participant=participant, hello=hello, facts=facts, shown=shown, by=participant.user, now=now)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("priya", "See your mentees"),
        ("una", "Your mentees arrive before term"),
        ("aisha", "Meet Priya"),
        ("omar", "You will have a mentor"),
        ("nobody", "Nothing here yet"),
        ("mallory", "Nothing here yet"),
    ],
)
def test_home_leads_each_to_what_is_theirs(client, northfield, matched, name, words) -> None:
    assert words in _page(client, northfield.people[name], HOME)


def test_home_names_the_coordinator_of_ones_own_unit(client, northfield, matched) -> None:
    assert "Sam Whitaker" in _page(client, northfield.aisha, HOME)
    omar = _page(client, northfield.omar, HOME)
    assert "Carys Morgan" in omar
    assert "Sam Whitaker" not in omar


def test_home_shows_both_roles_of_somebody_who_has_both(client, northfield, matched) -> None:
    MentorFactory(user=northfield.aisha, cohort=northfield.other_cohort, programme=northfield.sociology)
    page = _page(client, northfield.aisha, HOME)
    assert "Meet Priya" in page
    assert "Your mentees arrive before term" in page


def test_get_ready_counts_what_is_left_for_a_mentor(client, northfield, matched, now) -> None:
    page = _page(client, northfield.priya, HOME)
    assert "Get ready" in page
    assert "3 texts to read" in page
    _show(northfield.participant("priya"), now, hello="Hello")
    assert "3 things left to get ready" not in _page(client, northfield.priya, MENTEES)
    assert "2 things left to get ready" in _page(client, northfield.priya, MENTEES)


def test_meet_priya_shows_her_words_and_only_what_both_show(client, northfield, matched, now) -> None:
    _show(northfield.participant("priya"), now, hello="Ask me anything.", shown=["interest", "circumstance"])
    _show(northfield.participant("aisha"), now, shown=["interest"])
    page = _page(client, northfield.aisha, MENTOR)
    for words in ("Meet Priya", "Second-year Sociology", "Ask me anything.", "Football", "Hi, nice to meet you"):
        assert words in page
    assert "Caring" not in page


def test_what_was_sent_is_shown_and_can_be_changed(client, northfield, matched, now) -> None:
    reply(match=matched["aisha"], choice="fine", by=northfield.aisha, now=now)
    page = _page(client, northfield.aisha, MENTOR)
    assert "Already sent. Change it?" in page
    assert "Take it back" in page
    assert 'value="fine"' not in page


@pytest.mark.parametrize("url", [HOME, MENTOR])
def test_who_asked_for_a_different_mentor_finds_it_there_and_is_not_offered_it_again(
    client, northfield, matched, now, url
) -> None:
    assert "Ask for a different mentor" in _page(client, northfield.aisha, url)
    swap = ask_for_swap(match=matched["aisha"], reasons=[], handler=northfield.sam, by=northfield.aisha, now=now)
    page = _page(client, northfield.aisha, url)
    assert "A different mentor was asked for on 12 October. You hear from us by Saturday 17 October" in page
    assert f'href="{reverse("matching:swap_ask")}">See what happens next, or take it back' in page
    assert "Ask for a different mentor" not in page
    assert "asked for" not in _page(client, northfield.priya, HOME)
    withdraw_swap(swap=swap, by=northfield.aisha, now=now)
    assert "Ask for a different mentor" in _page(client, northfield.aisha, url)


def test_mentees_show_taps_and_never_fine_by_silence(client, northfield, matched, now) -> None:
    reply(match=matched["aisha"], choice="question", by=None, now=now)
    page = _page(client, northfield.priya, MENTEES)
    assert "“I have a question”" in page
    assert "1 of 3 answered; that is usual" in page
    assert page.count("not heard") == 2
    assert "said fine" not in page
    assert "I have answered" in page


def test_that_it_is_usual_is_said_of_some_and_not_of_everybody(client, northfield, matched, now) -> None:
    for name in ("aisha", "ben", "chidi"):
        assert "Everybody has answered" not in _page(client, northfield.priya, MENTEES)
        reply(match=matched[name], choice="fine", by=None, now=now)
    page = _page(client, northfield.priya, MENTEES)
    assert "Everybody has answered." in page
    assert "that is usual" not in page


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("priya", "Nobody will nudge you. Your matches stay."),
        ("aisha", "Nobody will nudge you. Your match stays."),
        ("una", "Nobody will nudge you.</p>"),
    ],
)
def test_pausing_says_what_stays(client, northfield, matched, now, name, words) -> None:
    pause(participant=northfield.participant(name), by=None, now=now)
    assert words in _page(client, northfield.people[name], HOME)


def test_nobody_sees_another_groups_people(client, northfield, matched, now) -> None:
    other = MatchFactory(mentor=northfield.participant("una"), mentee=northfield.participant("omar"))
    _show(other.mentee, now, hello="omar-canary")
    _show(northfield.participant("aisha"), now, hello="aisha-canary")
    page = _page(client, northfield.priya, MENTEES)
    assert "aisha-canary" in page
    assert "omar-canary" not in page
    for user in (northfield.ben, northfield.sam, northfield.admin):
        client.force_login(user)
        assert client.get(MENTEES).status_code == 404
    assert "canary" not in _page(client, northfield.ben, MENTOR)


def test_who_stopped_has_no_mentor_page_and_is_gone_from_the_group(client, northfield, matched, now) -> None:
    leave(participant=northfield.participant("aisha"), by=None, now=now)
    client.force_login(northfield.aisha)
    assert client.get(MENTOR).status_code == 404
    assert "Aisha" not in _page(client, northfield.priya, MENTEES)


def test_before_anything_is_announced_a_mentee_only_hears_that_it_will_come(client, northfield, matched) -> None:
    matched["aisha"].state = "proposed"
    matched["aisha"].save()
    assert "Priya" not in _page(client, northfield.aisha, MENTOR)
    assert "Priya" not in _page(client, northfield.aisha, HOME)


@pytest.mark.parametrize("url", [HOME, MENTEES])
def test_a_mentors_pages_take_constant_queries(client, northfield, matched, url) -> None:
    client.force_login(northfield.priya)
    client.get(url)
    with CaptureQueriesContext(connection) as three:
        client.get(url)
    for _unused in range(3):
        mentee = ParticipantFactory(cohort=northfield.cohort, programme=northfield.sociology)
        MatchFactory(mentor=northfield.participant("priya"), mentee=mentee)
    with CaptureQueriesContext(connection) as six:
        client.get(url)
    assert len(six) == len(three)


def _something_waits(northfield, match, now) -> None:
    """A question with a name, one without, and a meeting tomorrow at 12.45."""
    asker = match.mentee
    ask_masked(asker=asker, match=match, text="canary", form_key=uuid4(), now=now)
    meeting = Meeting(now.replace(hour=12, minute=45) + timedelta(days=1), "Ramsden foyer")
    invite(match=match, meeting=meeting, form_key=uuid4(), by=northfield.priya, now=now)
    reply(match=match, choice="question", by=asker.user, now=now)  # an invitation answers what was asked before


def test_a_mentors_first_page_says_what_waits_and_leads_there(client, northfield, matched, now) -> None:
    assert "What waits for you" not in _page(client, northfield.priya, HOME)
    _something_waits(northfield, matched["aisha"], now)
    reply(match=matched["ben"], choice="meet", by=northfield.ben, now=now)
    page = _page(client, northfield.priya, HOME)
    masked = reverse("contacts:answer_masked", args=[MaskedQuestion.objects.get().pk])
    meeting = reverse("contacts:meeting", args=[Invitation.objects.get().pk])
    for url, words in (
        (MENTEES, "Aisha has a question"),
        (MENTEES, "Ben would like to meet"),
        (masked, "Somebody asks, without a name"),
        (meeting, "Meet Aisha"),
    ):
        assert f'<a href="{url}">{words}</a>' in page
    assert "Tuesday 13 October, 12:45" in page
    assert "canary" not in page
    for name in ("aisha", "una"):
        assert "What waits for you" not in _page(client, northfield.people[name], HOME)


def test_what_waits_takes_constant_queries(client, northfield, matched, now) -> None:
    client.force_login(northfield.priya)
    _something_waits(northfield, matched["aisha"], now)
    client.get(HOME)
    with CaptureQueriesContext(connection) as one:
        client.get(HOME)
    for name in ("ben", "chidi"):
        _something_waits(northfield, matched[name], now)
    with CaptureQueriesContext(connection) as three:
        page = client.get(HOME).content.decode()
    assert page.count("has a question") == page.count("Somebody asks") == 3
    assert len(three) == len(one)
