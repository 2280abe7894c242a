"""From taking an interest to having a mentee: how many mentors are where (R18)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from mentoring.events.models import Event
from mentoring.events.permissions import can_run
from mentoring.matching.models import Match
from mentoring.recruitment.selectors import interested_in
from mentoring.training.selectors import mentors_visible_to, sessions_visible_to, tally
from mentoring.training.topics import title_of
from schemes.models import Cohort


@dataclass(frozen=True)
class Funnel:
    """How many people took each step, what the untrained lack, and which sessions bear on it."""

    interested: int
    accepted: int
    trained: int
    matched: int
    lacking: list[tuple[str, int]]
    coming: list[Event]
    unticked: list[Event]

    @property
    def untrained(self) -> int:
        return self.accepted - self.trained


def funnel(user: Any, cohort: Cohort, now: datetime, today: date) -> Funnel:
    """The funnel of a cohort, of the people whom the reader may see; a fixed number of queries."""
    mentors = mentors_visible_to(user, cohort, today)
    found = tally(mentors, cohort)
    sessions = sessions_visible_to(user, today).filter(cohort=cohort).standing()
    unticked = sessions.past(now).filter(covered_topics=None)
    matched = Match.objects.live().filter(mentor__in=mentors.values("pk")).values("mentor").distinct().count()
    return Funnel(
        interested=interested_in(user, cohort, mentors, today),
        accepted=found.accepted,
        trained=found.trained,
        matched=matched,
        lacking=[
            (title_of(topic), found.lacks[topic]) for topic in cohort.policy.training_topics if found.lacks[topic]
        ],
        coming=list(sessions.coming(now)[:5]),
        unticked=[event for event in unticked if can_run(user, event, today)][:5],
    )
