import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from mentoring.participation import tasks
from mentoring.participation.models import Participant, StudentImport
from mentoring.participation.reading import MAX_BYTES
from mentoring.participation.services import imports as services
from schemes.models import Programme
from schemes.services import appoint
from schemes.states import Role
from tests.factories import NOW, TODAY
from tests.participation.conftest import student
from tests.participation.reading.samples import HEADINGS, ROWS, csv_of, shared, xlsx_of


@pytest.fixture
def lee(client: Client, northfield):
    client.force_login(northfield.dr_lee, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def send(client, data, name="students.csv", **more):
    file = SimpleUploadedFile(name, data)
    return client.post(reverse("participation:imports"), {"role": "mentee", "file": file, **more})


def url(name, student_import):
    return reverse(f"participation:{name}", args=[student_import.pk])


def text(response):
    return response.content.decode()


def test_a_file_is_walked_from_upload_to_done(lee, northfield):
    data = csv_of([[*HEADINGS, "Date of birth"], [*student(1), "21/10/2007"], [*student(2, email=""), "22/10/2007"]])
    answer = send(lee, data)
    begun = StudentImport.objects.get()
    assert answer["Location"] == url("import_columns", begun)

    page = text(lee.get(url("import_columns", begun)))
    assert "Date of birth</strong>: date of birth" in page
    assert "For example: 1, 2" in page
    assert "21/10/2007" not in page
    lee.post(url("import_columns", begun), {name: str(column) for name, column in begun.mapping.items()})

    assert "Checking the rows" in text(lee.get(url("import", begun)))
    tasks.sweep()
    page = text(lee.get(url("import", begun)))
    assert "1 faulty row needs a decision" in page
    assert "No e-mail address." in page

    lee.post(url("import_apply", begun))
    assert "neither mended nor left out" in text(lee.get(url("import", begun)))
    row = begun.rows.get(outcome="faulty")
    lee.post(url("import_leave_out", begun), {"row": row.pk, "listed": row.pk, "page": "1"})
    assert "Import 1 student" in text(lee.get(url("import", begun)))

    lee.post(url("import_apply", begun))
    assert "Importing" in text(lee.get(url("import", begun)))
    tasks.sweep()
    page = text(lee.get(url("import", begun)))
    assert "Imported" in page
    assert f'href="{reverse("matching:drafts")}?cohort={northfield.cohort.slug}">Match them</a>' in page
    assert Participant.objects.get(user__student_number="1").cohort == northfield.cohort
    assert not User.objects.filter(student_number="2").exists()


def test_mentors_who_were_imported_are_not_matched_at_once(lee, checked):
    done = checked([student(1)], role="mentor")
    lee.post(url("import_apply", done))
    tasks.sweep()
    assert "See the people" in text(lee.get(url("import", done)))
    assert "Match them" not in text(lee.get(url("import", done)))


def test_no_other_scheme_than_the_one_worked_on_is_imported_into_unasked(client, northfield):
    appoint(
        scheme=northfield.scheme,
        user=northfield.mallory,
        role=Role.MANAGER,
        unit=northfield.university,
        starts_on=TODAY,
        by=None,
        now=NOW,
    )
    client.force_login(northfield.mallory, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.post(reverse("console:choose_cohort"), {"cohort": northfield.cohort.slug})

    page = text(client.get(reverse("participation:imports")))
    assert "You may not import students into Northfield Peer Mentoring 2026/27." in page
    assert f'<a href="?cohort={northfield.other_cohort.slug}">Placement Buddies 2026/27</a>' in page
    assert 'type="file"' not in page
    send(client, csv_of([HEADINGS, student(1)]))
    assert not StudentImport.objects.exists()

    chosen = {"cohort": northfield.other_cohort.slug}
    assert "Into Placement Buddies 2026/27." in text(client.get(reverse("participation:imports"), chosen))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "The file is empty"),
        (b" \r\n", "The file is empty"),
        (csv_of([HEADINGS]), "no rows below"),
        (b"%PDF-1.7", "neither a CSV file nor a workbook"),
        (b"PK\x03\x04nonsense", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old kind"),
    ],
)
def test_an_unreadable_file_is_refused_in_words(lee, data, words):
    answer = send(lee, data)
    assert answer.status_code == 200
    assert words in text(answer)
    assert not StudentImport.objects.exists()


def test_each_column_that_is_missing_is_named(lee, upload):
    begun = upload([student(1)])
    page = text(lee.post(url("import_columns", begun), {"campus": ""}))
    for field in ("Student number", "University e-mail", "Course code"):
        assert f"Choose the column of “{field}”: the scheme cannot do without it</a>" in page


def test_a_file_that_is_too_large_is_refused(lee):
    answer = send(lee, b"x" * (MAX_BYTES + 1))
    assert "larger than 50 MB" in text(answer)
    assert not StudentImport.objects.exists()


def test_a_workbook_with_a_formula_is_read_as_text(lee):
    send(
        lee,
        xlsx_of([HEADINGS, ["1", '=HYPERLINK("http://x")', "B", "u1@northfield.ac.uk", "L300", 1]]),
        "students.xlsx",
    )
    begun = StudentImport.objects.get()
    lee.post(url("import_columns", begun), {name: str(column) for name, column in begun.mapping.items()})
    tasks.sweep()
    assert begun.rows.get().values["given_name"] == '=HYPERLINK("http://x")'


@pytest.mark.abuse(15)
def test_names_are_shown_as_text_never_as_markup(lee, checked):
    student_import = checked([student(1, given="<script>alert(1)</script>")])
    page = text(lee.get(url("import", student_import)))
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


@pytest.mark.abuse(15)
def test_the_examples_of_a_column_are_shown_as_text_never_as_markup(lee, upload):
    """Three rows' examples stand side by side, so that no single one needs to be whole."""
    parts = ['<button a="', '" formaction=/admin/pairs/1/end/ b="', '">Check the rows</button>']
    begun = upload([student(number, given=part) for number, part in enumerate(parts, start=1)])
    page = text(lee.get(url("import_columns", begun)))
    assert "For example: &lt;button a=" in page
    assert "<button a=" not in page


def test_the_columns_page_offers_no_column_that_is_never_taken(lee, upload):
    begun = upload([[*student(1), "21/10/2007"]], headings=[*HEADINGS, "Date of birth"])
    chosen = {name: str(column) for name, column in begun.mapping.items()}
    answer = lee.post(url("import_columns", begun), chosen | {"campus": "6"})
    assert answer.status_code == 200
    begun.refresh_from_db()
    assert begun.state == "mapping"


def test_the_columns_page_refuses_one_column_for_two_fields(lee, upload):
    begun = upload([student(1)])
    chosen = {name: str(column) for name, column in begun.mapping.items()}
    assert "already “Last name”" in text(lee.post(url("import_columns", begun), chosen | {"known_as": "2"}))


def test_the_faulty_rows_can_be_downloaded_mended_and_uploaded(lee, northfield, checked):
    student_import = checked([student(1), student(2, email="", given="=1+1")])
    answer = lee.get(url("import_corrected", student_import))
    assert "attachment" in answer["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert [(row["Row"], row["What is wrong"], row["First name"]) for row in rows] == [
        ("3", "No e-mail address.", "'=1+1")
    ]
    mended = csv_of([list(rows[0]), list((rows[0] | {"University e-mail": "u2@northfield.ac.uk"}).values())])
    send(lee, mended)
    begun = StudentImport.objects.exclude(pk=student_import.pk).get()
    lee.post(url("import_columns", begun), {name: str(column) for name, column in begun.mapping.items()})
    tasks.sweep()
    assert begun.rows.get().values["given_name"] == "=1+1"


def test_the_sample_is_imported_as_it_is(lee, northfield):
    answer = send(lee, lee.get(reverse("participation:import_sample")).content)
    begun = StudentImport.objects.get()
    assert answer["Location"] == url("import_columns", begun)
    services.choose_columns(student_import=begun, fields=begun.mapping, by=northfield.dr_lee, now=NOW)
    tasks.sweep()
    assert begun.rows.get().outcome == "new"


def test_posting_twice_imports_once(lee, checked):
    student_import = checked([student(1)])
    for _time in range(2):
        assert lee.post(url("import_apply", student_import)).status_code == 302
    tasks.sweep()
    assert lee.post(url("import_apply", student_import)).status_code == 302
    tasks.sweep()
    assert Participant.objects.filter(user__student_number="1").count() == 1


def test_a_stale_page_changes_nothing_and_says_why(lee, checked):
    student_import = checked([student(1)])
    lee.post(url("import_put_aside", student_import))
    answer = lee.post(url("import_apply", student_import), follow=True)
    assert "no longer possible" in text(answer)
    assert not Participant.objects.filter(user__student_number="1").exists()


@pytest.mark.parametrize("name", ["import", "import_columns", "import_corrected"])
@pytest.mark.parametrize("role", ["carys", "mallory", "tom", "aisha", "admin"])
def test_others_see_nothing_of_an_import(client, northfield, checked, name, role):
    student_import = checked([student(1, given="Canary"), student(2, given="Canary", email="")], by="sam")
    client.force_login(northfield.people[role], backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.get(url(name, student_import))
    assert answer.status_code == 404
    assert "Canary" not in text(answer)


@pytest.mark.parametrize("outcome", ["faulty", "new"])
def test_the_check_page_costs_the_same_for_one_row_and_for_three(lee, checked, outcome):
    def rows(count, start):
        changes = {"email": ""} if outcome == "faulty" else {}
        return [student(start + number, **changes) for number in range(count)]

    one, three = checked(rows(1, 10)), checked(rows(3, 20))
    lee.get(url("import", one))
    counted = []
    for student_import in (one, three):
        with CaptureQueriesContext(connection) as queries:
            lee.get(url("import", student_import))
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_an_administrator_imports_courses(client, northfield):
    client.force_login(northfield.admin, backend="allauth.account.auth_backends.AuthenticationBackend")
    target = reverse("participation:import_programmes")
    data = {"unit": northfield.university.pk, "with_units": "on"}
    file = SimpleUploadedFile("courses.csv", shared("courses.csv"))
    answer = client.post(target, data | {"file": file})
    assert answer["Location"] == reverse("schemes:programmes")
    assert Programme.objects.count() == 14

    faulty = SimpleUploadedFile("courses.csv", csv_of([["Course code", "Course"], ["X1", ""]]))
    assert "No course title." in text(client.post(target, data | {"file": faulty}))
    assert not Programme.objects.filter(code="X1").exists()
    other = SimpleUploadedFile("courses.csv", csv_of([HEADINGS, *ROWS]))
    assert "a column for the course code" in text(client.post(target, data | {"file": other}))
