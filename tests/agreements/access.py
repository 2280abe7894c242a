"""Who may call which URL of agreements."""

from tests.house.access import Row, World, roles

TAKING_PART = roles("aisha", "omar", "priya", "una")
EDITORS = roles("sam", "carys", "dr_lee", "mallory")


def _kind(world: World) -> dict[str, str]:
    return {"kind": "agreement"}


ROWS = [
    Row("agreements:mine", get=TAKING_PART),
    Row("agreements:read", get=TAKING_PART, post=TAKING_PART, arguments=_kind),
    Row("agreements:staff", get=EDITORS),
    Row("agreements:edit", get=EDITORS, arguments=_kind),
    Row("agreements:preview", get=None, post=EDITORS, arguments=_kind),
    Row("agreements:publish", get=None, post=EDITORS, arguments=_kind),
]
