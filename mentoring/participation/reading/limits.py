"""How much of a file is read. A file beyond a limit is refused whole, never cut off in silence."""

MAX_BYTES = 50 * 1024 * 1024
MAX_ROWS = 50_000
MAX_COLUMNS = 200
MAX_CELL = 5_000

# A workbook is a zip archive: what it may grow to, in all and for each byte of the upload.
MAX_UNPACKED = 96 * 1024 * 1024
MAX_RATIO = 150
MAX_PARTS = 500
MAX_ELEMENTS = 6_000_000
MAX_SHARED_TEXT = 20_000_000
LAST_ROW = 1_048_576

# Headings are looked for in this many records from the top.
HEADING_DEPTH = 30

REPLACEMENT = "\ufffd"
