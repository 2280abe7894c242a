"""Setting up a scheme: the tree, the year, one lead, versions of the policy."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry
from accounts.services import WrongState
from schemes.models import Appointment, Cohort
from schemes.policy import BadPolicy
from schemes.selectors import coordinators_for, scheme_lead, terms_of, year_of
from schemes.services import (
    TermDates,
    add_unit,
    appoint,
    change_policy,
    end_appointment,
    move_milestone,
    open_cohort,
    open_next_cohort,
)
from schemes.states import Role
from tests.factories import NOW, TERMS, TODAY, Northfield, UserFactory


def test_unit_covers_itself_and_everything_below(northfield: Northfield) -> None:
    assert northfield.health.covers(northfield.social)
    assert northfield.health.covers(northfield.health)
    assert not northfield.health.covers(northfield.computer_science)
    assert not northfield.social.covers(northfield.health)


def test_unit_with_a_key_that_begins_alike_is_not_covered(northfield: Northfield) -> None:
    """/1/2/ must not cover /1/21/."""
    made = [
        add_unit(
            institution=northfield.institution,
            kind="department",
            name=f"D{n}",
            code=f"d{n}",
            parent=northfield.university,
            by=None,
            now=NOW,
        )
        for n in range(30)
    ]
    for unit in made:
        assert [other for other in made if unit.covers(other)] == [unit]


def test_new_lead_takes_over_and_there_is_exactly_one(northfield: Northfield) -> None:
    heir = UserFactory(given_name="Heir")
    appoint(
        scheme=northfield.scheme,
        user=heir,
        role=Role.LEAD,
        unit=northfield.university,
        starts_on=TODAY,
        by=northfield.dr_lee,
        now=NOW,
    )
    assert scheme_lead(northfield.scheme, TODAY) == heir
    assert scheme_lead(northfield.scheme, TODAY - timedelta(days=1)) == northfield.dr_lee


def test_second_open_lead_is_refused_by_the_database(northfield: Northfield) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.create(
            scheme=northfield.scheme, user=northfield.sam, role=Role.LEAD, unit=northfield.university, starts_on=TODAY
        )


def test_lead_cannot_end_without_a_successor(northfield: Northfield) -> None:
    lead = Appointment.objects.get(scheme=northfield.scheme, role=Role.LEAD)
    with pytest.raises(WrongState):
        end_appointment(appointment=lead, ends_on=TODAY, by=northfield.admin, now=NOW)
    lead.refresh_from_db()
    assert lead.ends_on is None


def test_an_appointment_that_was_to_begin_later_never_holds_once_ended(northfield: Northfield) -> None:
    later = appoint(
        scheme=northfield.scheme,
        user=northfield.aisha,
        role=Role.COORDINATOR,
        unit=northfield.health,
        starts_on=TODAY + timedelta(days=7),
        by=northfield.dr_lee,
        now=NOW,
    )
    end_appointment(appointment=later, ends_on=TODAY - timedelta(days=1), by=northfield.dr_lee, now=NOW)
    days = (TODAY + timedelta(days=n) for n in range(30))
    assert not any(Appointment.objects.in_force(day).filter(pk=later.pk).exists() for day in days)


def test_the_end_of_a_lead_is_on_the_trail(northfield: Northfield) -> None:
    before = Appointment.objects.get(scheme=northfield.scheme, role=Role.LEAD)
    appoint(
        scheme=northfield.scheme,
        user=northfield.sam,
        role=Role.LEAD,
        unit=northfield.university,
        starts_on=TODAY,
        by=northfield.admin,
        now=NOW,
    )
    entry = AuditEntry.objects.get(verb="appointment ended")
    assert (entry.object_id, entry.actor) == (str(before.pk), northfield.admin)


def test_appointment_outside_the_schemes_unit_is_refused(northfield: Northfield) -> None:
    northfield.scheme.unit = northfield.health
    with pytest.raises(WrongState):
        appoint(
            scheme=northfield.scheme,
            user=northfield.sam,
            role=Role.COORDINATOR,
            unit=northfield.computing,
            starts_on=TODAY,
            by=None,
            now=NOW,
        )


def test_milestones_follow_their_terms(northfield: Northfield) -> None:
    dates = {dated.milestone.key: dated.on for dated in year_of(northfield.cohort, TODAY)}
    assert dates["recruitment"] == date(2026, 2, 2)
    assert dates["matching"] == date(2026, 9, 14)
    assert dates["certificates"] == date(2027, 5, 28)


def test_moved_milestone_stays_relative_to_its_term(northfield: Northfield) -> None:
    milestone = northfield.cohort.milestones.get(key="welcome")
    move_milestone(milestone=milestone, to=date(2026, 10, 1), by=northfield.dr_lee, now=NOW)
    term = northfield.cohort.terms.get(year=0, number=1)
    term.starts_on += timedelta(days=7)
    term.save()
    assert milestone.falls_on(terms_of(northfield.cohort)) == date(2026, 10, 8)


def test_policy_change_adds_a_version_and_keeps_the_old(northfield: Northfield) -> None:
    change_policy(cohort=northfield.cohort, changes={"contact_floor_days": 14}, by=northfield.dr_lee, now=NOW)
    assert northfield.cohort.policy.contact_floor_days == 14
    first, second = northfield.cohort.policy_versions.order_by("number")
    assert (first.knobs["contact_floor_days"], second.knobs["contact_floor_days"]) == (31, 14)
    assert AuditEntry.objects.filter(verb="policy changed", fields=["contact_floor_days"]).count() == 1


@pytest.mark.parametrize(
    "changes", [{"group_minimum": 6, "group_maximum": 5}, {"colour": "red"}, {"entry": "by lot"}, {"undo_minutes": -1}]
)
def test_bad_policy_changes_nothing(northfield: Northfield, changes: dict[str, object]) -> None:
    with pytest.raises(BadPolicy):
        change_policy(cohort=northfield.cohort, changes=changes, by=northfield.dr_lee, now=NOW)
    assert northfield.cohort.policy_versions.count() == 1


def test_changing_the_scheme_leaves_an_open_cohorts_policy(northfield: Northfield) -> None:
    northfield.scheme.knobs = {**northfield.scheme.knobs, "contact_floor_days": 7}
    northfield.scheme.save()
    fresh = Cohort.objects.get(pk=northfield.cohort.pk)
    assert fresh.policy.contact_floor_days == 31


def test_cohort_without_own_term_is_refused(northfield: Northfield) -> None:
    with pytest.raises(WrongState):
        open_cohort(
            scheme=northfield.scheme,
            name="x",
            slug="x",
            terms=[t for t in TERMS if t.year == -1],
            by=None,
            now=NOW,
        )


def test_next_cohort_grows_from_the_last_and_keeps_its_name_to_itself(northfield: Northfield) -> None:
    made = open_next_cohort(scheme=northfield.scheme, name="2027/28", terms=TERMS, by=northfield.dr_lee, now=NOW)
    assert made.grew_from == northfield.cohort
    with pytest.raises(WrongState):
        open_next_cohort(scheme=northfield.scheme, name="2027/28", terms=TERMS, by=northfield.dr_lee, now=NOW)


def test_the_next_cohort_begins_with_the_rules_of_the_last(northfield: Northfield) -> None:
    changes = {"contact_floor_days": 14, "meeting_places": ("Library café",)}
    change_policy(cohort=northfield.cohort, changes=changes, by=northfield.dr_lee, now=NOW)
    term = TermDates(0, 1, date(2027, 9, 27), date(2027, 12, 10))
    new = open_next_cohort(scheme=northfield.scheme, name="2027/28", terms=[term], by=northfield.dr_lee, now=NOW)
    assert new.policy.contact_floor_days == 14
    assert new.policy.meeting_places == ("Library café",)
    assert [version.number for version in new.policy_versions.all()] == [1]


def test_coordinators_for_a_unit_are_the_nearest_else_the_lead(northfield: Northfield) -> None:
    assert coordinators_for(northfield.cohort, northfield.social, TODAY) == [northfield.sam]
    assert coordinators_for(northfield.cohort, northfield.university, TODAY) == [northfield.dr_lee]


def test_a_scheme_lead_is_of_the_whole_scheme(northfield: Northfield) -> None:
    """R91: responsible overall, so never for one unit only."""
    with pytest.raises(WrongState, match="whole scheme"):
        appoint(
            scheme=northfield.scheme, user=northfield.sam, role=Role.LEAD, unit=northfield.health,
            starts_on=TODAY, by=None, now=NOW,
        )  # fmt: skip
    assert scheme_lead(northfield.scheme, TODAY) == northfield.dr_lee
