from mentoring.participation.reading import check_programmes
from tests.participation.reading.samples import csv_of, mapped, shared

HEADINGS = ["Course code", "Course", "HECoS", "Department", "School"]


def check(data):
    return list(check_programmes(*mapped(data, "programme")))


def test_shared_programmes_are_all_right():
    checked = check(shared("courses.csv"))
    assert len(checked) == 14
    assert not [row for row in checked if row.faults]
    assert (checked[0].programme.code, checked[0].programme.hecos) == ("L300", "100505")
    assert checked[0].programme.department == "Social Sciences"


def test_faults_of_programmes():
    rows = [
        ["", "No code", "", "", ""],
        ["A1", "", "", "", ""],
        ["A2", "Fine", "", "", ""],
        ["a2", "Again", "", "", ""],
        ["A3", "Bad HECoS", "1234", "", ""],
        ["=A4", "Bad code", "", "", ""],
        ["A5"],
    ]
    codes = [[fault.code for fault in row.faults] for row in check(csv_of([HEADINGS, *rows]))]
    assert codes == [
        ["no_course"],
        ["no_title"],
        [],
        ["same_programme"],
        ["malformed_hecos"],
        ["malformed_code"],
        ["short"],
    ]
