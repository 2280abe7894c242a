"""A scheme's knobs, typed. A cohort freezes a copy; the code reads only this, never a blueprint.

Source: requirements.md "Five blueprints = configuration knobs"; R98, R117.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from schemes.nudging import BadRow, NudgeRow, rows_from, standard_rows
from schemes.words import own_words, same_words


class BadPolicy(ValueError):
    """A knob is unknown or out of range; the message names it."""


@dataclass(frozen=True)
class Policy:
    """Every knob of a scheme. Days are whole days; hours are local hours, 0 to 24."""

    entry: str = "opt-out"  # opt-out | opt-in
    group_minimum: int = 3  # R29
    group_maximum: int = 5
    hard_maximum: int = 6
    target_size: int = 0  # fill groups to this size and name reserves; 0 to use every mentor
    matched_unit: str = "student"  # student | tutor-group (R30)
    group_mentors: int = 1  # mentors who share a tutor group
    mentor_groups: int = 1  # groups that one mentor may take
    same_campus: bool = False
    same_study_mode: bool = False
    near_disciplines: tuple[tuple[str, str], ...] = ()  # pairs of subject groups, both ways
    shortage: str = "lottery"  # lottery | wishes-first
    spread: bool = True
    ask_wishes: tuple[str, ...] = ("gender", "ethnicity", "home_country", "religion")  # R32
    mentor_exceptions: tuple[str, ...] = ("gender", "religion")  # R34
    fairness_by: tuple[str, ...] = ()  # students' own attributes by which a run's rates may be looked at
    mentor_years: tuple[int, ...] = (2, 3)  # R8
    training_topics: tuple[str, ...] = ("ethics-confidentiality", "social-academic", "boundaries")  # R20
    agreement_texts: tuple[str, ...] = ("role-description", "code-of-conduct", "agreement")
    contact_floor_days: int = 31  # R54; 0 for none
    floor_per_term: int = 0  # R56; 0 for none
    notes_allowed: bool = False
    quiet_days_settling_in: int = 21  # what the dashboard calls quiet
    quiet_days_studying: int = 35
    nudges: tuple[NudgeRow, ...] = field(default_factory=standard_rows)
    nudge_gap_days: int = 14
    quiet_from_hour: int = 20
    quiet_until_hour: int = 8
    settling_in_weeks: int = 5  # R66; for a cohort whose year names no day for it
    meeting_places: tuple[str, ...] = ()  # public ones, on campus (R41)
    undo_minutes: int = 15
    opt_out_undo_days: int = 14
    swap_promise_days: int = 5
    correction_days: int = 7
    student_led: bool = False
    paid: bool = False  # R7
    words: Mapping[str, Any] = field(default_factory=dict)  # schemes.words; pages and letters read the scheme's

    @property
    def is_opt_in(self) -> bool:
        """Whether those who have a mentor asked for one; in the other schemes everybody is given one (R1, R4)."""
        return self.entry == "opt-in"

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


# Knobs of versions frozen before the table of nudges: each is now the wait of a row.
WAITS = {
    "first_hello_days": "first-hello",
    "log_reminder_days": "log-reminder",
    "agreement_due_days": "agreement-due",
}


def _tupled(value: Any) -> Any:
    return tuple(_tupled(item) for item in value) if isinstance(value, list | tuple) else value


def policy_from(knobs: Mapping[str, Any]) -> Policy:
    """A policy from JSON-like knobs; a missing one takes its default. Raises ``BadPolicy``."""
    known = {item.name for item in fields(Policy)}
    if unknown := sorted(set(knobs) - known - set(WAITS)):
        raise BadPolicy(f"Unknown knobs: {', '.join(unknown)}.")
    told = {name: _tupled(value) for name, value in knobs.items() if name in known}
    told["nudges"] = _table(knobs)
    policy = Policy(**told)
    _hold_ranges(policy)
    return policy


def _table(knobs: Mapping[str, Any]) -> tuple[NudgeRow, ...]:
    """The table of nudges; a version older than it has its waits in their rows."""
    if "nudges" in knobs:
        try:
            return rows_from(knobs["nudges"])
        except BadRow as problem:
            raise BadPolicy(str(problem)) from problem
    waits = {row: int(knobs[knob]) for knob, row in WAITS.items() if knob in knobs}
    return tuple(replace(row, after_days=waits.get(row.key, row.after_days)) for row in standard_rows())


def _hold_ranges(policy: Policy) -> None:
    if not 1 <= policy.group_minimum <= policy.group_maximum <= policy.hard_maximum:
        raise BadPolicy("Group sizes must rise from minimum over maximum to the hard maximum.")
    if policy.target_size and not policy.group_minimum <= policy.target_size <= policy.group_maximum:
        raise BadPolicy("target_size is 0 or a size that a group may have.")
    if policy.matched_unit not in {"student", "tutor-group"}:
        raise BadPolicy("matched_unit is student or tutor-group.")
    if sorted((policy.group_mentors, policy.mentor_groups)) not in ([1, 1], [1, 2]):
        raise BadPolicy("A tutor group has one mentor or two, or a mentor two groups, not both.")
    if policy.entry not in {"opt-out", "opt-in"}:
        raise BadPolicy("entry is opt-out or opt-in.")
    if policy.shortage not in {"lottery", "wishes-first"}:
        raise BadPolicy("shortage is lottery or wishes-first.")
    if not (0 <= policy.quiet_until_hour < policy.quiet_from_hour <= 24):
        raise BadPolicy("Quiet hours run from the evening to the morning.")
    own = own_words(policy.words)
    if own.as_json() != policy.words or any(same_words(own)):
        raise BadPolicy("words are the scheme's own, each fit to be read and none of them for two things.")
    for knob in (
        "undo_minutes",
        "opt_out_undo_days",
        "swap_promise_days",
        "nudge_gap_days",
        "settling_in_weeks",
    ):
        if getattr(policy, knob) < 0:
            raise BadPolicy(f"{knob} cannot be negative.")
