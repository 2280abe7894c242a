"""That there is a letter, when it was due and what became of it tells nobody what they may not know (trust.md §2).

A manager sees who is paired and of their contacts how many there were; "First hello" in the log would name the pair
in which nobody had said hello.
"""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from mentoring.matching.models import Match, SwapRequest
from mentoring.messaging.letters import LETTERS, Letter
from mentoring.messaging.models import Message
from mentoring.messaging.selectors import failed_messages_visible_to, letter_titles, messages_visible_to
from mentoring.messaging.states import Urgency
from schemes.models import Appointment, Cohort
from schemes.roles import Capability
from schemes.states import Role
from tests.factories import NOW, TODAY, Northfield
from tests.house.states import CHANCE

# Why everybody who sees somebody's messages may see these.
TELLS_NOTHING = {
    "agreements.receipt": "who agreed is on the list of people",
    "announcements.note": "to everybody whom its author chose; how they were chosen is not said",
    "console.monday": "to who coordinates: that something waits, and not what",
    "events.booked": "who has a place is on the event's page",
    "events.cancelled": "that an event was cancelled is on its page",
    "events.changed": "that an event was changed is on its page",
    "events.place_freed": "who has a place is on the event's page",
    "matching.back": "that somebody takes part again is on their page",
    "matching.hello": "that two were introduced is on their page",
    "matching.meet": "that two were introduced is on their page",
    "matching.mentee-stopped": "that somebody stopped is on their page",
    "matching.mentor-stopped": "that somebody stopped is on their page",
    "nudges.texts-again": "a coordinator sent it to who had not agreed: both are on the list of people",
    "nudges.welcome": "to who has no mentor yet",
    "portal.stopped": "that somebody stopped is on their page",
    "protection.anchor": "of no cohort, so in nobody's log",
    "protection.copy-ready": "of no cohort, so in nobody's log",
    "protection.erasure-granted": "of no cohort, so in nobody's log",
    "protection.erasure-refused": "of no cohort, so in nobody's log",
    "recruitment.invitation": "to everybody who had a mentor",
    "safeguarding.told": "of no cohort, so in nobody's log",
}
LOGGED = [one for one in LETTERS.values() if one.urgency != Urgency.AT_ONCE and not one.name.startswith("test.")]
FOR_SOME = sorted(letter.name for letter in LOGGED if letter.needs)
OF_CONTACTS = sorted(letter.name for letter in LOGGED if letter.needs == Capability.SEE_CONTACTS)


def test_of_each_letter_it_is_decided_who_may_know_of_it() -> None:
    assert {letter.name for letter in LOGGED if not (letter.needs or letter.seen_by)} == set(TELLS_NOTHING)


def _failed(letter: str, northfield: Northfield, match: Match) -> Message:
    """A letter of this name to aisha that could not be sent, about what such a letter is about."""
    about: Match | SwapRequest = match
    if LETTERS[letter].seen_by:
        about, _is_new = SwapRequest.objects.get_or_create(match=match, asked_at=NOW, promised_by=TODAY)
    return Message.objects.create(
        key=f"test/{letter}", message_id=f"<{letter}@northfield.ac.uk>", letter=letter, recipient=northfield.aisha,
        cohort=northfield.cohort, state="failed", due_at=NOW, created_at=NOW, closed_at=NOW,
        object_type=about._meta.label_lower, object_id=str(about.pk),
    )  # fmt: skip


def _pages(client: Client, letter: str, match: Match) -> dict[str, bytes]:
    """Every page on which messages are listed, named, counted or chosen, without what chance puts there."""
    log = reverse("messaging:log")
    asked = [
        log, f"{log}?q=aisha", f"{log}?show=needs-you", f"{log}?letter={letter}", reverse("console:today"),
        reverse("console:person", args=[match.mentee_id]), reverse("console:person", args=[match.mentor_id]),
        reverse("console:pair", args=[match.pk]), reverse("nudges:rules"), reverse("nudges:previews"),
        f"{reverse('nudges:previews')}?letter={letter}&person={match.mentee_id}",
    ]  # fmt: skip
    return {url: CHANCE.sub(b"", client.get(url).content) for url in asked}


@pytest.mark.abuse(4)
@pytest.mark.parametrize("letter", FOR_SOME)
def test_a_managers_pages_are_the_same_with_and_without_it(
    client: Client, northfield: Northfield, manager: User, matched: dict[str, Match], letter: str
) -> None:
    client.force_login(manager)
    before = _pages(client, letter, matched["aisha"])
    message = _failed(letter, northfield, matched["aisha"])
    assert _pages(client, letter, matched["aisha"]) == before
    for name in ("message", "again", "mark_sent"):
        url = reverse(f"messaging:{name}", args=[message.pk])
        assert (client.get(url) if name == "message" else client.post(url)).status_code == 404
    assert letter not in dict(letter_titles(manager, TODAY, northfield.cohort))


def _seen_by(user: User, messages: list[Message]) -> set[str]:
    """The letters of those messages that are in somebody's log as having failed."""
    failed = failed_messages_visible_to(User.objects.get(pk=user.pk), TODAY)
    return {message.letter for message in messages if message in failed}


def test_one_that_failed_is_in_the_log_of_who_coordinates(northfield: Northfield, matched: dict[str, Match]) -> None:
    messages = [_failed(letter, northfield, matched["aisha"]) for letter in FOR_SOME]
    assert _seen_by(northfield.sam, messages) == set(FOR_SOME)
    assert set(FOR_SOME) <= set(dict(letter_titles(northfield.sam, TODAY, northfield.cohort)))
    assert not _seen_by(northfield.carys, messages)


def test_one_that_failed_is_in_the_student_leads_log_where_students_lead(
    northfield: Northfield, matched: dict[str, Match]
) -> None:
    messages = [_failed(letter, northfield, matched["aisha"]) for letter in FOR_SOME]
    User.objects.filter(pk=northfield.tom.pk).update(student_number="S-tom")
    Cohort.objects.filter(pk=northfield.cohort.pk).update(student_led_since=NOW)
    northfield.cohort.refresh_from_db()
    assert _seen_by(northfield.tom, messages) == set(FOR_SOME)
    assert set(FOR_SOME) <= set(dict(letter_titles(northfield.tom, TODAY, northfield.cohort)))
    assert not _seen_by(northfield.sam, messages) | _seen_by(northfield.dr_lee, messages)


@pytest.mark.abuse(4)
def test_an_intern_sees_contacts_and_no_questions_wishes_or_decisions(
    northfield: Northfield, matched: dict[str, Match]
) -> None:
    messages = [_failed(letter, northfield, matched["aisha"]) for letter in FOR_SOME]
    assert _seen_by(northfield.tom, messages) == set(OF_CONTACTS)
    offered = set(dict(letter_titles(northfield.tom, TODAY, northfield.cohort)))
    assert offered & set(FOR_SOME) == set(OF_CONTACTS)


@pytest.mark.abuse(4)
def test_who_coordinates_a_unit_besides_sees_those_of_that_unit_alone(
    northfield: Northfield, manager: User, matched: dict[str, Match]
) -> None:
    here, there = (_failed(letter, northfield, matched["aisha"]) for letter in OF_CONTACTS[:2])
    Message.objects.filter(pk=there.pk).update(recipient=northfield.omar)
    Appointment.objects.create(
        scheme=northfield.scheme, user=manager, role=Role.COORDINATOR, unit=northfield.computing, starts_on=TODAY
    )
    assert list(messages_visible_to(manager, TODAY)) == [there]
    Message.objects.update(letter="matching.hello")
    assert set(messages_visible_to(manager, TODAY)) == {here, there}


def test_who_may_know_of_all_is_asked_nothing_more(northfield: Northfield, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log of a coordinator costs what it would if no letter told anything."""
    asked = {name: str(messages_visible_to(northfield.people[name], TODAY).query) for name in ("sam", "dr_lee")}
    for letter in LOGGED:
        plain = Letter(letter.name, letter.urgency, letter.compose, letter.title, seen_by=letter.seen_by)
        monkeypatch.setitem(LETTERS, letter.name, plain)
    assert asked == {name: str(messages_visible_to(northfield.people[name], TODAY).query) for name in asked}
