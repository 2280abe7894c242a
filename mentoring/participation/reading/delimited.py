"""Text files: comma, semicolon, tab or pipe between the cells, quotes around those that hold line breaks."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from django.utils.translation import gettext_lazy as _

from mentoring.participation.reading.encodings import Encoding
from mentoring.participation.reading.headings import find_headings
from mentoring.participation.reading.limits import HEADING_DEPTH, LAST_ROW, MAX_CELL, MAX_COLUMNS, REPLACEMENT
from mentoring.participation.reading.refusal import UnreadableFile, too_many_rows

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE = 1 << 20
_LONGEST_RECORD = MAX_CELL * MAX_COLUMNS

Record = tuple[int, list[str]]


class _Lines:
    """The lines of the text, none of them longer in memory than a record may be."""

    def __init__(self, data: bytes, encoding: Encoding) -> None:
        raw = io.BytesIO(data)
        raw.seek(encoding.skip)
        # newline="" keeps the breaks inside quoted cells and still ends a line at a lone CR.
        self._text = io.TextIOWrapper(raw, encoding.name, encoding.errors, newline="")
        self._taken = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._text.readline(_LONGEST_RECORD + 1)
        self._taken += len(line)
        if not line:
            raise StopIteration
        if self._taken > _LONGEST_RECORD:
            raise UnreadableFile(
                _("One record of the file goes on for more than a million characters."),
                _("Most often a quotation mark was opened and never closed. Export the file again."),
            )
        return line.replace("\0", REPLACEMENT)

    def next_record(self) -> None:
        """A record has been read: the count of its characters starts again."""
        self._taken = 0


def records(data: bytes, encoding: Encoding, delimiter: str) -> Iterator[Record]:
    """Every record with its place in the file, from 1. Blank ones are counted and left out."""
    lines = _Lines(data, encoding)
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        for number, cells in enumerate(reader, start=1):
            lines.next_record()
            if number > LAST_ROW:
                raise too_many_rows()
            if any(cell.strip() for cell in cells):
                yield number, cells
    except csv.Error:
        raise UnreadableFile(
            _("The file is not a table of cells with one separator between them."),
            _("Most often a quotation mark was opened and never closed. Export it again, as CSV UTF-8."),
        ) from None


def delimiter_of(data: bytes, encoding: Encoding) -> str:
    """The separator under which most headings are recognised; among equals, that which gives most columns."""
    sample, lenient = data[:_SAMPLE], replace(encoding, errors="ignore")
    return max(DELIMITERS, key=lambda delimiter: _likeness(sample, lenient, delimiter))


def _likeness(data: bytes, encoding: Encoding, delimiter: str) -> tuple[int, int]:
    top = []
    try:
        for _number, cells in islice(records(data, encoding, delimiter), HEADING_DEPTH):
            top.append(cells)
    except UnreadableFile:
        pass  # what came before still tells the separators apart; the reading proper says what is wrong
    widths = sorted(map(len, top))
    return find_headings(top).recognised, widths[len(widths) // 2] if widths else 0
