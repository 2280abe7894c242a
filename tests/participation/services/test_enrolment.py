"""Joining, pausing, leaving and coming back."""

from datetime import timedelta

import pytest

from accounts.models import AuditEntry, Institution
from accounts.services import WrongState
from mentoring.matching.models import Match
from mentoring.participation import services
from mentoring.participation.models import Participant
from mentoring.participation.states import ParticipantRole, ParticipantState
from schemes.models import Programme


def _enrol(northfield, user, now, **changes):
    facts = {"role": ParticipantRole.MENTEE, "programme": northfield.sociology, "year_of_study": 1}
    return services.enrol(cohort=northfield.cohort, user=user, by=northfield.sam, now=now, **{**facts, **changes})


def _verbs(participant: Participant) -> list[str]:
    trail = AuditEntry.objects.filter(object_type="participation.participant", object_id=str(participant.pk))
    return list(trail.order_by("pk").values_list("verb", flat=True))


def test_enrol_makes_a_participant_and_leaves_a_trace(northfield, now) -> None:
    participant = _enrol(northfield, northfield.nobody, now, campus="Queensgate")
    assert participant.state == ParticipantState.ENROLLED
    assert (participant.campus, participant.enrolled_at) == ("Queensgate", now)
    assert _verbs(participant) == ["enrolled"]


def test_enrol_twice_is_refused_and_makes_no_second_row(northfield, now) -> None:
    with pytest.raises(WrongState, match="already takes part"):
        _enrol(northfield, northfield.aisha, now)
    assert Participant.objects.filter(user=northfield.aisha).count() == 1


def test_enrol_brings_back_one_who_left_with_the_new_facts(northfield, now) -> None:
    aisha = northfield.participant("aisha")
    services.leave(participant=aisha, by=northfield.aisha, now=now)
    again = _enrol(northfield, northfield.aisha, now, programme=northfield.psych, year_of_study=2)
    again.refresh_from_db()
    assert again.pk == aisha.pk
    assert (again.state, again.left_at) == (ParticipantState.ENROLLED, None)
    assert (again.programme, again.year_of_study) == (northfield.psych, 2)


def test_enrol_refuses_another_university(northfield, now) -> None:
    elsewhere = Institution.objects.create(name="Elsewhere", slug="elsewhere")
    northfield.nobody.institution = elsewhere
    northfield.nobody.save()
    with pytest.raises(WrongState, match="same university"):
        _enrol(northfield, northfield.nobody, now)
    foreign = Programme.objects.create(
        unit=northfield.social, institution=elsewhere, code="X1", name="X", hecos="100001", subject_group="x"
    )
    with pytest.raises(WrongState, match="same university"):
        _enrol(northfield, northfield.dana, now, programme=foreign)


def test_enrol_refuses_places_of_a_mentee_and_a_foreign_lineage(northfield, now) -> None:
    with pytest.raises(WrongState, match="Only mentors"):
        _enrol(northfield, northfield.nobody, now, places_offered=3)
    with pytest.raises(WrongState, match="own year"):
        _enrol(
            northfield,
            northfield.nobody,
            now,
            role=ParticipantRole.MENTOR,
            grew_from=northfield.participant("aisha"),
        )


def test_enrol_refuses_a_year_that_is_over(northfield, now) -> None:
    with pytest.raises(WrongState, match="over"):
        _enrol(northfield, northfield.nobody, now + timedelta(days=400))


def test_leave_works_at_once_and_again_without_error(northfield, matched, now) -> None:
    aisha = northfield.participant("aisha")
    services.leave(participant=aisha, by=None, now=now)
    services.leave(participant=aisha, by=None, now=now + timedelta(hours=1))
    aisha.refresh_from_db()
    assert (aisha.state, aisha.left_at) == (ParticipantState.LEFT, now)
    assert not Match.objects.live().filter(mentee=aisha).exists()
    assert _verbs(aisha) == ["participant left"]


def test_come_back_after_leaving_and_again_without_error(northfield, now) -> None:
    aisha = northfield.participant("aisha")
    services.leave(participant=aisha, by=northfield.aisha, now=now)
    services.come_back(participant=aisha, by=northfield.aisha, now=now + timedelta(days=40))
    services.come_back(participant=aisha, by=northfield.aisha, now=now + timedelta(days=40))
    aisha.refresh_from_db()
    assert (aisha.state, aisha.left_at) == (ParticipantState.ENROLLED, None)
    assert _verbs(aisha) == ["participant left", "participant enrolled"]


def test_come_back_is_refused_when_the_year_is_over(northfield, now) -> None:
    aisha = northfield.participant("aisha")
    services.leave(participant=aisha, by=northfield.aisha, now=now)
    with pytest.raises(WrongState, match="over"):
        services.come_back(participant=aisha, by=northfield.aisha, now=now + timedelta(days=400))


def test_pause_rests_until_its_day_and_ends_by_the_sweep(northfield, now) -> None:
    aisha, ben = northfield.participant("aisha"), northfield.participant("ben")
    services.pause(participant=aisha, by=northfield.aisha, now=now, until=(now + timedelta(days=7)).date())
    services.pause(participant=ben, by=northfield.ben, now=now)
    assert services.end_pauses(now=now + timedelta(days=6)) == 0
    assert services.end_pauses(now=now + timedelta(days=7)) == 1
    assert services.end_pauses(now=now + timedelta(days=7)) == 0
    aisha.refresh_from_db()
    ben.refresh_from_db()
    assert (aisha.state, aisha.paused_until) == (ParticipantState.ENROLLED, None)
    assert ben.state == ParticipantState.PAUSED


def test_pause_refuses_a_day_gone_by_and_somebody_who_left(northfield, now) -> None:
    aisha = northfield.participant("aisha")
    with pytest.raises(WrongState, match="still to come"):
        services.pause(participant=aisha, by=northfield.aisha, now=now, until=now.date())
    services.leave(participant=aisha, by=northfield.aisha, now=now)
    with pytest.raises(WrongState):
        services.pause(participant=aisha, by=northfield.aisha, now=now)


def test_nudges_pause_and_resume_while_taking_part_goes_on(northfield, now) -> None:
    aisha = northfield.participant("aisha")
    services.pause_nudges(participant=aisha, by=None, now=now)
    services.pause_nudges(participant=aisha, by=None, now=now + timedelta(hours=1))
    aisha.refresh_from_db()
    assert (aisha.nudges_paused_at, aisha.state) == (now, ParticipantState.ENROLLED)
    services.resume_nudges(participant=aisha, by=northfield.aisha, now=now)
    services.resume_nudges(participant=aisha, by=northfield.aisha, now=now)
    aisha.refresh_from_db()
    assert aisha.nudges_paused_at is None
    assert _verbs(aisha) == ["nudges paused", "nudges resumed"]
