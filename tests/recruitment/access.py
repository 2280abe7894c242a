"""Who gets which answer at the URLs of recruiting."""

from datetime import timedelta

from mentoring.recruitment.models import Advert, Application
from tests.factories import NOW, TODAY
from tests.house.access import EVERYONE, SIGNED_IN, Row, World, roles

DECIDERS = roles("sam", "carys", "dr_lee", "mallory")
ADVERTISERS = roles("dr_lee", "mallory")  # sam and carys coordinate one unit each: the advert is the whole scheme's
OF_ONE_UNIT = roles("sam", "carys")
OF_THE_SCHEME = roles("sam", "carys", "dr_lee")
ITS_DECIDERS = roles("sam", "dr_lee")


def _one_advert(world: World) -> None:
    """An open advert of Northfield's cohort, and nobody's application to it from Human and Health Sciences."""
    northfield = world.northfield
    advert = Advert.objects.create(
        cohort=northfield.cohort,
        slug="mentor-2026",
        title="Mentor with us",
        text="It is good.",
        opens_on=TODAY - timedelta(days=3),
        closes_on=TODAY + timedelta(days=3),
    )
    world.made["advert"] = advert
    world.made["application"] = Application.objects.create(
        advert=advert,
        applicant=northfield.nobody,
        programme=northfield.sociology,
        year_of_study=2,
        why="Canary reason",
        submitted_at=NOW,
    )


def _advert(world: World) -> dict[str, object]:
    return {"pk": world.made["advert"].pk} if "advert" in world.made else {"pk": 0}


def _slug(world: World) -> dict[str, object]:
    return {"slug": "mentor-2026"}


def _application(world: World) -> dict[str, object]:
    return {"pk": world.made["application"].pk} if "application" in world.made else {"pk": 0}


def _stamp(world: World) -> dict[str, object]:
    return {"stamp": 1}


def _of_advert(name: str, **fields: object) -> Row:
    return Row(name, **{"arguments": _advert, "prepare": _one_advert, **fields})  # type: ignore[arg-type]


ROWS = [
    Row("recruitment:staff", get=DECIDERS),
    Row("recruitment:new_advert", get=ADVERTISERS, post=ADVERTISERS, seen_but_refused=OF_ONE_UNIT),
    _of_advert("recruitment:applications", get=OF_THE_SCHEME),
    _of_advert("recruitment:change_advert", get=roles("dr_lee"), post=roles("dr_lee"), seen_but_refused=OF_ONE_UNIT),
    _of_advert("recruitment:decide", get=OF_THE_SCHEME, post=OF_THE_SCHEME),
    _of_advert("recruitment:invite", get=OF_THE_SCHEME, post=OF_THE_SCHEME),
    _of_advert("recruitment:application", get=ITS_DECIDERS, arguments=_application),
    Row("recruitment:undo_decisions", get=None, post=DECIDERS, arguments=_stamp),
    Row("recruitment:undo_invite", get=None, post=DECIDERS, arguments=_stamp),
    _of_advert("recruitment:advert", get=EVERYONE, arguments=_slug),
    _of_advert("recruitment:apply", get=SIGNED_IN, post=SIGNED_IN, arguments=_slug),
    _of_advert("recruitment:withdraw", get=None, post=roles("nobody"), arguments=_slug),
    _of_advert("recruitment:offer_again", get=None, post=roles("nobody"), arguments=_slug),
]
