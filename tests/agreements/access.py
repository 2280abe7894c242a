"""Who may call which URL of agreements."""

from tests.house.access import Row, World, roles

TAKING_PART = roles("aisha", "omar", "priya", "una")
READERS = roles("sam", "carys", "dr_lee", "mallory")
EDITORS = roles("dr_lee", "mallory")  # of their whole scheme
OF_ONE_UNIT = roles("sam", "carys")


def _kind(world: World) -> dict[str, str]:
    return {"kind": "agreement"}


ROWS = [
    Row("agreements:mine", get=TAKING_PART),
    Row("agreements:read", get=TAKING_PART, post=TAKING_PART, arguments=_kind),
    Row("agreements:staff", get=READERS),
    Row("agreements:edit", get=READERS, arguments=_kind),
    Row("agreements:preview", get=None, post=EDITORS, arguments=_kind, seen_but_refused=OF_ONE_UNIT),
    Row("agreements:publish", get=None, post=EDITORS, arguments=_kind, seen_but_refused=OF_ONE_UNIT),
]
