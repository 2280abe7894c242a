"""What a run keeps of what the engine read, and for how long (issue 3: the same run a year later)."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Consent
from accounts.services import WrongState, record, record_each
from mentoring.matching.engine import Problem
from mentoring.matching.models import Run, RunInput
from mentoring.matching.rules import Pseudonyms, problem_from, problem_in_rows
from mentoring.matching.states import RunState
from mentoring.participation.services.wishes import KEPT_DAYS

FACTS_KEPT_DAYS = 730
GAVE = "gave"


def salted(run: Run) -> Pseudonyms:
    """The run's pseudonyms. A run that was never worked out, or whose salt is deleted, gets a new salt."""
    if not run.salt:
        run.salt = secrets.token_hex(32)
        Run.objects.filter(pk=run.pk).update(salt=run.salt)
    return Pseudonyms(run.salt)


@transaction.atomic
def keep_input(run: Run, problem: Problem, pairs: Mapping[str, str], people: Mapping[str, str]) -> None:
    """Keep the problem as it was solved, and whom it gave to whom, in place of what was kept before.

    ``problem`` and ``pairs`` are under pseudonyms, ``people`` is pseudonym → participant.
    """
    run.rules, rows = problem_in_rows(problem)
    run.inputs.all().delete()
    RunInput.objects.bulk_create(
        (
            RunInput(run=run, participant_id=int(people[key]), facts={**row, GAVE: pairs.get(key)})
            for key, row in rows.items()
        ),
        batch_size=500,
    )


def kept_input(run: Run) -> tuple[Problem, dict[str, str]]:
    """The problem that a run was worked out on, and its pairs, both under pseudonyms.

    Raises ``WrongState`` when nothing is kept any more.
    """
    rows = list(run.inputs.order_by("pk").values_list("facts", flat=True))
    if not rows:
        raise WrongState(_("What this run was worked out on is not kept any more."))
    pairs = {row["key"]: row[GAVE] for row in rows if row[GAVE]}
    return problem_from(run.rules, rows, run.seed), pairs


@transaction.atomic
def forget_inputs(*, now: datetime) -> int:
    """Delete what may no longer be kept; how many rows were deleted or cut loose.

    At once: the row of whoever took their consent back, and all of drafts that were put aside. With the
    wishes: the link between rows and people, for good, by deleting the salt. Two years on: the rest.
    """
    taken_back = Consent.objects.filter(
        person=OuterRef("participant__user"),
        kind=Consent.Kind.MATCHING_WISHES,
        withdrawn_at__gte=OuterRef("run__solved_at"),
    )
    over = timezone.localdate(now) - timedelta(days=FACTS_KEPT_DAYS)
    gone = RunInput.objects.filter(
        Q(Exists(taken_back)) | Q(run__state=RunState.DISCARDED) | Q(run__cohort__ends_on__lt=over)
    )
    rows = list(gone.values_list("pk", "run"))
    RunInput.objects.filter(pk__in=[pk for pk, _run in rows]).delete()
    concerned = Run.objects.filter(pk__in={run for _pk, run in rows})
    record_each(verb="run input deleted", objs=concerned, by=None, now=now, fields=["inputs"])
    return len(rows) + _cut_loose(now)


def _cut_loose(now: datetime) -> int:
    """Delete the salt of runs whose cohort has been over for the days that the wishes are kept."""
    over = timezone.localdate(now) - timedelta(days=KEPT_DAYS)
    rows = 0
    for run in Run.objects.filter(cohort__ends_on__lt=over, inputs__participant__isnull=False).distinct():
        rows += run.inputs.update(participant=None)
        Run.objects.filter(pk=run.pk).update(salt="")
        record(verb="run cut loose", obj=run, by=None, now=now, fields=["salt", "inputs"])
    return rows
