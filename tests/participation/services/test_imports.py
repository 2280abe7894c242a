from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEntry, User
from accounts.services import WrongState, create_person
from mentoring.lib.jobs import JobState
from mentoring.participation import tasks
from mentoring.participation.models import HeadingMemory, ImportRow, Participant, StudentImport
from mentoring.participation.reading import UnreadableFile
from mentoring.participation.selectors.imports import counts_of, remembered_mapping
from mentoring.participation.services import come_back, enrol, import_work, leave
from mentoring.participation.services import imports as services
from mentoring.participation.states import ImportState, RowOutcome
from schemes.services import TermDates, change_policy, open_next_cohort
from tests.factories import NOW, ParticipantFactory
from tests.participation.conftest import student
from tests.participation.reading.samples import HEADINGS, csv_of, shared


def apply(student_import):
    services.apply_import(student_import=student_import, by=student_import.uploaded_by, now=NOW)
    tasks.work(student_import.pk)
    student_import.refresh_from_db()
    return student_import


def people():
    return set(Participant.objects.filter(enrolled_at=NOW).values_list("user__email", flat=True))


def test_start_import_guesses_and_keeps_nothing_private(upload):
    headings = [*HEADINGS, "Date of birth", "Mobile"]
    student_import = upload([[*student(1), "21/10/2007", "07700 900096"]], headings=headings)
    assert student_import.state == ImportState.MAPPING
    assert student_import.mapping["email"] == 3
    assert student_import.dropped_columns == ["Date of birth", "Mobile"]
    assert "07700" not in str(vars(student_import))
    assert not StudentImport.claimable(NOW).exists()


def test_a_file_lies_encrypted_and_one_that_does_not_is_not_read(upload):
    student_import = upload([student(1, family="Moonlit")])
    with student_import.file.open("rb") as file:
        assert b"Moonlit" not in file.read()
    assert [row.cells[2] for row in services.table_of(student_import).rows()] == ["Moonlit"]
    with student_import.file.open("wb") as file:
        file.write(csv_of([HEADINGS, student(1)]))
    with pytest.raises(UnreadableFile, match="Upload it again"):
        services.table_of(student_import)


def test_start_import_refuses_an_unreadable_file_and_keeps_nothing(northfield):
    with pytest.raises(UnreadableFile):
        services.start_import(
            cohort=northfield.cohort, role="mentee", data=b"", file_name="x", by=northfield.sam, now=NOW
        )
    assert not StudentImport.objects.exists()


def test_start_import_after_the_year_is_refused(northfield):
    with pytest.raises(WrongState):
        services.start_import(
            cohort=northfield.cohort,
            role="mentee",
            data=csv_of([HEADINGS, student(1)]),
            file_name="x",
            by=northfield.sam,
            now=NOW + timedelta(days=500),
        )


@pytest.mark.parametrize(
    "fields", [{"email": 3}, {"student_number": 0, "given_name": 0, "email": 3, "course_code": 4, "year_of_study": 5}]
)
def test_choose_columns_refuses_gaps_and_doubles(upload, fields):
    student_import = upload([student(1)])
    with pytest.raises(WrongState):
        services.choose_columns(student_import=student_import, fields=fields, by=student_import.uploaded_by, now=NOW)
    assert student_import.state == ImportState.MAPPING
    assert not HeadingMemory.objects.exists()


def test_columns_are_remembered_for_the_source(northfield):
    headings = ["Nr", "Call name", "Last name", "E-mail", "Course code", "Year"]
    student_import = services.start_import(
        cohort=northfield.cohort,
        role="mentee",
        data=csv_of([headings, student(1)]),
        file_name="x",
        by=northfield.dr_lee,
        now=NOW,
    )
    assert "student_number" not in student_import.mapping
    fields = student_import.mapping | {"student_number": 0, "given_name": 1}
    services.choose_columns(student_import=student_import, fields=fields, by=northfield.dr_lee, now=NOW)

    again = remembered_mapping(northfield.institution, headings, "mentee")
    corrected = remembered_mapping(northfield.institution, ["Row", *headings], "mentee")

    assert again.fields == fields
    assert corrected.fields["student_number"] == 1
    assert "student_number" not in remembered_mapping(northfield.institution, headings, "mentor").fields


def test_check_sorts_rows_and_writes_nobody(checked, northfield):
    aisha = northfield.participant("aisha")
    User.objects.filter(pk=aisha.user_id).update(student_number="31")
    before = Participant.objects.count()

    student_import = checked(
        [
            student(1),
            student(31, given="Aisha", family="Begum", email="aisha@northfield.ac.uk", year="2"),
            student(3, email=""),
        ]
    )

    assert student_import.state == ImportState.CHECKED
    assert counts_of(student_import) == {
        "new": 1,
        "changed": 1,
        "unchanged": 0,
        "faulty": 1,
        "left_out": 0,
        "waiting": 1,
    }
    assert student_import.rows.get(outcome="changed").changed_fields == ["year_of_study"]
    assert Participant.objects.count() == before


def test_apply_waits_until_each_faulty_row_is_decided(checked):
    student_import = checked([student(1), student(2, email="")])
    with pytest.raises(WrongState, match="1 faulty"):
        services.apply_import(student_import=student_import, by=student_import.uploaded_by, now=NOW)
    assert people() == set()

    services.leave_out_all(student_import=student_import, by=student_import.uploaded_by, now=NOW)
    apply(student_import)

    assert student_import.state == ImportState.APPLIED
    assert people() == {"u1@northfield.ac.uk"}


def test_apply_writes_people_parts_addresses_and_the_trail(checked, northfield):
    apply(checked([student(1), student(2)]))
    user = User.objects.get(student_number="1")
    assert (user.institution, user.full_name, user.has_usable_password()) == (
        northfield.institution,
        "Ann Example",
        False,
    )
    assert user.emailaddress_set.get().verified
    part = user.participations.get()
    assert (part.programme, part.year_of_study, part.state) == (northfield.sociology, 1, "enrolled")
    trail = AuditEntry.objects.filter(object_id=str(part.pk), object_type="participation.participant").get()
    assert (trail.verb, trail.actor) == ("enrolled", northfield.dr_lee)
    assert "Ann" not in str(list(AuditEntry.objects.values_list("fields", "verb")))


def test_applying_the_same_file_twice_changes_nothing(checked):
    rows = [student(1), student(2)]
    apply(checked(rows))
    entries = AuditEntry.objects.filter(object_type__in=["participation.participant", "accounts.user"]).count()
    again = checked(rows)
    assert counts_of(again)["unchanged"] == 2
    apply(again)
    assert Participant.objects.filter(enrolled_at=NOW).count() == 2
    assert AuditEntry.objects.filter(object_type__in=["participation.participant", "accounts.user"]).count() == entries


def test_of_the_shared_extracts_those_whose_courses_are_here_are_taken(northfield):
    for name, role in [("starters-with-faults.csv", "mentee"), ("mentors.csv", "mentor")]:
        student_import = services.start_import(
            cohort=northfield.cohort, role=role, data=shared(name), file_name=name, by=northfield.dr_lee, now=NOW
        )
        services.choose_columns(
            student_import=student_import, fields=student_import.mapping, by=northfield.dr_lee, now=NOW
        )
        tasks.work(student_import.pk)
        student_import.refresh_from_db()
        counts = counts_of(student_import)
        assert counts["faulty"] > 0  # the courses of other schools are not here
        services.leave_out_all(student_import=student_import, by=northfield.dr_lee, now=NOW)
        apply(student_import)
        assert Participant.objects.filter(role=role, enrolled_at=NOW).count() == counts["new"] > 50


def test_who_stopped_is_not_brought_back(checked, northfield):
    aisha = northfield.participant("aisha")
    User.objects.filter(pk=aisha.user_id).update(student_number="31")
    leave(participant=aisha, by=aisha.user, now=NOW)
    student_import = checked([student(31, given="Aisha", family="Begum", email="aisha@northfield.ac.uk", year="3")])
    assert counts_of(student_import)["unchanged"] == 1
    apply(student_import)
    aisha.refresh_from_db()
    assert (aisha.state, aisha.year_of_study) == ("left", 1)


@pytest.fixture
def next_year(northfield):
    """The year after, of the same scheme."""
    term = TermDates(0, 1, date(2027, 9, 27), date(2027, 12, 10))
    return open_next_cohort(scheme=northfield.scheme, name="2027/28", terms=[term], by=northfield.dr_lee, now=NOW)


def bring(checked, cohort, role="mentee"):
    row = student(31, given="Aisha", family="Begum", email="aisha@northfield.ac.uk", year="3")
    student_import = checked([row], cohort=cohort, role=role)
    apply(student_import)
    return Participant.objects.filter(cohort=cohort, user__email="aisha@northfield.ac.uk")


def test_who_stopped_is_not_brought_into_another_year_either(checked, northfield, next_year):
    aisha = northfield.participant("aisha")
    leave(participant=aisha, by=aisha.user, now=NOW)
    assert not bring(checked, next_year).exists()


def test_who_came_back_since_is_brought_into_another_year(checked, northfield, next_year):
    aisha = northfield.participant("aisha")
    leave(participant=aisha, by=aisha.user, now=NOW)
    come_back(participant=aisha, by=aisha.user, now=NOW + timedelta(days=1))
    assert bring(checked, next_year).exists()


def test_who_stopped_and_asked_for_a_mentor_later_is_brought(checked, northfield, next_year):
    aisha = northfield.participant("aisha")
    leave(participant=aisha, by=aisha.user, now=NOW)
    change_policy(cohort=next_year, changes={"entry": "opt-in"}, by=northfield.dr_lee, now=NOW)
    assert bring(checked, next_year).exists()


def test_who_stopped_and_volunteers_as_a_mentor_is_brought(checked, northfield, next_year):
    aisha = northfield.participant("aisha")
    leave(participant=aisha, by=aisha.user, now=NOW)
    assert bring(checked, next_year, role="mentor").exists()


def test_a_coordinator_brings_students_of_their_unit_only(checked):
    student_import = checked([student(1), student(2, course="G400")], by="sam")
    faulty = student_import.rows.get(outcome="faulty")
    assert [fault["code"] for fault in faulty.faults] == ["other_unit"]
    services.leave_out_all(student_import=student_import, by=student_import.uploaded_by, now=NOW)
    apply(student_import)
    assert people() == {"u1@northfield.ac.uk"}


@pytest.mark.abuse(19)
def test_an_appointment_that_ended_meanwhile_brings_nobody(checked, northfield):
    student_import = checked([student(1)], by="sam")
    northfield.sam.appointments.update(ends_on=(NOW - timedelta(days=1)).date())
    apply(student_import)
    assert student_import.state == ImportState.CHECKED
    assert counts_of(student_import)["faulty"] == 1
    assert people() == set()


def test_a_file_cannot_take_over_an_account(checked, northfield):
    User.objects.filter(pk=northfield.admin.pk).update(student_number="66")
    User.objects.filter(pk=northfield.aisha.pk).update(student_number="31", last_login=NOW)
    student_import = checked(
        [
            student(66, email="evil@northfield.ac.uk"),
            student(31, email="evil2@northfield.ac.uk"),
            student(7, email="sam@northfield.ac.uk"),
        ]
    )
    codes = [row.faults[0]["code"] for row in student_import.rows.filter(outcome="faulty")]
    assert codes == ["other_address", "other_address"]
    services.leave_out_all(student_import=student_import, by=student_import.uploaded_by, now=NOW)
    apply(student_import)
    northfield.sam.refresh_from_db()
    assert northfield.sam.given_name == "Sam"


def test_a_mentor_s_year_as_mentee_is_kept_as_the_chain(checked, northfield):
    northfield.other_cohort.starts_on -= timedelta(days=365)
    northfield.other_cohort.save()
    User.objects.filter(pk=northfield.nobody.pk).update(student_number="12")
    before = ParticipantFactory(user=northfield.nobody, cohort=northfield.other_cohort, programme=northfield.sociology)
    apply(checked([student(12, given="Nia", family="Outsider", email=northfield.nobody.email)], role="mentor"))
    assert northfield.nobody.participations.get(role="mentor").grew_from == before


def test_somebody_else_was_faster_so_the_rows_are_checked_again(checked, northfield, monkeypatch):
    student_import = checked([student(1)])
    plans = import_work._plans

    def slow(*args):
        found = plans(*args)
        user = create_person(
            institution=northfield.institution, email="u1@northfield.ac.uk", student_number="1", by=None, now=NOW
        )
        enrol(
            cohort=northfield.cohort,
            user=user,
            role="mentee",
            programme=northfield.psych,
            year_of_study=1,
            by=None,
            now=NOW,
        )
        return found

    monkeypatch.setattr(import_work, "_plans", slow)
    apply(student_import)

    assert student_import.state == ImportState.CHECKED
    assert student_import.job_state == JobState.DONE
    assert counts_of(student_import)["changed"] == 1
    assert Participant.objects.filter(user__student_number="1").count() == 1


def test_an_interrupted_check_begins_again_without_doubling(upload, monkeypatch, clock):
    student_import = upload([student(1), student(2)])
    services.choose_columns(
        student_import=student_import, fields=student_import.mapping, by=student_import.uploaded_by, now=NOW
    )
    killed = StudentImport.claim(student_import.pk, NOW)
    ImportRow.objects.create(student_import=killed, number=2, outcome="new")

    tasks.sweep()
    student_import.refresh_from_db()
    assert student_import.state == ImportState.CHECKING  # the lease still holds

    clock.shift(timedelta(minutes=6))
    tasks.sweep()
    student_import.refresh_from_db()
    assert student_import.state == ImportState.CHECKED
    assert student_import.rows.count() == 2


def test_a_worker_that_dies_while_applying_leaves_nothing_half_done(checked, monkeypatch, clock):
    student_import = checked([student(1), student(2)])
    services.apply_import(student_import=student_import, by=student_import.uploaded_by, now=NOW)

    class Killed(BaseException):
        pass

    def die(*args):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(import_work, "_close", die)
        with pytest.raises(Killed):
            tasks.work(student_import.pk)
    assert people() == set()

    clock.shift(timedelta(minutes=6))
    tasks.sweep()
    student_import.refresh_from_db()
    assert student_import.state == ImportState.APPLIED
    assert Participant.objects.filter(user__student_number__in=["1", "2"]).count() == 2
    tasks.work(student_import.pk)
    assert Participant.objects.filter(user__student_number__in=["1", "2"]).count() == 2


def test_an_error_of_ours_lets_the_import_rest_with_a_way_on(checked, monkeypatch):
    student_import = checked([student(1)])

    def fail(**_options):
        raise RuntimeError("a name that must not be logged")

    monkeypatch.setattr(import_work, "take_students", fail)
    apply(student_import)
    assert (student_import.state, student_import.job_state, student_import.failure) == ("checked", "failed", "")


@pytest.mark.parametrize("begun", [False, True])
def test_call_off(upload, begun):
    student_import = upload([student(1)])
    by = student_import.uploaded_by
    services.choose_columns(student_import=student_import, fields=student_import.mapping, by=by, now=NOW)
    claimed = StudentImport.claim(student_import.pk, timezone.now()) if begun else None
    services.call_off(student_import=student_import, by=by, now=NOW)
    if claimed:
        import_work.work_on(student_import=claimed, clock=timezone.now)
    student_import.refresh_from_db()
    assert (student_import.state, student_import.job_state) == ("mapping", "cancelled")
    assert not StudentImport.claimable(NOW).exists()


def test_put_aside_keeps_nothing_of_the_file(checked, django_capture_on_commit_callbacks):
    student_import = checked([student(1)])
    storage, name = student_import.file.storage, student_import.file.name
    with django_capture_on_commit_callbacks(execute=True):
        services.put_aside(student_import=student_import, by=student_import.uploaded_by, now=NOW)
    assert not storage.exists(name)
    assert not student_import.rows.exists()


def test_what_nobody_finishes_is_forgotten_after_a_day(checked, clock, django_capture_on_commit_callbacks):
    waiting, done = checked([student(1)]), checked([student(2), student(3, email="")])
    services.leave_out_all(student_import=done, by=done.uploaded_by, now=NOW)
    apply(done)
    assert list(done.rows.values_list("outcome", flat=True)) == [RowOutcome.FAULTY]
    name = waiting.file.name
    clock.shift(timedelta(hours=25))
    with django_capture_on_commit_callbacks(execute=True):
        tasks.sweep()
        tasks.sweep()
    waiting.refresh_from_db()
    done.refresh_from_db()
    assert (waiting.state, done.state) == ("abandoned", "applied")
    assert not ImportRow.objects.exists()
    assert not waiting.file.storage.exists(name)
    assert done.reading["counts"]["left_out"] == 1


def test_remembering_headings_is_on_the_trail(upload):
    student_import = upload([student(1)])
    services.choose_columns(
        student_import=student_import, fields=student_import.mapping, by=student_import.uploaded_by, now=NOW
    )
    entry = AuditEntry.objects.get(verb="headings remembered")
    assert (entry.actor, entry.fields) == (student_import.uploaded_by, ["mapping"])
