"""What is written in the back office is checked, and on our own trail."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.models import AuditEntry, User
from schemes.models import Programme, Unit
from tests.factories import Northfield, UserFactory


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


def test_names_are_corrected_and_on_the_trail(admin: Client, northfield: Northfield) -> None:
    sam = northfield.sam
    admin.post(f"/admin/records/accounts/user/{sam.pk}/change/", _account(sam, known_as="Sammy"))
    assert User.objects.get(pk=sam.pk).known_as == "Sammy"
    entry = AuditEntry.objects.get(verb="person changed")
    assert (entry.actor, entry.fields) == (northfield.admin, ["known_as"])


@pytest.mark.abuse(20)
def test_who_somebody_signs_in_as_and_who_administers_is_not_changed_here(
    admin: Client, northfield: Northfield
) -> None:
    sam, before = northfield.sam, User.objects.values().get(pk=northfield.sam.pk)
    told = {"email": "sam.new@northfield.ac.uk", "password": "x", "is_staff": "on", "is_superuser": "on", "groups": "1"}
    admin.post(f"/admin/records/accounts/user/{sam.pk}/change/", _account(sam, **told))
    assert User.objects.values().get(pk=sam.pk) == before
    assert not EmailAddress.objects.filter(email=told["email"]).exists()


@pytest.mark.abuse(20)
def test_an_administrator_is_not_shut_out_here(admin: Client, northfield: Northfield) -> None:
    other = UserFactory(is_staff=True, institution=northfield.institution)
    told = _account(other)
    del told["is_active"]
    admin.post(f"/admin/records/accounts/user/{other.pk}/change/", told)
    assert User.objects.get(pk=other.pk).is_active


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
