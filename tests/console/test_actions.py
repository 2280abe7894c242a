"""What a coordinator does for one person or pair: asked first, done once, told kindly, undone where it can be."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.services import NotAllowed, WrongState
from mentoring.console.services import set_reminders, stop_for
from mentoring.matching.models import Match, SwapRequest
from mentoring.matching.services import end_for_another
from mentoring.messaging.letters import LETTERS
from mentoring.messaging.models import Message
from mentoring.nudges.services import send_texts_again
from mentoring.participation.models import Participant
from mentoring.participation.services import pause_nudges
from schemes.models import Appointment, Milestone
from schemes.states import Role
from tests.factories import NOW, TODAY, Northfield


def _post(client: Client, northfield: Northfield, name: str, who: str = "aisha", **more: str) -> Participant:
    person = northfield.participant(who)
    client.force_login(northfield.sam)
    url = reverse(f"console:{name}", kwargs={"pk": person.pk, **more})
    assert client.get(url).status_code == 200
    person.refresh_from_db()
    before = person.state, person.nudges_paused_at
    assert client.post(url)["Location"] == reverse("console:person", args=[person.pk])
    person.refresh_from_db()
    assert (person.state, person.nudges_paused_at) != before or name == "person_texts"
    return person


def _letters(to: Participant) -> set[str]:
    return set(Message.objects.filter(recipient=to.user).values_list("letter", flat=True))


def test_stopping_for_somebody_tells_both_and_can_be_undone(
    client: Client, northfield: Northfield, matched: dict[str, Match]
) -> None:
    person = _post(client, northfield, "stop_person")
    matched["aisha"].refresh_from_db()
    assert (person.state, matched["aisha"].state) == ("left", "ended")
    assert "portal.stopped" in _letters(person)
    assert "matching.mentee-stopped" in _letters(northfield.participant("priya"))
    page = client.get(reverse("console:person", args=[person.pk])).content.decode()
    assert f'action="{reverse("console:person_back", args=[person.pk])}"' in page  # the banner's Undo
    client.post(reverse("console:person_back", args=[person.pk]))
    matched["aisha"].refresh_from_db()
    person.refresh_from_db()
    assert (person.state, matched["aisha"].state) == ("enrolled", "provisional")


def test_stopping_twice_is_once(northfield: Northfield, matched: dict[str, Match]) -> None:
    person = northfield.participant("aisha")
    for _press in range(2):
        stop_for(participant=person, by=northfield.sam, now=NOW)
    assert Message.objects.filter(letter="portal.stopped").count() == 1


def test_staffs_own_pause_of_reminders_is_lifted_and_a_persons_own_is_not(
    client: Client, northfield: Northfield
) -> None:
    person = _post(client, northfield, "person_reminders", to="pause")
    assert "Let reminders come again" in client.get(reverse("console:person", args=[person.pk])).content.decode()
    person = _post(client, northfield, "person_reminders", to="resume")
    assert person.nudges_paused_at is None
    pause_nudges(participant=person, by=None, now=NOW + timedelta(minutes=1))  # by the link of an e-mail
    assert "Let reminders come again" not in client.get(reverse("console:person", args=[person.pk])).content.decode()
    with pytest.raises(WrongState):
        set_reminders(participant=person, is_on=True, by=northfield.sam, now=NOW)
    person.refresh_from_db()
    assert person.nudges_paused_at is not None


def test_unknown_way_of_setting_reminders_is_not_there(client: Client, northfield: Northfield) -> None:
    client.force_login(northfield.sam)
    pk = northfield.participant("aisha").pk
    assert client.post(reverse("console:person_reminders", kwargs={"pk": pk, "to": "x"})).status_code == 404


def test_agreement_is_sent_again_once_a_day_and_never_to_who_wants_quiet(
    client: Client, northfield: Northfield
) -> None:
    person = _post(client, northfield, "person_texts")
    [message] = Message.objects.filter(letter="nudges.texts-again")
    content = LETTERS[message.letter].compose(message)
    assert content is not None
    assert content.actions[0].url.endswith(reverse("agreements:mine"))
    assert content.stop_url
    with pytest.raises(WrongState, match="today already"):
        send_texts_again(participant=person, by=northfield.sam, now=NOW + timedelta(hours=1))
    pause_nudges(participant=person, by=person.user, now=NOW)
    message.refresh_from_db()
    assert message.state == "cancelled"
    with pytest.raises(WrongState, match="no reminders"):
        send_texts_again(participant=person, by=northfield.sam, now=NOW + timedelta(days=1))
    with pytest.raises(NotAllowed):
        send_texts_again(participant=person, by=northfield.carys, now=NOW + timedelta(days=2))


def test_pair_ends_with_a_kind_word_to_both(client: Client, northfield: Northfield, matched: dict[str, Match]) -> None:
    client.force_login(northfield.sam)
    match = matched["aisha"]
    url = reverse("console:end", args=[match.pk])
    assert "End the pair of Aisha and Priya?" in client.get(url).content.decode()
    client.post(url)
    match.refresh_from_db()
    assert (match.state, match.end_reason) == ("ended", "moved")
    owed = Message.objects.filter(letter__startswith="matching.moved-")
    told = {m.recipient: LETTERS[m.letter].compose(m) for m in owed}
    assert {person: content.subject for person, content in told.items() if content} == {
        northfield.aisha: "We are finding you a new mentor",
        northfield.priya: "A change for Aisha",
    }
    assert "Find a mentor" in client.get(reverse("console:person", args=[match.mentee_id])).content.decode()
    page = client.get(reverse("console:pair", args=[match.pk])).content.decode()
    assert "End this pair" not in page
    assert "Ended just now" in page  # as long as it can be undone, however often the page is opened
    client.post(reverse("console:undo_end", args=[match.pk]))
    assert "Ended just now" not in client.get(reverse("console:pair", args=[match.pk])).content.decode()
    match.refresh_from_db()
    assert match.state == "provisional"
    assert set(owed.values_list("state", flat=True)) == {"cancelled"}


def test_mentee_who_has_somebody_new_already_is_not_told_of_the_search(
    northfield: Northfield, matched: dict[str, Match]
) -> None:
    match = end_for_another(match=matched["aisha"], by=northfield.sam, now=NOW)
    Match.objects.create(
        cohort=match.cohort, mentor=northfield.participant("una"), mentee=match.mentee, state="provisional", made_at=NOW
    )
    message = Message.objects.get(letter="matching.moved-mentee", recipient=northfield.aisha)
    assert LETTERS[message.letter].compose(message) is None


def test_pair_is_not_ended_twice_nor_past_a_wish_nor_by_one_of_it(
    northfield: Northfield, matched: dict[str, Match]
) -> None:
    end_for_another(match=matched["ben"], by=northfield.sam, now=NOW)
    with pytest.raises(WrongState, match="ended already"):
        end_for_another(match=matched["ben"], by=northfield.sam, now=NOW)
    SwapRequest.objects.create(match=matched["chidi"], asked_at=NOW, promised_by=TODAY)
    with pytest.raises(WrongState, match="find one"):
        end_for_another(match=matched["chidi"], by=northfield.sam, now=NOW)
    Appointment.objects.create(
        scheme=northfield.scheme, user=northfield.priya, role=Role.COORDINATOR, unit=northfield.health, starts_on=TODAY
    )
    with pytest.raises(NotAllowed):
        end_for_another(match=matched["aisha"], by=northfield.priya, now=NOW)


def test_who_only_sees_is_refused_and_offered_nothing(
    client: Client, northfield: Northfield, matched: dict[str, Match]
) -> None:
    """tom sees Health as an intern, and coordinates Computing alone."""
    Appointment.objects.create(
        scheme=northfield.scheme, user=northfield.tom, role=Role.COORDINATOR, unit=northfield.computing, starts_on=TODAY
    )
    client.force_login(northfield.tom)
    person = northfield.participant("aisha")
    page = client.get(reverse("console:person", args=[person.pk])).content.decode()
    assert "Write to Aisha" in page
    assert not [word for word in ("Stop for them", "Pause reminders", "Find another mentor") if word in page]
    for name, kwargs in [
        ("stop_person", {"pk": person.pk}),
        ("person_back", {"pk": person.pk}),
        ("person_texts", {"pk": person.pk}),
        ("person_reminders", {"pk": person.pk, "to": "pause"}),
        ("end", {"pk": matched["aisha"].pk}),
    ]:
        assert client.post(reverse(f"console:{name}", kwargs=kwargs)).status_code == 403
    done = AuditEntry.objects.filter(actor=northfield.tom).values_list("verb", flat=True)
    assert set(done) == {"person read"}


def _move(client: Client, northfield: Northfield, key: str, to: str) -> str:
    url = reverse("console:milestone", args=[northfield.cohort.slug, key])
    return client.post(url, {"on": to}, follow=True).content.decode()


def test_step_says_what_moving_it_changes(client: Client, northfield: Northfield) -> None:
    client.force_login(northfield.dr_lee)
    page = client.get(reverse("console:milestone", args=[northfield.cohort.slug, "phase-switch"])).content.decode()
    assert "Monday 2 November 2026. 5 weeks after the start of term 1." in page
    assert "“Phase switch, to mentors”: planned after this, it moves along" in page
    assert "quiet after 35 days" in page
    page = client.get(reverse("console:milestone", args=[northfield.cohort.slug, "training"])).content.decode()
    assert "only the timeline changes" in page
    assert "1 week after the start of term 3 in the year before" in page


def test_step_moves_relative_to_its_term_and_passes_no_other(client: Client, northfield: Northfield) -> None:
    client.force_login(northfield.dr_lee)
    step = Milestone.objects.get(cohort=northfield.cohort, key="welcome")
    refused = _move(client, northfield, "welcome", "2026-09-01")
    assert "“Matches published” comes first, on 14 September 2026" in refused
    assert "comes after it, on 2 November 2026" in _move(client, northfield, "welcome", "2026-11-03")
    step.refresh_from_db()
    assert step.days == 1
    assert "is on 2 November 2026 now" in _move(client, northfield, "welcome", "2026-11-02")  # the same day is fine
    step.refresh_from_db()
    assert step.days == 35
    assert northfield.cohort.policy_versions.count() == 1


def test_year_offers_moving_to_who_may(client: Client, northfield: Northfield) -> None:
    url = reverse("console:milestone", args=[northfield.cohort.slug, "welcome"])
    for name, offered in [("dr_lee", True), ("sam", False), ("una", False)]:
        client.force_login(northfield.people[name])
        page = client.get(reverse("console:year")).content.decode()
        assert (url in page) is offered
        assert "sends “Phase switch, to mentors”, “Phase switch, to mentees”" in page


def test_search_finds_a_course_and_other_years_and_nobody_out_of_reach(client: Client, northfield: Northfield) -> None:
    client.force_login(northfield.dr_lee)
    page = client.get(reverse("console:people"), {"q": "G400"})
    assert [person.user for person in page.context["page_obj"]] == [northfield.omar]
    Appointment.objects.create(
        scheme=northfield.other_scheme, user=northfield.sam, role=Role.COORDINATOR, unit=northfield.health,
        starts_on=TODAY,
    )  # fmt: skip
    Participant.objects.filter(pk=northfield.participant("ben").pk).update(cohort=northfield.other_cohort)
    Participant.objects.filter(pk=northfield.participant("omar").pk).update(cohort=northfield.other_cohort)
    client.force_login(northfield.sam)
    there = client.get(reverse("console:people"), {"q": "okafor"})
    assert [person.user for person in there.context["elsewhere"]] == [northfield.ben]
    assert _found(client, "haddad") == _found(client, "xxxxxx")


def _found(client: Client, words: str) -> str:
    """The page without the words themselves, and without what differs on any two pages."""
    page = client.get(reverse("console:people"), {"q": words}).content.decode().replace(words, "")
    return re.sub(r'(?<=csrfmiddlewaretoken" value=")\w+', "", page)
