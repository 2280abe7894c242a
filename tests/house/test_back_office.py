"""The records give no administrator somebody else's way of signing in, and no secret by asking for it."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.admin import RecordsAdmin
from tests.factories import Northfield

CREDENTIALS = {"account", "mfa", "socialaccount", "usersessions", "sessions", "auth"}
WRITES = ("has_add_permission", "has_change_permission", "has_delete_permission")
BY_KEY = ("pk", "id", "id__gt")


@pytest.fixture
def client(northfield: Northfield) -> Client:
    client = Client()
    client.force_login(northfield.admin)
    return client


def _listed() -> list[Any]:
    return list(admin.site._registry.values())


def _page(model_admin: Any) -> str:
    return reverse(f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}_changelist")


@pytest.mark.abuse(20)
def test_ways_of_signing_in_are_written_by_no_page_of_the_records(northfield: Northfield, rf: Any) -> None:
    request = rf.get("/")
    request.user = northfield.admin
    writable = [
        (model._meta.label, write)
        for model, found in admin.site._registry.items()
        if model._meta.app_label in CREDENTIALS
        for write in WRITES
        if getattr(found, write)(request)
    ]
    assert writable == []


@pytest.mark.abuse(20)
def test_nobody_adds_a_verified_address_of_their_own_to_somebody(client: Client, northfield: Northfield) -> None:
    told = {"user": northfield.dana.pk, "email": "alex2@northfield.ac.uk", "verified": "on"}
    answer = client.post("/admin/records/account/emailaddress/add/", told)
    assert answer.status_code == 404
    assert not EmailAddress.objects.filter(email=told["email"]).exists()


@pytest.mark.abuse(20)
def test_nobody_takes_a_second_step_away_in_the_records(client: Client, northfield: Northfield) -> None:
    TOTP.activate(northfield.dana, generate_totp_secret())
    key = Authenticator.objects.get().pk
    assert client.post(f"/admin/records/mfa/authenticator/{key}/delete/", {"post": "yes"}).status_code == 404
    assert Authenticator.objects.filter(pk=key).exists()


def test_every_page_of_the_records_is_of_our_own_kind() -> None:
    assert [found.opts.label for found in _listed() if not isinstance(found, RecordsAdmin)] == []


@pytest.mark.abuse(4)
def test_no_list_answers_a_question_about_a_column_that_is_no_declared_filter(
    client: Client, northfield: Northfield, rf: Any
) -> None:
    request = rf.get("/")
    answered = []
    for found in _listed():
        declared = set(found.list_filter)
        columns = [field.name for field in found.opts.get_fields() if field.name not in declared]
        asked = [f"{name}{shape}" for name in columns for shape in ("__startswith", "__isnull", "__gt", "")]
        asked += [f"{name}{shape}" for name in declared for shape in ("__startswith", "__regex", "__pk__gt")]
        asked += [*BY_KEY, "institution__people__password__startswith", "actor__password__startswith"]
        answered += [(found.opts.label, each) for each in asked if found.lookup_allowed(each, "a", request)]
        over_http = [columns[-1], f"{columns[-1]}__startswith", "id__gt", "pk__in"]
        answered += [
            (found.opts.label, each) for each in over_http if client.get(_page(found), {each: "1"}).status_code != 400
        ]
    assert answered == []


@pytest.mark.abuse(4)
def test_a_list_is_sorted_by_what_it_shows_and_rows_are_named_by_their_key(
    client: Client, northfield: Northfield, rf: Any
) -> None:
    for found in _listed():
        key = found.opts.pk.name
        others = [field.name for field in found.opts.get_fields() if field.name != key]
        assert [each for each in others if found.to_field_allowed(rf.get("/"), each)] == []
        assert client.get(_page(found), {"_to_field": others[-1]}).status_code == 400
        shown = [str(each) for each in found.list_display]
        assert {"password", "data", "is_superuser", "extra_data", "key"}.isdisjoint(shown)
        by_first = _order(client, found, "1")
        assert _order(client, found, f"1.{len(shown) + 1}.-{len(shown) + 2}.password") == by_first


def _order(client: Client, found: Any, asked: str) -> list[str]:
    answer = client.get(_page(found), {"o": asked})
    assert answer.status_code == 200, (found.opts.label, asked)
    return list(answer.context["cl"].queryset.query.order_by)


@pytest.mark.parametrize(
    ("page", "asked"),
    [
        ("accounts/user", {"is_active__exact": "1", "is_staff__exact": "0"}),
        ("accounts/auditentry", {"verb": "person created"}),
        ("accounts/auditentry", {"at__year": "2026", "at__month": "10", "at__day": "5"}),
        ("schemes/programme", {"subject_group__exact": "x", "q": "soc"}),
    ],
)
def test_the_filters_that_a_list_shows_work(
    client: Client, northfield: Northfield, page: str, asked: dict[str, str]
) -> None:
    assert client.get(f"/admin/records/{page}/", asked).status_code == 200
