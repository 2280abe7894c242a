"""Making a person's copy of their data: a page to read and the same as JSON, sealed until they fetch it."""

import io
import json
import logging
import uuid
import zipfile
from collections.abc import Callable
from datetime import datetime

from django.core.files.base import ContentFile
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.encryption import seal, unseal
from accounts.models import User
from accounts.registry import Keeper
from accounts.services import WrongState, record
from mentoring.lib.jobs import JobState
from mentoring.messaging.services import owe, poke
from mentoring.protection.models import DataCopy
from mentoring.protection.permissions import copies_of_concerns, copies_of_pairs, copies_to_review
from mentoring.protection.rules import COPY_KEPT
from mentoring.protection.selectors.copies import Holdings, holdings_of
from mentoring.protection.selectors.held import leads_to_review

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]
READY = "protection.copy-ready"
HELD = "protection.held"


@transaction.atomic
def ask_for_copy(*, person: User, now: datetime) -> DataCopy:
    """Queue a copy of everything kept about a person; one that is under way is not begun twice."""
    User.objects.select_for_update().get(pk=person.pk)
    under_way = DataCopy.objects.filter(person=person, job_state__in=[JobState.QUEUED, JobState.RUNNING]).first()
    if under_way:
        return under_way
    copy = DataCopy.objects.create(person=person, queued_at=now)
    record(verb="copy of own data asked for", obj=copy, by=person, now=now)
    transaction.on_commit(lambda: poke("protection.copy", copy.pk), robust=True)
    return copy


def make_copy(pk: int, clock: Clock) -> bool:
    """Claim a queued copy and make it; whether this call did."""
    copy = DataCopy.claim(pk, clock())
    if copy is None:
        return False
    try:
        _make(copy, clock)
    except Exception as problem:  # whatever it is, the sweep tries again and the log holds no data
        log.error("copy %s stumbled on try %s: %s", copy.pk, copy.tries, type(problem).__name__)
        DataCopy.objects.filter(pk=copy.pk, job_state=JobState.RUNNING).update(lease_until=clock())
        return False
    return True


def _make(copy: DataCopy, clock: Clock) -> None:
    holdings = holdings_of(copy.person)
    data = seal(archive(copy.person, holdings, clock()))
    with transaction.atomic():
        mine = DataCopy.objects.select_for_update().filter(pk=copy.pk, job_state=JobState.RUNNING, tries=copy.tries)
        if mine.first() is None:
            return
        copy.file.save(uuid.uuid4().hex, ContentFile(data), save=False)
        copy.held = holdings.held[Keeper.OFFICER]
        copy.held_by_leads = holdings.held[Keeper.SAFEGUARDING]
        copy.save(update_fields=["file", "held", "held_by_leads"])
        copy.finish(JobState.DONE, clock())
        record(verb="copy of own data made", obj=copy, by=None, now=clock(), fields=["file"])
        owe(letter=READY, recipient=copy.person, occasion=f"copy-{copy.pk}", now=clock(), about=copy)
        for lead in leads_to_review(copy, timezone.localdate(clock())):
            owe(letter=HELD, recipient=lead, occasion=f"held-{copy.pk}", now=clock(), about=copy)


def archive(person: User, holdings: Holdings, now: datetime) -> bytes:
    """A ZIP of ``data.html`` and ``data.json``. JSON shape: {"made_at", "sections": [{"title", "columns", "rows"}]}."""
    page = render_to_string("protection/archive.html", {"person": person, "holdings": holdings, "made_at": now})
    sections = [{"title": s.title, "columns": s.columns, "rows": s.rows} for s in holdings.sections]
    text = json.dumps({"made_at": now.isoformat(), "sections": sections}, ensure_ascii=False, indent=1)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("data.html", page)
        packed.writestr("data.json", text)
    return made.getvalue()


def open_copy(*, copy: DataCopy, by: User, now: datetime) -> bytes:
    """The ZIP, for its person alone. Raises ``WrongState`` once it is gone."""
    if not copy.file or copy.finished_at is None or now > copy.finished_at + COPY_KEPT:
        raise WrongState(_("This copy is no longer kept. Ask for a new one; it takes a minute."))
    with copy.file.open("rb") as kept:
        data = unseal(kept.read())
    record(verb="copy of own data fetched", obj=copy, by=by, now=now)
    return data


@transaction.atomic
def close_review(*, copy: DataCopy, by: User, now: datetime) -> None:
    """A safeguarding lead says that what was held back has been looked at, and told or withheld by letter.

    It closes what is theirs to review; what another lead reads still waits for that one. The trail does not say
    which it was. Doing so again changes nothing.
    """
    today = timezone.localdate(now)
    if not copies_to_review(by, today).filter(pk=copy.pk).exists():
        return
    if copies_of_pairs(by, today).filter(pk=copy.pk, reviewed_at=None).exists():
        copy.reviewed_by, copy.reviewed_at = by, now
    if copies_of_concerns(by, today).filter(pk=copy.pk, leads_reviewed_at=None).exists():
        copy.leads_reviewed_by, copy.leads_reviewed_at = by, now
    copy.save(update_fields=["reviewed_by", "reviewed_at", "leads_reviewed_by", "leads_reviewed_at"])
    record(verb="held records reviewed", obj=copy, by=by, now=now, fields=["reviewed_at"])


def forget_old_copies(now: datetime) -> int:
    """Delete the files of copies older than a week; how many."""
    old = DataCopy.objects.exclude(file="").filter(finished_at__lt=now - COPY_KEPT)
    for copy in old:
        copy.file.delete(save=False)
        copy.file = ""
        copy.save(update_fields=["file"])
    return len(old)


def sweep_copies(clock: Clock) -> None:
    """Make every copy that waits."""
    DataCopy.park_worn_out(clock())
    for pk in list(DataCopy.claimable(clock()).values_list("pk", flat=True)):
        make_copy(pk, clock)
