"""Standing in for a safeguarding lead opens nothing that was raised before (trust.md §1 no. 21)."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import reverse

from accounts.models import User
from mentoring.concerns.models import Concern
from mentoring.concerns.rules import stands_in_from
from mentoring.concerns.selectors import concerns_visible_to, readers_of
from mentoring.concerns.services import pass_on_untaken, raise_concern
from mentoring.messaging.letters import LETTERS
from mentoring.messaging.models import Message
from schemes.models import Appointment
from schemes.states import Role
from tests.factories import NOW, TODAY, Northfield, UserFactory
from tests.safeguarding.conftest import prove

WORDS = "Canary: she has not left her room."


def _raise(northfield: Northfield, now: Any = NOW) -> Concern:
    return raise_concern(
        cohort=northfield.cohort, kind="wellbeing", text=WORDS, subject=None, form_key=uuid.uuid4(),
        by=northfield.priya, now=now,
    )  # fmt: skip


def _let_go(northfield: Northfield) -> None:
    northfield.scheme.appointments.filter(role=Role.SAFEGUARDING_LEAD).update(ends_on=TODAY - timedelta(days=1))


def _appoint_lead(northfield: Northfield, whom: User, by: User) -> Client:
    client = Client()
    client.force_login(by)
    prove(client, by)
    form = {"email": whom.email, "role": "lead", "unit": northfield.university.pk, "starts_on": str(TODAY)}
    client.post(reverse("schemes:appoint", args=[northfield.scheme.pk]), form)
    return client


@pytest.mark.abuse(21)
@pytest.mark.parametrize("who", ["admin", "manager"])
def test_three_posts_do_not_open_every_concern(northfield: Northfield, who: str) -> None:
    """Appoint oneself lead, end the safeguarding lead's appointment, read."""
    concern = _raise(northfield)
    if who == "manager":
        northfield.people["manager"] = UserFactory(given_name="Max", password=make_password(None))
        Appointment.objects.create(
            scheme=northfield.scheme, user=northfield.manager, role=Role.MANAGER, unit=northfield.university,
            starts_on=TODAY - timedelta(days=90),
        )  # fmt: skip
    person = northfield.people[who]
    client = _appoint_lead(northfield, person, person)
    for each in Appointment.objects.filter(role=Role.SAFEGUARDING_LEAD):
        client.post(reverse("schemes:end_appointment", args=[each.pk]))
    assert client.get(reverse("concerns:concern", args=[concern.public_key])).status_code == 404
    assert client.get(reverse("concerns:inbox")).status_code == 404
    assert Appointment.objects.in_force(TODAY).filter(role=Role.SAFEGUARDING_LEAD).exists()
    assert not Appointment.objects.filter(role=Role.LEAD, user=person).exists()


@pytest.mark.abuse(21)
def test_nothing_raised_while_there_was_a_lead_opens_when_the_lead_goes(northfield: Northfield) -> None:
    concern = _raise(northfield)
    _let_go(northfield)
    for name in ("sam", "dr_lee"):
        assert not concerns_visible_to(northfield.people[name], TODAY).exists()
    assert readers_of(concern, TODAY) == []
    pass_on_untaken(now=NOW + timedelta(minutes=5))
    assert set(Message.objects.filter(letter="concerns.alert").values_list("recipient__given_name", flat=True)) == {
        "Dana"
    }


def test_who_stands_in_reads_what_is_raised_then_and_the_administrators_hear_first(northfield: Northfield) -> None:
    _let_go(northfield)
    concern = _raise(northfield)
    assert {user.given_name for user in readers_of(concern, TODAY)} == {"Sam", "Mina"}
    order = list(Message.objects.order_by("pk").values_list("letter", "recipient__given_name"))
    assert order[0] == ("concerns.unled", "Alex")
    assert {letter for letter, _name in order[1:]} == {"concerns.alert"}
    content = LETTERS["concerns.unled"].compose(Message.objects.get(letter="concerns.unled"))
    assert content is not None
    said = f"{content.subject} {content.paragraphs} {content.why} {content.actions}"
    assert "Sam Whitaker" in said
    for word in ("Canary", "Priya", "wellbeing", "struggling"):
        assert word not in said


@pytest.mark.abuse(21)
def test_somebody_appointed_today_stands_in_only_for_concerns_after_a_day(northfield: Northfield, clock: Any) -> None:
    _let_go(northfield)
    early = _raise(northfield)
    _appoint_lead(northfield, northfield.carys, northfield.admin)
    Appointment.objects.filter(user=northfield.carys).update(starts_on=TODAY - timedelta(days=50))  # written back
    assert northfield.carys not in readers_of(early, TODAY)
    within = _raise(northfield, NOW + timedelta(hours=23))
    after = _raise(northfield, NOW + timedelta(hours=25))
    later = TODAY + timedelta(days=2)
    assert list(concerns_visible_to(northfield.carys, later)) == [after]
    assert northfield.carys not in readers_of(within, later)


def test_where_nobody_can_read_it_the_next_hear_at_once_and_the_page_says_so(
    northfield: Northfield, client: Client
) -> None:
    _let_go(northfield)
    Appointment.objects.filter(role__in=[Role.LEAD, Role.COORDINATOR]).update(appointed_at=NOW)
    client.force_login(northfield.priya)
    assert "nobody who looks after concerns can read it" in client.get(reverse("concerns:raise")).content.decode()
    concern = _raise(northfield)
    told = set(Message.objects.filter(letter="concerns.untaken").values_list("recipient__given_name", flat=True))
    assert told == {"Alex", "Mina"}
    assert not Message.objects.filter(letter="concerns.alert").exists()
    receipt = client.get(reverse("concerns:sent", args=[concern.form_key])).content.decode()
    assert "nobody who looks after concerns can read it" in receipt


@pytest.mark.parametrize("appointed_days", [None, 90, 0])
def test_a_day_written_back_does_not_help(appointed_days: int | None) -> None:
    first_day = NOW - timedelta(days=90)
    appointed_at = None if appointed_days is None else NOW - timedelta(days=appointed_days)
    expected = NOW + timedelta(days=1) if appointed_days == 0 else NOW - timedelta(days=89)
    assert stands_in_from(first_day=first_day, appointed_at=appointed_at) == expected
