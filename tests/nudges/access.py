"""Who gets which answer at the URLs of nudges."""

from tests.house.access import Row, roles

ROWS = [
    Row("nudges:rules", get=roles("tom", "sam", "carys", "dr_lee", "mallory")),
    Row("nudges:switch", get=None, post=roles("dr_lee", "mallory"), seen_but_refused=roles("tom", "sam", "carys")),
]
