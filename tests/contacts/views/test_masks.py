"""Finding out who asked without a name: a reason, a fresh proof of oneself, and others who hear at once (R60)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from mentoring.contacts.services import unmask_for_danger
from mentoring.messaging.letters import LETTERS
from mentoring.messaging.models import Message
from mentoring.messaging.states import Urgency
from schemes.services import appoint
from schemes.states import Role

PASSWORD = "seven tall ships in a bottle"
WHY = "She writes that she may be hurt."
TOLD = Message.objects.filter(letter="contacts.unmasked")


@pytest.fixture
def second_lead(northfield, now):
    """sam is safeguarding lead as well."""
    appoint(
        scheme=northfield.scheme, user=northfield.sam, role=Role.SAFEGUARDING_LEAD, unit=northfield.university,
        starts_on=now.date() - timedelta(days=9), by=None, now=now,
    )  # fmt: skip
    return northfield.sam


@pytest.fixture
def dana(northfield):
    """The safeguarding lead's browser; she has a password."""
    northfield.dana.set_password(PASSWORD)
    northfield.dana.save()
    client = Client()
    client.force_login(northfield.dana)
    return client


@pytest.mark.real_clock
def test_a_mask_is_lifted_by_who_has_just_shown_who_they_are(northfield, question, dana):
    path = reverse("contacts:mask", args=[question.pk])
    assert question.text not in dana.get(path).content.decode()
    asked = dana.post(path, {"why": WHY})
    assert asked.headers["Location"].startswith(reverse("account_reauthenticate"))
    question.refresh_from_db()
    assert question.unmasked_at is None
    dana.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    dana.post(path, {"why": WHY})
    question.refresh_from_db()
    assert question.unmasked_by == northfield.dana


@pytest.mark.real_clock
@pytest.mark.parametrize("why", ["x", "danger", "x x x x x x x x x x x x", "." * 30])
def test_a_reason_is_words_that_somebody_can_review(question, dana, why):
    dana.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = dana.post(reverse("contacts:mask", args=[question.pk]), {"why": why})
    assert "Say why in a whole sentence" in page.content.decode()
    question.refresh_from_db()
    assert question.unmasked_at is None


def test_the_other_leads_hear_at_once_who_and_when_and_nothing_else(northfield, question, second_lead, now):
    for _ in range(2):
        unmask_for_danger(question=question, why=WHY, by=northfield.dana, now=now)
    message = TOLD.get()
    assert (message.recipient, message.due_at, message.urgency) == (second_lead, now, Urgency.AT_ONCE)
    content = LETTERS[message.letter].compose(message)
    said = " ".join([content.subject, *content.paragraphs, content.why, *(each.url for each in content.actions)])
    assert "Dana Osei" in said
    for secret in ("Aisha", "Begum", "Priya", question.text, WHY, northfield.scheme.name):
        assert secret not in said


def test_without_another_lead_the_administrators_hear(northfield, question, now):
    unmask_for_danger(question=question, why=WHY, by=northfield.dana, now=now)
    message = TOLD.get()
    assert message.recipient == northfield.admin
    [action] = LETTERS[message.letter].compose(message).actions
    assert action.url.endswith(reverse("home"))
