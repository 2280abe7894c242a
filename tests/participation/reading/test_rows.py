import csv

import pytest

from mentoring.participation.reading import REASONS, check_students
from tests.participation.reading.samples import HEADINGS, ROWS, context, csv_of, mapped, shared, xlsx_of

EXPECTED = {
    "no e-mail": "no_email",
    "not a university address": "foreign_email",
    "malformed e-mail": "malformed_email",
    "same student twice": "same_student",
    "same student number, other person": "same_number",
    "same e-mail in other case": "same_email_other_case",
    "unknown course": "unknown_course",
    "row is short": "short",
    "row is long": "long",
    "year is not a number": "malformed_year",
    "line break in a name": "name_break",
    "name over 150 characters": "name_too_long",
}


def check(data, kind="mentee"):
    table, mapping = mapped(data, kind)
    return list(check_students(table, mapping, context()))


def check_one(**changes):
    cells = dict(zip(HEADINGS, ROWS[0], strict=True)) | changes
    return check(csv_of([list(cells), list(cells.values())]))[0]


def test_faulty_extract_has_exactly_its_expected_faults():
    lines = list(csv.reader(shared("starters-with-faults.expected.csv").decode("ascii").splitlines()))[1:]
    wanted = {int(row): EXPECTED[words] for row, words in lines if words in EXPECTED}
    odd_but_right = {int(row) for row, words in lines if words not in EXPECTED}

    checked = check(shared("starters-with-faults.csv"))

    assert {row.row: row.faults[0].code for row in checked if row.faults} == wanted
    assert all(len(row.faults) <= 1 for row in checked)
    assert len(checked) == 420
    assert odd_but_right == {row.row for row in checked if row.student and row.row in odd_but_right} == {142, 152, 162}


def test_faulty_extract_names_the_file_s_own_columns():
    columns = {row.row: row.faults[0].column for row in check(shared("starters-with-faults.csv")) if row.faults}
    assert {columns[5], columns[19], columns[77], columns[122]} == {"University e-mail"}
    assert {columns[33], columns[64]} == {"Student ID"}
    assert (columns[90], columns[192], columns[202], columns[172]) == ("Course code", "Year of study", "First name", "")


def test_odd_but_right_names_are_kept_as_text():
    students = {row.row: row.student for row in check(shared("starters-with-faults.csv"))}
    assert (students[142].given_name, students[142].family_name) == ("Bảo", "")
    assert students[152].given_name == '=HYPERLINK("http://x","Ann")'
    assert students[162].given_name == "<script>alert(1)</script>"


def test_sits_extract_is_all_right_and_its_names_no_longer_shout():
    checked = check(shared("starters-sits.csv"))
    assert len(checked) == 999
    assert not [row for row in checked if row.faults]
    assert checked[0].student.family_name == "Misra"
    assert checked[0].student.commuter is True
    assert checked[0].student.deprivation_quintile == 3


def test_mentors_offer_places():
    checked = check(shared("mentors.csv"), "mentor")
    assert len(checked) == 340
    assert {row.student.places_offered for row in checked} == {3, 4, 5}


def test_no_private_cell_is_in_what_the_check_gives():
    for row in check(shared("starters-sits.csv")):
        assert "07700" not in repr(row)
        assert not {"STU_DOB", "STU_GEND"} & set(row.cells)


@pytest.mark.parametrize(
    ("changes", "code", "column"),
    [
        ({"Student ID": ""}, "no_student_number", "Student ID"),
        ({"Student ID": "27 00"}, "malformed_student_number", "Student ID"),
        ({"First name": "", "Last name": " "}, "no_name", "First name"),
        ({"First name": "An\u2028n"}, "name_break", "First name"),
        ({"Last name": "An\x07n"}, "unreadable", "Last name"),
        ({"Last name": "An\0n"}, "unreadable", "Last name"),
        ({"University e-mail": "a b@northfield.ac.uk"}, "malformed_email", "University e-mail"),
        ({"University e-mail": "u1@evil-northfield.ac.uk"}, "foreign_email", "University e-mail"),
        ({"University e-mail": "u1@northfield.ac.uk.evil.example"}, "foreign_email", "University e-mail"),
        ({"University e-mail": "a" * 250 + "@northfield.ac.uk"}, "too_long", "University e-mail"),
        ({"Course code": ""}, "no_course", "Course code"),
        ({"Year of study": ""}, "no_year", "Year of study"),
        ({"Year of study": "12"}, "malformed_year", "Year of study"),
        ({"Year of study": "-1"}, "malformed_year", "Year of study"),
        ({"Campus": "x" * 65}, "too_long", "Campus"),
    ],
)
def test_fault_of_one_cell(changes, code, column):
    row = check_one(**changes)
    assert row.student is None
    assert [(fault.code, fault.column) for fault in row.faults] == [(code, column)]
    assert "{" not in str(row.faults[0].reason)


def test_every_fault_of_a_row_is_told_at_once():
    row = check_one(**{"Student ID": "", "University e-mail": "x", "Course code": "ZZ99"})
    assert [fault.code for fault in row.faults] == ["no_student_number", "malformed_email", "unknown_course"]
    assert {fault.code for fault in row.faults} <= set(REASONS)


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"University e-mail": "U2700101@Northfield.AC.UK"}, "email", "u2700101@northfield.ac.uk"),
        ({"Course code": "g400"}, "course_code", "G400"),
        ({"Year of study": "Year 2"}, "year_of_study", 2),
        ({"Year of study": "1.0"}, "year_of_study", 1),
        ({"Year of study": "0"}, "year_of_study", 0),
        ({"First name": "", "Last name": "SUHARTO"}, "given_name", "SUHARTO"),
        ({"First name": ".", "Last name": "Suharto"}, "family_name", ""),
        ({"First name": "JOHN", "Last name": "O'BRIEN"}, "given_name", "John"),
        ({"First name": "TJ", "Last name": "O'BRIEN"}, "given_name", "TJ"),
        ({"First name": "A\u202enn"}, "given_name", "Ann"),
        ({"Mode": "Part-time"}, "study_mode", "part_time"),
        ({"Mode": "31"}, "study_mode", ""),
        ({"Commuter": "No"}, "commuter", False),
        ({"Commuter": "?"}, "commuter", None),
        ({"POLAR4": "Q5"}, "deprivation_quintile", 5),
        ({"POLAR4": "9"}, "deprivation_quintile", None),
    ],
)
def test_odd_values_are_understood_or_left_unknown(changes, field, value):
    assert getattr(check_one(**changes).student, field) == value


def test_the_same_address_of_another_student_is_a_fault_of_the_later_row():
    later = ["2700999", *ROWS[0][1:]]
    first, second = check(csv_of([HEADINGS, ROWS[0], later]))
    assert first.student
    assert [(fault.code, fault.column) for fault in second.faults] == [("same_email", "University e-mail")]
    assert "row 2" in str(second.faults[0].reason)


@pytest.mark.parametrize("places", ["21", "many", "-1", "2.5"])
def test_places_that_are_no_small_number_are_a_fault(places):
    row = check(csv_of([[*HEADINGS, "Places offered"], [*ROWS[0], places]]), "mentor")[0]
    assert [fault.code for fault in row.faults] == ["malformed_places"]


def test_a_workbook_row_that_ends_early_is_not_short():
    row = check(xlsx_of([[*HEADINGS, "Campus"], [2700101, *ROWS[0][1:5], 1]]))[0]
    assert row.student.student_number == "2700101"
    assert row.student.campus == ""


def test_of_a_row_of_wrong_length_only_what_finds_it_is_kept():
    headings = [*HEADINGS, "Personal tutor group", "Date of birth"]
    row = check(csv_of([headings, [*ROWS[0], "21/10/2007"]]))[0]
    assert row.faults[0].code == "short"
    assert "21/10/2007" not in repr(row)
