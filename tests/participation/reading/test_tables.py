import codecs
import io
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from mentoring.participation.reading import MAX_BYTES, MAX_COLUMNS, UnreadableFile, read_table
from tests.participation.reading.samples import (
    HEADINGS,
    ROWS,
    cells_of,
    csv_of,
    saved,
    shared,
    text_of,
    xlsx_of,
)

ENCODED = {
    "utf-8": lambda text: text.encode("utf-8"),
    "utf-8 with mark": lambda text: text.encode("utf-8-sig"),
    "utf-16": lambda text: text.encode("utf-16"),
    "utf-16 big": lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
    "utf-16 little, no mark": lambda text: text.encode("utf-16-le"),
    "utf-16 big, no mark": lambda text: text.encode("utf-16-be"),
    "windows-1252": lambda text: text.encode("cp1252"),
}
TITLES = [["Starters 2026/27, for Zoë"], [], ["Printed", "12 September"]]


@pytest.mark.parametrize("encoding", ENCODED)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("titles", [0, 1, 3])
@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r"])
def test_read_table_any_encoding_delimiter_and_titles(encoding, delimiter, titles, ending):
    data = ENCODED[encoding](text_of([*TITLES[:titles], HEADINGS, *ROWS], delimiter, ending))

    table = read_table(data)

    assert (table.headings, table.heading_row, table.delimiter) == (HEADINGS, titles + 1, delimiter)
    assert [(row.number, row.cells) for row in table.rows()] == [(titles + 2, ROWS[0]), (titles + 3, ROWS[1])]


PLAIN = st.text(st.characters(codec="cp1252", exclude_categories=["Cc"]), min_size=1, max_size=30).filter(
    lambda text: text.strip()
)


@given(st.lists(st.tuples(*[PLAIN] * 6), min_size=1, max_size=6), st.sampled_from(",;\t|"))
def test_read_table_gives_back_every_cell_written(rows, delimiter):
    rows = [list(row) for row in rows]
    for encoded in (ENCODED["utf-8 with mark"], ENCODED["utf-16"], ENCODED["utf-8"]):
        assert cells_of(encoded(text_of([HEADINGS, *rows], delimiter))) == rows


def test_read_table_a_cell_may_span_lines_and_rows_are_counted_as_records():
    data = csv_of([HEADINGS, ["1", "Ann\r\nBcc: x", "B", "e", "c", "1"], [], ROWS[0]])
    assert [(row.number, row.cells[0]) for row in read_table(data).rows()] == [(2, "1"), (4, "2700101")]


def test_read_table_empty_rows_and_columns_at_the_end_are_nothing():
    data = csv_of([[*HEADINGS, "", ""], *([*row, "", ""] for row in ROWS), [""] * 8, [""] * 8])
    table = read_table(data)
    assert table.headings == HEADINGS
    assert [row.cells for row in table.rows()] == ROWS


def test_read_table_a_zero_byte_is_marked_not_swallowed():
    data = csv_of([HEADINGS, ["1", "An\0n", *ROWS[0][2:]], *ROWS])
    assert cells_of(data)[0][1] == "An\ufffdn"


def test_read_table_a_few_damaged_bytes_do_not_turn_utf8_into_windows():
    data = csv_of([HEADINGS, *[ROWS[0]] * 20]) + b"9,\xff,Lewis,a,b,1\r\n"
    cells = cells_of(data)
    assert cells[0][1] == "Zoë"
    assert cells[-1][1] == "\ufffd"


def test_read_table_without_known_headings_takes_the_first_row_with_several_cells():
    table = read_table(csv_of([["A list"], ["foo", "bar"], ["1", "2"]]))
    assert (table.headings, table.heading_row) == (["foo", "bar"], 2)


def test_read_table_rows_can_be_asked_for_again():
    table = read_table(shared("mentors.csv"))
    assert len(list(table.rows())) == len(list(table.rows())) == 340


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n \r\n", "empty"),
        (csv_of([HEADINGS]), "no rows"),
        (b"x" * (MAX_BYTES + 1), "larger than 50 MB"),
        (b"%PDF-1.7 x", "neither a CSV"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "neither a CSV"),
        (bytes(range(256)) * 40, "neither a CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "old kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"<html><table><tr><td>Student ID</td></tr></table>", "web page"),
        (codecs.BOM_UTF16_LE + b"\x00\xd8\x00\x00\x41", "says that it is Unicode"),
        (csv_of([HEADINGS, ["1", "A" * 5001, *ROWS[0][2:]]]), "more than 5000 characters"),
        (csv_of([[f"h{n}" for n in range(MAX_COLUMNS + 1)], ["1"] * (MAX_COLUMNS + 1)]), "200 columns"),
        (csv_of([HEADINGS, *[["1", "a", "b", "c", "d", "1"]] * 50_001]), "50000 rows"),
        (csv_of([HEADINGS]) + b'1,"never closed' + b"\nx,y" * 60_000, "one separator"),
        (csv_of([HEADINGS]) + b"," * 1_100_000, "a million characters"),
    ],
)
def test_read_table_refuses_with_a_clear_message(data, words):
    with pytest.raises(UnreadableFile) as refusal:
        list(read_table(data).rows())
    assert words in str(refusal.value)
    assert str(refusal.value.hint)


def zip_of(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def rewritten(data: bytes, part: str, content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return zip_of(parts | {part: content})


def test_workbook_reads_as_a_person_would_write_it():
    values = [2600106, "Zoë", 1.5, True, date(2007, 10, 21), datetime(2026, 9, 1, 9, 30)]  # noqa: DTZ001 - workbooks know no time zones
    assert cells_of(xlsx_of([HEADINGS, values])) == [
        ["2600106", "Zoë", "1.5", "TRUE", "21/10/2007", "01/09/2026 09:30"]
    ]


def test_workbook_keeps_leading_zeros_that_a_number_format_shows():
    book = Workbook()
    book.active.append(HEADINGS)
    book.active.append([12345])
    book.active["A2"].number_format = "0000000"
    assert cells_of(saved(book))[0][0] == "0012345"


def test_workbook_titles_hidden_and_other_sheets_are_passed_over():
    book = Workbook()
    book.active.append(["About this export"])
    hidden = book.create_sheet("Hidden")
    hidden.sheet_state = "hidden"
    hidden.append([*HEADINGS, "Campus"])
    sheet = book.create_sheet("Starters")
    for row in (["Starters"], [], HEADINGS, *ROWS):
        sheet.append(row)

    table = read_table(saved(book))

    assert (table.sheet, table.headings, table.heading_row) == ("Starters", HEADINGS, 3)
    assert [row.number for row in table.rows()] == [4, 5]


def test_workbook_formula_is_its_text_and_never_its_value():
    assert cells_of(xlsx_of([HEADINGS, ["1", "=1+1", "B", "e", "c", "1"]]))[0][1] == "=1+1"


def test_workbook_formula_with_a_stored_value_is_that_value():
    row = b'<row r="2"><c r="A2"><f>1+1</f><v>2</v></c></row>'
    sheet = b'<worksheet><sheetData><row r="1">%s</row>' + row + b"</sheetData></worksheet>"
    heads = b"".join(b'<c t="inlineStr"><is><t>%s</t></is></c>' % heading.encode() for heading in HEADINGS)
    data = rewritten(xlsx_of([HEADINGS, ROWS[0]]), "xl/worksheets/sheet1.xml", sheet % heads)
    assert cells_of(data) == [["2", "", "", "", "", ""]]


def test_workbook_entities_are_refused():
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet><sheetData>&b;</sheetData></worksheet>'
    with pytest.raises(UnreadableFile, match="damaged"):
        read_table(rewritten(xlsx_of([HEADINGS, ROWS[0]]), "xl/worksheets/sheet1.xml", bomb))


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "docProps/thumbnail.jpeg"])
def test_workbook_that_grows_a_thousandfold_is_refused_before_unpacking(part):
    data = rewritten(xlsx_of([HEADINGS, ROWS[0]]), part, b"<a>" + b" " * 30_000_000 + b"</a>")
    with pytest.raises(UnreadableFile, match="grow far beyond"):
        read_table(data)


def test_workbook_with_thousands_of_parts_is_refused():
    with pytest.raises(UnreadableFile, match="grow far beyond"):
        read_table(zip_of({f"xl/{number}": b"" for number in range(600)}))


def test_workbook_whose_directory_lies_about_sizes_is_refused():
    data = bytearray(rewritten(xlsx_of([HEADINGS, ROWS[0]]), "xl/worksheets/sheet1.xml", b" " * 3_000_000))
    entry = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 1)
    for start in range(data.index(b"PK\x01\x02"), len(data) - 46):
        if data[start : start + 4] == b"PK\x01\x02" and b"sheet1.xml" in data[start : start + 80]:
            data[start + 24 : start + 28] = (10).to_bytes(4, "little")
            entry = start
    assert entry
    with pytest.raises(UnreadableFile, match="damaged"):
        read_table(bytes(data))


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}, "OpenDocument"),
        ({"xl/workbook.bin": b""}, "binary workbook"),
        ({"word/document.xml": b""}, "neither a CSV"),
        ({"xl/workbook.xml": b"<workbook>"}, "damaged"),
        ({"xl/workbook.xml": b"<workbook/>", "xl/_rels/workbook.xml.rels": b"<r/>"}, "empty"),
    ],
)
def test_other_archives_are_refused_by_name(parts, words):
    with pytest.raises(UnreadableFile) as refusal:
        read_table(zip_of(parts))
    assert words in str(refusal.value)


def test_workbook_too_wide_is_refused():
    with pytest.raises(UnreadableFile, match="200 columns"):
        list(read_table(xlsx_of([HEADINGS, [*ROWS[0], *[None] * 300, "far out"]])).rows())
