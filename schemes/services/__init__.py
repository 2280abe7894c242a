"""Writes about schemes: units, a scheme from a blueprint, cohorts, policy, the calendar, appointments."""

from schemes.services.appointments import (
    appoint,
    appoint_by_address,
    end_appointment,
    end_safeguarding_lead,
    hold_free_for_staff,
    person_at,
)
from schemes.services.setting_up import (
    TermDates,
    add_programme,
    add_quiet_period,
    add_unit,
    change_institution,
    change_policy,
    move_milestone,
    open_cohort,
    open_next_cohort,
    remove_quiet_period,
    set_up_institution,
    start_scheme,
    start_scheme_with_lead,
)

__all__ = [
    "TermDates",
    "add_programme",
    "add_quiet_period",
    "add_unit",
    "appoint",
    "appoint_by_address",
    "change_institution",
    "change_policy",
    "end_appointment",
    "hold_free_for_staff",
    "end_safeguarding_lead",
    "move_milestone",
    "open_cohort",
    "open_next_cohort",
    "person_at",
    "remove_quiet_period",
    "set_up_institution",
    "start_scheme",
    "start_scheme_with_lead",
]
