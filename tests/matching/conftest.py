"""Northfield with trained mentors, and a draft of it."""

from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from mentoring.matching.models import Run
from mentoring.matching.selectors import Choice, choices_for
from mentoring.matching.services import shortlist_for, solve_run, start_run
from mentoring.participation.models import Participant
from mentoring.training.models import TrainedElsewhere
from tests.factories import MentorFactory, Northfield, ParticipantFactory, UserFactory


def train(mentor: Participant, northfield: Northfield, now: datetime) -> Participant:
    TrainedElsewhere.objects.create(
        participant=mentor, where="last year", vouched_by=northfield.people["sam"], vouched_at=now
    )
    return mentor


def add_mentor(northfield: Northfield, name: str, programme, now: datetime, **fields) -> Participant:
    user = UserFactory(given_name=name)
    return train(MentorFactory(user=user, cohort=northfield.cohort, programme=programme, **fields), northfield, now)


def add_mentee(northfield: Northfield, name: str, programme, **fields) -> Participant:
    return ParticipantFactory(
        user=UserFactory(given_name=name), cohort=northfield.cohort, programme=programme, **fields
    )


@pytest.fixture
def trained(northfield: Northfield, now: datetime) -> Northfield:
    """priya and una may be matched; zane (Computer Science), too."""
    for name in ("priya", "una"):
        train(northfield.participants[name], northfield, now)
    northfield.participants["zane"] = add_mentor(northfield, "Zane", northfield.cs, now)
    return northfield


def solved(northfield: Northfield, *, by: str, unit: str, now: datetime) -> Run:
    run = start_run(
        cohort=northfield.cohort,
        unit=getattr(northfield, unit) if unit != "university" else northfield.university,
        by=northfield.people[by],
        now=now,
    )
    solve_run(run.pk, timezone.now)
    run.refresh_from_db()
    return run


@pytest.fixture
def draft(trained: Northfield, now: datetime) -> Run:
    """dr_lee's draft of the whole university: aisha, ben and chidi together, omar with zane."""
    return solved(trained, by="dr_lee", unit="university", now=now)


def offered_to(mentee: Participant, by: Any, now: datetime, **question: Any) -> list[Choice]:
    """The mentors that ``by`` is offered for a student; ``question`` as of ``shortlist_for``."""
    return choices_for(shortlist_for(mentee, now=now, **question), by=by).offered
