"""One person, a canary in every field: the copy holds what it must, and erasing leaves only what is declared."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.core.cache import cache
from django.test import Client

from accounts.models import AuditEntry, User
from accounts.registry import Category, Erase, FieldRule
from mentoring.protection.selectors.copies import holdings_of
from mentoring.protection.services import erase
from mentoring.protection.services.copying import archive
from tests.factories import NOW, Match, Northfield
from tests.protection.canaries import PREFIX, canary, plant


@pytest.fixture
def planted(northfield: Northfield, matched: dict[str, Match]) -> dict[str, FieldRule]:
    return plant(northfield.aisha, northfield)


def _everything() -> str:
    """Every row of every table, encrypted fields read as well, in one text."""
    rows = [row for model in apps.get_models() for row in model._base_manager.all()]
    return serializers.serialize("json", rows)


def _copy_of(person: User) -> str:
    packed = zipfile.ZipFile(io.BytesIO(archive(person, holdings_of(person), NOW)))
    page, text = packed.read("data.html").decode(), packed.read("data.json").decode()
    assert json.loads(text)["sections"]
    return page + text


def test_many_kinds_are_planted(planted: dict[str, FieldRule]) -> None:
    """The test below can only find what was there: the confidential kinds above all."""
    assert len(planted) > 40
    assert {rule.category for rule in planted.values()} >= {Category.ORDINARY, Category.SPECIAL, Category.CONFIDENTIAL}
    missing = [word for word in planted if word not in _everything()]
    assert missing == []


def test_copy_holds_every_field_that_may_be_exported_and_no_other(
    northfield: Northfield, planted: dict[str, FieldRule]
) -> None:
    told = _copy_of(northfield.aisha)
    lost = [word for word, rule in planted.items() if rule.export and word not in told]
    extra = [word for word, rule in planted.items() if not rule.export and word in told]
    assert (lost, extra) == ([], [])


def test_copy_of_somebody_else_holds_none_of_it(northfield: Northfield, planted: dict[str, FieldRule]) -> None:
    """priya, the mentor of the pair, reads what the two share and nothing that aisha told in confidence."""
    assert PREFIX not in _copy_of(northfield.omar)
    secret = [word for word, rule in planted.items() if rule.is_confidential and word in _copy_of(northfield.priya)]
    assert secret == []


@pytest.mark.abuse(25)
def test_erasing_leaves_only_what_is_declared_to_stay(northfield: Northfield, planted: dict[str, FieldRule]) -> None:
    erase(person=northfield.aisha, by=None, now=NOW)
    here = _everything()
    stays = {Erase.KEEP, Erase.PSEUDONYM}
    left = [word for word, rule in planted.items() if rule.erase not in stays and word in here]
    assert left == []
    assert canary("accounts.User", "email") not in here


@pytest.mark.abuse(25)
def test_erasing_leaves_nothing_in_files_sessions_or_caches(
    northfield: Northfield, planted: dict[str, FieldRule]
) -> None:
    client = Client()
    client.force_login(northfield.aisha)
    client.get("/my/")
    erase(person=User.objects.get(pk=northfield.aisha.pk), by=None, now=NOW)
    assert client.get("/my/").status_code == 302
    kept = [path for path in Path(settings.DATA_DIR).rglob("*") if path.is_file() and "sqlite" not in path.name]
    assert [path for path in kept if PREFIX.encode() in path.read_bytes()] == []
    assert cache.get(PREFIX) is None


def test_erasing_twice_changes_nothing_more(northfield: Northfield, planted: dict[str, FieldRule]) -> None:
    erase(person=northfield.aisha, by=None, now=NOW)
    before = User.objects.filter(pk=northfield.aisha.pk).values().get()
    erase(person=northfield.aisha, by=None, now=NOW)
    assert User.objects.filter(pk=northfield.aisha.pk).values().get() == before


@pytest.mark.abuse(5)
def test_trail_names_fields_and_never_values(northfield: Northfield, planted: dict[str, FieldRule]) -> None:
    before = set(AuditEntry.objects.values_list("pk", flat=True))
    erase(person=northfield.aisha, by=None, now=NOW)
    told: Any = list(AuditEntry.objects.exclude(pk__in=before).values_list("verb", "fields"))
    assert len(told) > 2
    assert PREFIX not in str(told)
