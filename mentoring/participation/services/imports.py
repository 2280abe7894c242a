"""An import from the upload to the day it is applied. The work itself is done by a worker: see ``import_work``."""

import hashlib
import uuid
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.encryption import CannotDecrypt, seal, unseal
from accounts.models import User
from accounts.services import WrongState, record
from mentoring.lib.jobs import JobState
from mentoring.lib.lifecycle import move
from mentoring.messaging.services import poke
from mentoring.participation.models import HeadingMemory, StudentImport
from mentoring.participation.reading import ColumnMapping, Table, UnreadableFile, chosen, read_table, signature
from mentoring.participation.selectors.imports import counts_of, remembered_mapping
from mentoring.participation.states import IMPORT, ImportState, RowOutcome
from schemes.models import Cohort

# What a file holds of people is kept no longer than this.
KEPT = timedelta(hours=24)
WORK = "participation.work"


def start_import(*, cohort: Cohort, role: str, data: bytes, file_name: str, by: User, now: datetime) -> StudentImport:
    """Take in a file and guess its columns. Raises ``UnreadableFile``, and ``WrongState`` when the year is over."""
    if cohort.ends_on < timezone.localdate(now):
        raise WrongState(_("This year of mentoring is over."))
    table = read_table(data)
    mapping = remembered_mapping(cohort.scheme.unit.institution, table.headings, role)
    with transaction.atomic():
        student_import = StudentImport(
            cohort=cohort,
            role=role,
            file_name=file_name[-255:],
            digest=hashlib.sha256(data).hexdigest(),
            signature=signature(table.headings),
            reading=_reading(table),
            mapping=mapping.fields,
            dropped_columns=[each.heading for each in mapping.dropped],
            uploaded_by=by,
            queued_at=now,
            job_state=JobState.DONE,  # nothing is to be worked on until the columns are confirmed
        )
        student_import.file.save(uuid.uuid4().hex, ContentFile(seal(data)), save=False)
        student_import.save()
        record(
            verb="import started",
            obj=student_import,
            by=by,
            now=now,
            fields=["file"],
            scheme_id=cohort.scheme_id,
        )
    return student_import


def _reading(table: Table) -> dict[str, Any]:
    return {
        "headings": table.headings,
        "heading_row": table.heading_row,
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "kind": table.kind,
        "sheet": table.sheet,
    }


def table_of(student_import: StudentImport) -> Table:
    """The rows of an import's file, which lies encrypted. Raises ``UnreadableFile``."""
    with student_import.file.open("rb") as file:
        sealed = file.read()
    try:
        return read_table(unseal(sealed))
    except CannotDecrypt as error:
        raise UnreadableFile(_("The file cannot be opened any more. Upload it again.")) from error


def mapping_of(student_import: StudentImport) -> ColumnMapping:
    """The chosen columns of an import."""
    kind: Any = student_import.role
    return chosen(student_import.reading["headings"], kind, student_import.mapping)


@transaction.atomic
def choose_columns(*, student_import: StudentImport, fields: Mapping[str, int], by: User, now: datetime) -> None:
    """Confirm which column is what, remember it for this source, and have the rows checked.

    Raises ``WrongState`` for a choice that cannot be: a required field without a column, one column for
    two fields, or a column that is never taken.
    """
    kind: Any = student_import.role
    try:
        mapping = chosen(student_import.reading["headings"], kind, fields)
    except ValueError as error:
        raise WrongState(_("One column cannot be two things. Look at the choices again.")) from error
    if not mapping.complete:
        raise WrongState(_("Some columns that the scheme cannot do without are still missing."))
    institution = student_import.cohort.scheme.unit.institution
    memory, _is_new = HeadingMemory.objects.update_or_create(
        institution=institution,
        role=student_import.role,
        signature=student_import.signature,
        defaults={"mapping": {name: mapping.heading_of(name) for name in fields}, "remembered_at": now},
    )
    scheme_id = student_import.cohort.scheme_id
    record(verb="headings remembered", obj=memory, by=by, now=now, fields=["mapping"], scheme_id=scheme_id)
    _queue(student_import, ImportState.CHECKING, by=by, now=now, mapping=dict(fields))


def _queue(student_import: StudentImport, to: ImportState, *, by: User | None, now: datetime, **changes: Any) -> None:
    """Move on to a state in which a worker has something to do, and tell one."""
    move(
        student_import,
        to,
        lifecycle=IMPORT,
        by=by,
        now=now,
        scheme_id=student_import.cohort.scheme_id,
        job_state=JobState.QUEUED,
        lease_until=None,
        tries=0,
        steps_done=0,
        steps_total=0,
        cancel_asked=False,
        failure="",
        queued_at=now,
        finished_at=None,
        **changes,
    )
    pk = student_import.pk
    transaction.on_commit(lambda: poke(WORK, pk), robust=True)


def set_state(student_import: StudentImport, to: ImportState, *, by: User | None, now: datetime, **more: Any) -> None:
    """Move an import that no worker has to look at."""
    scheme_id = student_import.cohort.scheme_id
    move(student_import, to, lifecycle=IMPORT, by=by, now=now, scheme_id=scheme_id, **more)


@transaction.atomic
def change_columns(*, student_import: StudentImport, by: User, now: datetime) -> None:
    """Go back to the columns; what was checked is forgotten."""
    set_state(student_import, ImportState.MAPPING, by=by, now=now)
    student_import.rows.all().delete()


@transaction.atomic
def leave_out(
    *, student_import: StudentImport, rows: Collection[int], of: Collection[int], by: User, now: datetime
) -> int:
    """Choose, among the faulty rows ``of``, which are left out of the import (by key); how many now are."""
    _hold_checked(student_import)
    faulty = student_import.rows.filter(outcome=RowOutcome.FAULTY, pk__in=of)
    faulty.exclude(pk__in=rows).update(is_left_out=False)
    count = faulty.filter(pk__in=rows).update(is_left_out=True)
    _record_choice(student_import, by, now)
    return count


@transaction.atomic
def leave_out_all(*, student_import: StudentImport, by: User, now: datetime) -> int:
    """Leave out every faulty row; how many there are."""
    _hold_checked(student_import)
    count = student_import.rows.filter(outcome=RowOutcome.FAULTY).update(is_left_out=True)
    _record_choice(student_import, by, now)
    return count


def _hold_checked(student_import: StudentImport) -> None:
    locked = StudentImport.objects.select_for_update().get(pk=student_import.pk)
    if locked.state != ImportState.CHECKED:
        raise WrongState(_("The rows are not waiting for a decision."))


def _record_choice(student_import: StudentImport, by: User, now: datetime) -> None:
    record(
        verb="rows left out",
        obj=student_import,
        by=by,
        now=now,
        fields=["is_left_out"],
        scheme_id=student_import.cohort.scheme_id,
    )


@transaction.atomic
def apply_import(*, student_import: StudentImport, by: User, now: datetime) -> None:
    """Have the checked rows taken, all or none. Raises ``WrongState`` while a faulty row is undecided."""
    if waiting := counts_of(student_import)["waiting"]:
        raise WrongState(
            _("%(count)d faulty rows are neither mended nor left out. Nothing was imported.") % {"count": waiting}
        )
    _queue(student_import, ImportState.APPLYING, by=by, now=now)


# Where an import comes to rest when work on it ends without result.
RESTS: dict[str, ImportState] = {
    ImportState.CHECKING: ImportState.MAPPING,
    ImportState.APPLYING: ImportState.CHECKED,
}


@transaction.atomic
def call_off(*, student_import: StudentImport, by: User, now: datetime) -> None:
    """Stop the work: at once if it has not begun or has failed, else at its next step."""
    student_import.ask_to_cancel(now)
    student_import.refresh_from_db()
    scheme_id = student_import.cohort.scheme_id
    record(verb="import stopped", obj=student_import, by=by, now=now, fields=["cancel_asked"], scheme_id=scheme_id)
    if student_import.is_over and student_import.state in RESTS:
        set_state(student_import, RESTS[student_import.state], by=by, now=now)


@transaction.atomic
def put_aside(*, student_import: StudentImport, by: User | None, now: datetime) -> None:
    """Give an import up: its file and its rows are deleted."""
    set_state(student_import, ImportState.ABANDONED, by=by, now=now)
    forget(student_import)


@transaction.atomic
def forget(student_import: StudentImport) -> None:
    """Delete what the import keeps of the people in its file; that it took place stays known."""
    student_import.rows.all().delete()
    if student_import.file:
        storage, name = student_import.file.storage, str(student_import.file)
        StudentImport.objects.filter(pk=student_import.pk).update(file="")
        transaction.on_commit(lambda: storage.delete(name), robust=True)


def forget_old(*, now: datetime) -> int:
    """Put aside what nobody finished within a day, and delete what remains of finished imports; how many."""
    idle = StudentImport.objects.filter(queued_at__lt=now - KEPT).exclude(state=ImportState.ABANDONED)
    old = [each for each in idle.select_related("cohort") if each.is_over and (each.file or each.rows.exists())]
    for student_import in old:
        if student_import.state in (ImportState.MAPPING, ImportState.CHECKED, ImportState.CHECKING):
            put_aside(student_import=student_import, by=None, now=now)
        else:
            _forget_result(student_import, now)
    return len(old)


@transaction.atomic
def _forget_result(student_import: StudentImport, now: datetime) -> None:
    forget(student_import)
    scheme_id = student_import.cohort.scheme_id
    record(verb="import forgotten", obj=student_import, by=None, now=now, fields=["file", "rows"], scheme_id=scheme_id)
