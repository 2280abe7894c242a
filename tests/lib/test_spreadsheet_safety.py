import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentoring.lib.spreadsheet_safety import guarded, guarded_row, unguarded


@pytest.mark.parametrize(
    "formula", ['=HYPERLINK("http://x","Ann")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "'=1"]
)
def test_guarded_formula_starts_with_an_apostrophe(formula):
    assert guarded(formula) == "'" + formula


@pytest.mark.parametrize("text", ["", "Ann", "O'Brien", "'t Hooft", "u1@northfield.ac.uk", "'"])
def test_guarded_other_text_is_unchanged(text):
    assert guarded(text) == text
    assert unguarded(text) == text


@given(st.text())
def test_unguarded_gives_back_what_was_guarded(text):
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_guarded_row_leaves_numbers_alone():
    assert guarded_row([-5, None, True, 2.5, "=1", "x"]) == [-5, None, True, 2.5, "'=1", "x"]


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=1))
@pytest.mark.abuse(13)
def test_guarded_row_no_cell_of_a_written_file_starts_a_formula(cells):
    out = io.StringIO(newline="")
    csv.writer(out).writerow(guarded_row(cells))
    written = next(csv.reader(io.StringIO(out.getvalue(), newline="")), [])
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in written)
