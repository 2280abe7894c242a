"""Owing the nudges that the rules decide, changing the table, foreseeing a week, and a human's word where they end."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import NotAllowed, WrongState, record
from mentoring.agreements.selectors import unaccepted_texts
from mentoring.lib.jobs import JobState
from mentoring.messaging.calendar import next_opening, zone_of
from mentoring.messaging.services import call_off, owe, poke
from mentoring.nudges.models import Decision, Forecast
from mentoring.nudges.permissions import can_foresee, can_remind, can_switch_nudges
from mentoring.nudges.rules import Owed, decide
from mentoring.nudges.selectors import (
    AGAIN,
    LETTER,
    facts_of,
    foreseen,
    may_be_nudged,
    people_in_batches,
    rhythm_of,
    waiting_for_a_human,
)
from mentoring.nudges.states import Decided
from mentoring.participation.models import Participant
from mentoring.participation.services import pause_nudges
from schemes.models import Cohort
from schemes.nudging import LONGEST
from schemes.services import change_policy

log = logging.getLogger(__name__)

STALE_AFTER = timedelta(days=7)
Clock = Callable[[], datetime]


def owe_nudges(*, cohort: Cohort, now: datetime) -> int:
    """Owe what the cohort's people are due today; how many were decided. Repeating it changes nothing.

    In quiet hours, exams and closures nothing is decided: what was true then may not be in the morning.
    """
    institution = cohort.scheme.unit.institution
    if next_opening(now, institution=institution, cohort=cohort) > now:
        return 0
    today = timezone.localdate(now, zone_of(institution))
    return sum(_owe_batch(batch, cohort, today, now) for batch in people_in_batches(cohort))


@transaction.atomic
def _owe_batch(batch: list[Participant], cohort: Cohort, today: date, now: datetime) -> int:
    """Decide and owe in one transaction, one pass at a time: two beats at once nudge nobody twice."""
    Cohort.objects.select_for_update().get(pk=cohort.pk)
    notices = decide(facts_of(cohort, batch, today), today, rhythm_of(cohort))
    people = User.objects.select_related("institution").in_bulk([notice.first.user for notice in notices])
    new = 0
    for notice in notices:
        new += _owe(notice.first, people[notice.first.user], cohort, now)
        for owed in notice.also:
            _owe(owed, people[owed.user], cohort, now)
            # The first message says it too: its row stays, so that it is never told again.
            call_off(about=Participant(pk=owed.participant), now=now, letters=[LETTER + owed.text])
    if new:  # one entry for what was decided at once; each message has its own when it ends
        record(verb="nudges owed", obj=cohort, by=None, now=now, fields=["messages"], scheme_id=cohort.scheme_id)
    return len(notices)


def _owe(owed: Owed, person: User, cohort: Cohort, now: datetime) -> bool:
    """Whether it was not owed before."""
    message = owe(
        letter=LETTER + owed.text,
        recipient=person,
        occasion=owed.occasion,
        now=now,
        cohort=cohort,
        about=Participant(pk=owed.participant),
        expires_at=now + STALE_AFTER,
    )
    return message is not None and message.created_at == now


@transaction.atomic
def switch_nudges(*, cohort: Cohort, is_off: bool, by: User, now: datetime) -> None:
    """Switch all of a cohort's nudges off or on; doing it twice is harmless. Raises ``NotAllowed``."""
    _hold_allowed(cohort, by, now)
    if Cohort.objects.filter(pk=cohort.pk, nudges_off=not is_off).update(nudges_off=is_off):
        verb = "nudges switched off" if is_off else "nudges switched on"
        record(verb=verb, obj=cohort, by=by, now=now, fields=["nudges_off"], scheme_id=cohort.scheme_id)


def switch_row(*, cohort: Cohort, key: str, is_on: bool, by: User, now: datetime) -> None:
    """Switch one rule off or on, as a new version of the policy. Raises ``NotAllowed``, ``WrongState``."""
    _change_row(cohort, key, by=by, now=now, is_on=is_on)


def change_wait(*, cohort: Cohort, key: str, days: int, by: User, now: datetime) -> None:
    """Let one rule wait so many days, as a new version of the policy. Raises ``NotAllowed``, ``WrongState``."""
    if not 0 <= days <= LONGEST:
        raise WrongState(_("Choose between 0 and %(most)d days.") % {"most": LONGEST})
    _change_row(cohort, key, by=by, now=now, after_days=days)


@transaction.atomic
def _change_row(cohort: Cohort, key: str, *, by: User, now: datetime, **changes: object) -> None:
    _hold_allowed(cohort, by, now)
    Cohort.objects.select_for_update().get(pk=cohort.pk)  # two changes at once take turns
    cohort.__dict__.pop("policy", None)
    before = cohort.policy.nudges
    if not any(row.key == key for row in before):
        raise WrongState(_("There is no such rule."))
    after = tuple(replace(row, **changes) if row.key == key else row for row in before)  # type: ignore[arg-type]
    if after != before:
        change_policy(cohort=cohort, changes={"nudges": after}, by=by, now=now)
        record(
            verb="nudge rule changed", obj=cohort, by=by, now=now,
            fields=[f"{key}.{name}" for name in changes], scheme_id=cohort.scheme_id,
        )  # fmt: skip


def _hold_allowed(cohort: Cohort, by: User, now: datetime) -> None:
    if not can_switch_nudges(by, cohort, timezone.localdate(now)):
        raise NotAllowed


@transaction.atomic
def ask_forecast(*, cohort: Cohort, by: User | None, now: datetime) -> Forecast:
    """Have it worked out who would hear what in the coming week; the last answer stays until the new one is there.

    ``by`` nobody it is the product's own doing. Raises ``NotAllowed``, and ``WrongState`` when it is under way.
    """
    if by is not None and not can_foresee(by, cohort, timezone.localdate(now)):
        raise NotAllowed
    Cohort.objects.select_for_update().get(pk=cohort.pk)  # two who ask at once take turns
    if Forecast.objects.filter(cohort=cohort, job_state__in=[JobState.QUEUED, JobState.RUNNING]).exists():
        raise WrongState(_("It is being worked out already."))
    anew: dict[str, object] = {
        "job_state": JobState.QUEUED,
        "requested_by": by,
        "queued_at": now,
        "finished_at": None,
        "failure": "",
    }
    anew |= {"tries": 0, "steps_done": 0, "steps_total": 0}
    found, _is_first = Forecast.objects.update_or_create(cohort=cohort, defaults=anew)
    record(verb="forecast asked for", obj=found, by=by, now=now, scheme_id=cohort.scheme_id)
    transaction.on_commit(lambda: poke("nudges.foresee", found.pk), robust=True)
    return found


def ask_forecast_if_due(*, cohort: Cohort, now: datetime) -> None:
    """Ask for the forecast of a day once what is due on it has been decided: not before the day's messages go out."""
    institution = cohort.scheme.unit.institution
    zone = zone_of(institution)
    today, opening = timezone.localdate(now, zone), next_opening(now, institution=institution, cohort=cohort)
    if opening > now and timezone.localdate(opening, zone) == today:
        return
    found = Forecast.objects.filter(cohort=cohort).first()
    if found is None or (found.is_over and timezone.localdate(found.queued_at, zone) < today):
        ask_forecast(cohort=cohort, by=None, now=now)


def work_forecast(pk: int, clock: Clock) -> bool:
    """Claim a forecast that waits and work it out; whether this call finished it. It changes nothing else.

    One whose worker stumbles is tried again by the sweep.
    """
    found = Forecast.claim(pk, clock())
    if found is None:
        return False
    try:
        today = timezone.localdate(clock(), zone_of(found.cohort.scheme.unit.institution))
        answer = foreseen(found.cohort, today, lambda done, total: found.report(done, total, clock()))
    except Exception:
        log.exception("forecast %s stumbled on try %s", found.pk, found.tries)
        _claimed(found).update(lease_until=clock())
        return False
    _keep(found, answer, clock())
    return True


@transaction.atomic
def _keep(found: Forecast, answer: list[dict[str, object]], now: datetime) -> None:
    """Keep what came out, unless another worker has the forecast by now."""
    if _claimed(found).select_for_update().exists():
        _claimed(found).update(answer=answer, answered_at=now)
        found.finish(JobState.DONE, now)
        record(verb="forecast done", obj=found, by=None, now=now, scheme_id=found.cohort.scheme_id)


def _claimed(found: Forecast) -> QuerySet[Forecast]:
    return Forecast.objects.filter(pk=found.pk, job_state=JobState.RUNNING, tries=found.tries)


def sweep_forecasts(clock: Clock) -> int:
    """Work out every forecast that waits; how many were looked at."""
    now = clock()
    Forecast.park_worn_out(now)
    waiting = list(Forecast.claimable(now).values_list("pk", flat=True))
    for pk in waiting:
        work_forecast(pk, clock)
    return len(waiting)


@transaction.atomic
def decide_about(*, participant: Participant, choice: Decided, by: User, now: datetime) -> Decision:
    """A human's word on somebody who did not answer two nudges: again, or leave them in peace.

    Raises ``WrongState`` when nothing is to be decided (any more) by this person.
    """
    Participant.objects.select_for_update().get(pk=participant.pk)  # two clicks at once take turns
    if not waiting_for_a_human(by, participant.cohort, timezone.localdate(now)).filter(pk=participant.pk).exists():
        raise WrongState(_("They have been heard of meanwhile, or somebody has decided."))
    made = Decision.objects.create(participant=participant, choice=choice, decided_by=by, decided_at=now)
    scheme_id = participant.cohort.scheme_id
    record(verb=f"nudges: {choice}", obj=participant, by=by, now=now, fields=["choice"], scheme_id=scheme_id)
    if choice == Decided.LEAVE:
        pause_nudges(participant=participant, by=by, now=now)
    return made


@transaction.atomic
def send_texts_again(*, participant: Participant, by: User, now: datetime) -> None:
    """Ask somebody once more to accept what waits for them, in waking hours; once a day at most.

    It counts as a nudge: the rules wait after it. Raises ``NotAllowed``, and ``WrongState`` when nothing
    waits, when they asked for quiet, or when it was sent today.
    """
    today = timezone.localdate(now)
    if not can_remind(by, participant, today):
        raise NotAllowed
    if not may_be_nudged(participant, today):
        raise WrongState(_("They pause, or asked for no reminders. Write to them yourself if it matters."))
    if not unaccepted_texts(participant):
        raise WrongState(_("They have agreed to everything already."))
    message = owe(
        letter=AGAIN,
        recipient=participant.user,
        occasion=f"participant-{participant.pk}-{today}",
        now=now,
        cohort=participant.cohort,
        about=participant,
        expires_at=now + STALE_AFTER,
    )
    if message is None or message.created_at != now:
        raise WrongState(_("It was sent today already. Once a day is enough."))
    scheme_id = participant.cohort.scheme_id
    record(verb="texts sent again", obj=participant, by=by, now=now, fields=["messages"], scheme_id=scheme_id)
