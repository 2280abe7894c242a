"""Inviting, changing, calling off, answering, and whether it happened."""

import uuid
from datetime import datetime, timedelta
from itertools import product

import icalendar
import pytest

from accounts.models import AuditEntry
from accounts.services import NotAllowed, WrongState
from mentoring.contacts import services
from mentoring.contacts.models import Contact, Invitation
from mentoring.contacts.services import Meeting
from mentoring.contacts.states import INVITATION, InvitationState
from mentoring.contacts.tasks import sweep
from mentoring.matching.services import stop_taking_part
from mentoring.messaging.letters import LETTERS
from mentoring.messaging.models import Message
from tests.factories import LONDON

I = InvitationState  # noqa: E741


def entry_of(letter, invitation):
    """The calendar entry that the newest letter of this name carries, with its method."""
    message = Message.objects.filter(letter=letter, object_id=str(invitation.pk)).latest("pk")
    [attached] = LETTERS[letter].compose(message).attachments
    calendar = icalendar.Calendar.from_ical(attached.content)
    [entry] = calendar.walk("VEVENT")
    assert f"method={calendar['METHOD']}" in attached.mime_type
    return str(calendar["METHOD"]), entry, calendar


def test_both_hear_and_their_calendars_get_one_request(invitation):
    method, entry, calendar = entry_of("contacts.invitation", invitation)
    assert (method, entry["SEQUENCE"], str(entry["LOCATION"])) == ("REQUEST", 0, "Ramsden foyer")
    assert entry.decoded("DTSTART") == datetime(2026, 10, 13, 12, 45, tzinfo=LONDON)
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/London"]
    assert str(entry["ORGANIZER"]) == "mailto:priya@northfield.ac.uk"
    answers = {str(guest): guest.params["PARTSTAT"] for guest in entry["ATTENDEE"]}
    assert answers == {
        "mailto:priya@northfield.ac.uk": "ACCEPTED", "mailto:aisha@northfield.ac.uk": "NEEDS-ACTION",
    }  # fmt: skip
    assert entry_of("contacts.invitation-sent", invitation)[1]["UID"] == entry["UID"]


def test_a_change_has_the_same_uid_and_a_higher_sequence_and_asks_anew(northfield, invitation, now):
    _method, before, _calendar = entry_of("contacts.invitation", invitation)
    services.answer_invitation(invitation=invitation, answer=I.ACCEPTED, by=None, now=now)
    later = Meeting(invitation.starts_at + timedelta(days=1), "Student Central")
    for _ in range(2):
        services.change_invitation(invitation=invitation, meeting=later, by=northfield.priya, now=now)
    invitation.refresh_from_db()
    assert (invitation.state, invitation.sequence, invitation.answered_at) == (I.INVITED, 1, None)
    method, after, _calendar = entry_of("contacts.invitation", invitation)
    assert (method, after["UID"], after["SEQUENCE"]) == ("REQUEST", before["UID"], 1)
    waiting = Message.objects.filter(letter="contacts.invitation").values_list("state", flat=True)
    assert sorted(waiting) == ["cancelled", "due"]


def test_calling_off_takes_it_out_of_both_calendars(northfield, invitation, now):
    _method, before, _calendar = entry_of("contacts.invitation", invitation)
    for _ in range(2):
        services.cancel_invitation(invitation=invitation, by=northfield.priya, now=now)
    method, after, _calendar = entry_of("contacts.invitation-off", invitation)
    assert (method, str(after["STATUS"]), after["UID"]) == ("CANCEL", "CANCELLED", before["UID"])
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert Message.objects.filter(letter="contacts.invitation-off").count() == 2
    assert LETTERS["contacts.invitation"].compose(Message.objects.get(letter="contacts.invitation")) is None


@pytest.mark.parametrize("place", ["Ashenhurst halls", "my room", "Flat 3, Snow Lane"])
def test_halls_are_refused_with_the_reason(northfield, matched, now, place):
    meeting = Meeting(now + timedelta(days=1), place)
    with pytest.raises(WrongState, match="public place"):
        services.invite(match=matched["aisha"], meeting=meeting, form_key=uuid.uuid4(), by=northfield.priya, now=now)
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("days", [-1, 0, 91])
def test_a_time_gone_by_or_far_off_is_refused(northfield, matched, now, days):
    meeting = Meeting(now + timedelta(days=days), "Ramsden foyer")
    with pytest.raises(WrongState):
        services.invite(match=matched["aisha"], meeting=meeting, form_key=uuid.uuid4(), by=northfield.priya, now=now)


def test_the_same_form_twice_invites_once_and_nobody_elses_mentee(northfield, matched, invitation, now):
    meeting = Meeting(invitation.starts_at, invitation.place)
    again = services.invite(
        match=matched["aisha"], meeting=meeting, form_key=invitation.form_key, by=northfield.priya, now=now
    )
    assert again == invitation
    with pytest.raises(NotAllowed):
        services.invite(match=matched["ben"], meeting=meeting, form_key=uuid.uuid4(), by=northfield.una, now=now)
    with pytest.raises(NotAllowed):
        services.cancel_invitation(invitation=invitation, by=northfield.una, now=now)
    assert Invitation.objects.count() == 1


@pytest.mark.parametrize("answer", [I.ACCEPTED, I.DECLINED])
def test_an_answer_is_told_at_once_counts_for_both_and_can_be_undone(northfield, invitation, matched, now, answer):
    for _ in range(2):
        services.answer_invitation(invitation=invitation, answer=answer, by=None, now=now)
    message = Message.objects.get(letter="contacts.invitation-answered")
    assert message.recipient == northfield.priya
    method, _entry, _calendar = entry_of("contacts.invitation-answered", invitation)
    assert method == ("REQUEST" if answer == I.ACCEPTED else "CANCEL")
    contact = Contact.objects.get(withdrawn_at=None)
    assert (contact.kind, list(contact.matches.all())) == ("reply", [matched["aisha"]])
    services.take_back(invitation=invitation, by=None, now=now)
    assert not Contact.objects.filter(withdrawn_at=None).exists()
    message.refresh_from_db()
    assert message.state == "cancelled"
    services.answer_invitation(invitation=invitation, answer=answer, by=None, now=now + timedelta(minutes=1))
    assert Contact.objects.filter(withdrawn_at=None).count() == 1


def test_after_the_end_nothing_can_be_answered(invitation):
    with pytest.raises(WrongState):
        services.answer_invitation(invitation=invitation, answer=I.ACCEPTED, by=None, now=invitation.ends_at)


@pytest.mark.parametrize("name", ["aisha", "priya"])
def test_once_one_has_left_nothing_is_said_of_a_meeting(northfield, invitation, now, name):
    services.answer_invitation(invitation=invitation, answer=I.ACCEPTED, by=None, now=now)
    stop_taking_part(participant=northfield.participant(name), by=None, now=now)
    after = invitation.starts_at
    for act in (
        lambda: services.answer_invitation(invitation=invitation, answer=I.DECLINED, by=None, now=now),
        lambda: services.tell_outcome(invitation=invitation, has_met=True, by=None, now=after),
        lambda: services.take_back(invitation=invitation, by=None, now=now),
    ):
        with pytest.raises(WrongState, match="no longer matched"):
            act()
    invitation.refresh_from_db()
    assert invitation.state == "accepted"


def test_the_day_after_the_mentor_is_asked_once_and_in_waking_hours(northfield, invitation, clock, now):
    asked = Message.objects.filter(letter="contacts.met")
    clock.move_to(invitation.ends_at + timedelta(hours=3))
    sweep()
    assert not asked.exists()
    clock.move_to(now + timedelta(days=2))
    for _ in range(2):
        sweep()
    assert asked.get().recipient == northfield.priya
    content = LETTERS["contacts.met"].compose(asked.get())
    assert [action.label for action in content.actions] == ["Yes, we met", "It did not happen"]
    services.tell_outcome(invitation=invitation, has_met=False, by=None, now=now + timedelta(days=2))
    assert LETTERS["contacts.met"].compose(asked.get()) is None


def test_nobody_is_asked_about_a_meeting_called_off_declined_or_of_somebody_who_left(
    northfield, invitation, matched, clock, now
):
    stop_taking_part(participant=northfield.participant("aisha"), by=None, now=now)
    clock.move_to(now + timedelta(days=2))
    sweep()
    assert not Message.objects.filter(letter="contacts.met").exists()


def test_one_tap_logs_it_and_did_not_happen_is_a_fine_answer(northfield, invitation, matched, now):
    after = now + timedelta(days=2)
    with pytest.raises(WrongState):
        services.tell_outcome(invitation=invitation, has_met=True, by=None, now=now)
    for _ in range(2):
        services.tell_outcome(invitation=invitation, has_met=True, by=None, now=after)
    met = Contact.objects.get()
    assert (met.kind, met.channel, met.happened_on) == ("two-way", "in-person", invitation.starts_at.date())
    services.tell_outcome(invitation=invitation, has_met=False, by=None, now=after)
    assert not Contact.objects.filter(withdrawn_at=None).exists()
    services.tell_outcome(invitation=invitation, has_met=True, by=None, now=after)
    assert Contact.objects.filter(withdrawn_at=None).count() == Contact.objects.count() == 1
    assert AuditEntry.objects.filter(verb="invitation met").exists()


@pytest.mark.parametrize(("old", "new"), list(product(I, I)), ids=str)
def test_only_the_tables_moves_are_possible(invitation, matched, now, old, new):
    Invitation.objects.filter(pk=invitation.pk).update(state=old)
    after = now + timedelta(days=2)
    priya = matched["aisha"].mentor.user
    acts = {
        I.ACCEPTED: lambda: services.answer_invitation(invitation=invitation, answer=new, by=None, now=now),
        I.DECLINED: lambda: services.answer_invitation(invitation=invitation, answer=new, by=None, now=now),
        I.CANCELLED: lambda: services.cancel_invitation(invitation=invitation, by=priya, now=now),
        I.MET: lambda: services.tell_outcome(invitation=invitation, has_met=True, by=None, now=after),
        I.NOT_MET: lambda: services.tell_outcome(invitation=invitation, has_met=False, by=None, now=after),
        I.INVITED: lambda: services.take_back(invitation=invitation, by=None, now=now),
    }
    told_anew = {(I.MET, I.NOT_MET), (I.NOT_MET, I.MET)}
    try:
        acts[new]()
    except WrongState:
        assert not INVITATION.allows(old, new)
    invitation.refresh_from_db()
    assert invitation.state in {old, new}
    if invitation.state != old:
        assert INVITATION.allows(old, new) or (old, new) in told_anew or (old, new) == (I.DECLINED, new)
