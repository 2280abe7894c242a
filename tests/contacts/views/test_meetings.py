"""The pages of meetings: five taps to invite, one tap to answer, halls refused with the reason."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser

from accounts.models import AuditEntry
from mentoring.contacts.forms.meetings import HALLS
from mentoring.contacts.letters.meetings import meeting_link
from mentoring.contacts.models import Contact, Invitation
from mentoring.contacts.services import Meeting, change_invitation
from mentoring.matching.models import Match
from mentoring.matching.services import stop_taking_part
from schemes.services import change_policy
from tests.browser import browser as browser


@pytest.fixture
def priya(northfield):
    client = Client()
    client.force_login(northfield.priya)
    return client


def answers(match, **more):
    given = {"who": match.pk, "day": "2026-10-13", "time": "12:45", "place": "The library entrance"}
    return {**given, **more}


def path_of(invitation, step, person):
    return meeting_link(invitation, step, person).removeprefix(settings.SITE_URL)


def test_the_cohorts_places_are_offered_and_one_of_ones_own_is_possible(northfield, matched, priya, now):
    places = ["Ramsden foyer", "Student Central"]
    change_policy(cohort=northfield.cohort, changes={"meeting_places": places}, by=northfield.dr_lee, now=now)
    page = priya.get(reverse("contacts:invite"), {"with": matched["ben"].pk}).content.decode()
    assert all(place in page for place in places)
    assert "library entrance" not in page
    priya.post(reverse("contacts:invite"), answers(matched["ben"], place=places[1]))
    priya.post(reverse("contacts:invite"), answers(matched["aisha"], place="", other_place="Gallery steps"))
    assert list(Invitation.objects.order_by("pk").values_list("place", flat=True)) == [places[1], "Gallery steps"]


def test_halls_are_refused_beside_the_field(matched, priya):
    page = priya.post(reverse("contacts:invite"), answers(matched["ben"], other_place="my room in halls"))
    assert str(HALLS) in page.content.decode()
    assert not Invitation.objects.exists()


def test_halls_are_no_place_of_a_cohort(northfield):
    lee = Client()
    lee.force_login(northfield.dr_lee)
    path = reverse("schemes:policy", args=[northfield.cohort.slug])
    page = lee.get(path)
    filled = {
        name: value for name, value in page.context["form"].initial.items() if value is not None and value is not False
    }
    refused = lee.post(path, {**filled, "meeting_places": "Ramsden foyer\nAshenhurst halls"})
    assert "reads like halls" in refused.content.decode()
    lee.post(path, {**filled, "meeting_places": "Ramsden foyer\n\n Student  Central \n"})
    northfield.cohort.__dict__.pop("policy", None)
    assert northfield.cohort.policy.meeting_places == ("Ramsden foyer", "Student Central")


def test_a_link_says_one_sentence_and_only_by_its_button(northfield, invitation):
    client, path = Client(), path_of(invitation, "accept", northfield.aisha)
    for method in (client.get, client.head):
        assert method(path).status_code == 200
    assert "Priya" not in client.get(path).content.decode()
    invitation.refresh_from_db()
    assert invitation.state == "invited"
    client.post(path, {"step": "decline", "answer": "no"})
    assert "Priya" not in client.get(path).content.decode()
    invitation.refresh_from_db()
    assert invitation.state == "accepted"
    assert "_auth_user_id" not in client.session
    client.post(f"{path}undo/")
    invitation.refresh_from_db()
    assert invitation.state == "invited"


def test_a_link_of_before_a_change_says_nothing_any_more(northfield, invitation, now):
    path = path_of(invitation, "accept", northfield.aisha)
    later = Meeting(invitation.starts_at + timedelta(days=1), invitation.place)
    change_invitation(invitation=invitation, meeting=later, by=northfield.priya, now=now)
    assert Client().post(path).status_code == 410
    invitation.refresh_from_db()
    assert invitation.state == "invited"


@pytest.mark.parametrize("who", ["aisha", "priya", "the pair"])
@pytest.mark.parametrize("step", ["accept", "decline", "met", "not-met"])
def test_no_link_of_a_meeting_works_once_one_has_left_or_the_pair_has_ended(
    northfield, matched, invitation, clock, now, step, who
):
    told_by = northfield.aisha if step in {"accept", "decline"} else northfield.priya
    path = path_of(invitation, step, told_by)
    clock.move_to(invitation.starts_at + timedelta(minutes=5))
    if who == "the pair":
        Match.objects.filter(pk=matched["aisha"].pk).update(state="ended", ended_at=now)
    else:
        stop_taking_part(participant=northfield.participant(who), by=None, now=now)
    before = AuditEntry.objects.count()
    answers = [Client().get(path), Client().post(path), Client().post(f"{path}undo/")]
    assert [answer.status_code for answer in answers] == [410] * 3
    invitation.refresh_from_db()
    assert (invitation.state, AuditEntry.objects.count()) == ("invited", before)
    assert not Contact.objects.exists()


@pytest.mark.parametrize(("step", "contacts"), [("met", 1), ("not-met", 0)])
def test_did_you_meet_is_one_tap(northfield, invitation, clock, now, step, contacts):
    clock.move_to(now + timedelta(days=2))
    path = path_of(invitation, step, northfield.priya)
    for _ in range(2):
        assert Client().post(path).status_code == 302
    assert Contact.objects.filter(kind="two-way").count() == contacts
    assert Client().post(path_of(invitation, step, northfield.aisha)).status_code == 410


def test_a_meeting_is_nobody_elses(northfield, invitation, matched):
    other = Client()
    for name in ("una", "aisha", "sam"):
        other.force_login(northfield.people[name])
        assert other.get(reverse("contacts:meeting", args=[invitation.pk])).status_code == 404
    other.force_login(northfield.ben)
    assert other.post(reverse("contacts:answer_meeting", args=[invitation.pk]), {"answer": "yes"}).status_code == 404


@pytest.mark.django_db(transaction=True)
@pytest.mark.once
def test_five_taps_on_a_phone_without_javascript(browser: Browser, live_server, northfield, matched):
    client = Client()
    client.force_login(northfield.priya)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, java_script_enabled=False, base_url=live_server.url
    )
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(reverse("portal:mentees"))
    page.get_by_role("link", name="Invite to meet Aisha").click()
    page.locator("label", has_text="13 Oct").click()
    page.locator("label", has_text="12:45").click()
    page.locator("label", has_text="The library entrance").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Send invitation").click()
    made = Invitation.objects.get()
    assert (made.match, made.place) == (matched["aisha"], "The library entrance")
    context.close()
