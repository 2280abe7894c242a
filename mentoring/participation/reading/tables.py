"""A file of any kind that universities send, read into headings and numbered rows."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice

from django.utils.translation import gettext_lazy as _

from mentoring.participation.reading.archive import Archive, damaged
from mentoring.participation.reading.delimited import delimiter_of, records
from mentoring.participation.reading.encodings import encoding_of
from mentoring.participation.reading.headings import find_headings
from mentoring.participation.reading.limits import HEADING_DEPTH, MAX_BYTES, MAX_CELL, MAX_COLUMNS, MAX_ROWS
from mentoring.participation.reading.refusal import UnreadableFile, too_many_rows
from mentoring.participation.reading.workbooks import Record, Workbook, too_many_columns

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK"
_SOMETHING = re.compile(rb"[^ \t\r\n\0\xef\xbb\xbf\xff\xfe]")
_NO_TABLES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"{\\rtf", b"7z\xbc\xaf", b"Rar!")
_MARKUP = (b"<!doctype", b"<html", b"<table", b"<?xml", b"<head", b"<body")


@dataclass(frozen=True)
class Row:
    """One record: `number` is its place in the file (title rows count, a cell may span lines), from 1."""

    number: int
    cells: list[str]


@dataclass(frozen=True)
class Table:
    """Headings and, streamed each time they are asked for, the rows below them."""

    headings: list[str]
    heading_row: int
    kind: str
    encoding: str
    delimiter: str
    sheet: str
    _records: Callable[[], Iterator[Record]] = field(repr=False, compare=False)

    def rows(self) -> Iterator[Row]:
        """The rows that have anything in them. Raises UnreadableFile, so take them all before writing any."""
        count = 0
        for number, cells in self._records():
            _hold_to_limits(number, cells)
            if number <= self.heading_row:
                continue
            count += 1
            if count > MAX_ROWS:
                raise too_many_rows()
            yield Row(number, self._fitted(cells))

    def _fitted(self, cells: list[str]) -> list[str]:
        """Empty cells beyond the headings are nothing; a workbook does not even store those."""
        width = len(self.headings)
        while len(cells) > width and not cells[-1].strip():
            cells = cells[:-1]
        return cells + [""] * (width - len(cells)) if self.kind == "xlsx" else cells


def read_table(data: bytes) -> Table:
    """What kind of file it is, is told by its content, never by its name. Raises UnreadableFile."""
    if len(data) > MAX_BYTES:
        raise UnreadableFile(
            _("The file is larger than %(most)d MB.") % {"most": MAX_BYTES // 1024**2},
            _("A list of 50,000 students is smaller. Export only the columns that the import needs."),
        )
    if not _SOMETHING.search(data):
        raise UnreadableFile(_("The file is empty."), _("Check the export, then choose the file again."))
    _refuse_what_is_no_table(data)
    table = _workbook_table(data) if data.startswith(_ZIP) else _text_table(data)
    if next(table.rows(), None) is None:
        raise UnreadableFile(
            _("The file has headings, but no rows below them."),
            _("Check the export, then choose the file again."),
        )
    return table


def _refuse_what_is_no_table(data: bytes) -> None:
    if data.startswith(_OLD_OFFICE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise UnreadableFile(
                _("The workbook is locked with a password."),
                _("Save a copy without the password and choose that file."),
            )
        raise UnreadableFile(
            _("This is a workbook of the old kind (.xls)."),
            _("Save it as .xlsx or as CSV UTF-8 and choose that file."),
        )
    if data.startswith(_NO_TABLES):
        raise _no_table()
    if data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP):
        raise UnreadableFile(
            _("This is a web page, whatever its name says."),
            _("Open it in your spreadsheet program, save it as .xlsx or as CSV UTF-8, and choose that file."),
        )


def _no_table() -> UnreadableFile:
    return UnreadableFile(
        _("This is neither a CSV file nor a workbook (.xlsx)."),
        _("Export the list as CSV UTF-8 or as .xlsx."),
    )


def _text_table(data: bytes) -> Table:
    encoding = encoding_of(data)
    delimiter = delimiter_of(data, encoding)
    read = partial(records, data, encoding, delimiter)
    top = _top(read())
    characters = "".join(cell for _number, cells in top for cell in cells)
    odd = sum(1 for character in characters if character == "\ufffd" or (character < " " and character not in "\t\r\n"))
    if odd * 10 > len(characters):
        raise _no_table()
    return _table(top, read, kind="csv", encoding=encoding.name, delimiter=delimiter)


def _workbook_table(data: bytes) -> Table:
    archive = Archive(data)
    if "xl/workbook.xml" not in archive.names:
        raise _other_archive(archive)
    try:
        book = Workbook(archive)
        tops = {sheet: _top(book.records(sheet)) for sheet in book.sheets}
    except (ValueError, LookupError):
        raise damaged() from None
    if not any(tops.values()):
        raise UnreadableFile(_("The workbook is empty."), _("Check the export, then choose the file again."))
    sheet = max(tops, key=lambda name: (_recognised(tops[name]), bool(tops[name])))
    return _table(tops[sheet], partial(book.records, sheet), kind="xlsx", sheet=sheet)


def _other_archive(archive: Archive) -> UnreadableFile:
    if b"opendocument" in archive.head("mimetype", 100):
        return UnreadableFile(
            _("This is an OpenDocument file (.ods)."),
            _("Save it as .xlsx or as CSV UTF-8 and choose that file."),
        )
    if "xl/workbook.bin" in archive.names:
        return UnreadableFile(
            _("This is a binary workbook (.xlsb)."),
            _("Save it as .xlsx or as CSV UTF-8 and choose that file."),
        )
    return _no_table()


def _top(read: Iterator[Record]) -> list[Record]:
    top = []
    for number, cells in islice(read, HEADING_DEPTH):
        _hold_to_limits(number, cells)
        top.append((number, cells))
    return top


def _recognised(top: list[Record]) -> int:
    return find_headings([cells for _number, cells in top]).recognised


def _table(
    top: list[Record],
    read: Callable[[], Iterator[Record]],
    *,
    kind: str,
    encoding: str = "",
    delimiter: str = "",
    sheet: str = "",
) -> Table:
    if not top:
        raise UnreadableFile(_("The file is empty."), _("Check the export, then choose the file again."))
    number, cells = top[find_headings([cells for _number, cells in top]).index]
    headings = [" ".join(cell.split()) for cell in cells]
    while headings and not headings[-1]:
        headings.pop()
    return Table(headings, number, kind, encoding, delimiter, sheet, read)


def _hold_to_limits(number: int, cells: list[str]) -> None:
    if len(cells) > MAX_COLUMNS and any(cell.strip() for cell in cells[MAX_COLUMNS:]):
        raise too_many_columns()
    if max(map(len, cells)) > MAX_CELL:
        raise UnreadableFile(
            _("Row %(row)d has a cell of more than %(most)d characters.") % {"row": number, "most": MAX_CELL},
            _("Most often a quotation mark was opened and never closed. Mend that row and try again."),
        )
