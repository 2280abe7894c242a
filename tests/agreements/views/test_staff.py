"""Staff publish versions."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.services import NotAllowed
from mentoring.agreements import services
from mentoring.agreements.models import AgreementText
from schemes.models import Appointment
from schemes.services import change_policy

EDIT = reverse("agreements:edit", args=["agreement"])
PREVIEW = reverse("agreements:preview", args=["agreement"])
PUBLISH = reverse("agreements:publish", args=["agreement"])
NEW = {"body": "# Ours\n- be kind, {coordinators}", "for_mentors": "on", "for_mentees": "on"}


def test_the_preview_warns_and_publishes_nothing(client, northfield) -> None:
    client.force_login(northfield.dr_lee)
    page = client.post(PREVIEW, NEW).content.decode()
    assert "6 people are asked to accept it" in page
    assert "<li>be kind, " in page
    assert not AgreementText.objects.exists()


def test_publishing_makes_the_next_version_of_the_own_scheme_only(client, northfield) -> None:
    client.force_login(northfield.dr_lee)
    client.post(PUBLISH, NEW)
    client.post(PUBLISH, NEW)
    text = AgreementText.objects.get()
    assert (text.cohort, text.version, text.published_by) == (northfield.cohort, 1, northfield.dr_lee)
    client.force_login(northfield.mallory)
    assert "be kind" not in client.get(EDIT).content.decode()
    client.post(PUBLISH, NEW)
    assert AgreementText.objects.get(published_by=northfield.mallory).cohort == northfield.other_cohort


def test_an_unknown_field_is_a_problem_beside_the_text(client, northfield) -> None:
    client.force_login(northfield.dr_lee)
    page = client.post(PREVIEW, {**NEW, "body": "Ask {boss}"}).content.decode()
    assert "Nothing would fill in {boss}" in page


def test_markup_in_a_text_stays_words(client, northfield) -> None:
    client.force_login(northfield.dr_lee)
    page = client.post(PREVIEW, {**NEW, "body": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert(1)" not in page


def test_both_languages_are_previewed_and_published_as_one_version(client, northfield) -> None:
    both = {**NEW, "body_cy": "# Ein geiriau ni\n- byddwch yn garedig, {coordinators}"}
    client.force_login(northfield.dr_lee)
    page = client.post(PREVIEW, both).content.decode()
    assert page.index('<div lang="en-gb">') < page.index("be kind") < page.index('<div lang="cy">')
    assert 'name="body_cy" value="# Ein geiriau ni' in page
    client.post(PUBLISH, both)
    text = AgreementText.objects.get()
    assert (text.version, text.body_cy) == (1, both["body_cy"])
    client.post(PUBLISH, NEW)
    assert AgreementText.objects.filter(version=2, body_cy="").exists()


def test_unknown_field_in_the_welsh_text_is_a_problem_beside_it(client, northfield) -> None:
    client.force_login(northfield.dr_lee)
    page = client.post(PREVIEW, {**NEW, "body_cy": "Gofynnwch i {boss}"}).content.decode()
    assert "Nothing would fill in {boss}" in page


def test_students_and_the_intern_cannot(client, northfield) -> None:
    for user in (northfield.tom, northfield.aisha, northfield.priya, northfield.dana):
        client.force_login(user)
        assert client.get(EDIT).status_code == 404
        assert client.post(PUBLISH, NEW).status_code == 404
    assert not AgreementText.objects.exists()


def test_a_coordinator_of_one_unit_reads_the_texts_and_changes_none(client, northfield) -> None:
    client.force_login(northfield.sam)
    page = client.get(EDIT).content.decode()
    assert "This is for the whole scheme" in page
    assert "Mina Lee" in page
    assert "<textarea" not in page
    assert "<h2>" in page  # the text itself
    for url in (PREVIEW, PUBLISH):
        assert client.post(url, NEW).status_code == 403
    with pytest.raises(NotAllowed):
        services.publish_text(
            cohort=northfield.cohort, kind="agreement", body="# Ours", by=northfield.sam, now=timezone.now()
        )
    assert not AgreementText.objects.exists()


def test_a_coordinator_of_the_whole_scheme_publishes(client, northfield) -> None:
    Appointment.objects.filter(user=northfield.sam).update(unit=northfield.university)
    client.force_login(northfield.sam)
    client.post(PUBLISH, NEW)
    assert AgreementText.objects.get().published_by == northfield.sam


def test_texts_that_tell_of_an_old_floor_are_marked(client, northfield, now) -> None:
    services.publish_standard_texts(cohort=northfield.cohort, by=None, now=now)
    client.force_login(northfield.dr_lee)
    assert "Old rules" not in client.get(reverse("agreements:staff")).content.decode()
    later = now + timedelta(days=1)
    change_policy(cohort=northfield.cohort, changes={"contact_floor_days": 14}, by=northfield.dr_lee, now=later)
    page = client.get(reverse("agreements:staff")).content.decode()
    assert page.count("Old rules") == 2  # the code of conduct tells of none
