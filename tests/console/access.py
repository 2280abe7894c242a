"""Rows of the access table for the dashboard."""

from mentoring.participation.models import Participant
from tests.factories import NOW
from tests.house.access import Row, World, roles

STAFF = roles("sam", "carys", "tom", "dr_lee", "mallory")
TODAY = STAFF | roles("una", "dana")
# The pair and the person below are of Social Sciences, which carys does not coordinate.
EXPORTERS = roles("sam", "carys", "dr_lee", "mallory")
NEAR = roles("sam", "tom", "dr_lee")
PLACERS = roles("sam", "dr_lee")


def _pair(world: World) -> dict[str, int]:
    return {"pk": world.matches["aisha"].pk}


def _person(world: World) -> dict[str, int]:
    return {"pk": world.northfield.participants["aisha"].pk}


def _mentor(world: World) -> dict[str, int]:
    return {"pk": world.northfield.participants["priya"].pk}


def _left(world: World) -> None:
    """priya stopped, for who would bring her back."""
    person = world.northfield.participants["priya"]
    Participant.objects.filter(pk=person.pk).update(state="left", left_at=NOW)


def _csv(world: World) -> dict[str, str]:
    return {"kind": "csv"}


ROWS = [
    Row("console:today", get=TODAY, post=TODAY),
    Row("console:choose_cohort", get=None, post=TODAY),
    Row("console:people", get=STAFF, post=STAFF),
    Row("console:export_people", get=None, post=EXPORTERS, arguments=_csv),
    Row("console:export_pairs", get=None, post=EXPORTERS, arguments=_csv),
    Row("console:person", get=NEAR, post=NEAR, arguments=_person),
    Row("console:pairs", get=STAFF, post=STAFF),
    Row("console:pair", get=NEAR, post=NEAR, arguments=_pair),
    Row("console:stop_person", get=PLACERS, post=PLACERS, arguments=_person, uses_up=True),
    Row("console:person_back", get=PLACERS, post=PLACERS, arguments=_mentor, prepare=_left, uses_up=True),
    Row(
        "console:person_reminders",
        get=PLACERS,
        post=PLACERS,
        arguments=lambda world: {**_person(world), "to": "pause"},
    ),
    Row("console:person_texts", get=PLACERS, post=PLACERS, arguments=_person),
    Row("console:end", get=PLACERS, post=PLACERS, arguments=_pair),
    Row("console:year", get=TODAY, post=None),
    Row(
        "console:milestone",
        get=roles("dr_lee", "admin"),
        post=roles("dr_lee", "admin"),
        arguments=lambda world: {"slug": world.northfield.cohort.slug, "key": "welcome"},
    ),
    Row("console:overview", get=EXPORTERS, post=None),
    Row("console:reports", get=EXPORTERS, post=None),
    Row("console:report", get=EXPORTERS, post=None),
    Row("console:export_report", get=None, post=EXPORTERS, arguments=_csv),
    Row("console:from_outside", get=roles("sam", "carys", "dr_lee", "mallory")),
    Row("console:who_can_read", get=roles("aisha", "omar", "priya", "una")),
    Row(
        "console:governance",
        get=roles("dr_lee", "admin"),
        post=roles("dr_lee", "admin"),
        arguments=lambda world: {"pk": world.northfield.scheme.pk},
    ),
    Row("console:funnel", get=roles("sam", "carys", "tom", "dr_lee", "mallory"), post=None),
]
