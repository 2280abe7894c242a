"""Workbooks (XLSX), read as a stream so that a hostile one costs little.

openpyxl writes our workbooks, but others' are not read with it: it keeps in memory what it parses.
Formulas are never evaluated: a cell gives the value stored with it or, without one, the formula's own text.
"""

import posixpath
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext_lazy as _
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

from mentoring.participation.reading.archive import Archive, Attributes, damaged, too_much
from mentoring.participation.reading.limits import (
    LAST_ROW,
    MAX_CELL,
    MAX_COLUMNS,
    MAX_SHARED_TEXT,
    REPLACEMENT,
)
from mentoring.participation.reading.refusal import UnreadableFile

_BOOK = "xl/workbook.xml"
_REFERENCE = re.compile(r"([A-Z]{1,3})[0-9]+\Z")
_ZEROS = re.compile(r"0{2,32}\Z")
_WHOLE = Decimal(10) ** 15

Record = tuple[int, list[str]]


class Workbook:
    """The visible sheets of a workbook, each as records of text. Raises UnreadableFile."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._epoch = WINDOWS_EPOCH
        for properties in archive.elements(_BOOK, "workbookPr"):
            if properties.get("date1904") in ("1", "true"):
                self._epoch = MAC_EPOCH
        self.sheets = self._visible_sheets()
        self._formats = self._number_formats()
        self._strings = self._shared_strings()

    def _visible_sheets(self) -> dict[str, str]:
        """Sheet names to part names, in the order of the tabs."""
        targets = {
            each.get("Id", ""): posixpath.normpath(posixpath.join("/xl", each.get("Target", ""))).lstrip("/")
            for each in self._archive.elements("xl/_rels/workbook.xml.rels", "Relationship")
        }
        sheets = {}
        for sheet in self._archive.elements(_BOOK, "sheet", inside="sheets"):
            part = targets.get(next((value for key, value in sheet.items() if key.endswith(":id")), ""), "")
            if sheet.get("state", "visible") == "visible" and part in self._archive.names:
                sheets[sheet.get("name", "")] = part
        return sheets

    def _number_formats(self) -> list[str]:
        if "xl/styles.xml" not in self._archive.names:
            return []
        own = {
            each.get("numFmtId", ""): each.get("formatCode", "")[:255]
            for each in self._archive.elements("xl/styles.xml", "numFmt", inside="numFmts")
        }
        styles = self._archive.elements("xl/styles.xml", "xf", inside="cellXfs")
        numbers = [style.get("numFmtId", "0") for style in styles]
        return [
            own.get(number) or BUILTIN_FORMATS.get(int(number) if number.isdecimal() else 0, "") for number in numbers
        ]

    def _shared_strings(self) -> list[str]:
        part = "xl/sharedStrings.xml"
        if part not in self._archive.names:
            return []
        reader = _SharedStrings()
        for _piece in self._archive.parse(part, reader.start, reader.end, reader.text):
            pass
        return reader.strings

    def records(self, sheet: str) -> Iterator[Record]:
        """Every record that has anything in it, with its row in the sheet."""
        reader = _Sheet(self)
        for _piece in self._archive.parse(self.sheets[sheet], reader.start, reader.end, reader.text):
            yield from reader.finished
            reader.finished.clear()

    def shown(self, kind: str, stored: str, style: int) -> str:
        """A stored value as a person would write it: 2600106, not 2600106.0; 21/10/2007, not 39376."""
        if kind == "s":
            return self._strings[int(stored)]
        if kind == "b":
            return "TRUE" if stored == "1" else "FALSE"
        if kind in ("str", "e", "inlineStr", "d"):
            return stored
        return self._number(stored, self._formats[style] if 0 <= style < len(self._formats) else "")

    def _number(self, stored: str, number_format: str) -> str:
        try:
            value = Decimal(stored)
            if not value.is_finite() or abs(value) >= _WHOLE:
                return stored
            if number_format and is_date_format(number_format):
                return _date(float(value), self._epoch)
            if value == int(value):
                return str(int(value)).zfill(len(number_format) if _ZEROS.match(number_format) else 0)
            return format(float(value), ".15g")
        except (InvalidOperation, ValueError, OverflowError):
            return stored


def _date(serial: float, epoch: object) -> str:
    moment = from_excel(serial, epoch)
    if hasattr(moment, "strftime"):
        whole_day = serial == int(serial)
        return str(moment.strftime("%d/%m/%Y" if whole_day else "%d/%m/%Y %H:%M" if serial >= 1 else "%H:%M"))
    return str(moment)


class _SharedStrings:
    """The texts that cells refer to by number. Pronunciation aids are no part of them."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self._pieces: list[str] = []
        self._length = self._total = 0
        self._reading = self._aside = False

    def start(self, name: str, _attributes: Attributes) -> None:
        if name == "si":
            self._pieces, self._length = [], 0
        self._aside = self._aside or name == "rPh"
        self._reading = name == "t" and not self._aside

    def text(self, data: str) -> None:
        if self._reading and self._length <= MAX_CELL:
            self._pieces.append(data)
            self._length += len(data)

    def end(self, name: str) -> None:
        self._reading = False
        if name == "rPh":
            self._aside = False
        elif name == "si":
            text = "".join(self._pieces)[: MAX_CELL + 1]
            self._total += len(text) + 10
            if self._total > MAX_SHARED_TEXT:
                raise too_much()
            self.strings.append(text)


class _Sheet:
    """The handlers that turn one sheet's XML into records."""

    def __init__(self, book: Workbook) -> None:
        self.finished: list[Record] = []
        self._book = book
        self._row = 0
        self._cells: dict[int, str] = {}
        self._column = -1
        self._kind = ""
        self._style = 0
        self._parts: dict[str, list[str]] = {}
        self._reading: list[str] | None = None
        self._length = 0

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self._start_cell(attributes)
        elif name in ("v", "f", "t"):
            self._reading = self._parts.setdefault(name, [])
            self._length = 0
        elif name == "row":
            self._row = int(attributes.get("r", self._row + 1))
            if not 0 < self._row <= LAST_ROW:
                raise damaged()
            self._cells, self._column = {}, -1

    def _start_cell(self, attributes: Attributes) -> None:
        reference = _REFERENCE.match(attributes.get("r", ""))
        self._column = _column_index(reference[1]) if reference else self._column + 1
        self._kind = attributes.get("t", "n")
        self._style = int(attributes.get("s", "0"))
        self._parts = {}

    def text(self, data: str) -> None:
        if self._reading is not None and self._length <= MAX_CELL:
            self._reading.append(data)
            self._length += len(data)

    def end(self, name: str) -> None:
        self._reading = None
        if name == "c":
            self._end_cell()
        elif name == "row" and any(cell.strip() for cell in self._cells.values()):
            width = max(self._cells) + 1
            self.finished.append((self._row, [self._cells.get(column, "") for column in range(width)]))

    def _end_cell(self) -> None:
        parts = {name: "".join(pieces) for name, pieces in self._parts.items()}
        stored = parts.get("v", parts.get("t", ""))
        if stored:
            shown = self._book.shown(self._kind, stored, self._style)
        else:
            shown = "=" + parts["f"] if parts.get("f") else ""
        if not shown:
            return
        if self._column >= MAX_COLUMNS:
            raise too_many_columns()
        self._cells[self._column] = shown.replace("\0", REPLACEMENT)


def too_many_columns() -> UnreadableFile:
    return UnreadableFile(
        _("The file has more than %(most)d columns.") % {"most": MAX_COLUMNS},
        _("Export only the columns that the import needs."),
    )


def _column_index(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1
