"""How long one stays signed in, and what becomes of what one was sending."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.held_forms import KEY
from accounts.sessions import Limits, Standing, standing
from schemes.models import Appointment
from tests.factories import Northfield

PASSWORD = "a-made-up-sentence-of-words"


def test_a_session_ends_by_age_or_by_being_left_alone():
    limits = Limits(age=100, idle=10)
    assert standing(began=0, seen=0, now=9, limits=limits) == Standing.GOOD
    assert standing(began=0, seen=0, now=10, limits=limits) == Standing.IDLE
    assert standing(began=0, seen=95, now=99, limits=limits) == Standing.GOOD
    assert standing(began=0, seen=99, now=100, limits=limits) == Standing.OLD
    assert standing(began=0, seen=0, now=99, limits=Limits(age=100)) == Standing.GOOD


def _signed_in(person: Any) -> Client:
    person.set_password(PASSWORD)
    person.save()
    client = Client()
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert get_user(client) == person
    return client


def _is_in(client: Client) -> bool:
    return client.get(reverse("protection:mine")).status_code == 200


def test_staff_who_are_away_are_signed_out_and_told(northfield: Northfield, clock: Any) -> None:
    client = _signed_in(northfield.sam)
    for _time in range(2):
        clock.shift(timedelta(minutes=29))
        assert _is_in(client)
    clock.shift(timedelta(minutes=30))
    answer = client.get(reverse("console:people") + "?q=a", follow=True)
    assert answer.redirect_chain[0][0] == f"{reverse('account_login')}?next=/admin/people/%3Fq%3Da"
    assert "You were away for 30 minutes, so we signed you out." in answer.content.decode()
    assert get_user(client).is_anonymous


def test_nobody_at_work_stays_for_more_than_a_day_of_it(northfield: Northfield, clock: Any, settings: Any) -> None:
    settings.STAFF_IDLE_MINUTES = 60 * 5
    client = _signed_in(northfield.sam)
    clock.shift(timedelta(hours=4, minutes=30))
    assert _is_in(client)
    clock.shift(timedelta(hours=3, minutes=30))
    assert "signed in for 8 hours" in client.get(reverse("protection:mine"), follow=True).content.decode()


def test_students_are_not_signed_out_for_being_away_but_in_the_end(northfield: Northfield, clock: Any) -> None:
    client = _signed_in(northfield.priya)
    clock.shift(timedelta(hours=23))
    assert _is_in(client)
    clock.shift(timedelta(hours=1))
    assert not _is_in(client)


def test_somebody_who_becomes_staff_has_staffs_limits_at_once(
    northfield: Northfield, clock: Any, settings: Any
) -> None:
    settings.STAFF_IDLE_MINUTES = 5
    client = _signed_in(northfield.omar)
    Appointment.objects.create(
        scheme=northfield.scheme,
        user=northfield.omar,
        role="intern",
        unit=northfield.university,
        starts_on="2026-01-01",
    )
    clock.shift(timedelta(minutes=5))
    assert not _is_in(client)


def test_a_page_that_asks_by_itself_is_nobody_being_there(northfield: Northfield, clock: Any) -> None:
    client = _signed_in(northfield.sam)
    for _minute in range(2):
        clock.shift(timedelta(minutes=14))
        assert client.get(reverse("protection:mine"), headers={"Sec-Fetch-Mode": "cors"}).status_code == 200
    clock.shift(timedelta(minutes=2))
    assert not _is_in(client)


def test_saying_that_one_is_there_counts(northfield: Northfield, clock: Any) -> None:
    client = _signed_in(northfield.sam)
    assert 'data-idle="1800"' in client.get(reverse("protection:mine")).content.decode()
    clock.shift(timedelta(minutes=20))
    assert client.post(reverse("stay"), headers={"Sec-Fetch-Mode": "cors"}).status_code == 204
    clock.shift(timedelta(minutes=20))
    assert _is_in(client)
    assert "data-idle" not in _signed_in(northfield.priya).get(reverse("portal:home")).content.decode()


@pytest.fixture
def away(northfield: Northfield, clock: Any) -> tuple[Client, str]:
    """dr_lee filled in a form, went for lunch, and sends it now."""
    client = _signed_in(northfield.dr_lee)
    url = reverse("schemes:quiet_period", args=[northfield.cohort.slug])
    clock.shift(timedelta(minutes=45))
    told = {"name": "Exams & <rest>", "kind": "exams", "first": "2027-01-04", "last": "2027-01-08"}
    answer = client.post(url, told, follow=True)
    assert "Nothing is lost" in answer.content.decode()
    assert "Clear-Site-Data" not in client.post(url, told).headers
    return client, url


def test_what_one_was_sending_is_kept_and_sent_by_oneself(northfield: Northfield, away: tuple[Client, str]) -> None:
    client, url = away
    assert "Exams" not in str(client.session[KEY])
    had = northfield.cohort.quiet_periods.count()
    told = {"login": northfield.dr_lee.email, "password": PASSWORD, "next": reverse("held_form")}
    page = client.post(reverse("account_login"), told, follow=True).content.decode()
    assert f'action="{url}"' in page
    assert 'value="Exams &amp; &lt;rest&gt;"' in page
    assert "csrfmiddlewaretoken" in page
    sent = {"kind": "exams", "first": "2027-01-04", "last": "2027-01-08", "name": "Exams & <rest>"}
    client.post(url, sent)
    assert northfield.cohort.quiet_periods.count() == had + 1
    assert KEY not in client.session
    assert client.get(reverse("held_form"))["Location"] == "/"


def test_nobody_else_at_this_computer_gets_it(northfield: Northfield, away: tuple[Client, str]) -> None:
    client, _url = away
    northfield.sam.set_password(PASSWORD)
    northfield.sam.save()
    told = {"login": northfield.sam.email, "password": PASSWORD, "next": reverse("held_form")}
    assert "Exams" not in client.post(reverse("account_login"), told, follow=True).content.decode()
    client.get(reverse("held_form"))
    assert KEY not in client.session


def test_it_is_kept_for_an_hour_and_can_be_thrown_away(
    northfield: Northfield, away: tuple[Client, str], clock: Any
) -> None:
    client, _url = away
    told = {"login": northfield.dr_lee.email, "password": PASSWORD}
    client.post(reverse("account_login"), told)
    assert client.get(reverse("held_form")).status_code == 200
    client.post(reverse("held_form"))
    assert KEY not in client.session


def test_a_file_cannot_be_kept_and_that_is_said(northfield: Northfield, clock: Any) -> None:
    client = _signed_in(northfield.sam)
    clock.shift(timedelta(minutes=45))
    file = SimpleUploadedFile("people.csv", b"a,b\n")
    page = client.post(reverse("participation:imports"), {"file": file}, follow=True).content.decode()
    assert "could not be kept" in page
    assert KEY not in client.session


def test_a_page_for_everybody_is_shown_whatever_became_of_a_session(northfield: Northfield, clock: Any) -> None:
    client = _signed_in(northfield.sam)
    clock.shift(timedelta(minutes=45))
    assert client.get(reverse("help")).status_code == 200
    assert get_user(client).is_anonymous


def test_no_password_is_kept(northfield: Northfield, clock: Any) -> None:
    client = _signed_in(northfield.sam)
    clock.shift(timedelta(minutes=45))
    told = {"kind": "exams", "new_password1": "a-secret-of-mine"}
    client.post(reverse("protection:ask_copy"), told)
    assert KEY not in client.session
