"""Rows of the access table for the demo: in the tests the data is not the demo's, so its doors are shut."""

from tests.house.access import Row

ROWS = [
    Row("demo:sign_in", get=None, post=frozenset(), arguments=lambda world: {"key": "sam"}, gone_for_all=True),
    Row("demo:tour", get=frozenset(), gone_for_all=True),
    Row("demo:tour_shown", get=None, post=frozenset(), gone_for_all=True),
    Row("demo:new_students", get=frozenset(), gone_for_all=True),
    Row("demo:outbox", get=frozenset(), gone_for_all=True),
    Row("demo:letter", get=frozenset(), arguments=lambda world: {"name": "x"}, gone_for_all=True),
    Row("demo:letter_body", get=frozenset(), arguments=lambda world: {"name": "x"}, gone_for_all=True),
]
