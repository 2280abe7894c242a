"""A manager sees who is paired, and of their contacts how many there were (trust.md §2)."""

import csv
import io
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from mentoring.console.selectors.pairs import pairs_of
from mentoring.console.services import save_filter
from mentoring.contacts.models import CheckIn, Contact, CourtesyReply
from mentoring.contacts.selectors import contacts_visible_to
from mentoring.events.models import Attendance, Event
from mentoring.matching.models import Match
from mentoring.messaging.models import Message
from mentoring.nudges.models import Decision
from mentoring.nudges.selectors import coming_week, waiting_for_a_human
from mentoring.nudges.services import ask_forecast, work_forecast
from schemes.models import Appointment
from schemes.roles import Capability
from schemes.selectors import who_holds
from schemes.states import Role
from tests.factories import NOW, TODAY, Northfield
from tests.house.states import CHANCE
from tests.safeguarding.conftest import prove


@pytest.fixture
def told(client: Client, manager: User, matched: dict[str, Match]) -> Match:
    """A pair with a contact, a reply and a mentor who asked for help; the manager is signed in."""
    match = matched["aisha"]
    contact = Contact.objects.create(
        mentor=match.mentor, kind="two-way", channel="phone", happened_on=TODAY, form_key=uuid.uuid4(), logged_at=NOW
    )
    contact.matches.add(match)
    CourtesyReply.objects.create(match=match, choice="question", replied_at=NOW - timedelta(days=3))
    match.quiet_reports.create(reported_at=NOW)
    client.force_login(manager)
    return match


def words_of(client: Client, name: str, *args: object, **asked: str) -> str:
    return client.get(reverse(name, args=args), asked).content.decode()


def test_the_list_of_pairs_says_nothing_of_contacts(client: Client, told: Match) -> None:
    page = words_of(client, "console:pairs")
    assert "Aisha Begum" in page
    for words in ("Last contact", "Heard", "Gone quiet", "Question waiting", "Help asked for", "Groups by mentor"):
        assert words not in page, words


@pytest.mark.parametrize("show", ["quiet", "questions", "reported", "unheard"])
def test_no_filter_tells_who_was_in_touch(client: Client, told: Match, show: str) -> None:
    assert list(client.get(reverse("console:pairs"), {"show": show}).context["page_obj"]) == []


@pytest.mark.abuse(4)
@pytest.mark.parametrize("show", ["quiet", "questions", "reported", "unheard"])
def test_nobody_is_written_to_by_who_was_in_touch(
    client: Client, northfield: Northfield, told: Match, show: str
) -> None:
    """A look at whom it would go to names them."""
    url, asked = reverse("console:pairs_batch"), {"everyone": "1", "show": show}
    for deed in ("write-mentees", "write-mentors"):
        assert client.get(url, asked | {"deed": deed}).context["plan"].people == []
    assert client.get(url, asked | {"deed": "rematch"}).status_code == 404
    client.force_login(northfield.sam)
    assert client.get(url, asked | {"deed": "write-mentees"}).context["plan"].people


def test_neither_the_pair_nor_its_people_tell_of_contacts(client: Client, told: Match) -> None:
    for page in (
        words_of(client, "console:pair", told.pk),
        words_of(client, "console:person", told.mentee_id),
        words_of(client, "console:person", told.mentor_id),
    ):
        assert "Introduced to" in page
        for words in ("We were in touch", "replied", "asked for help", "heard from"):
            assert words not in page, words


@pytest.mark.parametrize("state", ["provisional", "active"])
def test_the_state_of_a_pair_does_not_tell_that_one_was_heard(
    client: Client, manager: User, told: Match, state
) -> None:
    Match.objects.filter(pk=told.pk).update(state=state)
    prove(client, manager)
    file = client.post(reverse("console:export_pairs", args=["csv"])).content.decode("utf-8-sig")
    for said in (
        words_of(client, "console:pair", told.pk),
        words_of(client, "console:person", told.mentee_id),
        words_of(client, "console:person", told.mentor_id),
        file,
    ):
        assert "introduced" in said.lower()
        assert "in contact" not in said.lower()


def test_who_coordinates_reads_the_state_as_it_is(client: Client, northfield: Northfield, told: Match) -> None:
    Match.objects.filter(pk=told.pk).update(state="active")
    client.force_login(northfield.sam)
    assert "in contact" in words_of(client, "console:pair", told.pk)
    assert "In contact" in words_of(client, "console:person", told.mentee_id)


@pytest.mark.abuse(23)
def test_today_moves_with_no_contact(client: Client, northfield: Northfield, told: Match) -> None:
    """Exact figures before and after would tell which pair it was."""
    before = client.get(reverse("console:today")).content
    Contact.objects.all().delete()
    CourtesyReply.objects.all().delete()
    after = client.get(reverse("console:today")).content
    assert CHANCE.sub(b"", after) == CHANCE.sub(b"", before)
    assert b"Opted out" in before
    assert b"3 pairs" in before
    client.force_login(northfield.sam)
    assert "0 of 3" in words_of(client, "console:today")


def test_who_came_to_which_meeting_is_not_told(client: Client, northfield: Northfield, told: Match) -> None:
    event = Event.objects.create(
        cohort=northfield.cohort, unit=northfield.university, kind="support", audience="mentors",
        title="Sociology mentors", starts_at=NOW - timedelta(days=2), ends_at=NOW, places=40,
    )  # fmt: skip
    Attendance.objects.create(event=event, participant=told.mentor, recorded_by=northfield.sam, recorded_at=NOW)
    assert "Sociology mentors" not in words_of(client, "console:person", told.mentor_id)
    client.force_login(northfield.sam)
    assert "Sociology mentors" in words_of(client, "console:person", told.mentor_id)


def test_groups_are_not_there_and_today_has_no_list(client: Client, told: Match) -> None:
    assert client.get(reverse("console:groups")).status_code == 404
    page = client.get(reverse("console:today"))
    shown = {row.url for name in ("rows", "done_rows") for row in page.context[name]}
    assert not [url for url in shown if "show=quiet" in url or "show=strained" in url or "show=questions" in url]
    assert "Replied at least once" not in page.content.decode()


def test_a_file_of_pairs_leaves_contacts_out(client: Client, manager: User, told: Match) -> None:
    prove(client, manager)
    answer = client.post(reverse("console:export_pairs", args=["csv"]))
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert "Aisha Begum" in {row["Mentee"] for row in rows}, rows
    assert {(row["Last contact"], row["Heard"]) for row in rows} == {("", "")}


@pytest.fixture
def unhappy(told: Match) -> None:
    """For the student of the pair it does not work, as they said half-way."""
    CheckIn.objects.create(participant=told.mentee, often="more", works="no", answered_at=NOW)


def _found(client: Client, url: str, **asked: str) -> list[object]:
    return list(client.get(url, asked, follow=True).context["page_obj"])


@pytest.mark.abuse(4)
def test_for_whom_it_does_not_work_is_not_found_by_filtering(
    client: Client, northfield: Northfield, manager: User, told: Match, unhappy: None
) -> None:
    people, batch = reverse("console:people"), reverse("console:people_batch")
    saved = save_filter(
        scheme=northfield.scheme, page="people", asked={"show": "unhappy"}, name="It does not work", is_shared=True,
        by=northfield.sam, now=NOW,
    )  # fmt: skip
    assert "Does not work for them" not in words_of(client, "console:people")
    assert "It does not work" not in words_of(client, "console:people") + words_of(client, "console:filters")
    assert client.get(reverse("console:filter", args=[saved.pk])).status_code == 404
    assert _found(client, people, show="unhappy") == []
    everyone = client.get(batch, {"deed": "write", "everyone": "1", "show": "unhappy"})
    assert everyone.context["plan"].people == []
    prove(client, manager)
    file = client.post(reverse("console:export_people", args=["csv"]) + "?show=unhappy").content.decode()
    assert "Aisha" not in file
    client.force_login(northfield.sam)
    assert _found(client, people, show="unhappy") == _found(client, reverse("console:filter", args=[saved.pk]))
    assert _found(client, people, show="unhappy") == [told.mentee]


def _silent(northfield: Northfield) -> None:
    """priya did not answer two nudges."""
    for weeks in (3, 6):
        Message.objects.create(
            key=f"worn/{weeks}", letter="nudges.log-reminder", recipient=northfield.priya, cohort=northfield.cohort,
            state="sent", due_at=NOW - timedelta(weeks=weeks), created_at=NOW - timedelta(weeks=weeks),
            message_id=f"<{weeks}@northfield.ac.uk>",
        )  # fmt: skip


@pytest.mark.abuse(4)
def test_who_answered_nothing_is_not_told(
    client: Client, northfield: Northfield, manager: User, matched: dict[str, Match]
) -> None:
    _silent(northfield)
    assert waiting_for_a_human(northfield.sam, northfield.cohort, TODAY).get().user == northfield.priya
    Decision.objects.create(
        participant=northfield.participant("priya"), choice="again", decided_by=northfield.sam, decided_at=NOW
    )
    client.force_login(manager)
    person = northfield.participant("priya").pk
    assert client.get(reverse("nudges:unanswered")).status_code == 404
    assert client.post(reverse("nudges:decide", args=[person]), {"choice": "again"}).status_code == 404
    assert "unanswered" not in words_of(client, "nudges:rules") + words_of(client, "console:person", person)
    assert reverse("nudges:unanswered") not in words_of(client, "console:today")


@pytest.mark.abuse(4)
def test_the_coming_week_names_nobody_by_what_was_heard_of_them(
    client: Client, northfield: Northfield, manager: User, matched: dict[str, Match]
) -> None:
    found = ask_forecast(cohort=northfield.cohort, by=northfield.sam, now=NOW)
    work_forecast(found.pk, lambda: NOW)
    found.refresh_from_db()
    assert {one.text for one in coming_week(found, northfield.sam, TODAY)} - {"welcome"}
    assert not {one.text for one in coming_week(found, manager, TODAY)} - {"welcome"}
    client.force_login(manager)
    page = words_of(client, "nudges:rules")
    assert "Priya" not in page
    assert "Nobody would be nudged" not in page


def test_who_coordinates_a_unit_besides_sees_those_of_that_unit_alone(
    northfield: Northfield, manager: User, told: Match
) -> None:
    Appointment.objects.create(
        scheme=northfield.scheme, user=manager, role=Role.COORDINATOR, unit=northfield.computing, starts_on=TODAY
    )
    manager.__dict__.pop("_appointments", None)
    assert not contacts_visible_to(manager, TODAY).exists()
    assert not [pair for pair in pairs_of(manager, northfield.cohort, TODAY) if pair.tells]


def test_students_are_not_told_that_a_manager_can_see_their_contacts(northfield: Northfield, manager: User) -> None:
    assert manager in who_holds(Capability.SEE_MATCHES, cohort=northfield.cohort, today=TODAY)
    assert manager not in who_holds(Capability.SEE_CONTACTS, cohort=northfield.cohort, today=TODAY)
