"""A person reads and accepts."""

from django.urls import reverse

from mentoring.agreements import services
from mentoring.agreements.models import Acceptance

MINE = reverse("agreements:mine")
READ = reverse("agreements:read", args=["agreement"])


def test_reading_changes_nothing_and_fills_the_fields(client, northfield) -> None:
    client.force_login(northfield.aisha)
    page = client.get(READ).content.decode()
    assert "at least once a month" in page
    assert "Sam Whitaker" in page
    assert not northfield.cohort.agreement_texts.exists()


def test_accepting_records_it_and_shows_the_receipt(client, northfield) -> None:
    client.force_login(northfield.aisha)
    assert client.post(READ, {"version": 1, "agreed": "on"}).status_code == 302
    receipt = Acceptance.objects.get(participant=northfield.participant("aisha")).receipt
    assert receipt in client.get(MINE).content.decode()
    assert receipt in client.get(READ).content.decode()
    client.force_login(northfield.ben)
    assert receipt not in client.get(MINE).content.decode()


def test_without_the_tick_nothing_is_accepted(client, northfield) -> None:
    client.force_login(northfield.aisha)
    page = client.post(READ, {"version": 1}).content.decode()
    assert "Tick the box when you have read it" in page
    assert not Acceptance.objects.exists()


def test_a_stale_page_is_told_to_read_the_new_version(client, northfield, now) -> None:
    services.publish_standard_texts(cohort=northfield.cohort, by=None, now=now)
    services.publish_text(cohort=northfield.cohort, kind="agreement", body="# Newer", by=None, now=now)
    client.force_login(northfield.aisha)
    page = client.post(READ, {"version": 1, "agreed": "on"}).content.decode()
    assert "read the new one" in page
    assert "Newer" in page
    assert 'name="version" value="2"' in page
    assert not Acceptance.objects.exists()


def test_a_text_that_the_policy_does_not_ask_for_is_not_there(client, northfield) -> None:
    client.force_login(northfield.aisha)
    assert client.get(reverse("agreements:read", args=["oath"])).status_code == 404


def test_the_list_takes_constant_queries(client, northfield, now, django_assert_max_num_queries) -> None:
    client.force_login(northfield.aisha)
    client.post(READ, {"version": 1, "agreed": "on"})
    with django_assert_max_num_queries(14):
        client.get(MINE)
