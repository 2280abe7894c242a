"""Updates that the ORM writes once and that run many times with other values.

Writing an update anew for each message cost more than sending it. Stand-ins of the right type take
the values' places while the ORM writes the statement; afterwards each run brings its own.
"""

from datetime import UTC, datetime
from typing import Any

from django.db import connections, models
from django.db.models.sql import UpdateQuery

# Stand-ins, in no database.
PK = -999_999_999_999
ADDRESS = "stand-in@address.invalid"
NOW, LEASE = (datetime(9999, 1, 1, microsecond=n, tzinfo=UTC) for n in (1, 2))


class Prepared:
    """One update over the rows of a query set. Raises ``ValueError`` when a stand-in got lost on the way."""

    def __init__(self, rows: models.QuerySet[Any], *, slots: dict[str, Any], changes: dict[str, Any]) -> None:
        self.alias = rows.db  # every thread has a connection of its own: none is kept here
        query: Any = rows.query.chain(UpdateQuery)
        query.add_update_values(changes)
        self.sql, params = query.get_compiler(rows.db).as_sql()
        names = {self._adapted(stand_in): name for name, stand_in in slots.items()}
        self.template = list(params)
        self.places = [(at, names[value]) for at, value in enumerate(params) if _is_among(value, names)]
        if {name for _at, name in self.places} != set(slots):
            raise ValueError("a stand-in is not in the statement")

    def run(self, **values: Any) -> int:
        """Run it with these values; how many rows it changed."""
        adapted = {name: self._adapted(value) for name, value in values.items()}
        params = list(self.template)
        for at, name in self.places:
            params[at] = adapted[name]
        with connections[self.alias].cursor() as cursor:
            cursor.execute(self.sql, params)
            return int(cursor.rowcount)

    def _adapted(self, value: Any) -> Any:
        return connections[self.alias].ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


def _is_among(value: Any, names: dict[Any, str]) -> bool:
    return isinstance(value, int | str | datetime) and value in names
