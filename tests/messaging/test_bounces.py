"""What comes back: reading it, believing it, and what a coordinator does about it."""

import json
import mailbox

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.services import change_person
from mentoring.messaging.bounces import Bounce, bounces_in, reported
from mentoring.messaging.models import Message
from mentoring.messaging.services import note_bounce, owe
from mentoring.messaging.states import MessageState

SECRET = "a secret of the mail system's"
RETURNED = {
    "whole": ("message/rfc822", "Message-ID: {id}\r\nSubject: One thing\r\n\r\nHello.\r\n"),
    "headers": ("text/rfc822-headers", "Subject: One thing\r\nMessage-ID: {id}\r\n"),
}


def notification(message_id, *, action="failed", status="5.1.1", address="aisha@northfield.ac.uk", how="whole"):
    """A delivery status notification as Postfix writes it."""
    kind, returned = RETURNED[how]
    return (
        "From: MAILER-DAEMON@mx.northfield.ac.uk\r\nTo: peers@northfield.ac.uk\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\r\n\r\n'
        "--B\r\nContent-Type: text/plain\r\n\r\nI'm sorry to have to inform you.\r\n\r\n"
        "--B\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.northfield.ac.uk\r\nArrival-Date: Mon, 12 Oct 2026 09:00:00 +0100\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\nOriginal-Recipient: rfc822;{address.title()}\r\n"
        f"Action: {action}\r\nStatus: {status}\r\nDiagnostic-Code: smtp; 550 {status} no such user\r\n\r\n"
        f"--B\r\nContent-Type: {kind}\r\n\r\n{returned.format(id=message_id)}\r\n--B--\r\n"
    ).encode()


@pytest.fixture
def sent(northfield, letter, now):
    message = owe(letter=letter.name, recipient=northfield.aisha, occasion="1", now=now, cohort=northfield.cohort)
    Message.objects.update(state=MessageState.SENT)
    message.refresh_from_db()
    return message


def address_of(message):
    return message.recipient.email


@pytest.mark.parametrize("how", RETURNED)
def test_a_notification_says_who_and_why(how):
    raw = notification("<1@northfield.ac.uk>", how=how)
    assert bounces_in(raw) == [Bounce("<1@northfield.ac.uk>", "aisha@northfield.ac.uk", "5.1.1", True)]


@pytest.mark.parametrize(
    ("action", "status", "is_final"),
    [("delayed", "4.4.1", False), ("failed", "4.2.2", False), ("failed", "5.2.2", True), ("relayed", "2.0.0", False)],
)
def test_only_a_final_failure_is_one(action, status, is_final):
    [bounce] = bounces_in(notification("<1@x>", action=action, status=status))
    assert bounce.is_final is is_final


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\x00 not a mail",
        b"Subject: Out of office\r\n\r\nBack on Monday.\r\n",
        b'Content-Type: multipart/report; boundary="B"\r\n\r\n--B\r\nContent-Type: message/delivery-status\r\n\r\n',
        notification("no id at all"),
    ],
)
def test_anything_else_is_no_bounce(raw):
    assert bounces_in(raw) == []


def test_a_bounce_undoes_the_arrival_and_marks_the_address(sent, now):
    bounce = Bounce(sent.message_id, address_of(sent), "5.1.1", True)
    assert note_bounce(bounce, now=now)
    assert note_bounce(bounce, now=now)
    sent.refresh_from_db()
    sent.recipient.refresh_from_db()
    assert (sent.state, sent.reason) == (MessageState.FAILED, "returned: 5.1.1")
    assert sent.recipient.email_failed_at == now
    assert AuditEntry.objects.filter(verb="address failed").count() == 1
    assert AuditEntry.objects.filter(verb="message failed").count() == 1


@pytest.mark.parametrize(
    ("message_id", "address", "is_final"),
    [("<made-up@x>", None, True), (None, "ben@northfield.ac.uk", True), (None, None, False)],
)
def test_a_bounce_that_cannot_be_ours_is_not_believed(sent, now, message_id, address, is_final):
    bounce = Bounce(message_id or sent.message_id, address or address_of(sent), "5.1.1", is_final)
    assert note_bounce(bounce, now=now) is False
    sent.recipient.refresh_from_db()
    assert sent.recipient.email_failed_at is None


def test_a_maildir_is_read_once(sent, tmp_path, capsys):
    box = mailbox.Maildir(tmp_path / "bounces")
    box.add(notification(sent.message_id, address=address_of(sent)))
    box.add(b"Subject: Out of office\r\n\r\nBack on Monday.\r\n")
    for _ in range(2):
        call_command("read_bounces", maildir=tmp_path / "bounces")
    assert capsys.readouterr().out.splitlines() == ["2 read, 1 noted.", "0 read, 0 noted."]
    sent.refresh_from_db()
    assert sent.state == MessageState.FAILED


def test_an_mbox_is_read(sent, tmp_path, capsys):
    box = mailbox.mbox(tmp_path / "bounces")
    box.add(notification(sent.message_id, address=address_of(sent)))
    box.close()
    call_command("read_bounces", mbox=tmp_path / "bounces")
    assert capsys.readouterr().out == "1 read, 1 noted.\n"


@pytest.fixture
def hook(settings):
    settings.MAIL_HOOK_SECRET = SECRET

    def post(body, kind, secret=SECRET):
        client = Client(enforce_csrf_checks=True)
        headers = {"Authorization": f"Bearer {secret}"}
        return client.post(reverse("messaging:bounced"), body, content_type=kind, headers=headers)

    return post


def test_a_mail_system_that_shows_the_secret_is_heard(sent, hook):
    answer = hook(notification(sent.message_id, address=address_of(sent)), "message/rfc822")
    assert (answer.status_code, answer.content) == (200, b"1 noted\n")


def test_an_event_of_a_mail_service_is_heard(sent, hook):
    event = {"event_type": "bounced", "message_id": sent.message_id, "recipient": address_of(sent),
             "mta_response": "550 5.1.1 unknown"}  # fmt: skip
    opened = {**event, "event_type": "opened"}
    assert hook(json.dumps([opened, event]), "application/json").content == b"1 noted\n"
    assert reported(opened) is None


@pytest.mark.parametrize("secret", ["", "wrong", SECRET[:-1]])
def test_without_the_secret_there_is_nothing(sent, hook, settings, secret):
    raw = notification(sent.message_id, address=address_of(sent))
    assert hook(raw, "message/rfc822", secret).status_code == 404
    settings.MAIL_HOOK_SECRET = ""
    assert hook(raw, "message/rfc822", "").status_code == 404
    sent.refresh_from_db()
    assert sent.state == MessageState.SENT


@pytest.mark.django_db
@pytest.mark.parametrize("body", ["", "{", "[1]", '"x"', "null"])
def test_nonsense_is_refused(hook, body):
    assert hook(body, "application/json").status_code == 400


def test_a_coordinator_sees_it_on_today_and_clears_it(sent, northfield, now):
    note_bounce(Bounce(sent.message_id, address_of(sent), "5.1.1", True), now=now)
    client = Client()
    client.force_login(northfield.sam)
    assert b"Address that takes no mail" in client.get(reverse("console:today")).content
    assert address_of(sent).encode() in client.get(reverse("messaging:addresses")).content
    client.post(reverse("messaging:mended", args=[northfield.aisha.pk]))
    northfield.aisha.refresh_from_db()
    assert northfield.aisha.email_failed_at is None
    assert AuditEntry.objects.filter(verb="address mended", actor=northfield.sam).count() == 1
    assert b"Every address takes mail" in client.get(reverse("messaging:addresses")).content


@pytest.mark.parametrize("name", ["carys", "mallory", "aisha"])
def test_who_does_not_see_her_cannot_clear_it(northfield, now, name):
    type(northfield.aisha).objects.filter(pk=northfield.aisha.pk).update(email_failed_at=now)
    client = Client()
    client.force_login(northfield.people[name])
    assert client.post(reverse("messaging:mended", args=[northfield.aisha.pk])).status_code == 404
    northfield.aisha.refresh_from_db()
    assert northfield.aisha.email_failed_at == now


def test_a_new_address_is_mended_by_itself(northfield, now):
    type(northfield.aisha).objects.filter(pk=northfield.aisha.pk).update(email_failed_at=now)
    northfield.aisha.refresh_from_db()
    change_person(person=northfield.aisha, changes={"email": "aisha2@northfield.ac.uk"}, by=northfield.sam, now=now)
    northfield.aisha.refresh_from_db()
    assert northfield.aisha.email_failed_at is None
