"""Who would hear what in the coming week: worked out by a worker, shown as far as a reader may see."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry
from accounts.services import NotAllowed, WrongState
from mentoring.lib.jobs import MAX_TRIES, JobState
from mentoring.messaging.models import Message
from mentoring.nudges import services
from mentoring.nudges.models import Forecast
from mentoring.nudges.selectors import coming_week, forecast_of
from mentoring.nudges.services import ask_forecast, change_wait, work_forecast
from mentoring.nudges.tasks import decide, foresee, sweep
from mentoring.participation.models import Participant
from schemes.models import Cohort
from schemes.services import add_quiet_period, change_policy
from tests.factories import NOW, TODAY, MatchFactory, MentorFactory, Northfield, ParticipantFactory, UserFactory
from tests.queries import count_queries

RULES = reverse("nudges:rules")


@pytest.fixture
def no_texts(northfield: Northfield) -> None:
    change_policy(cohort=northfield.cohort, changes={"agreement_texts": []}, by=northfield.dr_lee, now=NOW)


def _worked_out(northfield: Northfield) -> Forecast:
    found = ask_forecast(cohort=northfield.cohort, by=northfield.sam, now=NOW)
    assert work_forecast(found.pk, lambda: NOW)
    found.refresh_from_db()
    return found


def _names(found: Forecast, northfield: Northfield, name: str) -> set[str]:
    return {each for one in coming_week(found, northfield.people[name], TODAY) for each in one.names}


def test_the_coming_week_shows_only_people_of_ones_unit(northfield: Northfield, matched, no_texts) -> None:
    found = _worked_out(northfield)
    everybody = {"Aisha Begum", "Ben Okafor", "Chidi Eze", "Priya Khan"}
    assert _names(found, northfield, "sam") == _names(found, northfield, "dr_lee") == everybody
    assert _names(found, northfield, "carys") == _names(found, northfield, "mallory") == set()


def test_who_left_or_asked_for_quiet_meanwhile_is_not_named(northfield: Northfield, matched, no_texts) -> None:
    found = _worked_out(northfield)
    before = sum(one.count for one in coming_week(found, northfield.sam, TODAY))
    Participant.objects.filter(pk=northfield.participant("aisha").pk).update(state="left", left_at=NOW)
    Participant.objects.filter(pk=northfield.participant("ben").pk).update(nudges_paused_at=NOW)
    assert _names(found, northfield, "sam") == {"Chidi Eze", "Priya Khan"}
    assert sum(one.count for one in coming_week(found, northfield.sam, TODAY)) == before - 2


def test_of_many_the_first_by_name_are_named_and_all_are_counted(northfield: Northfield, no_texts) -> None:
    """Some in each of two units: whoever sees both has one row of them."""
    for number in range(30):
        programme = northfield.sociology if number % 2 else northfield.cs
        mentor = MentorFactory(cohort=northfield.cohort, programme=programme)
        user = UserFactory(given_name=f"Zoe{number:02}", family_name="Z")
        mentee = ParticipantFactory(cohort=northfield.cohort, programme=programme, user=user)
        MatchFactory(mentor=mentor, mentee=mentee)
    found = _worked_out(northfield)

    def told(name: str) -> tuple[int, list[str]]:
        [one] = [one for one in coming_week(found, northfield.people[name], TODAY) if one.text == "still-here"]
        return one.count, one.names

    assert told("dr_lee") == (30, [f"Zoe{number:02} Z" for number in range(12)])
    assert told("sam") == (15, [f"Zoe{number:02} Z" for number in range(1, 25, 2)])


def test_a_day_that_is_over_is_not_shown(northfield: Northfield, matched, no_texts) -> None:
    found = _worked_out(northfield)
    assert coming_week(found, northfield.sam, TODAY)
    assert coming_week(found, northfield.sam, TODAY + timedelta(days=7)) == []


def test_working_it_out_owes_nothing(northfield: Northfield, matched) -> None:
    _worked_out(northfield)
    assert not Message.objects.filter(letter__startswith="nudges.").exists()


def test_only_who_sees_the_messages_asks_and_only_one_is_under_way(northfield: Northfield) -> None:
    for name in ("una", "priya", "aisha", "mallory"):
        with pytest.raises(NotAllowed):
            ask_forecast(cohort=northfield.cohort, by=northfield.people[name], now=NOW)
    ask_forecast(cohort=northfield.cohort, by=northfield.tom, now=NOW)
    with pytest.raises(WrongState):
        ask_forecast(cohort=northfield.cohort, by=northfield.sam, now=NOW)


def test_the_last_answer_stays_until_the_next_is_there(northfield: Northfield, matched, no_texts) -> None:
    answer = _worked_out(northfield).answer
    later = NOW + timedelta(hours=1)
    again = ask_forecast(cohort=northfield.cohort, by=northfield.sam, now=later)
    assert (again.answer, again.job_state, Forecast.objects.count()) == (answer, JobState.QUEUED, 1)
    foresee(again.pk)
    foresee(again.pk)
    again.refresh_from_db()
    assert (again.job_state, again.answer) == (JobState.DONE, answer)
    verbs = list(AuditEntry.objects.filter(object_type="nudges.forecast").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["forecast asked for", "forecast done"] * 2


def test_one_that_stumbles_is_tried_again_and_then_parked(northfield: Northfield, monkeypatch) -> None:
    def stumble(*args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(services, "foreseen", stumble)
    found = ask_forecast(cohort=northfield.cohort, by=northfield.sam, now=NOW)
    for number in range(MAX_TRIES):
        services.sweep_forecasts(lambda number=number: NOW + timedelta(seconds=number))
    services.sweep_forecasts(lambda: NOW + timedelta(hours=1))
    found.refresh_from_db()
    assert (found.job_state, found.tries) == (JobState.FAILED, MAX_TRIES)
    ask_forecast(cohort=northfield.cohort, by=northfield.sam, now=NOW)


def test_each_morning_has_its_forecast(northfield: Northfield, matched, clock) -> None:
    decide()
    decide()
    for found in Forecast.objects.all():
        assert (found.job_state, found.requested_by) == (JobState.QUEUED, None)
    assert forecast_of(northfield.cohort) is not None
    sweep()
    sweep()
    done = forecast_of(northfield.cohort)
    assert done is not None
    assert done.job_state == JobState.DONE
    clock.move_to(NOW + timedelta(hours=3))
    decide()
    assert forecast_of(northfield.cohort).job_state == JobState.DONE
    clock.move_to(NOW.replace(hour=4) + timedelta(days=1))  # before the day's messages
    decide()
    assert forecast_of(northfield.cohort).job_state == JobState.DONE
    clock.move_to(NOW + timedelta(days=1))
    decide()
    assert forecast_of(northfield.cohort).job_state == JobState.QUEUED


def test_a_day_without_messages_has_its_forecast_too(northfield: Northfield, clock) -> None:
    last = TODAY + timedelta(days=10)
    add_quiet_period(cohort=northfield.cohort, kind="exams", first=TODAY, last=last, by=northfield.dr_lee, now=NOW)
    decide()
    assert forecast_of(northfield.cohort) is not None


def test_the_page_asks_waits_and_shows(client: Client, northfield: Northfield, matched) -> None:
    client.force_login(northfield.sam)
    page = client.get(RULES).content.decode()
    assert "Work it out" in page
    assert "Aisha" not in page
    page = client.post(reverse("nudges:foresee"), follow=True).content.decode()
    assert "Waiting for its turn" in page
    assert "Work it out" not in page
    assert "being worked out already" in client.post(reverse("nudges:foresee"), follow=True).content.decode()
    sweep()
    page = client.get(RULES).content.decode()
    assert "Aisha Begum" in page
    assert "Work it out again" in page
    assert "The rules have changed since" not in page
    unseen = Client()
    unseen.force_login(northfield.carys)
    page = unseen.get(RULES).content.decode()
    assert "Nobody would be nudged" in page
    assert "Aisha" not in page


def test_the_page_says_when_the_rules_changed_since(client: Client, northfield: Northfield, matched) -> None:
    _worked_out(northfield)
    later = NOW + timedelta(minutes=5)
    change_wait(cohort=northfield.cohort, key="first-hello", days=9, by=northfield.dr_lee, now=later)
    client.force_login(northfield.sam)
    assert "The rules have changed since" in client.get(RULES).content.decode()


def test_looking_works_nothing_out(client: Client, northfield: Northfield, matched) -> None:
    client.force_login(northfield.sam)
    client.get(RULES)
    assert not Forecast.objects.exists()


def test_the_page_takes_constant_queries(client: Client, northfield: Northfield, matched) -> None:
    client.force_login(northfield.dr_lee)
    counts = []
    for more in (1, 15):
        for _ in range(more):
            mentor = MentorFactory(cohort=northfield.cohort, programme=northfield.sociology)
            MatchFactory(mentor=mentor, mentee=ParticipantFactory(cohort=northfield.cohort, programme=northfield.cs))
        Cohort.objects.get(pk=northfield.cohort.pk)
        _worked_out(northfield)
        counts.append(count_queries(client, RULES))
    assert counts[0] == counts[1]
