"""Rows of the access table for the dashboard."""

import uuid

from mentoring.console.models import Batch, SavedFilter
from mentoring.participation.models import Participant
from tests.factories import NOW
from tests.house.access import Row, World, roles

STAFF = roles("sam", "carys", "tom", "dr_lee", "mallory")
TODAY = STAFF | roles("una", "dana")
# The pair and the person below are of Social Sciences, which carys does not coordinate.
EXPORTERS = roles("sam", "carys", "dr_lee", "mallory")
NEAR = roles("sam", "tom", "dr_lee")
PLACERS = roles("sam", "dr_lee")
READERS = STAFF | roles("una")


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


def _agreements(world: World) -> dict[str, str]:
    return {"kind": "agreements"}


def _shared(world: World) -> None:
    """A filter of sam's that he shares."""
    northfield = world.northfield
    world.made["filter"], _is_new = SavedFilter.objects.update_or_create(
        scheme=northfield.scheme, owner=northfield.sam, page="people", name="First-years",
        defaults={"query": "year=1", "is_shared": True, "saved_at": NOW, "removed_at": None},
    )  # fmt: skip


def _filter(world: World) -> dict[str, int]:
    return {"pk": world.made["filter"].pk if "filter" in world.made else 0}


def _many(world: World) -> None:
    """sam paused somebody's reminders."""
    northfield = world.northfield
    world.made["batch"] = Batch.objects.create(
        cohort=northfield.cohort, deed="pause", form_key=uuid.uuid4(), done_by=northfield.sam, done_at=NOW
    )
    world.made["batch"].people.add(world.northfield.participant("aisha"))


def _batch(world: World) -> dict[str, int]:
    return {"pk": world.made["batch"].pk if "batch" in world.made else 0}


def _scheme(world: World) -> dict[str, int]:
    return {"pk": world.northfield.scheme.pk}


SAM = roles("sam")
OWNERS = roles("dr_lee", "admin")

ROWS = [
    Row("console:today", get=TODAY, post=TODAY),
    Row("console:row", get=STAFF, arguments=_agreements),
    Row("console:snooze_row", get=None, post=STAFF, arguments=_agreements),
    Row("console:wake_row", get=None, post=STAFF, arguments=_agreements),
    Row("console:give_row", get=None, post=STAFF, arguments=_agreements),
    Row("console:choose_cohort", get=None, post=TODAY),
    Row("console:people", get=STAFF, post=STAFF),
    Row("console:people_batch", get=EXPORTERS, post=EXPORTERS),
    Row("console:export_people", get=None, post=EXPORTERS, arguments=_csv),
    Row("console:export_pairs", get=None, post=EXPORTERS, arguments=_csv),
    Row("console:person", get=NEAR, post=NEAR, arguments=_person),
    Row("console:pairs", get=STAFF, post=STAFF),
    Row("console:pairs_batch", get=EXPORTERS, post=EXPORTERS),
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
    Row("console:undo_end", get=None, post=PLACERS, arguments=_pair),
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
    Row("console:words", get=OWNERS, post=OWNERS, arguments=_scheme),
    Row("console:try_words", get=None, post=OWNERS, arguments=_scheme),
    Row("console:product_words", get=None, post=OWNERS, arguments=_scheme),
    Row("console:undo_words", get=None, post=OWNERS, arguments=_scheme),
    Row("console:looked_at", get=None, post=roles("sam", "dr_lee"), arguments=_pair),
    Row("console:batches", get=STAFF),
    Row("console:batch", get=SAM, arguments=_batch, prepare=_many),
    Row("console:undo_batch", get=None, post=SAM, arguments=_batch, prepare=_many),
    Row("console:groups", get=STAFF),
    Row("console:filters", get=READERS),
    Row("console:new_filter", get=READERS, post=READERS),
    Row("console:filter", get=NEAR | roles("carys"), arguments=_filter, prepare=_shared),
    Row("console:change_filter", get=SAM, post=SAM, arguments=_filter, prepare=_shared),
    Row("console:remove_filter", get=None, post=SAM, arguments=_filter, prepare=_shared, uses_up=True),
    Row("console:restore_filter", get=None, post=SAM, arguments=_filter, prepare=_shared, uses_up=True),
    Row("console:funnel", get=roles("sam", "carys", "tom", "dr_lee", "mallory"), post=None),
]
