"""The contact log on a phone."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from mentoring.confidences.models import Note
from mentoring.confidences.services.notes import allow_notes
from mentoring.contacts import services
from mentoring.contacts.models import Contact, SupportService
from mentoring.contacts.services import ContactFacts
from mentoring.matching.models import Match
from schemes.services import change_policy
from tests.factories import TODAY, MatchFactory, ParticipantFactory

URL = reverse("contacts:log")


def _told(matched, **more):
    return {"who": "all", "how": "message", "day": str(TODAY), "form_key": str(uuid4()), **more}


def _chosen(page: str, name: str) -> list[str]:
    inputs = re.findall(rf'<input[^>]*name="{name}"[^>]*>', page)
    return [re.search(r'value="([^"]*)"', one)[1] for one in inputs if "checked" in one]


def test_the_first_time_everybody_by_message_today_is_preselected(client, northfield, matched) -> None:
    client.force_login(northfield.priya)
    page = client.get(URL).content.decode()
    assert _chosen(page, "who") == ["all"]
    assert _chosen(page, "how") == ["message"]
    assert f'value="{TODAY}"' in page
    assert "All three" in page
    assert 'name="note"' not in page


def test_saving_as_it_stands_logs_everybody(client, northfield, matched) -> None:
    client.force_login(northfield.priya)
    answer = client.post(URL, _told(matched), follow=True)
    assert "Saved." in answer.content.decode()
    contact = Contact.objects.get()
    assert (contact.kind, contact.channel, contact.happened_on) == ("attempt", "message", TODAY)
    assert contact.matches.count() == 3


def test_who_answered_is_heard_from_and_who_was_only_written_to_is_not(client, northfield, matched) -> None:
    client.force_login(northfield.priya)
    client.post(URL, _told(matched))
    assert client.get(reverse("portal:mentees")).content.decode().count("heard from") == 0
    client.post(URL, _told(matched, who=str(matched["ben"].pk), said="reply"))
    assert client.get(reverse("portal:mentees")).content.decode().count("heard from") == 1


def test_the_last_choice_is_preselected_and_a_link_chooses_somebody(client, northfield, matched) -> None:
    client.force_login(northfield.priya)
    client.post(URL, _told(matched, who=str(matched["ben"].pk), how="email"))
    page = client.get(URL).content.decode()
    assert _chosen(page, "who") == [str(matched["ben"].pk)]
    assert _chosen(page, "how") == ["email"]
    assert "Already logged today. Add another?" in page
    page = client.get(URL, {"with": matched["chidi"].pk}).content.decode()
    assert _chosen(page, "who") == [str(matched["chidi"].pk)]


def test_several_but_not_all(client, northfield, matched) -> None:
    client.force_login(northfield.priya)
    some = [str(matched["aisha"].pk), str(matched["chidi"].pk)]
    client.post(URL, _told(matched, how="in-person", some=some))
    contact = Contact.objects.get()
    assert contact.kind == "group"
    assert {str(match.pk) for match in contact.matches.all()} == set(some)


def test_topics_services_and_day_are_kept(client, northfield, matched) -> None:
    service = SupportService.objects.create(
        institution=northfield.institution, name="Library desk", what_for="Finding things"
    )
    client.force_login(northfield.priya)
    day = TODAY - timedelta(days=3)
    client.post(URL, _told(matched, day=str(day), topics=["library", "money"], signposted=[str(service.pk)]))
    contact = Contact.objects.get()
    assert (contact.happened_on, contact.topics) == (day, ["library", "money"])
    assert list(contact.signposted.all()) == [service]


def test_a_double_post_is_one_contact(client, northfield, matched) -> None:
    client.force_login(northfield.priya)
    told = _told(matched)
    assert client.post(URL, told).status_code == client.post(URL, told).status_code == 302
    assert Contact.objects.count() == 1


def test_a_broken_form_key_is_no_problem_of_the_mentors(client, northfield, matched) -> None:
    client.force_login(northfield.priya)
    for key in ("", "broken"):
        assert client.post(URL, _told(matched, form_key=key)).status_code == 302
    assert Contact.objects.count() == 2


def test_what_is_missing_is_said_above_and_beside_and_entries_are_kept(client, northfield, matched) -> None:
    client.force_login(northfield.priya)
    page = client.post(URL, {"how": "phone", "day": "", "form_key": str(uuid4())}).content.decode()
    for words in ("There is a problem", "Select who you were in contact with", "Enter the date", "<title>Error:"):
        assert words in page
    assert _chosen(page, "how") == ["phone"]
    assert "<details open>" in page
    assert not Contact.objects.exists()


def test_tomorrow_and_before_the_match_are_problems_of_the_day(client, northfield, matched) -> None:
    client.force_login(northfield.priya)
    for day in (TODAY + timedelta(days=1), TODAY - timedelta(days=40)):
        assert "There is a problem" in client.post(URL, _told(matched, day=str(day))).content.decode()
    assert not Contact.objects.exists()


def test_somebody_elses_mentee_is_no_choice(client, northfield, matched) -> None:
    foreign = MatchFactory(mentor=northfield.participant("una"), mentee=northfield.participant("omar"))
    client.force_login(northfield.priya)
    page = client.get(URL, {"with": foreign.pk}).content.decode()
    assert "Omar" not in page
    client.post(URL, _told(matched, who=str(foreign.pk)))
    assert not Contact.objects.exists()


@pytest.mark.abuse(15)
def test_a_name_beside_the_note_is_shown_as_text(client, northfield, matched, now) -> None:
    change_policy(cohort=northfield.cohort, changes={"notes_allowed": True}, by=northfield.dr_lee, now=now)
    User.objects.filter(pk=northfield.aisha.pk).update(known_as="<b>Aisha</b>")
    client.force_login(northfield.priya)
    allow_notes(match=Match.objects.with_people().get(pk=matched["aisha"].pk), by=northfield.aisha, now=now)
    page = client.get(URL).content.decode()
    assert "&lt;b&gt;Aisha&lt;/b&gt; allowed this" in page
    assert "<b>Aisha" not in page


def test_the_note_field_is_there_only_with_permission(client, northfield, matched, now) -> None:
    change_policy(cohort=northfield.cohort, changes={"notes_allowed": True}, by=northfield.dr_lee, now=now)
    client.force_login(northfield.priya)
    assert 'name="note"' not in client.get(URL).content.decode()
    allow_notes(match=Match.objects.with_people().get(pk=matched["aisha"].pk), by=northfield.aisha, now=now)
    page = client.get(URL).content.decode()
    assert 'name="note"' in page
    assert "about themselves. At most 500 letters." in page
    page = client.post(URL, _told(matched, who="all", note="tea")).content.decode()
    assert "A note is about one person who allowed it" in page
    client.post(URL, _told(matched, who=str(matched["aisha"].pk), note="tea"))
    assert Note.objects.get().text == "tea"


def test_without_mentees_the_page_is_empty_and_kind(client, northfield) -> None:
    client.force_login(northfield.priya)
    page = client.get(URL).content.decode()
    assert "Nobody yet" in page
    assert "Save contact" not in page


def test_the_log_takes_constant_queries(client, northfield, matched, django_assert_num_queries) -> None:
    client.force_login(northfield.priya)
    few = _queries(client)
    for _unused in range(2):
        mentee = ParticipantFactory(cohort=northfield.cohort, programme=northfield.sociology)
        MatchFactory(mentor=northfield.participant("priya"), mentee=mentee)
    with django_assert_num_queries(few):
        client.get(URL)


def _queries(client) -> int:
    with CaptureQueriesContext(connection) as caught:
        client.get(URL)
    return len(caught)


def _logged(northfield, matched, now) -> Contact:
    return services.log_contact(
        mentor=northfield.participant("priya"),
        facts=ContactFacts([Match.objects.with_people().get(pk=matched["aisha"].pk)], "two-way", "phone", now.date()),
        form_key=uuid4(),
        by=northfield.priya,
        now=now,
    )


def test_correcting_begins_with_what_was_told(client, northfield, matched, now) -> None:
    contact = _logged(northfield, matched, now)
    client.force_login(northfield.priya)
    url = reverse("contacts:correct", args=[contact.pk])
    page = client.get(url).content.decode()
    assert _chosen(page, "how") == ["phone"]
    client.post(url, {"who": str(matched["ben"].pk), "how": "tried", "day": str(TODAY)})
    contact.refresh_from_db()
    assert contact.kind == "attempt"
    assert list(contact.matches.all()) == [matched["ben"]]


def test_after_a_week_nothing_is_corrected_or_withdrawn(client, northfield, matched, now) -> None:
    contact = _logged(northfield, matched, now - timedelta(days=8))
    client.force_login(northfield.priya)
    for name in ("contacts:correct", "contacts:withdraw"):
        client.post(reverse(name, args=[contact.pk]), {"who": "all", "how": "tried", "day": str(TODAY)})
    contact.refresh_from_db()
    assert (contact.kind, contact.withdrawn_at) == ("two-way", None)
    page = client.get(reverse("contacts:mine")).content.decode()
    assert reverse("contacts:correct", args=[contact.pk]) not in page


def test_nobody_else_finds_a_contact(client, northfield, matched, now) -> None:
    contact = _logged(northfield, matched, now)
    for user in (northfield.una, northfield.aisha, northfield.sam, northfield.admin):
        client.force_login(user)
        assert client.get(reverse("contacts:correct", args=[contact.pk])).status_code == 404
        assert client.post(reverse("contacts:withdraw", args=[contact.pk])).status_code == 404
    contact.refresh_from_db()
    assert contact.withdrawn_at is None


def test_undo_of_a_saved_contact_takes_it_back(client, northfield, matched) -> None:
    client.force_login(northfield.priya)
    client.post(URL, _told(matched))
    client.post(reverse("contacts:withdraw", args=[Contact.objects.get().pk]))
    assert "Nothing logged yet" in client.get(reverse("contacts:mine")).content.decode()


def test_my_contacts_take_constant_queries(client, northfield, matched, now, django_assert_num_queries) -> None:
    client.force_login(northfield.priya)
    _logged(northfield, matched, now)
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("contacts:mine"))
    for _unused in range(2):
        _logged(northfield, matched, now)
    with django_assert_num_queries(len(one)):
        client.get(reverse("contacts:mine"))
