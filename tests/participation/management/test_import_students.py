import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from mentoring.participation.models import Participant, StudentImport
from schemes.services import add_programme
from tests.factories import NOW
from tests.participation.conftest import student
from tests.participation.reading.samples import DATA, HEADINGS, csv_of, shared
from tests.participation.reading.test_rows import EXPECTED


@pytest.fixture
def courses(northfield):
    """Every programme of the shared extracts."""
    call_command("import_programmes", DATA / "courses.csv", unit=northfield.university.code, stdout=StringIO())


def run(*args, **options):
    out = StringIO()
    call_command("import_students", *args, cohort="northfield-2026", stdout=out, **options)
    return out.getvalue()


def run_json(*args, **options):
    return json.loads(run(*args, json=True, **options))


def taken():
    return Participant.objects.filter(enrolled_at=NOW)


def test_a_dry_run_tells_and_writes_nothing(courses):
    result = run_json(DATA / "starters-sits.csv")
    assert result == {
        "new": 999,
        "changed": 0,
        "unchanged": 0,
        "faulty": [],
        "dropped_columns": ["STU_GEND", "STU_DOB", "STU_CAT3", "STU_DOMC"],
        "applied": False,
    }
    assert not taken().exists()


def test_applying_twice_changes_nothing(courses):
    assert run_json(DATA / "mentors.csv", kind="mentor", apply=True)["new"] == 340
    again = run_json(DATA / "mentors.csv", kind="mentor", apply=True)
    assert (again["new"], again["changed"], again["unchanged"]) == (0, 0, 340)
    assert taken().filter(role="mentor").count() == 340
    assert not StudentImport.objects.exists()


def test_the_faulty_extract_yields_its_faults_and_imports_nothing(courses):
    faulty = run_json(DATA / "starters-with-faults.csv")["faulty"]
    lines = shared("starters-with-faults.expected.csv").decode().splitlines()[1:]
    wanted = {int(row) for row, words in (line.split(",", 1) for line in lines) if words.strip('"') in EXPECTED}
    assert [fault["row"] for fault in faulty] == sorted(wanted)
    assert set(faulty[0]) == {"row", "column", "reason"}

    with pytest.raises(CommandError, match="Nothing was imported"):
        run(DATA / "starters-with-faults.csv", apply=True)
    assert not taken().exists()

    assert "406 new" in run(DATA / "starters-with-faults.csv", apply=True, leave_out_faulty=True)
    assert taken().count() == 406


def test_what_changed_is_taken(northfield, tmp_path):
    file = tmp_path / "students.csv"
    file.write_bytes(csv_of([HEADINGS, student(1)]))
    run(file, apply=True)
    file.write_bytes(csv_of([HEADINGS, student(1, course="C800", year="2", family="Renamed")]))
    assert run_json(file, apply=True)["changed"] == 1
    part = taken().get()
    assert (part.programme, part.year_of_study, part.user.family_name) == (northfield.psych, 2, "Renamed")


def test_columns_can_be_named(northfield, tmp_path):
    file = tmp_path / "students.csv"
    file.write_bytes(csv_of([["Nr", *HEADINGS[1:]], student(1)]))
    with pytest.raises(CommandError, match="student_number"):
        run(file)
    assert run_json(file, column=["student_number=Nr"])["new"] == 1
    for wrong in ("student_number=Nothing", "shoe_size=Nr"):
        with pytest.raises(CommandError):
            run(file, column=[wrong])


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", None])
def test_an_unreadable_file_is_one_sentence(northfield, tmp_path, content):
    file = tmp_path / "file"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CommandError):
        run(file)


def test_an_unknown_cohort_is_one_sentence(northfield):
    with pytest.raises(CommandError, match="no cohort"):
        call_command("import_students", DATA / "mentors.csv", cohort="nowhere")


def test_a_course_of_another_university_is_unknown(northfield, tmp_path, django_assert_max_num_queries):
    add_programme(unit=northfield.social, code="X100", name="X", hecos="", subject_group="x", by=None, now=NOW)
    file = tmp_path / "students.csv"
    file.write_bytes(csv_of([HEADINGS, *(student(number, course="X100") for number in range(400))]))
    with django_assert_max_num_queries(12):
        assert run_json(file)["new"] == 400
