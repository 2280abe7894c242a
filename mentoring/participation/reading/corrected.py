"""The faulty rows as a file in which they can be mended and which can then be uploaded as it is."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from mentoring.lib.spreadsheet_safety import guarded_row

Line = tuple[int, Mapping[str, str], Sequence[tuple[str, str | Promise]]]


def corrected_file(columns: Mapping[str, str], lines: Iterable[Line]) -> bytes:
    """CSV in UTF-8 with its mark, as spreadsheet programs want it.

    `columns` gives, in order, the file's own heading for each taken field; a line is the row's number, its
    cells by field, and its faults as pairs of column and reason. What was dropped is not in the file.
    The three added columns are not recognised when the file comes back, so they are ignored.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(guarded_row([_("Row"), _("Column"), _("What is wrong"), *columns.values()]))
    for number, cells, faults in lines:
        where = "; ".join(dict.fromkeys(column for column, _reason in faults if column))
        what = " ".join(str(reason) for _column, reason in faults)
        writer.writerow(guarded_row([number, where, what, *(cells.get(name, "") for name in columns)]))
    return out.getvalue().encode("utf-8-sig", "replace")
