"""Stage 14: a support group meets, keeps its notes to itself, and its theme becomes an action."""

from datetime import timedelta

from django.db import connection

from mentoring.events.models import Attendance, Event
from mentoring.support.models import Meeting, MeetingNote, SupportGroup, Theme
from mentoring.support.states import ThemeState
from tests.journey.conftest import Visitor, subject_is
from tests.journey.stages_mentors import MENTORS
from tests.journey.year import DR_LEE, NIA, Year

SECRET = "We talked about how tired we all are."


def meet_in_support_groups(year: Year) -> None:
    """Arranged by Sam, facilitated by the scheme lead, who alone reads with the group."""
    lee = year.person(DR_LEE)
    meeting = arrange_and_schedule(year)
    first = Event.objects.get(pk=meeting.event_id)
    back = first.starts_at.date() - year.today + timedelta(days=1)
    Event.objects.filter(pk=first.pk).update(starts_at=first.starts_at - back, ends_at=first.ends_at - back)
    page = lee.go(f"/admin/support-groups/meetings/{meeting.pk}/register/")
    page.get_by_role("button", name="Nia Newman").click()
    lee.sees("1 person is here")
    assert Attendance.objects.get(event=first).participant.user.email == NIA

    nia = year.person(NIA)
    write_a_note(nia)
    lee.go(f"/my/support-group/meetings/{meeting.pk}/")
    lee.sees(SECRET)
    stranger = year.person(year.mentees(1)[0].user.email)
    for outsider in (year.sam, year.admin, stranger):
        answer = outsider.page.goto(f"/my/support-group/meetings/{meeting.pk}/")
        assert answer is not None
        assert answer.status == 404
        assert SECRET not in outsider.page.content()
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM support_meetingnote")
        assert [row for row in cursor.fetchall() if "tired" in str(row)] == []
    turn_a_theme_into_an_action(year, nia)


def arrange_and_schedule(year: Year) -> Meeting:
    page = year.sam.go("/admin/support-groups/")
    year.sam.follow("Arrange a group")
    page.get_by_label("What is the group called?").fill("Tuesday group")
    page.get_by_label("Who facilitates it?").select_option(label="Mina")
    for name in ("Nia Newman", "Aurelia Łabno"):  # among 340: looked for, and whoever is ticked stays
        page.get_by_label("Find mentors").fill(name)
        year.sam.press("Find")
        page.get_by_role("checkbox", name=name).check()
    year.sam.press("Arrange the group")
    year.sam.follow("Schedule meetings")
    page.get_by_label("First meeting").fill((year.today + timedelta(days=7)).isoformat())
    page.get_by_label("Starts at").fill("12:15")
    page.get_by_role("radio", name="Every 4 weeks").check()
    page.get_by_label("How many meetings?").fill("3")
    page.get_by_label("Place").fill("Student Central, room 4")
    year.sam.press("Show the dates")
    year.sam.sees("3 meetings. Check the dates")
    assert not Meeting.objects.exists()
    year.sam.press("Schedule and tell the members")
    year.sam.sees("3 meetings scheduled")
    for address in (NIA, MENTORS[0]):
        mail = year.mailbox.wait_for(address, subject_is("Your mentors’ support group: dates"))
        assert [part.get_content_type() for part in mail.iter_attachments()] == ["text/calendar"]
    group = SupportGroup.objects.get()
    days = [meeting.event.starts_at.date() for meeting in Meeting.objects.filter(group=group).order_by("pk")]
    assert all(
        timedelta(weeks=4) <= later - day <= timedelta(weeks=6) for day, later in zip(days, days[1:], strict=False)
    )
    return Meeting.objects.filter(group=group).order_by("pk")[0]


def write_a_note(nia: Visitor) -> None:
    page = nia.go("/my/support-group/")
    page.get_by_role("heading", name="Notes").wait_for()
    page.locator("h2:has-text('Notes') + ul a").first.click()
    page.get_by_label("A note for the group").fill(SECRET)
    nia.press("Add the note")
    nia.sees("Your note is there for the group")
    assert MeetingNote.objects.count() == 1


def turn_a_theme_into_an_action(year: Year, nia: Visitor) -> None:
    page = nia.go("/my/support-group/")
    nia.follow("Raise a theme")
    page.get_by_label("What should others hear?").fill("Nobody finds the library desk")
    nia.press("Raise it")
    nia.sees("Raised. You see here what comes of it")
    assert Theme.objects.get().idea_of == ""
    page = year.sam.go("/admin/support-groups/actions/?show=raised")
    year.sam.follow("Nobody finds the library desk")
    page.get_by_label("What will be done?").fill("A sign at the entrance")
    page.get_by_label("Who does it?").select_option(label="Sam")
    page.get_by_label("By when?").fill((year.today + timedelta(days=14)).isoformat())
    year.sam.press("Decide")
    year.sam.sees("Decided. Whoever does it has been told")
    nia.go("/my/support-group/")
    nia.sees("A sign at the entrance")
    year.sam.go("/admin/support-groups/actions/")
    year.sam.press("It is done")
    year.sam.sees("Done. The group sees it")
    assert Theme.objects.get().state == ThemeState.DONE
