"""Nobody works with other people's details on one step of signing in, nor grants a role on an old session."""

from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from accounts.models import User
from schemes.models import Appointment
from tests.factories import Northfield

PASSWORD = "a-made-up-sentence-of-words"
DOORS = ["console:today", "console:people", "matching:drafts", "schemes:setup", "admin:index"]


def _client(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def _leads_to_the_second_step(client: Client, door: str) -> bool:
    answer = client.get(reverse(door))
    return answer.status_code == 302 and answer["Location"] == reverse("mfa_index")


@pytest.fixture
def demanded(settings) -> None:
    settings.SECOND_STEP_DEMANDED = True


@pytest.mark.usefixtures("demanded")
@pytest.mark.parametrize("name", ["sam", "tom", "dr_lee", "una", "dana", "carys", "admin"])
def test_staff_without_a_second_step_get_no_further(northfield: Northfield, name: str) -> None:
    client = _client(northfield.people[name])
    open_doors = [door for door in DOORS if not _leads_to_the_second_step(client, door)]
    assert open_doors == []
    assert client.post(reverse("matching:start")).headers["Location"] == reverse("mfa_index")


@pytest.mark.usefixtures("demanded")
def test_it_says_why_and_goes_away_once_it_is_set_up(northfield: Northfield) -> None:
    client = _client(northfield.sam)
    page = client.get(reverse("console:today"), follow=True).content.decode()
    assert "Set up a second step first." in page
    assert reverse("mfa_activate_totp") in page
    TOTP.activate(northfield.sam, generate_totp_secret())
    assert client.get(reverse("console:today")).status_code == 200


@pytest.mark.usefixtures("demanded")
@pytest.mark.parametrize("name", ["aisha", "priya", "nobody"])
def test_students_are_not_asked_and_see_nothing_of_the_doors(northfield: Northfield, name: str) -> None:
    client = _client(northfield.people[name])
    assert {client.get(reverse(door)).status_code for door in DOORS[:4]} == {404}
    assert client.get(reverse("portal:home")).status_code == 200


@pytest.mark.usefixtures("demanded")
def test_a_senior_mentors_own_pages_stay_open(northfield: Northfield) -> None:
    assert _client(northfield.una).get(reverse("portal:home")).status_code == 200


def test_it_is_demanded_unless_the_installation_says_otherwise(northfield: Northfield, settings) -> None:
    assert settings.DEBUG is False or settings.SECOND_STEP_DEMANDED is False
    assert _client(northfield.sam).get(reverse("console:today")).status_code == 200


def _appointing(northfield: Northfield) -> tuple[str, dict[str, str]]:
    url = reverse("schemes:appoint", args=[northfield.scheme.pk])
    unit = str(northfield.university.pk)
    told = {"email": northfield.omar.email, "role": "intern", "unit": unit, "starts_on": "2026-10-12"}
    return url, told


def _with_password(person: User) -> Client:
    person.set_password(PASSWORD)
    person.save()
    return _client(person)


def test_a_role_is_given_only_by_who_has_just_shown_who_they_are_and_nothing_typed_is_lost(
    northfield: Northfield,
) -> None:
    client = _with_password(northfield.dr_lee)
    url, told = _appointing(northfield)
    asked = client.post(url, told)
    assert asked.status_code == 302
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert not Appointment.objects.filter(user=northfield.omar).exists()
    client.post(asked["Location"], {"password": PASSWORD, "next": url})
    assert Appointment.objects.get(user=northfield.omar).role == "intern"


def test_showing_it_lasts_five_minutes(northfield: Northfield, clock) -> None:
    client = _with_password(northfield.dr_lee)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    url, told = _appointing(northfield)
    clock.shift(timedelta(minutes=6))
    assert client.post(url, told)["Location"].startswith(reverse("account_reauthenticate"))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    clock.shift(timedelta(minutes=4))
    client.post(url, told)
    assert Appointment.objects.filter(user=northfield.omar).exists()


def test_the_records_are_changed_only_by_who_has_just_shown_who_they_are(northfield: Northfield) -> None:
    client = _with_password(northfield.admin)
    sam = northfield.sam
    told = {name: getattr(sam, name) or "" for name in ("given_name", "family_name", "known_as")}
    url = f"/admin/records/accounts/user/{sam.pk}/change/"
    asked = client.post(url, {**told, "is_active": "on", "known_as": "Sammy"})
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert User.objects.get(pk=sam.pk).known_as != "Sammy"
    client.post(asked["Location"], {"password": PASSWORD, "next": url})
    assert User.objects.get(pk=sam.pk).known_as == "Sammy"


@pytest.mark.abuse(17)
def test_other_browsers_are_signed_out_and_this_one_stays(northfield: Northfield) -> None:
    _with_password(northfield.sam)
    there, here = Client(), Client()
    for browser in (there, here):
        browser.post(reverse("account_login"), {"login": northfield.sam.email, "password": PASSWORD})
    stranger = _client(northfield.priya)
    assert UserSession.objects.filter(user=northfield.sam).count() == 2
    here.post(reverse("usersessions_list"))
    assert there.get(reverse("console:today")).status_code == 302
    assert here.get(reverse("console:today")).status_code == 200
    assert stranger.get(reverse("portal:home")).status_code == 200


@pytest.mark.abuse(17)
def test_signing_out_empties_what_the_browser_kept(northfield: Northfield) -> None:
    answer = _client(northfield.sam).post(reverse("account_logout"))
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
