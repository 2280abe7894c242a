"""Arranging, scheduling, notes and themes."""

from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection

from accounts.models import AuditEntry, User
from accounts.services import NotAllowed, WrongState
from mentoring.events.models import Booking, Event
from mentoring.messaging.letters import LETTERS
from mentoring.messaging.models import Message
from mentoring.participation.models import Participant
from mentoring.support import services
from mentoring.support.models import Meeting, MeetingNote, SupportGroup, Theme
from mentoring.support.selectors import meetings_readable_by
from mentoring.support.services import Decision, MeetingPlan
from tests.factories import NOW, Northfield

PLAN = MeetingPlan(starts=time(13), minutes=60, place="Ramsden foyer")
DAYS = [date(2026, 10, 21), date(2026, 11, 25)]


def arrange(northfield: Northfield, **changes: object) -> SupportGroup:
    given = {
        "cohort": northfield.cohort,
        "unit": northfield.health,
        "name": "Health mentors",
        "facilitator": northfield.una,
        "members": [northfield.participant("priya")],
        "by": northfield.sam,
        "now": NOW,
    }
    return services.arrange_group(**{**given, **changes})  # type: ignore[arg-type]


def test_a_group_is_arranged_with_a_trail(northfield: Northfield) -> None:
    group = arrange(northfield)
    assert list(group.members.all()) == [northfield.participant("priya")]
    assert AuditEntry.objects.filter(verb="support group arranged", actor=northfield.sam).exists()


@pytest.mark.parametrize("name", ["carys", "tom", "una", "mallory"])
def test_nobody_else_arranges_it(name: str, northfield: Northfield) -> None:
    with pytest.raises(NotAllowed):
        arrange(northfield, by=getattr(northfield, name))
    assert not SupportGroup.objects.exists()


def test_a_facilitator_needs_an_appointment_over_the_unit(northfield: Northfield) -> None:
    for person in (northfield.tom, northfield.carys, northfield.priya):
        with pytest.raises(WrongState, match="no appointment"):
            arrange(northfield, facilitator=person)


def test_members_are_mentors_of_the_year(northfield: Northfield) -> None:
    with pytest.raises(WrongState, match="mentors of the same year"):
        arrange(northfield, members=[northfield.participant("aisha")])


def test_two_groups_do_not_share_a_name(northfield: Northfield) -> None:
    arrange(northfield)
    with pytest.raises(WrongState, match="this name"):
        arrange(northfield)


def schedule(group: SupportGroup, by: object, days: list[date] = DAYS) -> list[Meeting]:
    return services.schedule_meetings(group=group, days=days, plan=PLAN, by=by, now=NOW)  # type: ignore[arg-type]


def test_a_run_is_scheduled_at_once_with_one_letter_a_member(northfield: Northfield, group: SupportGroup) -> None:
    schedule(group, northfield.una)
    assert [m.event.starts_at.isoformat() for m in Meeting.objects.all()] == [
        "2026-10-21T12:00:00+00:00",  # British summer time
        "2026-11-25T13:00:00+00:00",
    ]
    assert Booking.objects.booked().filter(participant=northfield.participant("priya")).count() == 2
    (message,) = Message.objects.all()
    content = LETTERS["support.scheduled"].compose(message)
    assert content is not None
    assert "Wednesday 25 November, 13:00 to 14:00. Ramsden foyer." in content.paragraphs
    assert content.attachments[0].content.count(b"BEGIN:VEVENT") == 2
    assert content.reply_to == "una@northfield.ac.uk"


def test_a_group_does_not_meet_twice_on_a_day(northfield: Northfield, group: SupportGroup) -> None:
    schedule(group, northfield.una)
    with pytest.raises(WrongState, match="already"):
        schedule(group, northfield.una, [DAYS[1]])
    assert Event.objects.count() == 2


@pytest.mark.parametrize("days", [[], [date(2026, 10, 1)]])
def test_no_day_or_a_past_one_schedules_nothing(days: list[date], northfield: Northfield, group: SupportGroup) -> None:
    with pytest.raises(WrongState):
        schedule(group, northfield.una, days)
    assert not Event.objects.exists()


def test_a_new_member_gets_a_place_at_what_is_to_come(
    northfield: Northfield, group: SupportGroup, meeting: Meeting
) -> None:
    both = [northfield.participant("priya"), northfield.participant("una")]
    services.change_group(
        group=group, name="New name", facilitator=northfield.una, members=both, by=northfield.sam, now=NOW
    )
    assert Booking.objects.filter(event=meeting.event).count() == 2


def test_calling_a_meeting_off_tells_its_members(northfield: Northfield, meeting: Meeting) -> None:
    services.call_meeting_off(meeting=meeting, by=northfield.una, now=NOW)
    assert Event.objects.get().is_cancelled
    assert Message.objects.get(letter="events.cancelled").recipient == northfield.priya


def test_the_group_and_its_facilitator_write_notes(northfield: Northfield, meeting: Meeting) -> None:
    for person in (northfield.priya, northfield.una):
        services.write_note(meeting=meeting, text="Canary", by=person, now=NOW)
    assert MeetingNote.objects.count() == 2


@pytest.mark.parametrize("name", ["sam", "dr_lee", "tom", "admin", "aisha", "carys", "mallory"])
def test_nobody_else_writes_notes(name: str, northfield: Northfield, meeting: Meeting) -> None:
    with pytest.raises(NotAllowed):
        services.write_note(meeting=meeting, text="Canary", by=getattr(northfield, name), now=NOW)


def test_a_note_lies_encrypted_and_its_trail_has_no_words(northfield: Northfield, meeting: Meeting) -> None:
    note = services.write_note(meeting=meeting, text="Canary", by=northfield.una, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM support_meetingnote WHERE id = %s", [note.pk])
        (stored,) = cursor.fetchone()
    assert "Canary" not in stored
    assert MeetingNote.objects.get().text == "Canary"
    assert all("Canary" not in str(entry.fields) for entry in AuditEntry.objects.all())


def test_a_note_is_removed_by_its_writer_only(northfield: Northfield, meeting: Meeting) -> None:
    note = services.write_note(meeting=meeting, text="Canary", by=northfield.una, now=NOW)
    with pytest.raises(NotAllowed):
        services.remove_note(note=note, by=northfield.priya, now=NOW)
    services.remove_note(note=note, by=northfield.una, now=NOW)
    assert not MeetingNote.objects.exists()


def raised(northfield: Northfield, group: SupportGroup) -> Theme:
    return services.raise_theme(group=group, text="Where is the desk?", by=northfield.priya, now=NOW)


def test_what_is_sent_twice_stands_once(northfield: Northfield, group: SupportGroup, meeting: Meeting) -> None:
    for _time in range(2):
        raised(northfield, group)
        services.write_note(meeting=meeting, text="Canary", by=northfield.una, now=NOW)
    assert (Theme.objects.count(), MeetingNote.objects.count()) == (1, 1)


def test_a_theme_becomes_an_action_is_done_and_open_again(northfield: Northfield, group: SupportGroup) -> None:
    theme = raised(northfield, group)
    decision = Decision("Put up a poster", northfield.sam, date(2026, 11, 1))
    services.decide_theme(theme=theme, decision=decision, by=northfield.una, now=NOW)
    assert (theme.state, theme.action_owner, theme.decided_at) == ("action", northfield.sam, NOW)
    content = LETTERS["support.action"].compose(Message.objects.get())
    assert content is not None
    assert "Put up a poster" in " ".join(content.paragraphs)
    services.finish_theme(theme=theme, by=northfield.una, now=NOW)
    services.reopen_theme(theme=theme, by=northfield.una, now=NOW)
    assert Theme.objects.get().state == "action"


def test_an_action_needs_a_day_to_come(northfield: Northfield, group: SupportGroup) -> None:
    decision = Decision("Poster", northfield.sam, NOW.date() - timedelta(days=1))
    with pytest.raises(WrongState):
        services.decide_theme(theme=raised(northfield, group), decision=decision, by=northfield.una, now=NOW)


def test_a_theme_set_aside_is_not_announced_and_comes_back(northfield: Northfield, group: SupportGroup) -> None:
    theme = raised(northfield, group)
    decision = Decision("Poster", northfield.sam, date(2026, 11, 1))
    services.decide_theme(theme=theme, decision=decision, by=northfield.una, now=NOW)
    services.set_theme_aside(theme=theme, by=northfield.una, now=NOW)
    assert Message.objects.get().state == "cancelled"
    services.reopen_theme(theme=theme, by=northfield.una, now=NOW)
    assert Theme.objects.get().state == "raised"
    with pytest.raises(WrongState):
        services.finish_theme(theme=theme, by=northfield.una, now=NOW)


def _handed_over(group: SupportGroup, to: User, members: list[Participant], by: User, now: datetime) -> SupportGroup:
    return services.change_group(group=group, name=group.name, facilitator=to, members=members, by=by, now=now)


def _scheduled(group: SupportGroup, by: User) -> list[Meeting]:
    """A meeting tomorrow, and one four weeks later."""
    days = [NOW.date() + timedelta(days=1), NOW.date() + timedelta(days=29)]
    return services.schedule_meetings(group=group, days=days, plan=PLAN, by=by, now=NOW)


def _read_by(user: User, day: date) -> list[Meeting]:
    return list(meetings_readable_by(user, day))


def test_a_new_facilitator_reads_from_their_first_meeting_on(northfield: Northfield, group: SupportGroup) -> None:
    """What was said in una's time was said to una (trust.md §2); what sam hears, sam reads."""
    before, after = _scheduled(group, northfield.una)
    later, members = NOW + timedelta(days=3), [northfield.participant("priya")]
    _handed_over(group, northfield.sam, members, northfield.sam, later)
    assert _read_by(northfield.sam, later.date()) == [after]
    assert _read_by(northfield.una, later.date()) == []  # who handed the group over reads no more
    assert _read_by(northfield.priya, later.date()) == [before, after]
    with pytest.raises(NotAllowed):
        services.write_note(meeting=before, text="x", by=northfield.sam, now=later)
    _handed_over(group, northfield.una, members, northfield.sam, later)
    assert _read_by(northfield.una, later.date()) == [before, after]


def test_a_mentor_who_joins_later_reads_their_own_sessions(northfield: Northfield, group: SupportGroup) -> None:
    before, after = _scheduled(group, northfield.una)
    later, newcomer = NOW + timedelta(days=3), northfield.participant("una")
    una, priya = northfield.una, northfield.participant("priya")
    _handed_over(group, northfield.sam, [priya, newcomer], northfield.sam, later)
    assert _read_by(una, later.date()) == [after]
    _handed_over(group, northfield.sam, [priya], northfield.sam, later)
    assert _read_by(una, later.date()) == []
    assert after.event.bookings.get(participant=newcomer).state == "cancelled"
    assert before.event.bookings.filter(participant=newcomer).count() == 0


def test_who_left_the_scheme_is_no_member(northfield: Northfield, meeting: Meeting) -> None:
    Participant.objects.filter(user=northfield.priya).update(state="left", left_at=NOW)
    with pytest.raises(NotAllowed):
        services.write_note(meeting=meeting, text="x", by=northfield.priya, now=NOW)
