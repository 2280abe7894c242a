"""Who may call which URL of participation."""

from typing import Any

from mentoring.participation.services.imports import start_import
from tests.factories import NOW
from tests.house.access import Row, World, roles

TAKING_PART = roles("aisha", "omar", "priya", "una")
IMPORTING = roles("sam", "carys", "dr_lee", "mallory")
# One's own imports, and for the lead of the scheme everybody's: not another unit's coordinator, nor another scheme's.
ITS_READERS = roles("sam", "dr_lee")
FILE = b"Student ID,First name,Last name,E-mail,Course code,Year\n2799999,Zz,Canary,zz@northfield.ac.uk,L300,1\n"


def an_import(world: World) -> None:
    """Sam's upload, its columns still to be confirmed."""
    world.made["import"] = start_import(
        cohort=world.northfield.cohort,
        role="mentee",
        data=FILE,
        file_name="canary.csv",
        by=world.northfield.sam,
        now=NOW,
    )


def its_key(world: World) -> dict[str, Any]:
    return {"pk": world.made["import"].pk}


def _about_an_import(name: str, **methods: Any) -> Row:
    return Row(f"participation:{name}", arguments=its_key, prepare=an_import, **methods)


ROWS = [
    Row("participation:wishes", get=TAKING_PART, post=TAKING_PART),
    Row("participation:withdraw_wishes", get=None, post=TAKING_PART),
    Row("participation:profile", get=TAKING_PART, post=TAKING_PART),
    Row("participation:imports", get=IMPORTING, post=IMPORTING),
    Row("participation:import_sample", get=IMPORTING),
    _about_an_import("import", get=ITS_READERS),
    _about_an_import("import_columns", get=ITS_READERS, post=ITS_READERS),
    _about_an_import("import_corrected", get=ITS_READERS),
    _about_an_import("import_change_columns", get=None, post=ITS_READERS),
    _about_an_import("import_leave_out", get=None, post=ITS_READERS),
    _about_an_import("import_leave_out_all", get=None, post=ITS_READERS),
    _about_an_import("import_apply", get=None, post=ITS_READERS),
    _about_an_import("import_call_off", get=None, post=ITS_READERS),
    _about_an_import("import_put_aside", get=None, post=ITS_READERS),
    Row("participation:import_programmes", get=roles("admin"), post=roles("admin")),
]
