"""Who leads: closing a year to staff, and that nothing opens it again."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEntry, User
from accounts.services import WrongState
from mentoring.participation.selectors import participants_visible_to
from mentoring.participation.services import come_back, enrol, leave
from schemes.governance import let_staff_lead, let_students_lead
from schemes.models import Appointment, Cohort, Scheme
from schemes.permissions import holds
from schemes.policy import BadPolicy
from schemes.roles import OF_STAFF, STAFF, STUDENT_LED, STUDENTS_ROLES, Capability
from schemes.selectors import coordinators_for, who_holds
from schemes.services import TermDates, appoint, change_policy, open_cohort, open_next_cohort
from schemes.states import Role
from tests.factories import NOW, TERMS, TODAY, ParticipantFactory, UserFactory

NAMELESS = {Capability.SEE_FIGURES, Capability.EDIT_SCHEME, Capability.APPOINT}


@pytest.fixture
def led(northfield):
    """tom, a student, leads; una is one too; the year is closed to staff."""
    for number, person in enumerate((northfield.tom, northfield.una)):
        User.objects.filter(pk=person.pk).update(student_number=f"S{number}")
    let_students_lead(scheme=northfield.scheme, by=northfield.dr_lee, now=NOW)
    return Cohort.objects.get(pk=northfield.cohort.pk)


def _fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_staff_hold_nothing_there_that_names_somebody() -> None:
    assert all(STUDENT_LED[role] <= NAMELESS for role in STAFF)


def test_closing_needs_students_to_lead(northfield) -> None:
    with pytest.raises(WrongState, match="Tom Archer"):
        let_students_lead(scheme=northfield.scheme, by=northfield.dr_lee, now=NOW)
    assert not Cohort.objects.filter(student_led_since__isnull=False).exists()


def test_closing_is_at_once_stamped_and_on_the_trail(northfield, led) -> None:
    assert led.student_led_since == NOW
    assert led.policy.student_led
    let_students_lead(scheme=northfield.scheme, by=northfield.dr_lee, now=NOW + timedelta(days=1))
    assert Cohort.objects.get(pk=led.pk).student_led_since == NOW
    assert AuditEntry.objects.filter(verb="year closed to staff").count() == 1
    for name in ("sam", "dr_lee"):
        assert not participants_visible_to(_fresh(northfield.people[name]), TODAY).filter(cohort=led).exists()
    assert participants_visible_to(_fresh(northfield.tom), TODAY).filter(cohort=led).exists()
    assert coordinators_for(led, northfield.social, TODAY) == [northfield.tom]
    assert who_holds(Capability.SEE_PEOPLE, cohort=led, today=TODAY) == [northfield.tom]
    assert who_holds(Capability.READ_CONCERNS, cohort=led, today=TODAY) == [northfield.dana]


def test_going_back_opens_nothing_that_was_written(northfield, led) -> None:
    let_staff_lead(scheme=northfield.scheme, by=northfield.dr_lee, now=NOW)
    scheme = Scheme.objects.get(pk=northfield.scheme.pk)
    new = open_cohort(scheme=scheme, name="Next", slug="next", terms=TERMS, by=None, now=NOW)
    sam, tom = _fresh(northfield.sam), _fresh(northfield.tom)
    assert not new.is_student_led
    assert holds(sam, Capability.SEE_PEOPLE, cohort=new, today=TODAY)
    assert not holds(sam, Capability.SEE_PEOPLE, cohort=led, today=TODAY)
    assert not participants_visible_to(sam, TODAY).filter(cohort=led).exists()
    assert holds(tom, Capability.HANDLE_SWAPS, cohort=led, today=TODAY)
    assert not holds(tom, Capability.HANDLE_SWAPS, cohort=new, today=TODAY)


def test_a_year_that_grows_from_one_of_students_is_led_as_the_scheme_says(northfield, led) -> None:
    let_staff_lead(scheme=northfield.scheme, by=northfield.dr_lee, now=NOW)
    scheme = Scheme.objects.get(pk=northfield.scheme.pk)
    term = TermDates(0, 1, date(2027, 9, 27), date(2027, 12, 10))
    new = open_next_cohort(scheme=scheme, name="2027/28", terms=[term], by=northfield.dr_lee, now=NOW)
    assert new.grew_from == led
    assert not new.policy.student_led


def test_who_leads_later_does_not_read_a_year_that_is_over(northfield, led) -> None:
    after = led.ends_on + timedelta(days=1)
    for name, capability in (("tom", Capability.SEE_PEOPLE), ("una", Capability.HANDLE_SWAPS)):
        assert holds(_fresh(northfield.people[name]), capability, cohort=led, today=TODAY)
        assert not holds(_fresh(northfield.people[name]), capability, cohort=led, today=after)
    assert not participants_visible_to(_fresh(northfield.tom), after).filter(cohort=led).exists()


def test_a_rule_of_the_year_cannot_open_it(northfield, led) -> None:
    with pytest.raises(BadPolicy):
        change_policy(cohort=led, changes={"student_led": False}, by=northfield.dr_lee, now=NOW)


def test_nobody_of_staff_comes_to_read_by_being_appointed(northfield, led) -> None:
    tomorrow = TODAY + timedelta(days=1)
    wanted = {"scheme": northfield.scheme, "unit": northfield.health, "starts_on": tomorrow, "by": None, "now": NOW}
    for person, role in (
        (northfield.sam, Role.INTERN),
        (northfield.nobody, Role.INTERN),
        (northfield.tom, Role.MANAGER),
    ):
        with pytest.raises(WrongState, match="only a student"):
            appoint(user=person, role=role, **wanted)
    User.objects.filter(pk=northfield.aisha.pk).update(student_number="S9")
    appoint(user=_fresh(northfield.aisha), role=Role.INTERN, **wanted)
    assert Appointment.objects.in_force(tomorrow).filter(role=Role.INTERN).count() == 2


def test_whose_work_as_staff_is_over_does_not_come_to_lead(northfield, led) -> None:
    User.objects.filter(pk=northfield.sam.pk).update(student_number="S8")
    yesterday = TODAY - timedelta(days=1)
    northfield.sam.appointments.update(ends_on=yesterday)
    with pytest.raises(WrongState, match="only a student"):
        appoint(
            scheme=northfield.scheme, user=_fresh(northfield.sam), role=Role.INTERN, unit=northfield.health,
            starts_on=TODAY, by=northfield.dr_lee, now=NOW,
        )  # fmt: skip


def _elsewhere(northfield, name: str, role: str = Role.COORDINATOR) -> dict:
    """An appointment in a scheme of others, by its own lead."""
    scheme = northfield.other_scheme
    return {
        "scheme": scheme, "user": _fresh(northfield.people[name]), "role": role, "unit": scheme.unit,
        "starts_on": TODAY, "by": northfield.mallory, "now": NOW,
    }  # fmt: skip


def test_somebody_of_staff_who_has_a_role_of_students_reads_the_year_no_more(northfield, led) -> None:
    assert holds(_fresh(northfield.tom), Capability.SEE_PEOPLE, cohort=led, today=TODAY)
    given = _elsewhere(northfield, "tom")
    Appointment.objects.create(**{key: given[key] for key in ("scheme", "user", "role", "unit", "starts_on")})
    assert not holds(_fresh(northfield.tom), Capability.SEE_PEOPLE, cohort=led, today=TODAY)
    assert not participants_visible_to(_fresh(northfield.tom), TODAY).filter(cohort=led).exists()


@pytest.mark.parametrize("role", [role for role in OF_STAFF if role != Role.LEAD])
@pytest.mark.parametrize("held", STUDENTS_ROLES)
@pytest.mark.parametrize("days", [0, 700])
def test_nobody_is_shut_out_of_a_year_that_they_lead_by_a_role_elsewhere(northfield, led, held, role, days) -> None:
    northfield.tom.appointments.update(role=held)
    wanted = {**_elsewhere(northfield, "tom", role), "starts_on": TODAY + timedelta(days=days)}
    with pytest.raises(WrongState, match="would lose it"):
        appoint(**wanted)
    assert holds(_fresh(northfield.tom), Capability.HANDLE_SWAPS, cohort=led, today=TODAY)
    northfield.tom.appointments.update(ends_on=TODAY - timedelta(days=1))
    assert appoint(**wanted).role == role


def test_whose_year_is_over_may_join_the_staff(northfield, led) -> None:
    after = led.ends_on + timedelta(days=1)
    wanted = {**_elsewhere(northfield, "tom"), "starts_on": after, "now": NOW + (after - TODAY)}
    assert appoint(**wanted).role == Role.COORDINATOR


def test_closing_waits_until_staff_take_no_part(northfield) -> None:
    for number, person in enumerate((northfield.tom, northfield.una)):
        User.objects.filter(pk=person.pk).update(student_number=f"S{number}")
    part = ParticipantFactory(user=northfield.carys, cohort=northfield.cohort, programme=northfield.cs)
    with pytest.raises(WrongState, match="stop taking part first: Carys Morgan"):
        let_students_lead(scheme=northfield.scheme, by=northfield.dr_lee, now=NOW)
    leave(participant=part, by=northfield.carys, now=NOW)
    [closed] = let_students_lead(scheme=northfield.scheme, by=northfield.dr_lee, now=NOW)
    part.cohort = closed
    with pytest.raises(WrongState, match="nobody of staff"):
        come_back(participant=part, by=northfield.carys, now=NOW)


def test_staff_do_not_join_a_closed_year_and_who_takes_part_does_not_join_the_staff(northfield, led) -> None:
    with pytest.raises(WrongState, match="nobody of staff"):
        enrol(
            cohort=led, user=_fresh(northfield.sam), role="mentee", programme=northfield.psych, year_of_study=1,
            by=None, now=NOW,
        )  # fmt: skip
    wanted = {
        "scheme": northfield.other_scheme, "user": _fresh(northfield.aisha), "role": Role.COORDINATOR,
        "unit": northfield.other_scheme.unit, "starts_on": TODAY, "by": None, "now": NOW,
    }  # fmt: skip
    with pytest.raises(WrongState, match="take part in a year that students lead"):
        appoint(**wanted)
    leave(participant=northfield.participant("aisha"), by=northfield.aisha, now=NOW)
    assert appoint(**wanted).role == Role.COORDINATOR


def test_a_scheme_of_students_opens_its_years_closed(northfield) -> None:
    scheme = northfield.other_scheme
    let_students_lead(scheme=scheme, by=northfield.mallory, now=NOW)
    made = open_cohort(
        scheme=Scheme.objects.get(pk=scheme.pk), name="X", slug="x", terms=TERMS, by=None, now=timezone.now()
    )
    assert made.is_student_led


@pytest.mark.abuse(20)
def test_nobody_joins_those_who_lead_before_they_can_have_heard_of_it(northfield, led) -> None:
    new = UserFactory(student_number="S77")
    join = {"scheme": northfield.scheme, "user": new, "role": Role.INTERN, "unit": northfield.university}
    with pytest.raises(WrongState, match="later day"):
        appoint(starts_on=TODAY, by=northfield.dr_lee, now=NOW, **join)
    appoint(starts_on=TODAY + timedelta(days=1), by=northfield.dr_lee, now=NOW, **join)
    assert not participants_visible_to(_fresh(new), TODAY).filter(cohort=led).exists()
    assert participants_visible_to(_fresh(new), TODAY + timedelta(days=1)).filter(cohort=led).exists()


@pytest.mark.abuse(20)
def test_staff_do_not_come_to_lead_under_another_address_of_their_mailbox(northfield, led) -> None:
    User.objects.filter(pk=northfield.sam.pk).update(email="sam.w@northfield.ac.uk")
    second = UserFactory(email="sam.w+6@northfield.ac.uk", student_number="2599006")
    with pytest.raises(WrongState, match="only a student"):
        appoint(
            scheme=northfield.scheme, user=second, role=Role.INTERN, unit=northfield.university,
            starts_on=TODAY + timedelta(days=1), by=northfield.dr_lee, now=NOW,
        )  # fmt: skip
