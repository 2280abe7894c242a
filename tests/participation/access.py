"""Who may call which URL of participation."""

from tests.house.access import Row, roles

TAKING_PART = roles("aisha", "omar", "priya", "una")

ROWS = [
    Row("participation:wishes", get=TAKING_PART, post=TAKING_PART),
    Row("participation:withdraw_wishes", get=None, post=TAKING_PART),
    Row("participation:profile", get=TAKING_PART, post=TAKING_PART),
]
