"""Who sees which participants."""

from datetime import timedelta

import pytest

from mentoring.participation import selectors, services
from mentoring.participation.states import ParticipantRole
from tests.factories import TODAY, ParticipantFactory


def _names(user) -> set[str]:
    return {p.user.given_name for p in selectors.participants_visible_to(user, TODAY)}


def test_staff_see_their_unit_and_below_and_no_other(northfield) -> None:
    assert _names(northfield.sam) == {"Priya", "Una", "Aisha", "Ben", "Chidi"}
    assert _names(northfield.carys) == {"Omar"}
    assert _names(northfield.dr_lee) == {"Priya", "Una", "Aisha", "Ben", "Chidi", "Omar"}


def test_another_schemes_coordinator_and_students_see_nobody(northfield) -> None:
    for user in (northfield.mallory, northfield.priya, northfield.aisha, northfield.admin, northfield.una):
        assert _names(user) == set()


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("full_time", "Full time"),
        ("part_time", "Part time"),
        ("FT", "Full time"),
        ("", ""),
        ("Block release", "Block release"),
    ],
)
def test_how_somebody_studies_is_said_in_words(mode: str, words: str) -> None:
    assert selectors.mode_words(mode) == words


@pytest.mark.abuse(19)
def test_staff_whose_appointment_ended_see_nobody(northfield) -> None:
    northfield.sam.appointments.update(ends_on=TODAY - timedelta(days=1))
    assert _names(northfield.sam) == set()


def test_my_participations_are_only_mine(northfield) -> None:
    assert list(selectors.my_participations(northfield.aisha)) == [northfield.participant("aisha")]
    assert not selectors.my_participations(northfield.nobody).exists()


def test_my_participation_prefers_one_that_was_not_stopped(northfield, now) -> None:
    services.leave(participant=northfield.participant("aisha"), by=northfield.aisha, now=now)
    role = ParticipantRole.MENTEE
    assert selectors.my_participation(northfield.aisha, role, TODAY) == northfield.participant("aisha")
    second = ParticipantFactory(user=northfield.aisha, cohort=northfield.other_cohort, programme=northfield.sociology)
    assert selectors.my_participation(northfield.aisha, role, TODAY) == second
    assert selectors.my_participation(northfield.aisha, ParticipantRole.MENTOR, TODAY) is None


def test_my_participation_forgets_years_that_are_over(northfield) -> None:
    later = northfield.cohort.ends_on + timedelta(days=1)
    assert selectors.my_participation(northfield.aisha, ParticipantRole.MENTEE, later) is None
