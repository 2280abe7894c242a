"""Rows of the access table for set-up and for the pages that belong to no app."""

from datetime import date

from schemes.models import Appointment
from tests.house.access import EVERYONE, SIGNED_IN, Row, World, roles

WORKING = roles("dr_lee", "mallory", "admin", "sam", "carys", "tom", "una")
OWN = roles("dr_lee", "admin")  # mallory leads another scheme
ADMIN = roles("admin")


def _slug(world: World) -> dict[str, str]:
    return {"slug": world.northfield.cohort.slug}


def _scheme(world: World) -> dict[str, int]:
    return {"pk": world.northfield.scheme.pk}


def _quiet(world: World) -> None:
    world.made["quiet"] = world.northfield.cohort.quiet_periods.create(
        kind="exams", starts_on=date(2027, 1, 4), ends_on=date(2027, 1, 15)
    )


def _appointment(world: World) -> dict[str, int]:
    return {"pk": Appointment.objects.get(user=world.northfield.tom).pk}


ROWS = [
    Row("home", get=SIGNED_IN, post=SIGNED_IN),
    Row("health", get=EVERYONE, post=EVERYONE),
    Row("help", get=EVERYONE, post=EVERYONE),
    Row("privacy", get=EVERYONE, post=EVERYONE),
    Row("accessibility", get=EVERYONE, post=EVERYONE),
    Row("manifest", get=EVERYONE),
    Row("service_worker", get=EVERYONE),
    Row("offline", get=EVERYONE),
    Row("held_form", get=SIGNED_IN, post=SIGNED_IN),
    Row("styleguide", get=EVERYONE, post=EVERYONE),
    Row("set_language", get=EVERYONE, post=EVERYONE),
    Row("schemes:start", get=frozenset(), post=frozenset(), gone_for_all=True),
    Row("schemes:setup", get=WORKING, post=WORKING),
    Row("schemes:institution", get=ADMIN, post=ADMIN),
    Row("schemes:units", get=ADMIN, post=ADMIN),
    Row("schemes:programmes", get=ADMIN, post=ADMIN),
    Row("schemes:start_scheme", get=ADMIN, post=ADMIN),
    Row("schemes:open_cohort", get=OWN, post=OWN, arguments=_scheme),
    Row("schemes:appoint", get=OWN, post=OWN, arguments=_scheme),
    Row("schemes:end_appointment", get=None, post=OWN, arguments=_appointment),
    Row("schemes:cohort", get=OWN, post=OWN, arguments=_slug),
    Row("schemes:policy", get=OWN, post=OWN, arguments=_slug),
    Row("schemes:quiet_period", get=OWN, post=OWN, arguments=_slug),
    Row(
        "schemes:remove_quiet_period",
        get=None,
        post=OWN,
        arguments=lambda world: {**_slug(world), "pk": world.made["quiet"].pk},
        prepare=_quiet,
        uses_up=True,
    ),
]
