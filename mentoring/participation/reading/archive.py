"""The zip archive that a workbook is: guarded before anything in it is unpacked, counted while it is."""

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from xml.parsers import expat

from django.utils.translation import gettext_lazy as _

from mentoring.participation.reading.limits import MAX_ELEMENTS, MAX_PARTS, MAX_RATIO, MAX_UNPACKED
from mentoring.participation.reading.refusal import UnreadableFile

_CHUNK = 1 << 17
_FREE_OF_RATIO = 4 * 1024 * 1024
_DIRECTORY_ENTRY = b"PK\x01\x02"
_READABLE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

Attributes = dict[str, str]


def damaged() -> UnreadableFile:
    return UnreadableFile(
        _("The workbook is damaged."),
        _("Open it in your spreadsheet program, save it as .xlsx or as CSV UTF-8, and choose that file."),
    )


def too_much() -> UnreadableFile:
    return UnreadableFile(
        _("The workbook would grow far beyond what a list of students needs."),
        _("Copy only the list into a new workbook, without formatting, or save it as CSV UTF-8."),
    )


def _ignore(*_arguments: object) -> None:
    return None


class Archive:
    """The parts of a workbook, each streamed through a parser that knows no entities and keeps no tree."""

    def __init__(self, data: bytes) -> None:
        if data.count(_DIRECTORY_ENTRY) > MAX_PARTS:
            raise too_much()
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
            raise damaged() from None
        self._guard(len(data))

    def _guard(self, size: int) -> None:
        """Refuse by the directory alone. Raises UnreadableFile."""
        parts = self._zip.infolist()
        unpacked = sum(part.file_size for part in parts)
        if (
            len(parts) > MAX_PARTS
            or unpacked > MAX_UNPACKED
            or (unpacked > _FREE_OF_RATIO and unpacked > size * MAX_RATIO)
        ):
            raise too_much()
        if any(part.flag_bits & 1 for part in parts):
            raise UnreadableFile(
                _("The workbook is locked with a password."),
                _("Save a copy without the password and choose that file."),
            )
        if any(part.compress_type not in _READABLE for part in parts):
            raise damaged()

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._zip.namelist())

    def head(self, name: str, size: int) -> bytes:
        """The first bytes of a part; nothing if there is no such part."""
        return next(self._chunks(name), b"")[:size] if name in self.names else b""

    def _chunks(self, name: str) -> Iterator[bytes]:
        taken = 0
        try:
            with self._zip.open(name) as part:
                while chunk := part.read(_CHUNK):
                    taken += len(chunk)
                    if taken > MAX_UNPACKED:
                        raise too_much()
                    yield chunk
        except (
            KeyError,
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            ValueError,
            NotImplementedError,
            RuntimeError,
        ):
            raise damaged() from None

    def parse(
        self,
        name: str,
        start: Callable[[str, Attributes], object] = _ignore,
        end: Callable[[str], object] = _ignore,
        text: Callable[[str], object] = _ignore,
    ) -> Iterator[None]:
        """Feed one part to the handlers, a piece at a time; yields after each piece.

        Element names come without their namespace prefix. A document type declaration, in which entity
        bombs and outside references live, is refused. Raises UnreadableFile.
        """
        parser = _parser(start, end, text)
        try:
            for chunk in self._chunks(name):
                if b"<" not in chunk and len(chunk) == _CHUNK:
                    raise too_much()
                parser.Parse(chunk, False)
                yield
            parser.Parse(b"", True)
        except (expat.ExpatError, ValueError, LookupError):
            raise damaged() from None
        yield

    def elements(self, name: str, tag: str, inside: str = "") -> list[Attributes]:
        """The attributes of every element of that name, only those within `inside` if it is given."""
        found: list[Attributes] = []
        open_parents: list[str] = []

        def start(element: str, attributes: Attributes) -> None:
            if element == inside:
                open_parents.append(element)
            elif element == tag and (open_parents or not inside):
                found.append(attributes)

        def end(element: str) -> None:
            if element == inside and open_parents:
                open_parents.pop()

        for _piece in self.parse(name, start, end):
            if len(found) > MAX_PARTS * 200:
                raise too_much()
        return found


def _parser(
    start: Callable[[str, Attributes], object], end: Callable[[str], object], text: Callable[[str], object]
) -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    remaining = MAX_ELEMENTS

    def started(name: str, attributes: Attributes) -> None:
        nonlocal remaining
        remaining -= 1
        if remaining < 0:
            raise too_much()
        start(name.rpartition(":")[2], attributes)

    def doctype(*_arguments: object) -> None:
        raise damaged()

    parser.StartElementHandler = started
    parser.EndElementHandler = lambda name: end(name.rpartition(":")[2])
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = doctype
    return parser
