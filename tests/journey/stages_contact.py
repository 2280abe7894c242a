"""Stages 11 to 13: contacts are logged, a mentee answers with one tap, and quiet ones are nudged."""

from datetime import timedelta

from django.utils import timezone

from mentoring.contacts.models import Contact, CourtesyReply
from mentoring.contacts.states import Channel, ContactKind, Reply
from mentoring.matching.models import Match
from mentoring.messaging.models import Message
from mentoring.participation.models import Participant
from mentoring.participation.states import ParticipantState
from tests.journey.conftest import link_in, subject_is, words_of
from tests.journey.year import NIA, Year, changes_nothing, wait_for_rows


def log_contacts(year: Year) -> None:
    """Stage 11: on a phone, four taps; the next time the last choices stand."""
    phone = year.visit(width=390, height=844).sign_in(NIA)
    page = phone.go("/my/mentees/")
    first = year.group_of(NIA)[0].mentee.user.first_name
    before = phone.taps
    phone.follow("Log a contact")
    page.get_by_role("radio", name=first, exact=True).check()
    page.get_by_role("radio", name="E-mail", exact=True).check()
    phone.press("Save contact")
    phone.sees("Saved. Thank you.")
    assert phone.taps - before <= 4
    contact = Contact.objects.get()
    assert contact.channel == Channel.EMAIL
    assert [match.mentee.user.first_name for match in contact.matches.all()] == [first]

    before = phone.taps
    phone.follow("Log a contact")
    phone.sees("Already logged today. Add another?")
    phone.press("Save contact")
    phone.sees("Saved. Thank you.")
    assert phone.taps - before == 2
    phone.follow("Log a contact")
    everybody = page.get_by_role("group", name="Who with?").get_by_role("radio").last
    everybody.check()
    page.get_by_role("radio", name="Tried, no reply").check()
    phone.press("Save contact")
    phone.sees("Saved. Thank you.")
    tried = Contact.objects.latest("pk")
    assert tried.kind == ContactKind.ATTEMPT
    assert tried.matches.count() == Match.objects.known().filter(mentor__user__email=NIA).count() > 1

    phone.go("/my/contacts/")
    phone.follow("Correct")
    page.get_by_role("radio", name="In person").check()
    phone.press("Save")
    phone.sees("Corrected.")
    assert Contact.objects.get(pk=tried.pk).kind != ContactKind.ATTEMPT


def answer_with_one_tap(year: Year) -> None:
    """Stage 12: opening the link changes nothing, the button sends it, and the mentor sees it."""
    wisher = year.mentees(1)[0]
    hello = year.mailbox.wait_for(wisher.user.email, subject_is("Nia says hello"))
    link = link_in(hello, "/l/reply-hello/")
    phone = year.visit(width=390, height=844)
    page = phone.page
    changes_nothing(lambda: phone.go(link))
    phone.sees("One tap sends this to your mentor")
    phone.press("Send to my mentor")
    phone.sees("Sent to your mentor")
    assert phone.taps == 1
    reply = CourtesyReply.objects.get()
    assert (reply.choice, reply.match.mentee_id) == (Reply.HELLO, wisher.pk)
    mail = year.mailbox.wait_for(NIA, subject_is(f"{wisher.user.first_name}: “Hi, nice to meet you”"))
    assert "It is logged for you as a contact" in words_of(mail)
    assert wisher.user.email in mail["Reply-To"]
    year.person(NIA).go("/my/mentees/")
    year.person(NIA).sees("“Hi, nice to meet you”")

    page.goto(link)
    phone.sees("Already sent. Change it?")
    assert CourtesyReply.objects.count() == 1
    answer = page.goto(link[:-6] + "xxxxx/")
    assert answer is not None
    assert answer.status in (404, 410)
    phone.sees("link")
    assert CourtesyReply.objects.filter(undone_at=None).count() == 1


def nudge(year: Year) -> None:
    """Stage 13: an introduction of twelve days ago; beat decides, the worker sends, who left hears nothing."""
    group = year.quiet_group()
    mentor, leaver, stayer = group[0].mentor, group[0].mentee, group[1].mentee
    gone = year.person(leaver.user.email)
    gone.go("/my/stop/?as=mentee")
    gone.press("Stop peer mentoring", exact=True)
    gone.sees("You have stopped")
    assert Participant.objects.get(pk=leaver.pk).state == ParticipantState.LEFT
    assert not Message.objects.filter(letter__startswith="nudges.").exists()
    back = timezone.now() - timedelta(days=12)
    Match.objects.filter(mentor=mentor).update(introduced_at=back)

    mail = year.mailbox.wait_for(mentor.user.email, subject_is("A first hello"))
    assert stayer.user.first_name in words_of(mail)
    assert leaver.user.first_name not in words_of(mail)
    mail = year.mailbox.wait_for(stayer.user.email, subject_is("One thing left: 3 minutes"))
    assert "/l/quiet/" in words_of(mail)
    nudged = Message.objects.filter(letter__startswith="nudges.")
    wait_for_rows(nudged.filter(state="sent"), len(group))
    assert {message.recipient_id for message in nudged} == {
        mentor.user_id,
        *(match.mentee.user_id for match in group[1:]),
    }
    phone = year.visit(width=390, height=844)
    phone.go(link_in(mail, "/l/quiet/"))
    phone.press("Stop reminders")
    phone.sees("No more reminders")
    stayer.refresh_from_db()
    assert stayer.nudges_paused_at is not None
    assert stayer.state == ParticipantState.ENROLLED
