"""Hostile files through the pages and the worker: never a server error, never a half write.

Sixty run every time; HOSTILE_FILES=10000 runs as many and weighs the process (trust.md §3), and
HOSTILE_FIRST begins at another seed, so that a long run can be shared out.
"""

import os

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import User
from mentoring.participation import tasks
from mentoring.participation.models import Participant, StudentImport
from mentoring.participation.reading import UnreadableFile, read_table
from mentoring.participation.selectors.imports import counts_of
from mentoring.participation.states import ImportState
from tests.participation.reading.hostile import hostile_file
from tests.weight import MOST_ADDED, added, before

FIRST = int(os.environ.get("HOSTILE_FIRST", "0"))
FILES = int(os.environ.get("HOSTILE_FILES", "60"))
WEIGHED = "HOSTILE_FILES" in os.environ  # alone in its process, else other tests count as well
BATCH = 30


def refused(data: bytes) -> bool:
    try:
        read_table(data)
    except UnreadableFile:
        return True
    return False


@pytest.mark.parametrize("first", range(FIRST, FIRST + FILES, BATCH))
@pytest.mark.abuse(14)
def test_hostile_files_through_upload_check_and_apply(client, northfield, first):
    client.force_login(northfield.dr_lee, backend="allauth.account.auth_backends.AuthenticationBackend")
    before()
    for seed in range(first, min(first + BATCH, FIRST + FILES)):
        walk(client, northfield, hostile_file(seed))
    if WEIGHED:
        assert added() < MOST_ADDED


def walk(client, northfield, data: bytes) -> None:
    """Upload a file, confirm what columns it has, leave its faults out and apply it."""
    known = StudentImport.objects.count()
    file = SimpleUploadedFile("students.csv", data)
    answer = client.post(reverse("participation:imports"), {"role": "mentee", "file": file})
    assert StudentImport.objects.count() - known == (0 if refused(data) else 1)
    assert answer.status_code == (200 if refused(data) else 302)
    if refused(data):
        return
    begun = StudentImport.objects.order_by("pk").last()
    page = reverse("participation:import_columns", args=[begun.pk])
    assert client.get(page).status_code == 200
    client.post(page, {name: str(column) for name, column in begun.mapping.items()})
    tasks.sweep()
    begun.refresh_from_db()
    assert begun.state in (ImportState.MAPPING, ImportState.CHECKED)
    if begun.state == ImportState.MAPPING:
        return  # a column is missing, or a later row is beyond the limits
    assert client.get(reverse("participation:import", args=[begun.pk])).status_code == 200
    assert client.get(reverse("participation:import_corrected", args=[begun.pk])).status_code == 200
    apply(client, begun)


def apply(client, begun: StudentImport) -> None:
    """Either every row that is not left out is taken, or none is."""
    people, parts, counts = User.objects.count(), Participant.objects.count(), counts_of(begun)
    client.post(reverse("participation:import_leave_out_all", args=[begun.pk]))
    client.post(reverse("participation:import_apply", args=[begun.pk]))
    tasks.sweep()
    begun.refresh_from_db()
    assert begun.state == ImportState.APPLIED
    assert Participant.objects.count() - parts == counts["new"]
    assert User.objects.count() - people <= counts["new"]
