"""My data, and the administrators' side of it, walked as people walk it."""

import io
import zipfile

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from mentoring.protection.models import DataCopy, ErasureRequest
from mentoring.protection.services import sweep_copies
from tests.factories import NOW, Northfield


def _as(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def _page(client: Client, name: str = "protection:mine") -> str:
    return client.get(reverse(name)).content.decode()


def test_copy_is_asked_for_waited_for_and_fetched(northfield: Northfield) -> None:
    client = _as(northfield.aisha)
    client.post(reverse("protection:ask_copy"))
    assert "Your copy is being made" in _page(client)
    sweep_copies(lambda: NOW)
    copy = DataCopy.objects.get()
    url = reverse("protection:fetch", args=[copy.pk])
    assert url in _page(client)
    answer = client.post(url)
    assert "Aisha" in zipfile.ZipFile(io.BytesIO(answer.content)).read("data.html").decode()
    assert answer["Cache-Control"] == "no-store"
    assert _as(northfield.priya).post(url).status_code == 404
    assert client.get(url).status_code == 405


def test_erasure_is_asked_for_granted_and_taken_back(northfield: Northfield) -> None:
    client, admin = _as(northfield.aisha), _as(northfield.admin)
    client.post(reverse("protection:ask_erasure"))
    wish = ErasureRequest.objects.get()
    assert "Aisha Begum" in _page(admin, "protection:requests")
    admin.post(reverse("protection:grant", args=[wish.pk]))
    assert "erased within a day" in _page(client)
    client.post(reverse("protection:take_back"))
    wish.refresh_from_db()
    assert wish.state == "withdrawn"
    assert "Ask to be erased" in _page(client)


def test_refusing_needs_a_reason_and_keeps_what_was_typed(northfield: Northfield) -> None:
    _as(northfield.aisha).post(reverse("protection:ask_erasure"))
    wish, admin = ErasureRequest.objects.get(), _as(northfield.admin)
    url = reverse("protection:refuse", args=[wish.pk])
    assert "too short" in admin.post(url, {"why": "too short"}).content.decode()
    admin.post(url, {"why": "A complaint about this year is being looked into."})
    wish.refresh_from_db()
    assert (wish.state, wish.decided_by) == ("refused", northfield.admin)


def test_who_holds_an_office_is_refused_in_words(northfield: Northfield) -> None:
    _as(northfield.sam).post(reverse("protection:ask_erasure"))
    wish = ErasureRequest.objects.get()
    answer = _as(northfield.admin).post(reverse("protection:grant", args=[wish.pk]), follow=True)
    assert "They still hold an office" in answer.content.decode()


def test_administrators_page_costs_the_same_for_one_and_for_many(northfield: Northfield) -> None:
    admin, costs = _as(northfield.admin), []
    for who in ("aisha", "omar", "priya"):
        ErasureRequest.objects.create(person=northfield.people[who], asked_at=NOW)
        DataCopy.objects.create(person=northfield.people[who], queued_at=NOW, job_state="done", held=1)
        with CaptureQueriesContext(connection) as queries:
            assert "Asked" in _page(admin, "protection:requests")
        costs.append(len(queries))
    assert costs[1] == costs[2]
