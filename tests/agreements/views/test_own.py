"""A person reads and accepts."""

from datetime import timedelta

from django.urls import reverse

from mentoring.agreements import services
from mentoring.agreements.models import Acceptance
from schemes.services import change_policy

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


def test_reader_of_welsh_reads_and_accepts_the_same_version_in_welsh(client, northfield) -> None:
    northfield.aisha.language = "cy"
    northfield.aisha.save()
    client.force_login(northfield.aisha)
    page = client.get(READ).content.decode()
    assert '<div lang="cy">' in page
    assert "Yr hyn rydyn ni’n ei gytuno" in page
    assert "o leiaf unwaith y mis" in page
    client.post(READ, {"version": 1, "agreed": "on"})
    accepted = Acceptance.objects.get(participant=northfield.participant("aisha")).text
    client.force_login(northfield.ben)
    assert "What we agree" in client.get(READ).content.decode()
    assert (accepted.version, accepted.body.split("\n")[0]) == (1, "# What we agree")


def test_text_without_welsh_is_read_in_english_and_says_so(client, northfield, now) -> None:
    body = "# Ours\nBe in touch {floor}."
    services.publish_text(cohort=northfield.cohort, kind="agreement", body=body, by=None, now=now)
    northfield.aisha.language = "cy"
    northfield.aisha.save()
    client.force_login(northfield.aisha)
    page = client.get(READ).content.decode()
    assert '<div lang="en-gb">' in page
    assert "Be in touch at least once a month." in page


def test_what_was_accepted_stays_as_it_was_when_the_rules_change(client, northfield, now) -> None:
    client.force_login(northfield.aisha)
    client.post(READ, {"version": 1, "agreed": "on"})
    later = now + timedelta(days=1)
    change_policy(cohort=northfield.cohort, changes={"contact_floor_days": 14}, by=northfield.dr_lee, now=later)
    page = client.get(READ).content.decode()
    assert "You accepted this" in page
    assert "at least once a month" in page
    assert "14 days" not in page
