"""The guard that stands round every POST and every task of the suite, itself put to the test."""

from collections.abc import Callable

import pytest
from django.apps import apps
from django.db import transaction
from django.urls import reverse

from accounts.services import record
from mentoring.participation.models import Participant
from schemes.models import Cohort
from tests.factories import NOW, Northfield
from tests.trail import LEFT_OUT, PART_OF, Changed, NoEntry, watched


def in_watch(deed: Callable[[], None]) -> None:
    with watched("a deed"):
        deed()


def test_a_write_without_an_entry_is_noticed(northfield: Northfield) -> None:
    with pytest.raises(NoEntry, match="schemes_cohort"), watched("a deed"):
        Cohort.objects.update(nudges_off=True)


def test_an_entry_about_something_else_does_not_do(northfield: Northfield) -> None:
    def deed() -> None:
        Participant.objects.update(hello="Hi")
        record(verb="cohort changed", obj=northfield.cohort, by=None, now=NOW)

    with pytest.raises(NoEntry, match="participation_participant"):
        in_watch(deed)


def test_a_write_with_its_entry_passes(northfield: Northfield) -> None:
    with watched("a deed"):
        Cohort.objects.update(nudges_off=True)
        northfield.cohort.terms.all().delete()  # part of the cohort
        record(verb="cohort changed", obj=northfield.cohort, by=None, now=NOW)


def test_what_changed_nothing_or_was_rolled_back_needs_none(northfield: Northfield) -> None:
    with watched("a deed"):
        Cohort.objects.filter(pk=0).update(nudges_off=True)
        with transaction.atomic():
            Cohort.objects.update(nudges_off=True)
            transaction.set_rollback(True)


def test_an_entry_that_was_rolled_back_counts_for_nothing(northfield: Northfield) -> None:
    def deed() -> None:
        Cohort.objects.update(nudges_off=True)
        with transaction.atomic():
            record(verb="cohort changed", obj=northfield.cohort, by=None, now=NOW)
            transaction.set_rollback(True)

    with pytest.raises(NoEntry, match="schemes_cohort"):
        in_watch(deed)


def test_the_client_and_the_tasks_are_watched(northfield: Northfield, client, monkeypatch) -> None:
    """A view that forgets its entry fails its own test: here the switch of the nudges, without ``record``."""
    monkeypatch.setattr("mentoring.nudges.services.record", lambda **entry: None)
    client.force_login(northfield.dr_lee)
    with pytest.raises(NoEntry, match="schemes_cohort"):
        client.post(reverse("nudges:switch"), {"nudges": "off"})


def test_a_page_that_changes_something_when_looked_at_is_noticed(northfield: Northfield, client, monkeypatch) -> None:
    def looks(*_args: object) -> bool:
        return bool(Cohort.objects.update(nudges_off=True))

    monkeypatch.setattr("mentoring.nudges.views.can_switch_nudges", looks)
    client.force_login(northfield.dr_lee)
    with pytest.raises(Changed, match="schemes_cohort"):
        client.get(reverse("nudges:rules"))


def test_the_exceptions_name_tables_and_kinds_that_exist() -> None:
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    labels = {model._meta.label_lower for model in apps.get_models()}
    assert {*PART_OF, *LEFT_OUT} <= tables
    assert {label for group in PART_OF.values() for label in group} <= labels
