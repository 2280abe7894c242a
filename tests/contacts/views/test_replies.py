"""One tap from an e-mail: GET changes nothing, POST acts, and a link opens nothing else."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from mentoring.contacts import services
from mentoring.contacts.models import Contact, CourtesyReply
from mentoring.matching.models import Match
from mentoring.matching.services import stop_taking_part
from mentoring.messaging.links import make_token
from mentoring.messaging.models import Message


def _link(match, choice="hello", *, purpose="", name="contacts:reply_link"):
    person = match.mentee.user
    token = make_token(purpose=purpose or f"reply-{choice}", person=person, object_id=match.pk)
    return reverse(name, kwargs={"choice": choice, "token": token})


def _rows() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (CourtesyReply, Contact, Message, AuditEntry))


@pytest.fixture
def page() -> Client:
    return Client()


def test_looking_changes_nothing(page, matched) -> None:
    before = _rows()
    for method in (page.get, page.head):
        answer = method(_link(matched["aisha"]))
        assert answer.status_code == 200
    assert _rows() == before
    assert b"Hi, nice to meet you" in page.get(_link(matched["aisha"])).content


def test_sending_records_it_without_signing_anybody_in(page, matched) -> None:
    answer = page.post(_link(matched["aisha"]), follow=True)
    assert "Already sent. Change it?" in answer.content.decode()
    reply = CourtesyReply.objects.get()
    assert (reply.choice, reply.by_link) == ("hello", True)
    assert "_auth_user_id" not in page.session
    assert AuditEntry.objects.get(verb="reply sent").actor is None


def test_sending_twice_is_sending_once(page, matched) -> None:
    page.post(_link(matched["aisha"]))
    after_one = _rows()
    page.post(_link(matched["aisha"]))
    assert _rows() == after_one


@pytest.mark.parametrize("wanted", ["question", "send money"])
def test_a_link_can_only_repeat_its_one_sentence(page, matched, wanted) -> None:
    """Whoever a message was forwarded to can say what the link says, and nothing else."""
    shown = page.get(_link(matched["aisha"])).content.decode()
    assert "I have a question" not in shown
    page.post(_link(matched["aisha"]), {"choice": wanted})
    assert CourtesyReply.objects.get().choice == "hello"


def test_undo_by_the_same_link_and_again(page, matched) -> None:
    page.post(_link(matched["aisha"]))
    undo = _link(matched["aisha"], name="contacts:undo_reply_link")
    assert page.get(undo).status_code == 405
    page.post(undo)
    page.post(undo)
    assert not CourtesyReply.objects.filter(undone_at=None).exists()
    again = page.get(_link(matched["aisha"])).content
    assert b"Send to my mentor" in again
    assert b"Priya" not in again


@pytest.mark.abuse(7)
def test_a_forged_link_or_one_of_another_purpose_is_dead(page, matched) -> None:
    good = _link(matched["aisha"])
    forged = [
        good[:-5] + "AAAA/",
        _link(matched["aisha"], purpose="stop"),
        _link(matched["aisha"], purpose="reply-fine"),
    ]
    unknown = good.replace("reply-hello", "reply-money")
    for url in (*forged, unknown):
        for method in (page.get, page.post):
            answer = method(url)
            assert answer.status_code == 410
            assert b"Send me a new one" not in answer.content
            assert b"Priya" not in answer.content
    assert not CourtesyReply.objects.exists()


def test_a_link_of_somebody_else_for_this_match_is_dead(page, northfield, matched) -> None:
    token = make_token(purpose="reply-hello", person=northfield.ben, object_id=matched["aisha"].pk)
    url = reverse("contacts:reply_link", kwargs={"choice": "hello", "token": token})
    assert page.post(url).status_code == 410
    assert not CourtesyReply.objects.exists()


def test_an_expired_link_offers_a_new_one_by_e_mail_and_does_nothing_else(
    page, northfield, matched, clock, now
) -> None:
    url = _link(matched["aisha"])
    new = _link(matched["aisha"], name="contacts:new_reply_link")
    clock.move_to(now + timedelta(days=15))
    answer = page.post(url)
    assert answer.status_code == 410
    assert b"Send me a new one" in answer.content
    assert not CourtesyReply.objects.exists()
    page.post(new)
    page.post(new)
    assert Message.objects.get(letter="contacts.links").recipient == northfield.aisha


def test_a_match_that_ended_is_said_kindly(page, northfield, matched, now) -> None:
    stop_taking_part(participant=northfield.participant("priya"), by=None, now=now)
    for method in (page.get, page.post):
        answer = method(_link(matched["aisha"]))
        assert answer.status_code == 410
        assert b"no longer matched" in answer.content
    assert not CourtesyReply.objects.exists()


def test_a_double_tap_needs_its_csrf_token(matched) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(_link(matched["aisha"])).status_code == 403
    assert not CourtesyReply.objects.exists()


def test_signed_in_one_tap_is_seen_by_the_mentor_at_once(page, northfield, matched) -> None:
    page.force_login(northfield.aisha)
    answer = page.post(reverse("contacts:reply", args=[matched["aisha"].pk]), {"choice": "meet"}, follow=True)
    assert "Sent to Priya" in answer.content.decode()
    page.force_login(northfield.priya)
    mentees = page.get(reverse("portal:mentees")).content.decode()
    assert "Can we meet?" in mentees
    assert "1 of 3 answered; that is usual" in mentees


def test_nobody_answers_for_another(page, northfield, matched) -> None:
    for user in (northfield.ben, northfield.priya, northfield.sam, northfield.admin):
        page.force_login(user)
        url = reverse("contacts:reply", args=[matched["aisha"].pk])
        assert page.post(url, {"choice": "fine"}).status_code == 404
    assert not CourtesyReply.objects.exists()


def test_only_its_mentee_takes_a_reply_back_and_only_its_mentor_takes_it_up(page, northfield, matched, now) -> None:
    made = services.reply(match=matched["aisha"], choice="question", by=None, now=now)
    undo, answered = (reverse(f"contacts:{name}", args=[made.pk]) for name in ("undo_reply", "answered"))
    for user in (northfield.ben, northfield.una, northfield.sam):
        page.force_login(user)
        assert page.post(undo).status_code == page.post(answered).status_code == 404
    page.force_login(northfield.priya)
    assert page.post(undo).status_code == 404
    page.post(answered)
    made.refresh_from_db()
    assert (made.answered_at, made.undone_at) == (now, None)
    page.force_login(northfield.aisha)
    page.post(undo)
    made.refresh_from_db()
    assert made.undone_at == now
    assert Match.objects.get(pk=matched["aisha"].pk).state == "active"
