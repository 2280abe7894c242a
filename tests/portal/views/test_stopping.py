"""Stop, pause and quiet, by link and signed in."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from mentoring.matching.models import Match
from mentoring.messaging.letters import LETTERS
from mentoring.messaging.links import make_token, revoke
from mentoring.messaging.models import Message
from mentoring.nudges.services import owe_nudges
from mentoring.participation.models import Participant
from mentoring.participation.states import ParticipantState
from tests.factories import MatchFactory, MentorFactory, ParticipantFactory

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
    for words in ("If you stop now", "your mentor will get a friendly note", "ask for a different mentor"):
        assert words in content
    assert "Priya" not in content
    assert "Aisha" not in content
    page.force_login(northfield.aisha)
    assert "Aisha, if you stop now" in page.get(STOP).content.decode()
    assert "Priya will get a friendly note" in page.get(STOP).content.decode()
    assert (AuditEntry.objects.count(), Message.objects.count()) == before
    assert _state(aisha) == ParticipantState.ENROLLED


def test_what_a_stop_link_does_not_open_says_that_it_asks_to_sign_in(page, northfield, matched) -> None:
    content = page.get(_link(northfield.participant("aisha"))).content.decode()
    main = content.partition("<main")[2].partition("</main>")[0]
    links = re.findall(r'<a[^>]*href="/[^"]*"[^>]*>([^<]+)</a>', main)
    assert len(links) == 3
    assert [label for label in links if not label.startswith("Sign in to ")] == []
    assert "Nothing changes if you simply close this page" in main
    page.force_login(northfield.aisha)
    own = page.get(STOP).content.decode()
    for label in ("I would like a different mentor instead", "Keep my mentor", "Code of conduct"):
        assert f">{label}</a>" in own


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
    assert "You have your mentor as before" in content
    assert "Priya" not in content
    page.post(_link(aisha, "undo_stop_link"))
    assert _state(aisha) == ParticipantState.ENROLLED
    assert Match.objects.known().filter(mentee=aisha).count() == 1


def test_links_that_are_forged_foreign_or_called_off_stop_nobody(page, northfield, matched, now) -> None:
    aisha, ben = northfield.participant("aisha"), northfield.participant("ben")
    foreign = make_token(purpose="stop", person=ben.user, object_id=aisha.pk)
    swapped = make_token(purpose="quiet", person=aisha.user, object_id=aisha.pk)
    good = _link(aisha)
    revoke(purpose="stop", person=aisha.user, object_id=aisha.pk, by=None, now=now)
    urls = [good, *(reverse("portal:stop_link", kwargs={"token": t}) for t in (foreign, swapped, "forged"))]
    for url in urls:
        assert page.post(url).status_code == 410
        assert page.post(f"{url}undo/").status_code == 410
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


@pytest.mark.abuse(7)
def test_a_stop_link_leads_to_stopping_and_its_undo_and_to_nothing_else(page, northfield, matched, clock) -> None:
    aisha = northfield.participant("aisha")
    url = _link(aisha)
    content = page.get(url).content.decode()
    assert set(re.findall(r"/l/[\w-]+/", content)) <= {"/l/stop/", "/l/language/"}
    assert [page.post(f"{url}{more}").status_code for more in ("pause/", "swap/")] == [404, 404]
    for name in ("matching:swap_ask", "portal:stop"):
        assert reverse(name) in content
        assert "/login/" in page.get(reverse(name))["Location"]
    page.post(url)
    clock.shift(timedelta(days=60))
    late = page.get(url).content.decode()
    assert "Sign in to come back" in late
    assert _link(aisha, "undo_stop_link") not in late
    page.post(_link(aisha, "undo_stop_link"))
    assert _state(aisha) == ParticipantState.LEFT


def test_a_stop_link_does_not_end_a_pause(page, northfield, matched) -> None:
    aisha = northfield.participant("aisha")
    page.force_login(northfield.aisha)
    page.post(reverse("portal:pause"))
    Client().post(_link(aisha, "undo_stop_link"))
    assert _state(aisha) == ParticipantState.PAUSED


def test_pausing_signed_in(page, northfield, matched) -> None:
    aisha = northfield.participant("aisha")
    page.force_login(northfield.aisha)
    page.post(reverse("portal:pause"))
    page.post(reverse("portal:pause"))
    assert _state(aisha) == ParticipantState.PAUSED
    assert "You are pausing" in page.get(reverse("portal:home")).content.decode()


def test_somebody_who_stopped_is_told_that_they_cannot_pause(page, northfield, matched) -> None:
    aisha = northfield.participant("aisha")
    page.post(_link(aisha))
    page.force_login(northfield.aisha)
    page.post(reverse("portal:pause"))
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


@pytest.fixture
def twice(northfield, matched, now) -> list[Participant]:
    """aisha is a mentee of priya's here, and mentors ben in a second scheme of the same university."""
    mentor = MentorFactory(user=northfield.aisha, cohort=northfield.other_cohort, programme=northfield.sociology)
    mentee = ParticipantFactory(user=northfield.ben, cohort=northfield.other_cohort, programme=northfield.sociology)
    MatchFactory(mentor=mentor, mentee=mentee)
    return [northfield.participant("aisha"), mentor]


def _states(participants) -> list[str]:
    return [_state(participant) for participant in participants]


LEFT, ENROLLED = ParticipantState.LEFT, ParticipantState.ENROLLED


@pytest.mark.parametrize("by_link", [True, False])
def test_who_is_in_two_schemes_stops_both_in_the_same_two_taps(page, northfield, twice, by_link) -> None:
    """R2: university-wide, one form."""
    url = _link(twice[0]) if by_link else STOP
    if not by_link:
        page.force_login(northfield.aisha)
    question = page.get(url).content.decode()
    for words in ("This stops everything", str(northfield.cohort), f"{northfield.other_cohort}, as a mentor"):
        assert words in question
    assert ("Priya" in question) == (not by_link)
    main = question.partition("<main")[2].partition("</main>")[0]
    assert main.count('<form method="post"') == 2 - by_link  # stop all, or pause: one button each
    receipt = page.post(url, follow=True).content.decode()
    assert "You have stopped" in receipt
    assert str(northfield.other_cohort) in receipt
    assert _states(twice) == [LEFT, LEFT]
    letter = Message.objects.get(letter="portal.stopped")  # one receipt for both
    content = LETTERS["portal.stopped"].compose(letter)
    assert f"{northfield.cohort} and {northfield.other_cohort}" in content.paragraphs[0]


@pytest.mark.parametrize("at", [0, 1])
def test_nudges_of_both_schemes_stop_with_the_tap(page, northfield, twice, now, at) -> None:
    """Whichever scheme owed one: stopped by a link about the first, it is no longer wanted, and none follows."""
    owe_nudges(cohort=twice[at].cohort, now=now)
    owed = Message.objects.filter(recipient=northfield.aisha, cohort=twice[at].cohort, letter__startswith="nudges.")
    message = owed.filter(state="due").get()
    assert LETTERS[message.letter].compose(message) is not None
    page.post(_link(twice[0]))
    assert LETTERS[message.letter].compose(message) is None
    owed.delete()
    owe_nudges(cohort=twice[at].cohort, now=now)
    assert not Message.objects.filter(recipient=northfield.aisha, letter__startswith="nudges.").exists()


def test_one_undo_brings_both_back(page, northfield, twice) -> None:
    page.post(_link(twice[0]))
    page.post(_link(twice[0], "undo_stop_link"))
    assert _states(twice) == [ENROLLED, ENROLLED]
    assert Match.objects.known().filter(mentee=twice[0]).count() == 1
    assert Match.objects.known().filter(mentor=twice[1]).count() == 1
    page.force_login(northfield.aisha)
    page.post(STOP)
    page.post(reverse("portal:undo_stop"))
    assert _states(twice) == [ENROLLED, ENROLLED]


def test_stopping_one_of_two_is_possible_and_undone_alone(page, northfield, twice) -> None:
    page.force_login(northfield.aisha)
    only = f"{STOP}?only={twice[1].pk}"
    assert only in page.get(STOP).content.decode()
    assert "you still take part in the rest" in page.get(only).content.decode()
    receipt = page.post(only, follow=True).content.decode()
    assert _states(twice) == [ENROLLED, LEFT]
    assert "You still take part in" in receipt
    assert "we will not e-mail you" in page.get(STOP).content.decode()  # the question about what is left
    page.post(f"{reverse('portal:undo_stop')}?only={twice[1].pk}")
    assert _states(twice) == [ENROLLED, ENROLLED]


def test_what_was_stopped_earlier_stays_so_when_the_rest_is_undone(page, northfield, twice, clock) -> None:
    page.force_login(northfield.aisha)
    page.post(f"{STOP}?only={twice[1].pk}")
    clock.shift(60)
    page.post(STOP)
    page.post(reverse("portal:undo_stop"))
    assert _states(twice) == [ENROLLED, LEFT]
    assert page.post(f"{STOP}?only=987654321").status_code == 404


def test_a_link_of_a_part_that_goes_on_takes_no_other_part_up_again(page, northfield, twice) -> None:
    page.post(f"{_link(twice[0])}?only={twice[1].pk}")
    page.post(_link(twice[0], "undo_stop_link"))
    assert _states(twice) == [ENROLLED, LEFT]


def test_pausing_pauses_both_and_so_does_carrying_on(page, northfield, twice) -> None:
    page.force_login(northfield.aisha)
    page.post(reverse("portal:pause"))
    assert _states(twice) == [ParticipantState.PAUSED] * 2
    page.post(reverse("portal:undo_stop"))
    assert _states(twice) == [ENROLLED, ENROLLED]
