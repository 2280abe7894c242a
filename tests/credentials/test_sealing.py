"""Secrets of second steps are unreadable without the field keys, are rotated with them, and a code is used once."""

from importlib import import_module
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from cryptography.fernet import Fernet
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.encryption import CannotDecrypt, key_id
from mentoring.credentials.sealing import is_sealed, secrets_in
from mentoring.protection.services import rotating
from tests.factories import NOW, Northfield

PASSWORD = "four quiet wooden boats"
MIGRATION = import_module("mentoring.credentials.migrations.0002_second_steps_are_encrypted")


def _stored() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator ORDER BY id")
        return str(cursor.fetchall())


def _code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


@pytest.fixture
def steps(northfield: Northfield) -> dict[str, Any]:
    secret = generate_totp_secret()
    app = TOTP.activate(northfield.sam, secret)
    codes = RecoveryCodes.activate(northfield.sam)
    return {"secret": secret, "app": app, "codes": codes}


@pytest.mark.abuse(6)
def test_no_secret_lies_in_the_database_and_both_steps_work(steps: dict[str, Any]) -> None:
    assert steps["secret"] not in _stored()
    assert all(is_sealed(each) for row in Authenticator.objects.all() for each in secrets_in(row.data))
    assert steps["app"].validate_code(_code(steps["secret"]))
    assert steps["codes"].validate_code(steps["codes"].generate_codes()[0])


def test_they_are_rewritten_under_a_new_key_and_fail_closed_without_one(steps: dict[str, Any], settings: Any) -> None:
    old, new = settings.FIELD_KEYS[0], Fernet.generate_key().decode()
    codes = steps["codes"].generate_codes()
    assert steps["codes"].validate_code(codes[0])
    settings.FIELD_KEYS = [new, old]
    assert rotating.look().under[key_id(old)] >= 2
    tally = rotating.rotate(now=NOW)
    assert (tally.rewritten["mfa.Authenticator.data"], tally.is_clean) == (2, True)
    assert rotating.rotate(now=NOW).rewritten["mfa.Authenticator.data"] == 0
    settings.FIELD_KEYS = [new]
    app = TOTP(Authenticator.objects.get(type=Authenticator.Type.TOTP))
    assert app.validate_code(_code(steps["secret"]))
    after = RecoveryCodes(Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES))
    assert after.get_unused_codes() == codes[1:]
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(CannotDecrypt):
        app.validate_code(_code(steps["secret"]))
    assert any(each.startswith("mfa.Authenticator.data") for each in rotating.look().unreadable)


def test_the_migration_encrypts_old_rows_and_goes_back(steps: dict[str, Any]) -> None:
    MIGRATION.decrypt(apps, None)
    assert steps["secret"] in _stored()
    plain = TOTP(Authenticator.objects.get(type=Authenticator.Type.TOTP))
    assert plain.validate_code(_code(steps["secret"]))  # while the release before still runs
    MIGRATION.encrypt(apps, None)
    once = _stored()
    assert steps["secret"] not in once
    MIGRATION.encrypt(apps, None)
    assert _stored() == once


def test_a_rotation_encrypts_what_the_release_before_left_plain(steps: dict[str, Any]) -> None:
    MIGRATION.decrypt(apps, None)
    assert len(rotating.look().unreadable) == 2
    assert rotating.rotate(now=NOW).is_clean
    assert steps["secret"] not in _stored()


@pytest.mark.abuse(17)
def test_the_code_that_sets_an_app_up_does_not_sign_in_as_well(northfield: Northfield) -> None:
    sam = northfield.sam
    sam.set_password(PASSWORD)
    sam.save()
    client = Client()
    client.force_login(sam)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.get(reverse("mfa_activate_totp"))
    code = _code(client.session["mfa.totp.secret"])
    client.post(reverse("mfa_activate_totp"), {"code": code})
    assert Authenticator.objects.filter(user=sam, type=Authenticator.Type.TOTP).exists()
    other = Client()
    other.post(reverse("account_login"), {"login": sam.email, "password": PASSWORD})
    answer = other.post(reverse("mfa_authenticate"), {"code": code})
    assert answer.status_code == 200
    assert "_auth_user_id" not in other.session
