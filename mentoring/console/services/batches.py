"""Doing one thing to many rows of a list, once, and taking it back."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import NotAllowed, WrongState, record
from mentoring.announcements.rules import needs_second_person
from mentoring.announcements.services import write
from mentoring.announcements.states import Audience
from mentoring.console.models import Batch
from mentoring.console.permissions import needed_for
from mentoring.console.rules import AT_ONCE
from mentoring.console.selectors.batches import Plan, matches_still, people_still, written_to_lately
from mentoring.console.states import PAUSES, WRITES, Deed
from mentoring.contacts.models import Contact, CourtesyReply
from mentoring.contacts.rules import BOTH_HEARD
from mentoring.matching.models import Match
from mentoring.matching.services import ENDING_HOLD, activate, end_for_another, take_back_ending
from mentoring.participation.services import pause_nudges, resume_nudges
from schemes.models import Cohort
from schemes.permissions import appointments_with

PAUSE_UNDO = timedelta(days=14)


@transaction.atomic
def do_to_many(
    *,
    plan: Plan,
    cohort: Cohort,
    form_key: uuid.UUID,
    by: User,
    now: datetime,
    subject: str = "",
    text: str = "",
) -> Batch:
    """Do what a plan says; sending the same form again gives the batch that exists.

    Who is to be written to gets an announcement's draft, of which the author still types the count.
    Raises ``NotAllowed``, and ``WrongState`` for nobody, for too many at once, or for a row that changed meanwhile.
    """
    held = appointments_with(by, needed_for(plan.deed), timezone.localdate(now))
    if not any(appointment.scheme_id == cohort.scheme_id for appointment in held):
        raise NotAllowed
    Cohort.objects.select_for_update().get(pk=cohort.pk)  # a double click takes turns
    if there := Batch.objects.filter(form_key=form_key).first():
        if there.done_by_id != by.pk:
            raise NotAllowed
        return there
    _hold_size(plan, by, now)
    batch = Batch.objects.create(cohort=cohort, deed=plan.deed, form_key=form_key, done_by=by, done_at=now)
    batch.people.set(plan.people)
    batch.matches.set(plan.matches)
    if plan.deed in WRITES:
        batch.announcement = write(
            cohort=cohort, audience=Audience.CHOSEN, programme=None, subject=subject, text=text,
            chosen=plan.people, by=by, now=now,
        )  # fmt: skip
        batch.save(update_fields=["announcement"])
    elif plan.deed in PAUSES:
        for person in plan.people:
            pause_nudges(participant=person, by=by, now=now)
    else:
        for match in plan.matches:
            end_for_another(match=match, by=by, now=now)
    record(verb=f"to many: {plan.deed}", obj=batch, by=by, now=now, scheme_id=cohort.scheme_id)
    return batch


def _hold_size(plan: Plan, by: User, now: datetime) -> None:
    if not plan.count:
        raise WrongState(_("Nobody is left to whom it could be done."))
    if plan.deed in WRITES:
        return  # the announcement asks a second person where one is needed
    if plan.count > AT_ONCE:
        raise WrongState(_("At most %(most)s at once. Choose fewer, one course at a time.") % {"most": AT_ONCE})
    writes_to = 2 * plan.count if plan.deed == Deed.REMATCH else 0
    if writes_to and needs_second_person(writes_to, lately=written_to_lately(by, now)):
        raise WrongState(
            _("You would write to more than %(most)s people in a day. Leave a part of it to a second person.")
            % {"most": AT_ONCE}
        )


def undone_until(batch: Batch) -> datetime | None:
    """Until when a batch can be taken back here; ``None`` for an announcement, which is stopped on its own page."""
    if batch.deed in WRITES or batch.undone_at is not None:
        return None
    return batch.done_at + (PAUSE_UNDO if batch.deed in PAUSES else ENDING_HOLD)


@transaction.atomic
def take_back_batch(*, batch: Batch, by: User, now: datetime) -> int:
    """Undo a batch; how many rows are as they were. A row that somebody changed since stays as it is now, and so
    does one that its author may not reach any more.

    Doing so again changes nothing. Raises ``NotAllowed``, also where no row is theirs any more, and ``WrongState``
    when it is too late.
    """
    batch = Batch.objects.select_for_update(of=("self",)).select_related("cohort").get(pk=batch.pk)
    today = timezone.localdate(now)
    theirs, pairs = people_still(batch, by, today), matches_still(batch, by, today)
    if batch.done_by_id != by.pk or not (theirs.exists() or pairs.exists()):
        raise NotAllowed
    if batch.undone_at is not None:
        return 0
    until = undone_until(batch)
    if until is None or now >= until:
        raise WrongState(_("It is too late to undo this."))
    if batch.deed in PAUSES:
        people = list(theirs.filter(nudges_paused_at=batch.done_at).select_related("cohort"))
        for person in people:
            resume_nudges(participant=person, by=by, now=now)
        back = len(people)
    else:
        back = sum(_bring_back(match, by, now) for match in pairs.order_by("pk"))
    batch.undone_at = now
    batch.save(update_fields=["undone_at"])
    scheme_id = batch.cohort.scheme_id
    record(verb="taken back from many", obj=batch, by=by, now=now, fields=["undone_at"], scheme_id=scheme_id)
    return back


def _bring_back(match: Match, by: User, now: datetime) -> bool:
    """Whether the pair is back, and in contact again if it was."""
    if not take_back_ending(match=match, by=by, now=now):
        return False
    heard = Contact.objects.filter(matches=match, withdrawn_at=None, kind__in=BOTH_HEARD).exists()
    if heard or CourtesyReply.objects.filter(match=match, undone_at=None).exists():
        activate(match=Match.objects.get(pk=match.pk), by=by, now=now)
    return True
