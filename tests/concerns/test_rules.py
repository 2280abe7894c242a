"""When a concern goes on to the next person."""

from datetime import timedelta

import pytest

from mentoring.concerns.rules import must_go_further
from tests.factories import NOW


@pytest.mark.parametrize(
    ("minutes", "alerts", "further"),
    [
        (0, ["due"], False),
        (29, ["sent"], False),
        (30, ["sent"], True),
        (1, ["failed"], True),
        (1, ["failed", "sent"], False),
        (1, ["cancelled", "expired", "failed"], True),
        (1, ["uncertain"], False),
        (1, [], True),
    ],
)
def test_after_half_an_hour_or_when_no_alert_can_arrive(minutes: int, alerts: list[str], further: bool) -> None:
    now = NOW + timedelta(minutes=minutes)
    assert must_go_further(raised_at=NOW, now=now, alerts=alerts) is further
