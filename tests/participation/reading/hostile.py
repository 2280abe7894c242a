"""Files that no student-record system writes, but somebody will upload. Made from a seed, so repeatable."""

import codecs
import io
import random
import zipfile
from collections.abc import Callable

from tests.participation.reading.samples import HEADINGS, ROWS, shared, text_of, xlsx_of

_PIECES = [
    "", " ", "0", "1", "a", "é", "Ł", "王", "😀", "\0", "\r", "\n", "\t", ",", ";", "|", '"', '""', "'", "=1+1", "@x",
    "-", "+1", "\u202e", "\u200b", "\ufeff", "\ufffd", "\x07", "\x1b[31m", "\u2028", "\x85", "<script>", "&amp;",
    "%s", "{0}", "{value}", "../../etc/passwd", "NULL", "NaN", "1e309", "2026-13-45", "x" * 200, "x" * 6000, "🏴" * 40,
    "u1@northfield.ac.uk", "G400", "a@b", "Student ID", "Row",
]  # fmt: skip
_ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1", "cp037"]


def hostile_file(seed: int) -> bytes:
    """One hostile file, up to about a megabyte; the same for the same seed."""
    chance = random.Random(seed)
    make: Callable[[random.Random], bytes] = chance.choice(
        [_odd_cells, _odd_cells, _damaged, _damaged, _noise, _odd_workbook, _odd_workbook, _bomb]
    )
    return make(chance)


def _cell(chance: random.Random) -> str:
    return "".join(chance.choices(_PIECES, k=chance.choice([0, 1, 1, 2, 5])))


def _rows(chance: random.Random) -> list[list[str]]:
    width = chance.choice([1, 6, 6, 6, 20, 199, 201])
    rows = [[_cell(chance) for _ in range(width)] for _ in range(chance.choice([0, 1, 3, 40]))]
    if chance.random() < 0.7:
        rows.insert(chance.randrange(len(rows) + 1), [*HEADINGS, *[_cell(chance)] * max(0, width - 6)])
    return rows


def _encoded(chance: random.Random, text: str) -> bytes:
    return text.encode(chance.choice(_ENCODINGS), chance.choice(["replace", "ignore"]))


def _odd_cells(chance: random.Random) -> bytes:
    delimiter, ending = chance.choice(",;\t|"), chance.choice(["\n", "\r\n", "\r", "\n\r"])
    if chance.random() < 0.5:
        return _encoded(chance, text_of(_rows(chance), delimiter, ending))
    return _encoded(chance, ending.join(delimiter.join(row) for row in _rows(chance)))


def _damaged(chance: random.Random) -> bytes:
    data = bytearray(chance.choice(_WHOLE)())
    for _ in range(chance.choice([1, 3, 30])):
        place = chance.randrange(len(data) or 1)
        data = data or bytearray(b"x")
        action = chance.randrange(4)
        if action == 0:
            data[place] ^= 1 << chance.randrange(8)
        elif action == 1:
            del data[place : place + chance.choice([1, 2, 500])]
        elif action == 2:
            data[place:place] = chance.choice([b"\0", b'"', b"\xff\xfe", b"\r", b"," * 300, chance.randbytes(40)])
        else:
            data = data[: max(place, 1)]
    return bytes(data)


_WHOLE = [
    lambda: shared("starters-with-faults.csv"),
    lambda: shared("starters-sits.csv")[:40_000],
    lambda: text_of([HEADINGS, *ROWS]).encode("utf-16"),
    lambda: xlsx_of([HEADINGS, *ROWS]),
]


def _noise(chance: random.Random) -> bytes:
    start = [
        b"",
        b"PK\x03\x04",
        b"PK\x05\x06",
        codecs.BOM_UTF16_LE,
        codecs.BOM_UTF8,
        b"\xd0\xcf\x11\xe0",
        b"%PDF",
        b"<",
    ]
    return chance.choice(start) + chance.randbytes(chance.choice([0, 1, 2, 3, 22, 1000, 100_000]))


_XML = [
    b"", b"<", b"<a/>", b"<a", b"\0", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
    b"<?xml version='1.0' encoding='x'?><a/>",
    b"<a>" * 50_000,
    b"<worksheet>" + b"<row r='9'><c r='ZZZ9'><v>1</v></c></row>" * 100 + b"</worksheet>",
    b"<worksheet><row r='-1'/></worksheet>", b"<worksheet><row r='x'/></worksheet>",
    b"<worksheet><row r='" + b"9" * 6000 + b"'/></worksheet>",
    b"<worksheet><row><c t='s'><v>999</v></c></row></worksheet>",
    b"<worksheet><row><c t='s'><v>x</v></c></row></worksheet>",
    b"<worksheet><row><c s='-7'><v>1e999999</v></c><c s='x'/></row></worksheet>",
    b"<worksheet><row><c s='1'><v>-1e14</v></c><c><v>NaN</v></c><c><v>Infinity</v></c></row></worksheet>",
    b"<worksheet>" + b"<row/>" * 30_000 + b"</worksheet>", b"<sst><si><t>x</t><rPh><t>y</t></rPh></si></sst>",
    b"<worksheet><row><c t='inlineStr'><is><t>" + b"x" * 400_000 + b"</t></is></c></row></worksheet>",
]  # fmt: skip


def _parts() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(xlsx_of([HEADINGS, *ROWS]))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _odd_workbook(chance: random.Random) -> bytes:
    parts = _parts()
    for name in chance.sample(sorted(parts), k=chance.choice([1, 1, 2])):
        action = chance.randrange(4)
        if action == 0:
            del parts[name]
        elif action == 1:
            parts[name] = chance.choice(_XML)
        elif action == 2:
            parts[name] = parts[name].replace(
                chance.choice([b"1", b'"', b"sheet", b"<c", b"A", b"n"]), chance.randbytes(2)
            )
        else:
            parts[name] = parts[name][: chance.randrange(len(parts[name]) + 1)]
    return _zip(parts)


def _bomb(chance: random.Random) -> bytes:
    parts = _parts()
    filling = chance.choice([b" ", b"<a/>", b"<row/>", b"<si/>", b"<c><v>1</v></c>", b"\0"])
    size = chance.choice([100_000, 3_000_000, 20_000_000])
    parts[chance.choice(sorted(parts))] = b"<x>" + filling * (size // len(filling)) + b"</x>"
    return _zip(parts)


def _zip(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def heavy_files() -> dict[str, Callable[[], bytes]]:
    """The heaviest files that are not refused out of hand, by name."""
    return {
        "50,000 rows of text": lambda: text_of([HEADINGS, *([str(n), *ROWS[0][1:]] for n in range(50_000))]).encode(),
        "50 MB of rows": lambda: (text_of([HEADINGS]) + (("é" * 25 + ",") * 19 + "x\n") * 49_000).encode("utf-16"),
        "a line of separators": lambda: text_of([HEADINGS]).encode() + b"," * 49_000_000,
        "a quote never closed": lambda: text_of([HEADINGS]).encode() + b'"' + b"x,y\n" * 12_000_000,
        "empty lines": lambda: text_of([HEADINGS]).encode() + b"\n" * 5_000_000 + b"1,2\n",
        "elements beyond counting": lambda: _heavy_sheet(_letters()),
        "strings beyond counting": lambda: _zip(_parts() | {"xl/sharedStrings.xml": b"<sst>" + _strings() + b"</sst>"}),
        "one endless attribute": lambda: _heavy_sheet(
            b"<a b='" + random.Random(1).randbytes(20_000_000).hex().encode() + b"'/>"
        ),
    }


def _heavy_sheet(filling: bytes) -> bytes:
    return _zip(_parts() | {"xl/worksheets/sheet1.xml": b"<worksheet>" + filling + b"</worksheet>"})


def _letters() -> bytes:
    """Twenty million bytes of elements that do not compress well, hence are no bomb by their ratio."""
    chance = random.Random(2)
    alphabet = [b"<%c/>" % letter for letter in b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    return b"".join(chance.choices(alphabet, k=5_000_000))


def _strings() -> bytes:
    chance = random.Random(3)
    return b"".join(b"<si><t>%d</t></si>" % chance.getrandbits(24) for _ in range(1_000_000))
