"""The page of the nudges' rules, and its switch."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from mentoring.nudges.services import change_wait
from schemes.models import Cohort
from schemes.services import change_policy


@pytest.fixture
def client_of(northfield):
    def log_in(name):
        client = Client()
        client.force_login(northfield.people[name])
        return client

    return log_in


def test_the_rules_are_said_with_the_policys_own_numbers(northfield, matched, client_of, now):
    change_policy(cohort=northfield.cohort, changes={"nudge_gap_days": 19}, by=northfield.dr_lee, now=now)
    change_wait(cohort=northfield.cohort, key="first-hello", days=8, by=northfield.dr_lee, now=now)
    page = client_of("sam").get(reverse("nudges:rules")).content.decode()
    assert "since the introduction hears after 8 days. Once each time it happens." in page
    assert "“Settling in ends, studying begins”" in page
    assert "At most one in 19 days" in page
    assert "20:00 and 8:00" in page


def test_the_coming_week_names_only_those_in_reach(northfield, matched, client_of):
    seen = client_of("sam").get(reverse("nudges:rules")).content.decode()
    assert "Aisha Begum" in seen
    unseen = client_of("carys").get(reverse("nudges:rules")).content.decode()
    assert "Aisha" not in unseen
    assert "Nobody would be nudged" in unseen


def test_looking_changes_nothing(northfield, matched, client_of):
    client = client_of("sam")
    before = AuditEntry.objects.count()
    client.get(reverse("nudges:rules"))
    assert AuditEntry.objects.count() == before
    assert not northfield.aisha.messages.exists()


def test_switching_everything_off_and_on(northfield, client_of):
    client = client_of("dr_lee")
    answer = client.post(reverse("nudges:switch"), {"nudges": "off"}, follow=True)
    assert Cohort.objects.get(pk=northfield.cohort.pk).nudges_off
    assert not Cohort.objects.get(pk=northfield.other_cohort.pk).nudges_off
    assert b"All nudges are off" in answer.content
    client.post(reverse("nudges:switch"), {"nudges": "on"})
    assert not Cohort.objects.get(pk=northfield.cohort.pk).nudges_off


def test_an_intern_reads_but_does_not_switch(northfield, client_of):
    client = client_of("tom")
    assert b"Switch all nudges off" not in client.get(reverse("nudges:rules")).content
    assert client.post(reverse("nudges:switch"), {"nudges": "off"}).status_code == 403
    assert not Cohort.objects.get(pk=northfield.cohort.pk).nudges_off
