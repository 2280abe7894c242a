"""Who counts as trained."""

import pytest

from mentoring.training.rules import Record, is_trained, lacking

REQUIRED = {"ethics-confidentiality", "boundaries"}


@pytest.mark.parametrize(
    ("record", "missing"),
    [
        (Record(), REQUIRED),
        (Record(frozenset({"boundaries", "skills"})), {"ethics-confidentiality"}),
        (Record(frozenset(REQUIRED)), set()),
        (Record(is_vouched_for=True), set()),
    ],
)
def test_what_is_lacking(record: Record, missing: set[str]) -> None:
    assert lacking(record, REQUIRED) == missing
    assert is_trained(record, REQUIRED) == (not missing)


def test_nobody_is_trained_without_having_been_there() -> None:
    assert not is_trained(Record(), set(), attended=False)
    assert is_trained(Record(), set(), attended=True)
    assert is_trained(Record(is_vouched_for=True), REQUIRED, attended=False)
