import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from schemes.models import Programme, Unit
from tests.participation.reading.samples import DATA, csv_of

HEADINGS = ["Course code", "Course", "HECoS", "Department", "School"]


def run(file, **options):
    out = StringIO()
    call_command("import_programmes", file, unit="university", stdout=out, **options)
    return out.getvalue()


def test_courses_go_to_the_units_they_name(northfield):
    result = json.loads(run(DATA / "courses.csv", with_units=True, json=True))
    assert (result["new"], result["unchanged"]) == (11, 3)
    assert "Business School" in result["units"]
    law = Programme.objects.get(code="M100")
    assert (law.unit.name, law.unit.parent.name, law.subject_group) == ("Law", "Business School", "100485")
    assert Programme.objects.get(code="L3C8").unit == northfield.social
    assert Programme.objects.get(code="L300").subject_group == "sociology"  # was here already


def test_without_units_courses_go_to_the_nearest_that_is_here(northfield):
    units = Unit.objects.count()
    run(DATA / "courses.csv")
    assert Unit.objects.count() == units
    assert Programme.objects.get(code="M100").unit == northfield.university
    assert Programme.objects.get(code="L500").unit == northfield.social


def test_again_changes_nothing(northfield):
    run(DATA / "courses.csv", with_units=True)
    counts = Programme.objects.count(), Unit.objects.count()
    assert "0 new" in run(DATA / "courses.csv", with_units=True)
    assert (Programme.objects.count(), Unit.objects.count()) == counts


def test_a_faulty_row_holds_all_back(northfield, tmp_path):
    file = tmp_path / "courses.csv"
    file.write_bytes(csv_of([HEADINGS, ["X1", "Fine", "", "", ""], ["X2", "", "", "", ""]]))
    with pytest.raises(CommandError, match="Nothing was imported"):
        run(file)
    assert not Programme.objects.filter(code="X1").exists()


@pytest.mark.parametrize("content", [b"", csv_of([["a", "b"], ["1", "2"]])])
def test_a_file_without_courses_is_one_sentence(northfield, tmp_path, content):
    file = tmp_path / "courses.csv"
    file.write_bytes(content)
    with pytest.raises(CommandError):
        run(file)
