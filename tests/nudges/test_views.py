"""The page of the nudges' rules, and its switch."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from mentoring.contacts.services import reply
from mentoring.messaging.models import LinkUse, Message
from mentoring.nudges.previews import FOR
from mentoring.nudges.selectors import LETTER
from mentoring.nudges.services import change_wait
from schemes.models import Cohort
from schemes.nudging import Text
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
    assert "A mentor hears after 8 days without a word on record since the introduction. Once each time" in page
    assert "“Settling in ends, studying begins”" in page
    assert "At most one in 19 days" in page
    assert "20:00 and 8:00" in page


def test_no_two_rules_have_the_same_name(northfield, matched, client_of):
    titles = [sentence.title for sentence in client_of("sam").get(reverse("nudges:rules")).context["sentences"]]
    assert len(set(titles)) == len(titles)
    assert {"Quiet pair, while settling in", "Quiet pair, once studying"} < set(titles)


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


@pytest.mark.parametrize("name", ["tom", "sam", "carys"])
def test_an_intern_and_a_coordinator_of_one_unit_read_but_do_not_switch(northfield, client_of, name):
    client = client_of(name)
    assert b"Mina Lee" in client.get(reverse("nudges:rules")).content  # whom to ask
    assert b"Switch all nudges off" not in client.get(reverse("nudges:rules")).content
    assert client.post(reverse("nudges:switch"), {"nudges": "off"}).status_code == 403
    assert not Cohort.objects.get(pk=northfield.cohort.pk).nudges_off


def test_a_rule_is_read_by_all_and_changed_by_who_answers_for_the_whole_scheme(northfield, client_of):
    path = reverse("nudges:rule", args=["first-hello"])
    assert b"Switch off" not in client_of("sam").get(path).content
    assert client_of("sam").post(path, {"days": 9}).status_code == 403
    lee = client_of("dr_lee")
    assert b"Switch off" in lee.get(path).content
    lee.post(path, {"days": 9})
    lee.post(reverse("nudges:switch_rule", args=["first-hello"]), {"rule": "off"})
    row = {row.key: row for row in Cohort.objects.get(pk=northfield.cohort.pk).policy.nudges}["first-hello"]
    assert (row.after_days, row.is_on) == (9, False)
    assert b"off" in lee.get(reverse("nudges:rules")).content
    assert lee.post(path, {"days": 999}).status_code == 200
    assert lee.get(reverse("nudges:rule", args=["nothing"])).status_code == 404


def preview_of(client, northfield, letter, name, page="nudges:previews"):
    person = northfield.participant(name)
    return client.get(reverse(page), {"letter": letter, "person": person.pk})


@pytest.mark.parametrize("text", list(Text))
def test_any_nudge_is_previewed_for_any_person_it_can_go_to(northfield, matched, client_of, text):
    name = "aisha" if FOR.get(text) == "mentee" else "priya"
    client = client_of("sam")
    page = preview_of(client, northfield, LETTER + text, name).content.decode()
    body = preview_of(client, northfield, LETTER + text, name, "nudges:preview_body")
    html = body.content.decode()
    assert "<h1>" in html
    assert "As plain text" in page
    for leaked in ("/l/", "%("):
        assert leaked not in html
        assert leaked not in page
    assert "script-src 'none'" in body["Content-Security-Policy"]


def test_a_preview_of_what_never_happened_says_so(northfield, matched, client_of):
    page = preview_of(client_of("sam"), northfield, "contacts.replied", "priya").content.decode()
    assert "has not happened to Priya" in page


def test_a_message_that_was_owed_is_previewed_without_its_links(northfield, matched, client_of, now):
    reply(match=matched["aisha"], choice="hello", by=None, now=now)
    client = client_of("sam")
    html = preview_of(client, northfield, "contacts.replied", "priya", "nudges:preview_body").content.decode()
    assert "Hi, nice to meet you" in html
    assert "/my/mentees/" not in html


@pytest.mark.parametrize(
    ("reader", "letter"), [("carys", "nudges.still-here"), ("sam", "concerns.alert"), ("sam", "x")]
)
def test_no_preview_beyond_ones_reach_or_of_what_is_confidential(northfield, matched, client_of, reader, letter):
    assert preview_of(client_of(reader), northfield, letter, "aisha").status_code == 404


def test_people_are_found_by_name_within_reach(northfield, matched, client_of):
    found = client_of("sam").get(reverse("nudges:previews"), {"q": "aisha"}).content.decode()
    assert "Aisha Begum" in found
    assert "Aisha Begum" not in client_of("carys").get(reverse("nudges:previews"), {"q": "aisha"}).content.decode()


def test_previewing_changes_nothing(northfield, matched, client_of):
    client = client_of("sam")
    before = (AuditEntry.objects.count(), Message.objects.count(), LinkUse.objects.count())
    preview_of(client, northfield, "nudges.still-here", "aisha")
    assert (AuditEntry.objects.count(), Message.objects.count(), LinkUse.objects.count()) == before
