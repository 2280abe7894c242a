"""Encrypted fields are rewritten under a new key while the product runs; a missing or wrong key fails closed."""

import io
import uuid
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from accounts.checks import field_keys_are_those_of_the_database, field_keys_are_usable
from accounts.encryption import CannotDecrypt, key_id, unseal
from accounts.models import AuditEntry, Erased, FieldKey
from accounts.selectors import erased_among
from mentoring.concerns.models import Concern
from mentoring.matching.models import Match, SwapRequest
from mentoring.protection import services
from mentoring.protection.models import DataCopy
from mentoring.protection.services import rotating
from tests.factories import NOW, TODAY, Northfield

NEW, WRONG = (Fernet.generate_key().decode() for _ in range(2))


def _concern(northfield: Northfield, text: str = "She has not left her room.") -> Concern:
    return Concern.objects.create(
        cohort=northfield.cohort, kind="wellbeing", text=text, raised_by=northfield.priya, raised_at=NOW,
        form_key=uuid.uuid4(),
    )  # fmt: skip


@pytest.fixture
def told(northfield: Northfield, matched: dict[str, Match]) -> dict[str, Any]:
    """Text, JSON and a sealed file, and somebody erased, all under the old key."""
    services.know_keys(NOW)
    swap = SwapRequest.objects.create(match=matched["aisha"], reasons=["times"], asked_at=NOW, promised_by=TODAY)
    copy = services.ask_for_copy(person=northfield.aisha, now=NOW)
    services.sweep_copies(lambda: NOW)
    services.erase(person=northfield.omar, by=None, now=NOW)
    return {"concerns": [_concern(northfield) for _ in range(5)], "swap": swap, "copy": copy}


def _run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("rotate_keys", *arguments, stdout=out)
    return out.getvalue()


def test_old_and_new_are_read_together_then_the_old_key_can_go(
    northfield: Northfield, told: dict[str, Any], settings: Any
) -> None:
    old = settings.FIELD_KEYS[0]
    settings.FIELD_KEYS = [NEW, old]
    late = _concern(northfield, "Written under the new key.")
    assert Concern.objects.get(pk=told["concerns"][0].pk).text == "She has not left her room."
    said = _run("--batch", "2")
    assert "rewritten in concerns.Concern.text: 5" in said
    assert f"under key {key_id(old)}: 0" in said
    assert f"Nothing lies under {key_id(old)}" in said
    settings.FIELD_KEYS = [NEW]
    assert {each.text for each in Concern.objects.all()} == {"She has not left her room.", late.text}
    assert SwapRequest.objects.get(pk=told["swap"].pk).reasons == ["times"]
    copy = DataCopy.objects.get(pk=told["copy"].pk)
    assert services.open_copy(copy=copy, by=northfield.aisha, now=NOW).startswith(b"PK")
    assert erased_among(["omar@northfield.ac.uk", "ben@northfield.ac.uk"]) == {"omar@northfield.ac.uk"}
    assert field_keys_are_those_of_the_database(databases=["default"]) == []
    assert FieldKey.objects.get(key_id=key_id(old)).retired_at is not None
    assert {"fields rewritten", "field key retired", "field key in use"} <= set(
        AuditEntry.objects.values_list("verb", flat=True)
    )
    again = _run()
    assert "rewritten in" not in again


def test_stopped_half_way_it_goes_on_where_it_was(
    northfield: Northfield, told: dict[str, Any], settings: Any, monkeypatch: Any
) -> None:
    settings.FIELD_KEYS = [NEW, *settings.FIELD_KEYS]

    def stop_after_two(name: str, count: int) -> None:
        if name == "concerns.Concern.text" and count == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotating.rotate(now=NOW, batch=2, told=stop_after_two)
    half = rotating.look()
    assert half.under[key_id(NEW)] >= 2
    assert not half.is_clean
    assert Concern.objects.filter(pk__in=[each.pk for each in told["concerns"]]).count() == 5
    assert {each.text for each in Concern.objects.all()} == {"She has not left her room."}
    tally = rotating.rotate(now=NOW)
    assert tally.rewritten["concerns.Concern.text"] == 3
    assert tally.is_clean


def test_a_write_in_between_is_not_overwritten(northfield: Northfield, told: dict[str, Any], settings: Any) -> None:
    settings.FIELD_KEYS = [NEW, *settings.FIELD_KEYS]
    concern = told["concerns"][0]
    field = Concern._meta.get_field("text")
    [stale] = [
        token for rows in rotating._batches(Concern, field, 9) for key, token in rows if key == concern.pk
    ]  # fmt: skip
    concern.text = "Somebody has added to it meanwhile."
    concern.save()
    assert not rotating._rewrite(Concern, field, concern.pk, stale, rotating.Tally())
    assert Concern.objects.get(pk=concern.pk).text == "Somebody has added to it meanwhile."


def test_a_missing_key_is_said_before_anything_is_touched_and_retires_nothing(
    northfield: Northfield, told: dict[str, Any], settings: Any
) -> None:
    old = settings.FIELD_KEYS[0]
    settings.FIELD_KEYS = [NEW]
    [error] = field_keys_are_those_of_the_database(databases=["default"])
    assert key_id(old) in error.msg
    with pytest.raises(CannotDecrypt, match=r"Concern\.text: none of the keys in MENTORING_FIELD_KEYS"):
        list(Concern.objects.all())
    with DataCopy.objects.get(pk=told["copy"].pk).file.open("rb") as sealed, pytest.raises(CannotDecrypt):
        unseal(sealed.read())
    with pytest.raises(CommandError, match=r"open with none of the keys: .*concerns\.Concern\.text"):
        _run()
    assert FieldKey.objects.filter(key_id=key_id(old), retired_at=None).exists()
    settings.FIELD_KEYS = [NEW, old]
    assert len(list(Concern.objects.all())) == 5  # nothing was lost


def test_a_wrong_or_broken_key_fails_closed(northfield: Northfield, settings: Any) -> None:
    concern = _concern(northfield)
    settings.FIELD_KEYS = [WRONG]
    with pytest.raises(CannotDecrypt):
        Concern.objects.get()
    for broken in (["not a key"], [""], []):
        settings.FIELD_KEYS = broken
        assert field_keys_are_usable()[0].id == "accounts.E002"
        with pytest.raises(ImproperlyConfigured), transaction.atomic():
            concern.save()
        with pytest.raises(ImproperlyConfigured), transaction.atomic():
            Concern.objects.get()


def test_the_database_knows_a_key_by_its_id_alone(northfield: Northfield, settings: Any) -> None:
    services.know_keys(NOW)
    services.know_keys(NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_fieldkey")
        [row] = cursor.fetchall()
    assert settings.FIELD_KEYS[0] not in str(row)
    assert key_id(settings.FIELD_KEYS[0]) in str(row)
    assert not Erased.objects.exists()
