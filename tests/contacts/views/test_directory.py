"""The support directory."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry, Institution
from mentoring.contacts.models import SupportService

STAFF = reverse("contacts:staff_services")
ADD = reverse("contacts:add_service")
NEW = {"name": "Wellbeing", "what_for": "Feeling low", "web": "northfield.ac.uk/wellbeing"}


@pytest.fixture
def service(northfield) -> SupportService:
    return SupportService.objects.create(
        institution=northfield.institution, name="Library desk", what_for="Finding things"
    )


@pytest.fixture
def foreign(db) -> SupportService:
    elsewhere = Institution.objects.create(name="Elsewhere", slug="elsewhere")
    return SupportService.objects.create(institution=elsewhere, name="Secret desk", what_for="Elsewhere")


def test_everybody_reads_the_services_of_their_university(client, northfield, service, foreign) -> None:
    northfield.institution.emergency_text = "Danger: 999"
    northfield.institution.save()
    client.force_login(northfield.aisha)
    page = client.get(reverse("contacts:services")).content.decode()
    assert "Library desk" in page
    assert page.index("Danger: 999") < page.index("Library desk")
    assert "Secret desk" not in page


def test_who_sets_up_adds_changes_and_removes(client, northfield, service) -> None:
    client.force_login(northfield.dr_lee)
    client.post(ADD, NEW)
    added = SupportService.objects.get(name="Wellbeing")
    assert (added.institution, added.web) == (northfield.institution, "https://northfield.ac.uk/wellbeing")
    client.post(reverse("contacts:edit_service", args=[service.pk]), {"name": "Library", "what_for": "Books"})
    service.refresh_from_db()
    assert service.name == "Library"
    remove = reverse("contacts:remove_service", args=[service.pk])
    assert client.post(remove).status_code == client.post(remove).status_code == 302
    assert not SupportService.objects.filter(pk=service.pk).exists()
    assert AuditEntry.objects.filter(verb__startswith="service").count() == 3


def test_a_name_stands_once_in_a_directory(client, northfield, service) -> None:
    client.force_login(northfield.dr_lee)
    page = client.post(ADD, {**NEW, "name": "library DESK"}).content.decode()
    assert "in the directory already" in page
    assert SupportService.objects.count() == 1


def test_another_universitys_service_cannot_be_reached(client, northfield, foreign) -> None:
    client.force_login(northfield.dr_lee)
    assert client.get(reverse("contacts:edit_service", args=[foreign.pk])).status_code == 404
    client.post(reverse("contacts:remove_service", args=[foreign.pk]))
    assert SupportService.objects.filter(pk=foreign.pk).exists()


def test_a_coordinator_reads_but_does_not_keep(client, northfield, service) -> None:
    client.force_login(northfield.sam)
    assert client.get(STAFF).status_code == 404
    assert client.post(ADD, NEW).status_code == 404
    assert SupportService.objects.count() == 1


def test_the_directory_takes_constant_queries(client, northfield, service, django_assert_num_queries) -> None:
    client.force_login(northfield.dr_lee)
    with CaptureQueriesContext(connection) as one:
        client.get(STAFF)
    for name in ("A", "B"):
        SupportService.objects.create(institution=northfield.institution, name=name, what_for="x")
    with django_assert_num_queries(len(one)):
        client.get(STAFF)
