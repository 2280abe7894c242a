"""The message log: who sees which message, and what they can do about it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry
from mentoring.messaging.models import Message
from mentoring.messaging.relay_pause import relay_away
from mentoring.messaging.selectors import failed_messages_visible_to, messages_visible_to
from mentoring.messaging.services import owe
from mentoring.messaging.states import MessageState, Reason, Urgency
from mentoring.messaging.views import log
from schemes.models import Appointment
from schemes.states import Role

CANARY = "canary-7f3a"


@pytest.fixture
def owed(northfield, letter, now):
    """Owe a person a message of the main cohort, in a state."""

    def make(name, state=MessageState.SENT, cohort=northfield.cohort, **fields):
        occasion = fields.pop("occasion", f"{name} {state}")
        message = owe(
            letter=letter.name, recipient=northfield.people[name], occasion=occasion, now=now, cohort=cohort, **fields
        )
        Message.objects.filter(pk=message.pk).update(state=state)
        message.refresh_from_db()
        return message

    return make


@pytest.fixture
def page(northfield):
    def get(name, **query):
        client = Client()
        client.force_login(northfield.people[name])
        return client.get(reverse("messaging:log"), query)

    return get


def shown(answer):
    return [line.message.recipient.given_name for line in answer.context["lines"]]


def post(northfield, name, url, message):
    client = Client()
    client.force_login(northfield.people[name])
    return client.post(reverse(url, args=[message.pk]), follow=True)


def test_each_sees_the_messages_of_their_unit_and_scheme(northfield, owed, page):
    owed("aisha")
    owed("omar")
    owed("sam")  # staff: no participant
    owed("ben", cohort=northfield.other_cohort)
    assert shown(page("sam")) == ["Aisha"]
    assert shown(page("tom")) == ["Aisha"]
    assert shown(page("carys")) == ["Omar"]
    assert sorted(shown(page("dr_lee"))) == ["Aisha", "Omar", "Sam"]
    assert shown(page("mallory")) == ["Ben"]


def test_sign_in_and_safeguarding_messages_are_in_nobodys_log(northfield, owed, page, now):
    owed("aisha", MessageState.FAILED, urgency=Urgency.AT_ONCE)
    for name in ("sam", "dr_lee"):
        assert shown(page(name)) == []
        assert not failed_messages_visible_to(northfield.people[name], now.date()).exists()


def test_a_message_is_told_without_what_it_said(owed, page, northfield):
    message = owed("aisha", MessageState.UNCERTAIN, secret={"words": CANARY})
    assert CANARY not in page("sam").content.decode()
    client = Client()
    client.force_login(northfield.sam)
    content = client.get(reverse("messaging:message", args=[message.pk])).content.decode()
    assert CANARY not in content
    assert "perhaps sent" in content


def test_a_message_called_off_says_so_once(owed, page):
    message = owed("aisha", state=MessageState.CANCELLED)
    Message.objects.filter(pk=message.pk).update(reason=Reason.CALLED_OFF)
    [line] = page("sam").context["lines"]
    assert (line.message.get_state_display(), line.reason) == ("called off", "")


def test_a_message_that_is_put_off_says_since_when_and_until_when_it_is_tried(owed, northfield, now):
    message = owed("aisha", MessageState.DUE)
    Message.objects.update(attempts=3, put_off_since=now - timedelta(hours=2), reason="relay said 452 full")
    client = Client()
    client.force_login(northfield.sam)
    content = client.get(reverse("messaging:message", args=[message.pk])).content.decode()
    assert "3 times since" in content
    assert "relay said 452 full" in content
    assert "It is tried again until Thursday 15 October, 07:00, then it is given up and needs you." in content


def test_failures_are_counted_for_their_reach(northfield, owed, now):
    owed("aisha", MessageState.FAILED)
    owed("ben", MessageState.UNCERTAIN)
    owed("chidi", MessageState.SENT)
    owed("omar", MessageState.FAILED)
    assert failed_messages_visible_to(northfield.sam, now.date()).count() == 2
    assert failed_messages_visible_to(northfield.carys, now.date()).count() == 1
    assert failed_messages_visible_to(northfield.aisha, now.date()).count() == 0


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"show": "needs-you"}, ["Aisha"]),
        ({"show": "waiting"}, ["Ben"]),
        ({"show": "sent"}, ["Chidi"]),
        ({"show": "nonsense"}, ["Aisha", "Ben", "Chidi"]),
        ({"q": "aish"}, ["Aisha"]),
        ({"q": "BEGUM aisha"}, ["Aisha"]),
        ({"q": "ben@northfield"}, ["Ben"]),
        ({"q": "nobody-of-this-name"}, []),
        ({"letter": "test.letter"}, ["Aisha", "Ben", "Chidi"]),
        ({"letter": "matching.hello"}, []),
        ({"letter": "no.such.letter"}, ["Aisha", "Ben", "Chidi"]),
        ({"page": "999"}, ["Aisha", "Ben", "Chidi"]),
    ],
)
def test_filters_and_search(owed, page, query, names):
    owed("aisha", MessageState.FAILED)
    owed("ben", MessageState.DUE)
    owed("chidi", MessageState.SENT)
    assert sorted(shown(page("sam", **query))) == names


def test_the_list_costs_the_same_for_one_and_many(owed, northfield):
    client = Client()
    client.force_login(northfield.sam)
    counts = []
    for number in (1, 3):
        for extra in range(number):
            owed("aisha", MessageState.FAILED, occasion=f"{number}-{extra}")
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("messaging:log"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_failed_message_can_be_sent_again(northfield, owed, now):
    message = owed("aisha", MessageState.FAILED)
    identity = message.message_id
    Message.objects.update(attempts=5, reason="relay said 550", closed_at=now)
    answer = post(northfield, "sam", "messaging:again", message)
    message.refresh_from_db()
    assert (message.state, message.attempts, message.reason, message.closed_at) == (MessageState.DUE, 0, "", None)
    assert message.message_id == identity
    assert AuditEntry.objects.filter(actor=northfield.sam, object_id=message.pk, verb="message due").count() == 1
    assert b"on its way again" in answer.content


def test_an_uncertain_message_can_be_settled_either_way(northfield, owed):
    arrived, lost = owed("aisha", MessageState.UNCERTAIN), owed("ben", MessageState.UNCERTAIN)
    post(northfield, "sam", "messaging:mark_sent", arrived)
    post(northfield, "sam", "messaging:again", lost)
    assert dict(Message.objects.values_list("recipient__given_name", "state")) == {"Aisha": "sent", "Ben": "due"}


@pytest.mark.parametrize("state", [s for s in MessageState if s not in {MessageState.FAILED, MessageState.UNCERTAIN}])
def test_nothing_else_can_be_sent_again_or_marked(northfield, owed, state):
    message = owed("aisha", state)
    for url in ("messaging:again", "messaging:mark_sent"):
        assert post(northfield, "sam", url, message).status_code == 200
    message.refresh_from_db()
    assert message.state == state


def test_a_failed_message_cannot_be_marked_as_sent(northfield, owed):
    message = owed("aisha", MessageState.FAILED)
    post(northfield, "sam", "messaging:mark_sent", message)
    message.refresh_from_db()
    assert message.state == MessageState.FAILED


@pytest.mark.parametrize("name", ["carys", "mallory", "una", "priya", "aisha"])
def test_what_one_may_not_see_one_cannot_send(northfield, owed, name):
    message = owed("aisha", MessageState.FAILED)
    assert post(northfield, name, "messaging:again", message).status_code == 404
    message.refresh_from_db()
    assert message.state == MessageState.FAILED


@pytest.mark.parametrize("name", ["tom", "dana"])
def test_who_only_sees_messages_sends_none(northfield, owed, name):
    """An intern, and a manager who is not the lead, read the log; a coordinator of the unit acts on it."""
    Appointment.objects.filter(user=northfield.dana).update(role=Role.MANAGER)
    message = owed("aisha", MessageState.UNCERTAIN)
    client = Client()
    client.force_login(northfield.people[name])
    shown = client.get(reverse("messaging:message", args=[message.pk])).content.decode()
    assert "A coordinator of this unit can send it again" in shown
    assert reverse("messaging:again", args=[message.pk]) not in shown
    for url in ("messaging:again", "messaging:mark_sent"):
        assert post(northfield, name, url, message).status_code == 403
    message.refresh_from_db()
    assert message.state == MessageState.UNCERTAIN


def test_seeing_all_and_sending_in_one_unit_are_told_apart(northfield, owed):
    """carys, who is also an intern of the whole scheme, sees aisha's message and does not send it."""
    Appointment.objects.create(
        scheme=northfield.scheme, user=northfield.carys, role=Role.INTERN, unit=northfield.university,
        starts_on=northfield.cohort.starts_on,
    )  # fmt: skip
    assert post(northfield, "carys", "messaging:again", owed("aisha", MessageState.FAILED)).status_code == 403
    assert post(northfield, "carys", "messaging:again", owed("omar", MessageState.FAILED)).status_code == 200


def test_a_person_in_two_cohorts_is_seen_in_the_right_one(northfield, owed, now):
    """omar studies computing here; what another scheme writes to him is not carys's to see."""
    owed("omar", cohort=northfield.other_cohort)
    assert not messages_visible_to(northfield.carys, now.date()).exists()


def test_the_log_says_that_the_relay_is_away(owed, page, now):
    owed("aisha", MessageState.DUE)
    assert b"does not answer" not in page("sam").content
    relay_away(now, "relay: TimeoutError")
    assert b"The mail relay does not answer" in page("sam").content


def test_a_long_log_is_cut_where_nobody_leafs_and_says_so(owed, page, monkeypatch):
    monkeypatch.setattr(log, "FURTHEST", 2)
    monkeypatch.setattr(log, "ON_A_PAGE", 1)
    for number in range(5):
        owed("aisha", occasion=str(number))
    answer = page("sam", page=9)
    assert (answer.context["page_obj"].number, answer.context["page_obj"].paginator.num_pages) == (2, 2)
    assert b"These are the newest" in answer.content


def test_only_who_may_write_to_many_is_led_there(owed, page):
    assert b"Write to many people" in page("sam").content
    assert b"Write to many people" not in page("tom").content
