"""Nobody becomes a safeguarding lead by one person's word (trust.md §1 no. 21)."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.services import NotAllowed, WrongState
from mentoring.concerns.permissions import reads_concerns
from mentoring.messaging.letters import LETTERS
from mentoring.messaging.models import Message
from mentoring.safeguarding import services
from mentoring.safeguarding.models import Grant
from mentoring.safeguarding.tasks import sweep
from schemes.forms import AppointmentForm
from schemes.governance import let_students_lead
from schemes.models import Appointment
from schemes.services import appoint_by_address
from schemes.states import Role
from tests.factories import NOW, TODAY, Northfield, UserFactory


@pytest.fixture
def second(northfield: Northfield) -> User:
    """Another administrator."""
    return UserFactory(given_name="Bea", is_staff=True, password=make_password(None))


def _propose(northfield: Northfield, *, by: User, whom: User | None = None) -> Grant:
    email = (whom or northfield.carys).email
    return services.ask_for_grant(scheme=northfield.scheme, email=email, given_name="", family_name="", by=by, now=NOW)


def _is_lead(person: User) -> bool:
    return Appointment.objects.in_force(TODAY + timedelta(days=9)).filter(
        user=person, role=Role.SAFEGUARDING_LEAD
    ).exists()  # fmt: skip


@pytest.mark.abuse(21)
def test_an_administrator_alone_gives_themself_nothing(northfield: Northfield, second: User, clock: Any) -> None:
    grant = _propose(northfield, by=northfield.admin, whom=northfield.admin)
    with pytest.raises(NotAllowed):
        services.approve(grant=grant, by=northfield.admin, now=NOW)
    client = Client()
    client.force_login(northfield.admin)
    assert client.post(reverse("safeguarding:approve", args=[grant.pk])).status_code == 404
    clock.shift(timedelta(days=9))
    sweep.apply(throw=True)
    assert not _is_lead(northfield.admin)
    fresh = User.objects.get(pk=northfield.admin.pk)
    assert not reads_concerns(fresh, TODAY + timedelta(days=9))


@pytest.mark.abuse(21)
def test_two_administrators_a_day_and_everybody_concerned_is_told(
    northfield: Northfield, second: User, clock: Any
) -> None:
    grant = _propose(northfield, by=northfield.admin)
    grant = services.approve(grant=grant, by=second, now=NOW)
    told = set(Message.objects.filter(letter="safeguarding.grant").values_list("recipient__given_name", flat=True))
    assert told == {"Alex", "Bea", "Dana", "Mina"}
    assert {message.urgency for message in Message.objects.filter(letter="safeguarding.grant")} == {"at-once"}
    clock.shift(timedelta(hours=23, minutes=59))
    sweep.apply(throw=True)
    assert not _is_lead(northfield.carys)
    clock.shift(timedelta(minutes=1))
    sweep.apply(throw=True)
    sweep.apply(throw=True)
    made = Appointment.objects.get(user=northfield.carys, role=Role.SAFEGUARDING_LEAD)
    assert (made.appointed_by, made.unit) == (second, northfield.university)
    grant.refresh_from_db()
    assert grant.state == "granted"


def test_who_leads_a_year_of_students_by_then_is_not_shut_out_of_it(
    northfield: Northfield, second: User, clock: Any
) -> None:
    grant = _propose(northfield, by=northfield.admin, whom=northfield.tom)
    services.approve(grant=grant, by=second, now=NOW)
    for number, person in enumerate((northfield.tom, northfield.una)):
        User.objects.filter(pk=person.pk).update(student_number=f"S{number}")
    let_students_lead(scheme=northfield.scheme, by=northfield.dr_lee, now=NOW)
    clock.shift(timedelta(hours=25))
    sweep.apply(throw=True)
    grant.refresh_from_db()
    assert (grant.state, _is_lead(northfield.tom)) == ("stopped", False)
    with pytest.raises(WrongState, match="would lose it"):
        _propose(northfield, by=northfield.admin, whom=northfield.tom)


def test_a_leads_proposal_needs_two_administrators_all_the_same(northfield: Northfield, second: User) -> None:
    grant = _propose(northfield, by=northfield.dr_lee)
    once = services.approve(grant=grant, by=northfield.admin, now=NOW)
    assert (once.state, once.begins_at) == ("asked", None)
    twice = services.approve(grant=grant, by=second, now=NOW)
    assert (twice.state, twice.begins_at) == ("approved", NOW + timedelta(hours=24))


def test_only_administrators_approve(northfield: Northfield) -> None:
    grant = _propose(northfield, by=northfield.dr_lee)
    for name in ("dr_lee", "sam", "dana", "mallory", "aisha"):
        with pytest.raises(NotAllowed):
            services.approve(grant=grant, by=northfield.people[name], now=NOW)


def test_who_sees_it_can_stop_it_within_the_day(northfield: Northfield, second: User, clock: Any) -> None:
    grant = services.approve(grant=_propose(northfield, by=northfield.admin), by=second, now=NOW)
    client = Client()
    client.force_login(northfield.dana)
    assert "Carys Morgan" in client.get(reverse("safeguarding:grants")).content.decode()
    client.post(reverse("safeguarding:stop", args=[grant.pk]))
    assert [LETTERS["safeguarding.grant"].compose(m) for m in Message.objects.filter(letter="safeguarding.grant")] == (
        [None] * Message.objects.filter(letter="safeguarding.grant").count()
    )
    clock.shift(timedelta(days=2))
    sweep.apply(throw=True)
    assert not _is_lead(northfield.carys)


def test_one_who_is_no_administrator_any_more_does_not_count(northfield: Northfield, second: User, clock: Any) -> None:
    grant = services.approve(grant=_propose(northfield, by=northfield.admin), by=second, now=NOW)
    User.objects.filter(pk=second.pk).update(is_staff=False)
    clock.shift(timedelta(days=2))
    sweep.apply(throw=True)
    grant.refresh_from_db()
    assert (grant.state, _is_lead(northfield.carys)) == ("stopped", False)


@pytest.mark.abuse(21)
def test_the_database_holds_it_too(northfield: Northfield) -> None:
    grant = _propose(northfield, by=northfield.admin)
    for changes in ({"state": "granted"}, {"second_by": northfield.admin}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Grant.objects.filter(pk=grant.pk).update(**changes)


@pytest.mark.abuse(21)
def test_the_other_doors_to_the_role_are_closed(northfield: Northfield) -> None:
    form = AppointmentForm(scheme=northfield.scheme)
    assert Role.SAFEGUARDING_LEAD not in dict(form.fields["role"].choices)  # type: ignore[attr-defined]
    with pytest.raises(WrongState):
        appoint_by_address(
            scheme=northfield.scheme, email=northfield.admin.email, given_name="", family_name="",
            role=Role.SAFEGUARDING_LEAD, unit=northfield.university, starts_on=TODAY, ends_on=None,
            by=northfield.admin, now=NOW,
        )  # fmt: skip


def test_nobody_is_proposed_twice_or_again(northfield: Northfield) -> None:
    _propose(northfield, by=northfield.admin)
    for whom in (northfield.carys, northfield.dana):
        with pytest.raises(WrongState):
            _propose(northfield, by=northfield.admin, whom=whom)
    with pytest.raises(NotAllowed):
        _propose(northfield, by=northfield.sam, whom=northfield.tom)


def test_the_page_proposes_and_approves(northfield: Northfield, second: User) -> None:
    client = Client()
    client.force_login(northfield.admin)
    url = reverse("safeguarding:propose", args=[northfield.scheme.pk])
    assert "university address" in client.post(url, {"email": "x@example.com"}).content.decode()
    assert client.post(url, {"email": northfield.carys.email}).status_code == 302
    client.force_login(second)
    assert "approved by one" in client.get(reverse("safeguarding:grants")).content.decode()
    client.post(reverse("safeguarding:approve", args=[Grant.objects.get().pk]))
    assert Grant.objects.get().state == "approved"
