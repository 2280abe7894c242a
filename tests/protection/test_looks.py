"""A person sees who of the staff looked at their record, in plain words; concerns are never among it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.services import record
from mentoring.concerns.models import Concern
from mentoring.concerns.services import note_view
from mentoring.console.services import note_export
from mentoring.matching.models import Match
from mentoring.protection.selectors.looks import Look, looks_at
from tests.factories import NOW, TODAY, Northfield


def _client(northfield: Northfield, name: str) -> Client:
    client = Client()
    client.force_login(northfield.people[name])
    return client


def test_opening_a_page_is_recorded_and_the_person_sees_role_and_time(
    northfield: Northfield, matched: dict[str, Match]
) -> None:
    sam = _client(northfield, "sam")
    url = reverse("console:person", args=[northfield.participant("aisha").pk])
    sam.get(url)
    sam.get(url)
    sam.get(reverse("console:pair", args=[matched["aisha"].pk]))
    assert AuditEntry.objects.filter(verb="person read", actor=northfield.sam).count() == 2
    page = _client(northfield, "aisha").get(reverse("protection:looks")).content.decode()
    assert "Opened your page" in page
    assert "2 times that day" in page
    assert "Opened the page of your pair" in page
    assert "Coordinator" in page
    assert "Whitaker" not in page
    assert "Opened the page of your pair" in str(looks_at(northfield.priya))  # the mentor's as well
    assert looks_at(northfield.ben) == []


def test_what_one_may_not_open_leaves_no_trace(northfield: Northfield) -> None:
    _client(northfield, "carys").get(reverse("console:person", args=[northfield.participant("aisha").pk]))
    assert looks_at(northfield.aisha) == []


def test_lists_that_were_taken_out_stand_there(northfield: Northfield) -> None:
    note_export(what="people", cohort=northfield.cohort, columns=["name"], by=northfield.dr_lee, now=NOW)
    [look] = looks_at(northfield.aisha)
    assert (look.what, look.role) == ("Downloaded a list of people, in which you may be", "Scheme lead")
    assert looks_at(northfield.nobody) == []


@pytest.mark.usefixtures("matched")
def test_concerns_own_deeds_and_other_students_are_not_there(northfield: Northfield) -> None:
    aisha = northfield.participant("aisha")
    concern = Concern.objects.create(
        cohort=northfield.cohort, kind="wellbeing", text="x", about=aisha, raised_by=northfield.priya, raised_at=NOW,
        form_key="00000000-0000-4000-8000-0000000000d1",
    )  # fmt: skip
    note_view(concern=concern, by=northfield.dana, now=NOW)
    record(verb="profile changed", obj=aisha, by=northfield.aisha, now=NOW)
    record(verb="profile changed", obj=aisha, by=northfield.priya, now=NOW)
    record(verb="profile changed", obj=aisha, by=None, now=NOW)
    assert looks_at(northfield.aisha) == []


def test_the_role_is_the_one_of_that_day(northfield: Northfield) -> None:
    aisha = northfield.participant("aisha")
    northfield.sam.appointments.update(ends_on=TODAY - timedelta(days=1))
    scheme = {"scheme_id": northfield.scheme.pk}
    record(verb="person read", obj=aisha, by=northfield.sam, now=NOW - timedelta(days=2), **scheme)  # type: ignore[arg-type]
    record(verb="person read", obj=aisha, by=northfield.sam, now=NOW, **scheme)  # type: ignore[arg-type]
    record(verb="person changed", obj=northfield.aisha, by=northfield.admin, now=NOW)
    assert looks_at(northfield.aisha) == [
        Look(NOW, "Changed your name, address or account", "Administrator of the university"),
        Look(NOW - timedelta(days=2), "Opened your page", "Coordinator"),
    ]


def test_reading_a_note_and_a_swaps_reasons_is_recorded(northfield: Northfield, matched: dict[str, Match]) -> None:
    from tests.house.access import World  # noqa: PLC0415
    from tests.house.canaries import plant  # noqa: PLC0415

    world: Any = World(northfield, matched)
    plant(world)
    una = _client(northfield, "una")
    una.get(reverse("matching:swap", args=[world.planted["swap"].public_key]))
    _client(northfield, "sam").get(reverse("matching:swap", args=[world.planted["swap"].public_key]))  # sees no reasons
    assert [entry.actor for entry in AuditEntry.objects.filter(verb="swap read")] == [northfield.una]
    assert "Read why you asked for another mentor" in str(looks_at(northfield.chidi))
    una.get(reverse("support:notes", args=[world.planted["meeting"].pk]))  # una wrote it herself
    assert not AuditEntry.objects.filter(verb="support note read").exists()
    _client(northfield, "priya").get(reverse("support:notes", args=[world.planted["meeting"].pk]))
    assert [entry.actor for entry in AuditEntry.objects.filter(verb="support note read")] == [northfield.priya]


def test_it_asks_the_database_as_often_for_many_as_for_one(
    northfield: Northfield, django_assert_max_num_queries: Any
) -> None:
    aisha = northfield.participant("aisha")
    for minutes in range(30):
        record(verb="person read", obj=aisha, by=northfield.sam, now=NOW + timedelta(minutes=minutes))
    with django_assert_max_num_queries(40):  # the registry's models, once each
        assert looks_at(northfield.aisha)[0].times == 30
