"""Nobody ceases to be a safeguarding lead by one person's word either (trust.md §1 no. 21)."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.services import NotAllowed, WrongState, create_person
from mentoring.messaging.letters import LETTERS
from mentoring.messaging.models import Message
from mentoring.safeguarding import services
from mentoring.safeguarding.models import Grant
from mentoring.safeguarding.tasks import sweep
from schemes.models import Appointment
from schemes.selectors import scheme_lead
from schemes.services import appoint, appoint_by_address, end_appointment
from schemes.states import Role
from tests.factories import NOW, TODAY, Northfield, UserFactory
from tests.safeguarding.conftest import prove

LATER = TODAY + timedelta(days=9)


@pytest.fixture
def second(northfield: Northfield) -> User:
    """Another administrator."""
    return UserFactory(given_name="Bea", is_staff=True, password=make_password(None))


def _held(northfield: Northfield) -> Appointment:
    return Appointment.objects.get(user=northfield.dana, role=Role.SAFEGUARDING_LEAD)


def _is_lead(person: User) -> bool:
    return Appointment.objects.in_force(LATER).filter(user=person, role=Role.SAFEGUARDING_LEAD).exists()


def _said(message: Message) -> str:
    content = LETTERS[message.letter].compose(message)
    assert content is not None
    return f"{content.subject} {content.paragraphs}"


@pytest.mark.abuse(21)
def test_no_one_ends_it_alone(northfield: Northfield, clock: Any) -> None:
    for by in (northfield.admin, northfield.dr_lee):
        with pytest.raises(WrongState):
            end_appointment(appointment=_held(northfield), ends_on=TODAY - timedelta(days=1), by=by, now=NOW)
    grant = services.ask_for_end(appointment=_held(northfield), by=northfield.admin, now=NOW)
    with pytest.raises(NotAllowed):
        services.approve(grant=grant, by=northfield.admin, now=NOW)
    clock.shift(timedelta(days=9))
    sweep.apply(throw=True)
    assert _is_lead(northfield.dana)


@pytest.mark.abuse(21)
def test_two_administrators_a_day_and_who_goes_is_told(
    northfield: Northfield, second: User, second_lead: User, clock: Any
) -> None:
    grant = services.ask_for_end(appointment=_held(northfield), by=northfield.dr_lee, now=NOW)
    told = Message.objects.filter(letter="safeguarding.grant")
    assert set(told.values_list("recipient__given_name", flat=True)) == {"Alex", "Bea", "Dana", "Mina", "Sam"}
    assert "you are no longer safeguarding lead" in _said(told.get(recipient=northfield.dana))
    assert "Dana Osei is no longer safeguarding lead" in _said(told.get(recipient=northfield.sam))
    services.approve(grant=grant, by=northfield.admin, now=NOW)
    services.approve(grant=grant, by=second, now=NOW)
    assert Message.objects.filter(letter="safeguarding.grant", recipient=northfield.dana).count() == 2
    clock.shift(timedelta(hours=23))
    sweep.apply(throw=True)
    assert _is_lead(northfield.dana)
    clock.shift(timedelta(hours=1))
    sweep.apply(throw=True)
    sweep.apply(throw=True)
    assert (_is_lead(northfield.dana), _is_lead(northfield.sam)) == (False, True)


def test_the_other_lead_stops_it_and_who_is_to_go_cannot(
    northfield: Northfield, second: User, second_lead: User, clock: Any
) -> None:
    grant = services.ask_for_end(appointment=_held(northfield), by=northfield.admin, now=NOW)
    services.approve(grant=grant, by=second, now=NOW)
    url = reverse("safeguarding:stop", args=[grant.pk])
    answers = {}
    for person in (northfield.dana, northfield.sam):
        client = Client()
        client.force_login(person)
        prove(client, person)
        assert "Dana Osei" in client.get(reverse("safeguarding:grants")).content.decode()
        answers[person.given_name] = client.post(url).status_code
    assert answers == {"Dana": 403, "Sam": 302}
    clock.shift(timedelta(days=2))
    sweep.apply(throw=True)
    assert _is_lead(northfield.dana)


def test_a_lead_goes_by_themself_while_another_stays(northfield: Northfield, second_lead: User) -> None:
    services.resign(appointment=_held(northfield), by=northfield.dana, now=NOW)
    assert not _is_lead(northfield.dana)
    told = Message.objects.filter(letter="safeguarding.resigned")
    assert set(told.values_list("recipient__given_name", flat=True)) == {"Mina", "Sam"}
    assert "Dana Osei" in _said(told[0])
    with pytest.raises(WrongState):
        services.resign(
            appointment=Appointment.objects.get(user=second_lead, role=Role.SAFEGUARDING_LEAD), by=second_lead, now=NOW
        )


def test_nobody_resigns_for_another(northfield: Northfield, second_lead: User) -> None:
    for by in (northfield.sam, northfield.admin, northfield.dr_lee):
        with pytest.raises(NotAllowed):
            services.resign(appointment=_held(northfield), by=by, now=NOW)


def test_a_lead_whose_own_end_is_set_does_not_count_as_the_one_who_stays(northfield: Northfield) -> None:
    appoint(
        scheme=northfield.scheme, user=northfield.sam, role=Role.SAFEGUARDING_LEAD, unit=northfield.university,
        starts_on=TODAY - timedelta(days=9), ends_on=TODAY, by=None, now=NOW,
    )  # fmt: skip
    with pytest.raises(WrongState):
        services.resign(appointment=_held(northfield), by=northfield.dana, now=NOW)


def test_the_page_proposes_the_end_and_lets_one_go(northfield: Northfield, second_lead: User) -> None:
    client = Client()
    client.force_login(northfield.admin)
    prove(client, northfield.admin)
    assert "Propose that they go" in client.get(reverse("safeguarding:grants")).content.decode()
    assert client.post(reverse("safeguarding:propose_end", args=[_held(northfield).pk])).status_code == 302
    assert (Grant.objects.get().kind, Grant.objects.get().person) == ("end", northfield.dana)
    client.force_login(northfield.dana)
    prove(client, northfield.dana)
    page = client.get(reverse("safeguarding:grants")).content.decode()
    assert "Give up the role" in page
    assert "Stop it" not in page
    assert client.post(reverse("safeguarding:propose_end", args=[_held(northfield).pk])).status_code == 404
    client.post(reverse("safeguarding:resign", args=[_held(northfield).pk]))
    assert not _is_lead(northfield.dana)


@pytest.mark.abuse(21)
@pytest.mark.parametrize("role", [Role.LEAD, Role.COORDINATOR, Role.SENIOR_MENTOR, Role.MANAGER])
def test_nobody_gives_themselves_a_role(northfield: Northfield, role: Role) -> None:
    with pytest.raises(WrongState, match="themselves"):
        appoint_by_address(
            scheme=northfield.scheme, email=northfield.admin.email, given_name="", family_name="", role=role,
            unit=northfield.university, starts_on=TODAY, ends_on=None, by=northfield.admin, now=NOW,
        )  # fmt: skip
    assert not Appointment.objects.filter(user=northfield.admin).exists()


def test_a_scheme_lead_who_is_replaced_is_told_once(northfield: Northfield) -> None:
    appoint(
        scheme=northfield.scheme, user=northfield.carys, role=Role.LEAD, unit=northfield.university,
        starts_on=TODAY, by=northfield.admin, now=NOW,
    )  # fmt: skip
    assert services.tell_replaced_leads(now=NOW) == 1
    assert services.tell_replaced_leads(now=NOW + timedelta(minutes=5)) == 0
    message = Message.objects.get(letter="safeguarding.lead-replaced")
    assert message.recipient == northfield.dr_lee
    assert "Carys Morgan leads the scheme now" in _said(message)


def test_who_names_their_own_successor_is_not_told(northfield: Northfield) -> None:
    appoint(
        scheme=northfield.scheme, user=northfield.carys, role=Role.LEAD, unit=northfield.university,
        starts_on=TODAY, by=northfield.dr_lee, now=NOW,
    )  # fmt: skip
    assert services.tell_replaced_leads(now=NOW) == 0


@pytest.mark.abuse(21)
@pytest.mark.parametrize("address", ["alex.winter+2@northfield.ac.uk", "Alex.Winter+lead@Northfield.ac.uk"])
def test_nobody_gives_a_role_to_another_address_of_their_own_mailbox(northfield: Northfield, address: str) -> None:
    User.objects.filter(pk=northfield.admin.pk).update(email="alex.winter@northfield.ac.uk")
    northfield.admin.refresh_from_db()
    with pytest.raises(WrongState, match="themselves"):
        appoint_by_address(
            scheme=northfield.scheme, email=address, given_name="A", family_name="W", role=Role.LEAD,
            unit=northfield.university, starts_on=TODAY, ends_on=None, by=northfield.admin, now=NOW,
        )  # fmt: skip
    assert scheme_lead(northfield.scheme, TODAY) == northfield.dr_lee


@pytest.mark.abuse(21)
def test_everybody_concerned_hears_once_that_somebody_may_read_concerns(northfield: Northfield) -> None:
    appoint(
        scheme=northfield.scheme, user=northfield.carys, role=Role.LEAD, unit=northfield.university,
        starts_on=TODAY, by=northfield.admin, now=NOW,
    )  # fmt: skip
    services.tell_of_new_readers(now=NOW)
    assert services.tell_of_new_readers(now=NOW + timedelta(minutes=5)) == 0
    told = {message.recipient for message in Message.objects.filter(letter="safeguarding.reader")}
    assert northfield.dana in told
    assert not told & {northfield.admin, northfield.carys}
    assert "appointed Carys Morgan (carys@northfield.ac.uk): scheme lead" in _said(
        Message.objects.filter(letter="safeguarding.reader")[0]
    )


@pytest.mark.abuse(21)
@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.MANAGER, Role.INTERN, Role.SENIOR_MENTOR])
@pytest.mark.parametrize("by", ["admin", "dr_lee"])
def test_who_leads_hears_at_which_address_somebody_comes_to_see_people(northfield: Northfield, role, by) -> None:
    """An invented second address of one's own shows there; where its lead appoints, the others hear."""
    appointer = northfield.people[by]
    lead = scheme_lead(northfield.scheme, TODAY)
    second = create_person(
        institution=northfield.institution, email="alex.second@northfield.ac.uk", student_number="77", by=None, now=NOW
    )
    appoint(
        scheme=northfield.scheme, user=second, role=role, unit=northfield.health,
        starts_on=TODAY, by=appointer, now=NOW,
    )  # fmt: skip
    services.tell_of_new_readers(now=NOW)
    told = Message.objects.filter(letter="safeguarding.reader")
    hears = northfield.admin if lead == appointer else lead
    assert hears in {message.recipient for message in told}
    assert not {appointer, second} & {message.recipient for message in told}
    said = _said(told[0])
    assert "alex.second@northfield.ac.uk" in said
    assert "people’s records" in said


def test_of_a_role_that_opens_nobody_s_records_nobody_else_hears(northfield: Northfield) -> None:
    appoint(
        scheme=northfield.scheme, user=northfield.carys, role=Role.RESEARCHER, unit=northfield.university,
        starts_on=TODAY, by=northfield.admin, now=NOW,
    )  # fmt: skip
    assert services.tell_of_new_readers(now=NOW) == 0


def test_whoever_is_given_a_role_is_told_once_by_whom_and_what_to_do(northfield: Northfield) -> None:
    given = appoint(
        scheme=northfield.scheme, user=northfield.carys, role=Role.RESEARCHER, unit=northfield.university,
        starts_on=TODAY, by=northfield.dr_lee, now=NOW,
    )  # fmt: skip
    assert services.tell_appointed(now=NOW) == 1
    assert services.tell_appointed(now=NOW + timedelta(minutes=5)) == 0
    message = Message.objects.get(letter="safeguarding.appointed")
    assert message.recipient == northfield.carys
    said = _said(message)
    for words in ("Mina Lee", northfield.scheme.name, given.get_role_display(), "tell an administrator"):
        assert words in said
    end_appointment(appointment=given, ends_on=TODAY - timedelta(days=1), by=northfield.dr_lee, now=NOW)
    assert LETTERS[message.letter].compose(Message.objects.get(pk=message.pk)) is None


def test_of_an_appointment_of_long_ago_or_of_nobodys_nobody_is_told(northfield: Northfield) -> None:
    wanted = {"scheme": northfield.scheme, "unit": northfield.university, "starts_on": TODAY}
    appoint(user=northfield.carys, role=Role.RESEARCHER, by=None, now=NOW, **wanted)
    appoint(user=northfield.sam, role=Role.RESEARCHER, by=northfield.dr_lee, now=NOW - timedelta(days=8), **wanted)
    assert services.tell_appointed(now=NOW) == 0
