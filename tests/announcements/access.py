"""Who gets which answer at the URLs of announcements."""

from mentoring.announcements.models import Announcement
from mentoring.announcements.states import AnnouncementState
from tests.factories import NOW
from tests.house.access import Row, World, roles

WRITERS = roles("sam", "carys", "dr_lee", "mallory")


def _by_sam(state: str):
    def prepare(world: World) -> None:
        """An announcement of sam's to the unit that he and dr_lee reach."""
        northfield = world.northfield
        unit = northfield.scheme.appointments.get(user=northfield.sam).unit
        world.made["announcement"] = Announcement.objects.create(
            cohort=northfield.cohort, unit=unit, author=northfield.sam, audience="everyone", subject="A", text="B",
            written_at=NOW, state=state, count=1 if state == AnnouncementState.RELEASED else None,
            send_at=NOW if state == AnnouncementState.RELEASED else None,
        )  # fmt: skip

    return prepare


def _one(world: World) -> dict[str, int]:
    return {"pk": world.made["announcement"].pk if "announcement" in world.made else 0}


def _acted(name: str, state: str) -> Row:
    its = roles("sam", "dr_lee")
    return Row(name, get=None, post=its, arguments=_one, prepare=_by_sam(state), uses_up=True)


ROWS = [
    Row("announcements:list", get=WRITERS),
    Row("announcements:new", get=WRITERS, post=WRITERS),
    Row("announcements:one", get=roles("sam", "dr_lee"), arguments=_one, prepare=_by_sam("draft")),
    _acted("announcements:send", "draft"),
    _acted("announcements:approve", "waiting"),
    _acted("announcements:decline", "waiting"),
    _acted("announcements:stop", "released"),
]
