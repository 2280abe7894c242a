"""What is written in the back office is checked, and on our own trail."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.models import AuditEntry, User
from schemes.models import Programme, Unit
from tests.factories import Northfield


@pytest.fixture
def admin(northfield: Northfield) -> Client:
    client = Client()
    client.force_login(northfield.admin)
    return client


def _account(person: User, **changes: str) -> dict[str, str]:
    told = {
        name: getattr(person, name) or "" for name in ("email", "given_name", "family_name", "known_as", "language")
    }
    return {**told, "is_active": "on", **changes}


def test_a_new_address_is_the_one_they_sign_in_with_and_on_the_trail(admin: Client, northfield: Northfield) -> None:
    sam = northfield.sam
    admin.post(f"/admin/records/accounts/user/{sam.pk}/change/", _account(sam, email="Sam.New@northfield.ac.uk"))
    assert EmailAddress.objects.get(user=sam).email == "sam.new@northfield.ac.uk"
    entry = AuditEntry.objects.get(verb="person changed")
    assert (entry.actor, entry.fields) == (northfield.admin, ["email", "email_failed_at"])


def test_an_address_of_elsewhere_is_refused(admin: Client, northfield: Northfield) -> None:
    sam = northfield.sam
    answer = admin.post(f"/admin/records/accounts/user/{sam.pk}/change/", _account(sam, email="sam@example.com"))
    assert b"Use an address of the university." in answer.content
    assert User.objects.get(pk=sam.pk).email == sam.email


def test_a_second_administrator_can_use_the_records(admin: Client, northfield: Northfield) -> None:
    sam = northfield.sam
    admin.post(f"/admin/records/accounts/user/{sam.pk}/change/", _account(sam, is_staff="on"))
    theirs = Client()
    theirs.force_login(User.objects.get(pk=sam.pk))
    assert theirs.get("/admin/records/accounts/auditentry/").status_code == 200


def test_courses_and_units_are_corrected_on_the_trail_and_never_doubled(admin: Client, northfield: Northfield) -> None:
    course = northfield.sociology
    told = {"code": course.code, "name": "Sociology, new", "hecos": course.hecos, "subject_group": course.subject_group}
    page = f"/admin/records/schemes/programme/{course.pk}/change/"
    admin.post(page, {**told, "unit": course.unit_id})
    assert Programme.objects.get(pk=course.pk).name == "Sociology, new"
    assert AuditEntry.objects.get(verb="record changed").fields == ["name"]
    assert admin.post(page, {**told, "code": northfield.cs.code, "unit": course.unit_id}).status_code == 200
    unit = northfield.health
    doubled = {"name": unit.name, "kind": unit.kind, "code": northfield.computing.code}
    assert admin.post(f"/admin/records/schemes/unit/{unit.pk}/change/", doubled).status_code == 200
    assert Unit.objects.get(pk=unit.pk).code == unit.code
    assert admin.get("/admin/records/schemes/unit/add/").status_code == 403
