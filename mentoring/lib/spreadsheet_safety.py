"""No cell that we write may be run as a formula by the program that opens the file (OWASP ASVS 1.2.10)."""

import re
from collections.abc import Iterable

# What starts a formula in a spreadsheet program, the full-width forms included. A value that already
# looks guarded is guarded once more, so that taking the guard off gives back exactly what was there.
_STARTS_A_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")


def guarded(value: str) -> str:
    """The text with an apostrophe before it if a spreadsheet program would take it for a formula."""
    return "'" + value if _STARTS_A_FORMULA.match(value) else value


def unguarded(value: str) -> str:
    """The text as it was before `guarded`; any other text unchanged."""
    return value[1:] if value.startswith("'") and _STARTS_A_FORMULA.match(value) else value


def guarded_row(cells: Iterable[object]) -> list[object]:
    """One row ready to be written to CSV or XLSX: text is guarded; numbers, dates and None pass unchanged."""
    return [guarded(cell) if isinstance(cell, str) else cell for cell in cells]
