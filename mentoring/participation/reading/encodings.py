"""Which encoding a text file is in. Student-record systems rarely say."""

import codecs
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from mentoring.participation.reading.limits import REPLACEMENT
from mentoring.participation.reading.refusal import UnreadableFile

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NOT_A_LEAD_BYTE = bytes(range(0xC2))
_CHUNK = 1 << 16
_SAMPLE = 1 << 13


@dataclass(frozen=True)
class Encoding:
    """A codec's name, how many bytes of byte-order mark come first, and what to do about bad bytes."""

    name: str
    skip: int = 0
    errors: str = "strict"


def encoding_of(data: bytes) -> Encoding:
    """The encoding of a text: by its mark, else as UTF-16 or UTF-8 if it is that, else Windows-1252.

    Raises UnreadableFile when the text contradicts its own mark.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _marked(data, name, len(mark))
    unmarked = _unmarked_utf16(data)
    if unmarked and _bad_bytes(data, unmarked) == 0:
        return Encoding(unmarked)
    return _unmarked(data)


def _marked(data: bytes, name: str, skip: int) -> Encoding:
    bad = _bad_bytes(memoryview(data)[skip:], name)
    if bad and name != "utf-8":
        raise UnreadableFile(
            _("The file says that it is Unicode text, but parts of it are not."),
            _("It may have been damaged on the way. Export it again, as CSV UTF-8."),
        )
    return Encoding(name, skip, "replace" if bad else "strict")


def _unmarked_utf16(data: bytes) -> str:
    """The UTF-16 byte order, if every second byte is mostly zero, as in text of separators and digits."""
    sample = data[:_SAMPLE]
    half = len(sample) // 2
    if half < 2 or len(data) % 2:
        return ""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd * 10 >= half * 3 and even * 20 <= half:
        return "utf-16-le"
    if even * 10 >= half * 3 and odd * 20 <= half:
        return "utf-16-be"
    return ""


def _unmarked(data: bytes) -> Encoding:
    """UTF-8 even with a few damaged bytes among many whole letters; else what Windows wrote."""
    bad = _bad_bytes(data, "utf-8")
    if bad == 0:
        return Encoding("utf-8")
    letters_beyond_ascii = len(data.translate(None, _NOT_A_LEAD_BYTE))
    if bad * 10 <= letters_beyond_ascii:
        return Encoding("utf-8", errors="replace")
    return Encoding("cp1252", errors="replace")


def _bad_bytes(data: bytes | memoryview, name: str) -> int:
    """How many places of the data are no text in this encoding, in bounded memory."""
    decoder = codecs.getincrementaldecoder(name)("strict")
    try:
        for start in range(0, len(data), _CHUNK):
            decoder.decode(data[start : start + _CHUNK], start + _CHUNK >= len(data))
    except UnicodeDecodeError:
        return _replacements(data, name)
    return 0


def _replacements(data: bytes | memoryview, name: str) -> int:
    lenient = codecs.getincrementaldecoder(name)("replace")
    pieces = (data[start : start + _CHUNK] for start in range(0, len(data), _CHUNK))
    return sum(lenient.decode(piece).count(REPLACEMENT) for piece in pieces) or 1
