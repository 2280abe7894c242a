import csv
import io

from mentoring.participation.reading import check_students, corrected_file
from tests.participation.reading.samples import context, mapped, shared


def corrected(table, mapping, checked):
    columns = {name: mapping.heading_of(name) for name in mapping.fields}
    faulty = [row for row in checked if row.faults]
    return corrected_file(
        columns, ((row.row, row.cells, [(each.column, each.reason) for each in row.faults]) for row in faulty)
    )


def faulty_extract():
    table, mapping = mapped(shared("starters-with-faults.csv"))
    return corrected(table, mapping, list(check_students(table, mapping, context())))


def read(data):
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_corrected_file_says_what_is_wrong_beside_each_row():
    rows = read(faulty_extract())
    assert len(rows) == 14
    assert rows[0]["Row"] == "5"
    assert rows[0]["Column"] == "University e-mail"
    assert rows[0]["What is wrong"] == "No e-mail address."
    assert rows[0]["Student ID"] == "2700126"


def test_corrected_file_has_nothing_that_was_dropped():
    data = faulty_extract().decode("utf-8-sig")
    assert "Date of birth" not in data
    assert "07700" not in data
    assert "11/06/2008" not in data


def test_corrected_file_is_formula_safe_and_comes_back_as_it_was():
    columns = {"student_number": "Student ID", "given_name": "First name", "email": "Email"}
    columns |= {"course_code": "Course code", "year_of_study": "Year", "campus": "=Campus"}
    cells = {"student_number": "1", "given_name": "=HYPERLINK(1)", "email": "a@northfield.ac.uk"}
    cells |= {"course_code": "G400", "year_of_study": "1", "campus": "@x"}
    data = corrected_file(columns, [(7, cells, [("First name", "=odd")])])
    assert not any(cell.startswith(("=", "@")) for row in read(data) for cell in row.values())

    table, mapping = mapped(data)
    (row,) = check_students(table, mapping, context())

    assert row.student.given_name == "=HYPERLINK(1)"
    assert mapping.ignored == ["Row", "Column", "What is wrong"]


def test_corrected_file_when_mended_is_all_right():
    rows = read(faulty_extract())
    for number, row in enumerate(rows):
        row |= {
            "Student ID": f"28{number}",
            "First name": "Ann",
            "University e-mail": f"u28{number}@northfield.ac.uk",
            "Course code": "G400",
            "Year of study": "1",
        }
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)

    table, mapping = mapped(out.getvalue().encode("utf-8-sig"))

    assert not [row for row in check_students(table, mapping, context()) if row.faults]
