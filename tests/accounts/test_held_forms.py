"""Nothing is lost at a session's end: the form comes back to its own person, and to nobody else."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.held_forms import MOST_BYTES
from mentoring.concerns.models import Concern
from mentoring.contacts.models import Contact
from mentoring.protection.services.erasing import erase
from tests.factories import TODAY

HELD, LOGIN, LOG = reverse("held_form"), reverse("account_login"), reverse("contacts:log")
RAISE = reverse("concerns:raise")
PASSWORD = "four quiet wooden boats"
WORRY = "He has not left his room for days."


def _ended(client: Client, person: Any) -> Client:
    """Somebody was signed in, opened a page, and their session is over."""
    client.force_login(person)
    client.get("/my/", follow=True)
    Session.objects.all().delete()
    return client


def _send(client: Client, path: str = RAISE, **more: Any) -> Any:
    return client.post(path, {"text": WORRY, "kind": "wellbeing", **more})


def test_a_form_comes_back_after_signing_in_and_goes_on(client, northfield, matched) -> None:
    _ended(client, northfield.priya)
    told = {"who": str(matched["ben"].pk), "how": "phone", "day": str(TODAY), "form_key": str(uuid4())}
    answer = client.post(LOG, told)
    assert answer.headers["Location"] == f"{LOGIN}?next={HELD}"
    assert "What you entered is kept" in client.get(answer.headers["Location"]).content.decode()
    assert not Contact.objects.exists()
    client.force_login(northfield.priya)
    page = client.get(HELD).content.decode()
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    assert f'action="{LOG}"' in page
    assert fields.items() >= told.items()
    client.post(LOG, told)
    assert Contact.objects.get().channel == "phone"
    assert client.get(HELD).headers["Location"] == "/"  # it is held no more


def test_what_is_held_is_sealed_and_of_no_use_to_anybody_else(client, northfield) -> None:
    _ended(client, northfield.aisha)
    _send(client)
    assert "room" not in str([session.get_decoded() for session in Session.objects.all()])
    client.force_login(northfield.una)
    assert client.get(HELD).status_code == 302
    client.force_login(northfield.aisha)
    assert client.get(HELD).status_code == 302
    assert not Concern.objects.exists()


def test_its_person_reads_it_and_may_throw_it_away(client, northfield) -> None:
    _ended(client, northfield.aisha)
    _send(client)
    client.force_login(northfield.aisha)
    assert WORRY in client.get(HELD).content.decode()
    client.post(HELD)
    assert client.get(HELD).status_code == 302


def test_it_is_held_for_an_hour(client, northfield, clock) -> None:
    _ended(client, northfield.aisha)
    _send(client)
    client.force_login(northfield.aisha)
    clock.shift(timedelta(minutes=61))
    assert client.get(HELD).status_code == 302


@pytest.mark.parametrize(
    "more",
    [
        {"new_password": "x"},
        {"code": "1234"},
        {"text": "x" * (MOST_BYTES + 1)},
        {"file": SimpleUploadedFile("list.csv", b"name")},
        {"headers": {"Sec-Fetch-Mode": "cors"}},
    ],
    ids=["a password", "a code", "too long", "a file", "by a script"],
)
def test_what_is_never_held(client, northfield, more) -> None:
    _ended(client, northfield.aisha)
    headers = {"Referer": f"http://testserver{RAISE}"} | more.get("headers", {})
    fields = {name: value for name, value in more.items() if name != "headers"}
    answer = client.post(RAISE, {"text": WORRY, **fields}, headers=headers)
    assert answer.headers["Location"] == f"{LOGIN}?next={RAISE}"  # back to the page that the form is on
    assert WORRY not in str(client.session.items())
    assert "held_form" not in client.session


def test_nothing_is_held_for_who_signed_out_or_was_never_here(client, northfield) -> None:
    _send(client)
    assert "held_form" not in client.session
    client.force_login(northfield.aisha)
    client.get("/my/")
    client.post(reverse("account_logout"))
    _send(client)
    assert "held_form" not in client.session


def test_erasing_somebody_takes_what_is_held_for_them(client, northfield, now) -> None:
    _ended(client, northfield.aisha)
    _send(client)
    other = _ended(Client(), northfield.ben)
    _send(other)
    _send(client)
    erase(person=northfield.aisha, by=None, now=now)
    assert "held_form" not in client.session
    assert "held_form" in other.session


@pytest.mark.parametrize(("again", "offered"), [("aisha", True), ("una", False)])
def test_a_tab_from_before_signing_in_again_is_offered_to_the_same_person(northfield, again, offered) -> None:
    """Signing in changes the CSRF secret: the other tab's form is refused, and offered again if it is theirs."""
    for name in ("aisha", "una"):
        northfield.people[name].set_password(PASSWORD)
        northfield.people[name].save()
    client = Client(enforce_csrf_checks=True)

    def sign_in(name: str) -> None:
        page = client.get(LOGIN).content.decode()
        given = {"login": northfield.people[name].email, "password": PASSWORD, "csrfmiddlewaretoken": _token(page)}
        assert client.post(LOGIN, given).status_code == 302

    sign_in("aisha")
    tab = _token(client.get(RAISE).content.decode())
    Session.objects.all().delete()
    sign_in(again)
    answer = _send(client, csrfmiddlewaretoken=tab)
    if offered:
        assert answer.headers["Location"] == HELD
        assert WORRY in client.get(HELD).content.decode()
    else:
        assert answer.status_code == 403
        assert WORRY not in answer.content.decode()
    assert not Concern.objects.exists()
    assert _send(client, csrfmiddlewaretoken="forged").status_code == 403


def _token(page: str) -> str:
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]


def test_who_was_here_last_is_known_by_a_mark_for_a_day(client, northfield) -> None:
    client.force_login(northfield.aisha)
    cookie = client.get("/my/").cookies[settings.LAST_PERSON_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 86400)
    assert settings.LAST_PERSON_COOKIE_NAME not in client.get("/my/").cookies
