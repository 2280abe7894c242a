"""Lists as files: what is on the page and no more, safe to open, and on the trail."""

import csv
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import AuditEntry
from tests.factories import Match, Northfield, ParticipantFactory, UserFactory


def _rows(client: Client, name: str, kind: str = "csv", **asked: str) -> list[list[str]]:
    url = reverse(name, args=[kind]) + ("?" + "&".join(f"{k}={v}" for k, v in asked.items()) if asked else "")
    answer = client.post(url)
    assert "attachment" in answer["Content-Disposition"]
    if kind == "csv":
        return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    sheet = load_workbook(io.BytesIO(answer.content)).active
    return [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]


@pytest.fixture
def sam(client: Client, northfield: Northfield) -> Client:
    client.force_login(northfield.sam)
    return client


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_file_holds_who_is_on_the_page(sam: Client, northfield: Northfield, kind: str) -> None:
    headings, *rows = _rows(sam, "console:export_people", kind, show="mentors")
    assert headings[:3] == ["Name", "E-mail", "Student number"]
    assert {row[0] for row in rows} == {"Priya Khan", "Una Brennan"}


def test_another_units_people_are_not_in_it(sam: Client, northfield: Northfield) -> None:
    names = {row[0] for row in _rows(sam, "console:export_people")}
    assert "Aisha Begum" in names
    assert "Omar Haddad" not in names


def test_pairs_are_filtered_as_the_page_is(sam: Client, matched: dict[str, Match]) -> None:
    _headings, *rows = _rows(sam, "console:export_pairs", q="aisha")
    assert [row[:3] for row in rows] == [["Aisha Begum", "aisha@northfield.ac.uk", "Priya Khan"]]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.abuse(13)
def test_no_cell_is_a_formula(sam: Client, northfield: Northfield, kind: str) -> None:
    bad = UserFactory(given_name="=HYPERLINK(1)", family_name="+cmd", known_as="@SUM(1)", email="f@northfield.ac.uk")
    ParticipantFactory(user=bad, cohort=northfield.cohort, programme=northfield.sociology, campus="-2+3")
    cells = [cell for row in _rows(sam, "console:export_people", kind) for cell in row]
    assert [cell for cell in cells if cell[:1] in {"=", "+", "@", "-"}] == []
    assert "'@SUM(1) +cmd" in cells


def test_download_is_on_the_trail_with_its_columns(sam: Client, northfield: Northfield) -> None:
    _rows(sam, "console:export_people")
    entry = AuditEntry.objects.get(verb="people exported")
    assert (entry.actor, entry.object_id) == (northfield.sam, str(northfield.cohort.pk))
    assert "email" in entry.fields
    assert "Aisha" not in str(entry.fields)


def test_looking_at_the_page_is_not_a_download(sam: Client, northfield: Northfield) -> None:
    assert sam.get(reverse("console:export_people", args=["csv"])).status_code == 405
    assert sam.post(reverse("console:export_people", args=["pdf"])).status_code == 404


def test_intern_sees_the_list_and_cannot_take_it(client: Client, northfield: Northfield) -> None:
    client.force_login(northfield.tom)
    assert "Download this list" not in client.get(reverse("console:people")).content.decode()
    assert client.post(reverse("console:export_people", args=["csv"])).status_code == 404


def test_file_asks_who_it_is_and_then_comes(client: Client, northfield: Northfield) -> None:
    northfield.sam.set_password("a-made-up-sentence-of-words")
    northfield.sam.save()
    client.force_login(northfield.sam)
    url = reverse("console:export_people", args=["csv"])
    asked = client.post(url)
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    came = client.post(asked["Location"], {"password": "a-made-up-sentence-of-words", "next": url})
    assert b"Aisha Begum" in came.content


def _cost(client: Client) -> int:
    with CaptureQueriesContext(connection) as seen:
        _rows(client, "console:export_people")
    return len(seen)


def test_download_costs_the_same_for_one_and_for_many(sam: Client, northfield: Northfield) -> None:
    _rows(sam, "console:export_people")
    few = _cost(sam)
    for number in range(5):
        ParticipantFactory(
            user=UserFactory(given_name=f"More{number}"), cohort=northfield.cohort, programme=northfield.sociology
        )
    assert _cost(sam) == few
