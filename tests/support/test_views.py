"""Support groups' pages, by what they change, and by who never sees the notes."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry
from mentoring.events.models import Attendance, Event
from mentoring.messaging.models import Message
from mentoring.support.forms import SHOWN
from mentoring.support.models import Meeting, MeetingNote, SupportGroup, Theme
from schemes.services import add_quiet_period
from tests.events.test_views import as_
from tests.factories import NOW, TODAY, MentorFactory, Northfield

CANARY = "Canary: what was said in the room"


@pytest.fixture
def note(northfield: Northfield, meeting: Meeting) -> MeetingNote:
    return MeetingNote.objects.create(meeting=meeting, text=CANARY, written_by=northfield.una, written_at=NOW)


@pytest.mark.parametrize("name", ["una", "priya"])
def test_the_group_and_its_facilitator_read_notes(name: str, northfield: Northfield, note: MeetingNote) -> None:
    page = as_(getattr(northfield, name)).get(reverse("support:notes", args=[note.meeting_id])).content.decode()
    assert CANARY in page
    assert "Coordinators, the scheme lead and administrators cannot" in page


@pytest.mark.parametrize("name", ["sam", "dr_lee", "tom", "admin", "dana", "aisha", "carys", "mallory", "nobody"])
def test_nobody_else_finds_notes_anywhere(
    name: str, northfield: Northfield, group: SupportGroup, note: MeetingNote
) -> None:
    client = as_(getattr(northfield, name))
    notes = reverse("support:notes", args=[note.meeting_id])
    assert client.get(notes).status_code == 404
    assert client.post(notes, {"text": "mine"}).status_code == 404
    assert client.post(reverse("support:remove_note", args=[note.pk])).status_code == 404
    for url in [
        reverse("support:group", args=[group.pk]),
        reverse("support:staff_groups"),
        reverse("support:actions"),
        reverse("support:mine"),
        reverse("events:event", args=[note.meeting.event_id]),
    ]:
        assert CANARY not in client.get(url).content.decode()
    assert MeetingNote.objects.get().text == CANARY


def test_another_mentor_finds_no_notes(northfield: Northfield, outsider: object, note: MeetingNote) -> None:
    assert as_(outsider).get(reverse("support:notes", args=[note.meeting_id])).status_code == 404


def test_a_facilitator_whose_appointment_ended_reads_no_more(northfield: Northfield, note: MeetingNote) -> None:
    northfield.una.appointments.update(ends_on=TODAY - timedelta(days=1))
    url = reverse("support:notes", args=[note.meeting_id])
    assert as_(northfield.una).get(url).status_code == 404


def test_a_member_who_writes_sees_their_note_and_may_remove_it(northfield: Northfield, note: MeetingNote) -> None:
    client, url = as_(northfield.priya), reverse("support:notes", args=[note.meeting_id])
    client.post(url, {"text": "From priya"})
    page = client.get(url).content.decode()
    assert "From priya" in page
    own = MeetingNote.objects.get(written_by=northfield.priya)
    assert page.count("/remove/") == 1
    client.post(reverse("support:remove_note", args=[own.pk]))
    assert client.post(reverse("support:remove_note", args=[note.pk])).status_code == 404
    assert MeetingNote.objects.get() == note


def test_an_empty_note_says_so(northfield: Northfield, note: MeetingNote) -> None:
    page = as_(northfield.priya).post(reverse("support:notes", args=[note.meeting_id]), {"text": " "})
    assert "Write something first" in page.content.decode()


def test_a_mentor_without_a_group_learns_how_one_comes(northfield: Northfield, outsider: object) -> None:
    assert "no support group yet" in as_(outsider).get(reverse("support:mine")).content.decode()


def test_a_group_is_arranged_from_the_page(northfield: Northfield) -> None:
    given = {
        "name": "Health mentors",
        "unit": str(northfield.health.pk),
        "facilitator": str(northfield.una.pk),
        "members": [str(northfield.participant("priya").pk)],
    }
    as_(northfield.sam).post(reverse("support:arrange"), given)
    group = SupportGroup.objects.get()
    assert (group.facilitator, group.members.count()) == (northfield.una, 1)


def test_among_many_mentors_some_are_looked_for_and_whoever_is_ticked_stays(northfield: Northfield) -> None:
    cohort, programme = northfield.cohort, northfield.sociology
    many = [MentorFactory(cohort=cohort, programme=programme) for _each in range(SHOWN)]
    sought = MentorFactory(cohort=cohort, programme=programme, user__known_as="Zenobia")
    url, given = reverse("support:arrange"), {"name": "All of us", "facilitator": str(northfield.una.pk)}
    client, ticked = as_(northfield.sam), str(many[0].pk)

    first = client.get(url).content.decode()
    assert first.count('type="checkbox"') == SHOWN
    assert "Zenobia" not in first

    looked = client.post(url, {**given, "members": [ticked, "nobody"], "find": "zenobia", "look": "yes"})
    page = looked.content.decode()
    assert page.count('type="checkbox"') == 2
    assert 'value="All of us"' in page
    assert looked.context["form"]["members"].value() == [ticked, "nobody"]
    assert not SupportGroup.objects.exists()

    unit = str(northfield.health.pk)
    client.post(url, {**given, "unit": unit, "members": [ticked, str(sought.pk)], "find": "zenobia"})
    assert set(SupportGroup.objects.get().members.all()) == {many[0], sought}


@pytest.mark.parametrize("key", ["9223372036854775808", "9" * 400, "9" * 5000, "-1", "one"])
def test_a_member_that_cannot_be_is_said_to_be_none(northfield: Northfield, key: str) -> None:
    given = {"name": "All of us", "facilitator": str(northfield.una.pk), "members": [key]}
    answer = as_(northfield.sam).post(reverse("support:arrange"), given)
    assert answer.status_code == 200
    assert answer.context["form"].errors["members"]
    assert not SupportGroup.objects.exists()


def test_the_page_asks_the_database_as_often_whatever_the_number_of_mentors(northfield: Northfield) -> None:
    url, client = reverse("support:arrange"), as_(northfield.sam)
    for _each in range(SHOWN):
        MentorFactory(cohort=northfield.cohort, programme=northfield.sociology)
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for _each in range(20):
        MentorFactory(cohort=northfield.cohort, programme=northfield.sociology)
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(few) == len(many)


def test_mentors_of_another_unit_are_not_offered(northfield: Northfield) -> None:
    form = as_(northfield.carys).get(reverse("support:arrange")).context["form"]
    assert list(form.fields["members"].queryset) == []
    assert list(form.fields["unit"].queryset.values_list("code", flat=True))[0] == northfield.computing.code


def test_dates_are_shown_before_anybody_is_told(northfield: Northfield, group: SupportGroup) -> None:
    add_quiet_period(
        cohort=northfield.cohort,
        kind="exams",
        first=date(2026, 11, 16),
        last=date(2026, 11, 20),
        by=northfield.dr_lee,
        now=NOW,
    )
    given = {
        "first": "2026-10-21",
        "starts": "13:00",
        "minutes": "60",
        "every": "4",
        "count": "3",
        "place": "Ramsden foyer",
        "online_link": "",
    }
    client, url = as_(northfield.una), reverse("support:schedule", args=[group.pk])
    page = client.get(url, given).content.decode()
    assert "3 meetings. Check the dates." in page
    assert "a week later, because of exams" in page
    assert not Event.objects.exists()
    client.post(url, given)
    days = [m.event.starts_at.date() for m in Meeting.objects.all()]
    assert days == [date(2026, 10, 21), date(2026, 11, 25), date(2026, 12, 23)]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"first": "2026-10-01"}, "still to come"),
        ({"place": "Ashenhurst halls"}, "not take place in halls"),
        ({"place": ""}, "Say where it is"),
        ({"every": "3"}, "not one of the available choices"),
    ],
)
def test_a_faulty_schedule_says_what_is_wrong(
    changes: dict[str, str], words: str, northfield: Northfield, group: SupportGroup
) -> None:
    given = {"first": "2026-10-21", "starts": "13:00", "minutes": "60", "every": "4", "count": "3", "place": "A1"}
    url = reverse("support:schedule", args=[group.pk])
    for answer in (
        as_(northfield.una).get(url, {**given, **changes}),
        as_(northfield.una).post(url, {**given, **changes}),
    ):
        assert words in answer.content.decode()
    assert not Event.objects.exists()


def test_a_facilitator_takes_the_register_of_the_group_only(
    northfield: Northfield, outsider: object, meeting: Meeting
) -> None:
    client, url = as_(northfield.una), reverse("support:tap", args=[meeting.pk])
    client.post(url, {"participant": northfield.participant("priya").pk, "is_here": "on"})
    assert Attendance.objects.get().participant == northfield.participant("priya")
    stranger = outsider.participations.get().pk  # type: ignore[attr-defined]
    assert client.post(url, {"participant": stranger, "is_here": "on"}).status_code == 404
    client.post(url, {"participant": northfield.participant("priya").pk})
    assert not Attendance.objects.exists()


def test_a_facilitator_moves_a_meeting_and_its_members_hear_of_it(northfield: Northfield, meeting: Meeting) -> None:
    client, url = as_(northfield.una), reverse("support:move", args=[meeting.pk])
    assert 'value="A1"' in client.get(url).content.decode()
    given = {"first": "2026-10-14", "starts": "15:00", "minutes": "60", "place": "B2", "online_link": ""}
    assert "still to come" in client.post(url, {**given, "first": "2026-10-01"}).content.decode()
    client.post(url, given)
    event = Event.objects.get()
    assert (event.starts_at.isoformat(), event.place, event.sequence) == ("2026-10-14T14:00:00+00:00", "B2", 1)
    assert Message.objects.get(letter="events.changed").recipient == northfield.priya


def test_calling_off_offers_undo(northfield: Northfield, meeting: Meeting) -> None:
    client = as_(northfield.una)
    client.post(reverse("support:call_off", args=[meeting.pk]))
    assert Event.objects.get().is_cancelled
    client.post(reverse("support:restore_meeting", args=[meeting.pk]))
    assert not Event.objects.get().is_cancelled


@pytest.mark.parametrize(("whose", "idea_of"), [("", ""), ("group", "Sociology mentors"), ("mine", "Priya Khan")])
def test_a_name_stands_with_an_idea_only_by_choice(
    whose: str, idea_of: str, northfield: Northfield, group: SupportGroup
) -> None:
    client = as_(northfield.priya)
    client.post(reverse("support:raise_theme", args=[group.pk]), {"text": "Posters", "whose": whose})
    theme = Theme.objects.get()
    assert theme.idea_of == idea_of
    actor = AuditEntry.objects.get(verb="theme raised", object_id=str(theme.pk)).actor
    assert actor == (northfield.priya if whose == "mine" else None)
    page = as_(northfield.sam).get(reverse("support:actions"), {"show": "raised"}).content.decode()
    assert "Posters" in page
    assert ("Priya" in page) == (whose == "mine")


def test_a_theme_is_decided_done_and_undone_from_the_pages(northfield: Northfield, group: SupportGroup) -> None:
    theme = Theme.objects.create(group=group, text="Posters", raised_by=northfield.priya, raised_at=NOW)
    client = as_(northfield.sam)
    given = {"action": "Print them", "owner": str(northfield.sam.pk), "due_on": "2026-11-01"}
    client.post(reverse("support:theme", args=[theme.pk]), given)
    assert "Print them" in client.get(reverse("support:actions")).content.decode()
    page = client.post(reverse("support:finish", args=[theme.pk]), follow=True).content.decode()
    undo = reverse("support:reopen", args=[theme.pk])
    assert f'action="{undo}"' in page
    client.post(undo)
    assert Theme.objects.get().state == "action"


def test_pages_cost_the_same_for_one_and_three(northfield: Northfield) -> None:
    client, costs = as_(northfield.sam), []
    for n in range(3):
        group = SupportGroup.objects.create(
            cohort=northfield.cohort, unit=northfield.health, name=f"G{n}", facilitator=northfield.una
        )
        group.members.set([northfield.participant("priya")])
        Theme.objects.create(
            group=group,
            text="T",
            state="action",
            action="A",
            action_owner=northfield.una,
            action_due_on=TODAY,
            raised_by=northfield.una,
            raised_at=NOW,
        )
        costs.append(_cost(client, "support:staff_groups") + _cost(client, "support:actions"))
    assert costs[0] == costs[2]


def _cost(client: Client, name: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse(name)).status_code == 200
    return len(queries)
