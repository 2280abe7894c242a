"""Who gets which answer at the URLs of training."""

from tests.events.access import ITS_RUNNERS, _event, _one_event
from tests.house.access import Row, World, roles

SEERS = roles("tom", "sam", "carys", "dr_lee", "mallory")
VOUCHERS = roles("sam", "carys", "dr_lee", "mallory")


def _stamp(world: World) -> dict[str, int]:
    return {"stamp": 1}


ROWS = [
    Row("training:mentors", get=SEERS),
    Row("training:vouch", get=VOUCHERS, post=VOUCHERS),
    Row("training:take_back", get=None, post=VOUCHERS, arguments=_stamp),
    Row("training:topics", get=ITS_RUNNERS, post=ITS_RUNNERS, arguments=_event, prepare=_one_event),
]
