"""Stop, pause and quiet, by link and signed in."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from mentoring.matching.models import Match
from mentoring.messaging.links import make_token, revoke
from mentoring.messaging.models import Message
from mentoring.participation.models import Participant
from mentoring.participation.states import ParticipantState

STOP = reverse("portal:stop")


@pytest.fixture
def page() -> Client:
    return Client()


def _link(participant, name="stop_link", purpose="stop") -> str:
    token = make_token(purpose=purpose, person=participant.user, object_id=participant.pk)
    return reverse(f"portal:{name}", kwargs={"token": token})


def _state(participant) -> str:
    return Participant.objects.get(pk=participant.pk).state


def test_the_question_says_what_happens_and_changes_nothing(page, northfield, matched) -> None:
    aisha = northfield.participant("aisha")
    before = AuditEntry.objects.count(), Message.objects.count()
    content = page.get(_link(aisha)).content.decode()
    for words in ("Aisha, if you stop now", "Priya will get a friendly note", "different mentor instead"):
        assert words in content
    assert (AuditEntry.objects.count(), Message.objects.count()) == before
    assert _state(aisha) == ParticipantState.ENROLLED


def test_two_taps_by_link_without_signing_in(page, northfield, matched) -> None:
    aisha = northfield.participant("aisha")
    content = page.post(_link(aisha), follow=True).content.decode()
    assert "You have stopped" in content
    assert "Until 26 October you can undo it" in content
    assert _state(aisha) == ParticipantState.LEFT
    assert "_auth_user_id" not in page.session
    page.post(_link(aisha))
    assert Message.objects.filter(letter="portal.stopped").count() == 1


def test_undo_by_link_brings_the_mentor_back(page, northfield, matched) -> None:
    aisha = northfield.participant("aisha")
    page.post(_link(aisha))
    assert page.get(_link(aisha, "undo_stop_link")).status_code == 405
    content = page.post(_link(aisha, "undo_stop_link")).content.decode()
    assert "Priya is your mentor, as before" in content
    page.post(_link(aisha, "undo_stop_link"))
    assert _state(aisha) == ParticipantState.ENROLLED
    assert Match.objects.known().filter(mentee=aisha).count() == 1


def test_links_that_are_forged_foreign_or_called_off_stop_nobody(page, northfield, matched) -> None:
    aisha, ben = northfield.participant("aisha"), northfield.participant("ben")
    foreign = make_token(purpose="stop", person=ben.user, object_id=aisha.pk)
    swapped = make_token(purpose="quiet", person=aisha.user, object_id=aisha.pk)
    good = _link(aisha)
    revoke(purpose="stop", person=aisha.user, object_id=aisha.pk)
    urls = [good, *(reverse("portal:stop_link", kwargs={"token": t}) for t in (foreign, swapped, "forged"))]
    for url in urls:
        assert page.post(url).status_code == 410
        assert page.post(f"{url}undo/").status_code == 410
        assert page.post(f"{url}pause/").status_code == 410
    assert _state(aisha) == _state(ben) == ParticipantState.ENROLLED


def test_signed_in_stop_and_come_back(page, northfield, matched) -> None:
    page.force_login(northfield.aisha)
    assert "You have stopped" in page.post(STOP, follow=True).content.decode()
    assert AuditEntry.objects.get(verb="participant left").actor == northfield.aisha
    home = page.get(reverse("portal:home")).content.decode()
    assert "Come back" in home
    page.post(reverse("portal:undo_stop"))
    assert _state(northfield.participant("aisha")) == ParticipantState.ENROLLED


def test_a_mentor_is_told_about_the_group(page, northfield, matched) -> None:
    page.force_login(northfield.priya)
    content = page.get(STOP).content.decode()
    assert "we find somebody for them" in content
    assert "different mentor instead" not in content


def test_one_stops_only_oneself(page, northfield, matched) -> None:
    page.force_login(northfield.nobody)
    assert page.post(STOP).status_code == 404
    page.force_login(northfield.ben)
    page.post(STOP, {"participant": northfield.participant("aisha").pk})
    assert _state(northfield.participant("aisha")) == ParticipantState.ENROLLED
    assert _state(northfield.participant("ben")) == ParticipantState.LEFT


def test_pausing_by_link_and_signed_in(page, northfield, matched) -> None:
    aisha = northfield.participant("aisha")
    page.post(_link(aisha, "pause_link"))
    assert _state(aisha) == ParticipantState.PAUSED
    page.post(_link(aisha, "undo_stop_link"))
    assert _state(aisha) == ParticipantState.ENROLLED
    page.force_login(northfield.aisha)
    page.post(reverse("portal:pause"))
    page.post(reverse("portal:pause"))
    assert _state(aisha) == ParticipantState.PAUSED
    assert "You are pausing" in page.get(reverse("portal:home")).content.decode()


def test_somebody_who_stopped_is_told_that_they_cannot_pause(page, northfield, matched) -> None:
    aisha = northfield.participant("aisha")
    page.post(_link(aisha))
    assert page.post(_link(aisha, "pause_link")).status_code == 200
    assert _state(aisha) == ParticipantState.LEFT


def test_one_click_from_a_mail_program_quiets_nudges_and_nothing_else(northfield, matched) -> None:
    aisha = northfield.participant("aisha")
    program = Client(enforce_csrf_checks=True)
    url = _link(aisha, "quiet_link", "quiet")
    program.get(url)
    aisha.refresh_from_db()
    assert aisha.nudges_paused_at is None
    for _unused in range(2):
        assert program.post(url, {"List-Unsubscribe": "One-Click"}).status_code == 200
    aisha.refresh_from_db()
    assert aisha.nudges_paused_at is not None
    assert aisha.state == ParticipantState.ENROLLED
    assert Match.objects.known().filter(mentee=aisha).exists()


def test_nudges_come_back_by_the_same_link(page, northfield) -> None:
    aisha = northfield.participant("aisha")
    page.post(_link(aisha, "quiet_link", "quiet"))
    page.post(_link(aisha, "loud_link", "quiet"))
    aisha.refresh_from_db()
    assert aisha.nudges_paused_at is None


def test_a_stop_link_quiets_nobody(page, northfield) -> None:
    aisha = northfield.participant("aisha")
    token = make_token(purpose="stop", person=aisha.user, object_id=aisha.pk)
    for name in ("quiet_link", "loud_link"):
        assert page.post(reverse(f"portal:{name}", kwargs={"token": token})).status_code == 410
    aisha.refresh_from_db()
    assert aisha.nudges_paused_at is None
