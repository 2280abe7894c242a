"""What a worker does for an import: check the rows, or take them. Interrupted anywhere, it can begin again."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.services import record
from mentoring.lib.jobs import Cancelled, JobState
from mentoring.participation.models import ImportRow, StudentImport
from mentoring.participation.reading import Fault, StudentRow, UnreadableFile
from mentoring.participation.selectors.examined import Examined, compare_students, examine, in_batches
from mentoring.participation.selectors.imports import counts_of, reach_of
from mentoring.participation.services.imports import RESTS, forget, mapping_of, set_state, table_of
from mentoring.participation.services.students import Plan, Taking, take_students
from mentoring.participation.states import ImportState, RowOutcome
from schemes.models import Cohort

log = logging.getLogger(__name__)


Clock = Callable[[], datetime]

# So many rows that somebody's files brought into a cohort may be found to be about people beyond their reach. Further
# files with such a row wait for the lead as a whole: trying out addresses answers for no more of them than this.
MOST_ASIDE = 20


class Changed(Exception):
    """What the rows would do is no longer what was checked."""


def work_on(*, student_import: StudentImport, clock: Clock) -> None:
    """Do the work of a claimed import; however it ends, the import rests in a state with a way on."""
    try:
        _step(student_import, clock)
    except Cancelled:
        _rest(student_import, JobState.CANCELLED, clock())
    except UnreadableFile as problem:
        _rest(student_import, JobState.FAILED, clock(), failure=str(problem))
    except Exception as problem:  # whatever it is, the coordinator gets a page with a way on
        log.error("Import %s failed: %s", student_import.pk, type(problem).__name__)
        _rest(student_import, JobState.FAILED, clock())


def _step(student_import: StudentImport, clock: Clock) -> None:
    if student_import.state == ImportState.APPLYING:
        try:
            _apply(student_import, clock)
        except Changed:
            # Somebody else changed what the rows are about: the coordinator looks at fresh verdicts first.
            set_state(student_import, ImportState.CHECKING, by=None, now=clock())
    if student_import.state == ImportState.CHECKING:
        _check(student_import, clock)


@transaction.atomic
def _rest(student_import: StudentImport, job_state: str, now: datetime, failure: str = "") -> None:
    student_import.finish(job_state, now, failure)
    set_state(student_import, RESTS[student_import.state], by=None, now=now)


def _check(student_import: StudentImport, clock: Clock) -> None:
    """Read the file, compare every row with what is here, and keep the verdicts."""
    table = table_of(student_import)
    total = sum(1 for _row in table.rows())
    student_import.report(0, total, clock())
    student_import.rows.all().delete()  # of a check that was interrupted
    examined = examine(
        cohort=student_import.cohort,
        role=student_import.role,
        table=table,
        mapping=mapping_of(student_import),
        by=student_import.uploaded_by,
        today=timezone.localdate(clock()),
    )
    done = 0
    for batch in examined:
        ImportRow.objects.bulk_create(_row(student_import, each) for each in batch)
        done += len(batch)
        student_import.report(done, total, clock())
    with transaction.atomic():
        student_import.finish(JobState.DONE, clock())
        set_state(student_import, ImportState.CHECKED, by=None, now=clock())


def _row(student_import: StudentImport, examined: Examined) -> ImportRow:
    student = examined.student if examined.outcome != RowOutcome.FAULTY else None
    return ImportRow(
        student_import=student_import,
        number=examined.row,
        outcome=examined.outcome,
        values=vars(student) if student else examined.cells,
        changed_fields=examined.changed_fields,
        faults=[fault.as_json() for fault in examined.faults],
    )


def _apply(student_import: StudentImport, clock: Clock) -> None:
    """Compare once more, then write everything in one transaction together with the import's own end."""
    now = clock()
    taking = Taking(
        cohort=student_import.cohort,
        role=student_import.role,
        reach=reach_of(student_import.cohort, student_import.uploaded_by, timezone.localdate(now)),
        by=student_import.uploaded_by,
        now=now,
    )
    plans = _plans(student_import, taking, clock)
    try:
        with transaction.atomic():
            locked = StudentImport.objects.select_for_update().get(pk=student_import.pk)
            if locked.state != ImportState.APPLYING:
                return
            # Imports into one cohort take turns: two at once do not both count as the first.
            Cohort.objects.select_for_update().get(pk=taking.cohort.pk)
            aside = _aside(student_import, plans)
            left = set(aside)
            take_students(taking=taking, plans=[plan for plan in plans if plan[0].row not in left])
            _set_aside(student_import, aside, now)
            _close(student_import, len(aside), now)
    except IntegrityError as error:
        raise Changed from error


def _aside(student_import: StudentImport, plans: list[Plan]) -> list[int]:
    """The numbers of the rows that are not taken: once somebody's files had too many of them, every row is one."""
    aside = [student.row for student, comparison in plans if comparison.is_aside]
    theirs = StudentImport.objects.filter(cohort=student_import.cohort, uploaded_by=student_import.uploaded_by)
    before = sum(reading.get("counts", {}).get("aside", 0) for reading in theirs.values_list("reading", flat=True))
    if aside and before + len(aside) > MOST_ASIDE:
        return [student.row for student, _comparison in plans]
    return aside


def _plans(student_import: StudentImport, taking: Taking, clock: Clock) -> list[Plan]:
    rows = student_import.rows.filter(outcome__in=[RowOutcome.NEW, RowOutcome.CHANGED])
    total, plans = rows.count(), []
    for batch in in_batches(rows.iterator(chunk_size=500)):
        students = [StudentRow(**row.values) for row in batch]
        compared = compare_students(students, cohort=taking.cohort, role=taking.role, reach=taking.reach)
        if any(comparison.fault for comparison in compared.values()):
            raise Changed
        plans += [(student, compared[student.row]) for student in students]
        student_import.report(len(plans), total, clock())
    return plans


def _set_aside(student_import: StudentImport, numbers: list[int], now: datetime) -> None:
    """Keep rows that were not taken among the faulty ones: which they are is on the trail, and for a lead to decide."""
    rows = list(student_import.rows.filter(number__in=numbers))
    for row in rows:
        row.outcome, row.is_left_out, row.changed_fields = RowOutcome.FAULTY, True, []
        row.values = {name: "" if value is None else str(value) for name, value in row.values.items()}
        row.faults = [Fault(row.number, "", "left_to_lead").as_json()]
    ImportRow.objects.bulk_update(rows, ["outcome", "is_left_out", "changed_fields", "values", "faults"], 500)
    if rows:
        scheme_id = student_import.cohort.scheme_id
        by = student_import.uploaded_by
        record(verb="rows left to the lead", obj=student_import, by=by, now=now, fields=["rows"], scheme_id=scheme_id)


def _close(student_import: StudentImport, aside: int, now: datetime) -> None:
    """Keep the numbers and the rows that were left out or not taken, for the day in which they may be mended."""
    counts = {**counts_of(student_import), "aside": aside}
    counts["left_out"] -= aside
    student_import.finish(JobState.DONE, now)
    reading = {**student_import.reading, "counts": counts}
    set_state(student_import, ImportState.APPLIED, by=None, now=now, applied_at=now, reading=reading)
    student_import.rows.exclude(outcome=RowOutcome.FAULTY).delete()
    if not counts["faulty"]:
        forget(student_import)
