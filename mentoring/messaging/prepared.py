"""Updates that the ORM writes once and that run many times with other values.

Writing an update anew for each message cost more than sending it. Stand-ins of the right type take
the values' places while the ORM writes the statement; afterwards each run brings its own. PostgreSQL
reads and plans it once for each connection as well.
"""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connections, models, transaction
from django.db.models.sql import UpdateQuery

# Stand-ins, in no database.
PK = -999_999_999_999
ADDRESS = "stand-in@address.invalid"
NOW, LEASE = (datetime(9999, 1, 1, microsecond=n, tzinfo=UTC) for n in (1, 2))

# The names of the statements that a connection to PostgreSQL knows.
_known: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


class Statement:
    """One statement with constants (``template``) and places for the values of a run (``places``)."""

    def __init__(self, alias: str, sql: str, template: list[Any], places: list[tuple[int, str]]) -> None:
        self.alias = alias  # every thread has a connection of its own: none is kept here
        self.sql, self.template, self.places = sql, template, places
        self.names = sorted({name for _at, name in places})
        self.name = "prepared_" + sha256(repr((sql, template, places)).encode()).hexdigest()[:40]

    def run(self, **values: Any) -> int:
        """Run it with these values; how many rows it changed."""
        connection = connections[self.alias]
        adapted = {name: _adapted(self.alias, value) for name, value in values.items()}
        with connection.cursor() as cursor:
            if _keeps_plans(connection):
                self._make_known(connection, cursor)
                markers = ", ".join(["%s"] * len(self.names))
                cursor.execute(f"EXECUTE {self.name} ({markers})", [adapted[name] for name in self.names])
            else:
                params = list(self.template)
                for at, name in self.places:
                    params[at] = adapted[name]
                cursor.execute(self.sql, params)
            return int(cursor.rowcount)

    def _make_known(self, connection: Any, cursor: Any) -> None:
        known = _known.setdefault(connection.connection, set())
        if self.name in known:
            return
        words = [cursor.cursor.mogrify("%s", [value]).decode() for value in self.template]
        for at, name in self.places:
            words[at] = f"${self.names.index(name) + 1}"
        cursor.execute(f"PREPARE {self.name} AS {self.sql % tuple(words)}", None)
        known.add(self.name)


class Prepared(Statement):
    """One update over the rows of a query set. Raises ``ValueError`` when a stand-in got lost on the way."""

    def __init__(self, rows: models.QuerySet[Any], *, slots: dict[str, Any], changes: dict[str, Any]) -> None:
        query: Any = rows.query.chain(UpdateQuery)
        query.add_update_values(changes)
        sql, params = query.get_compiler(rows.db).as_sql()
        names = {_adapted(rows.db, stand_in): name for name, stand_in in slots.items()}
        places = [(at, names[value]) for at, value in enumerate(params) if _is_among(value, names)]
        if {name for _at, name in places} != set(slots):
            raise ValueError("a stand-in is not in the statement")
        super().__init__(rows.db, sql, list(params), places)


class InOneGo:
    """Two updates of different rows that hold together or not at all; what the second changed is told.

    On PostgreSQL they are one statement, which costs one round trip and no transaction around it.
    """

    def __init__(self, first: Prepared, second: Prepared) -> None:
        self.first, self.second = first, second
        self.joined = Statement(
            second.alias,
            f"WITH first AS ({first.sql}) {second.sql}",
            first.template + second.template,
            [(at, f"first_{name}") for at, name in first.places]
            + [(at + len(first.template), name) for at, name in second.places],
        )

    def run(self, before: dict[str, Any], **values: Any) -> int:
        """Run both, the first with the values ``before``; how many rows the second changed."""
        if _keeps_plans(connections[self.joined.alias]):
            return self.joined.run(**{f"first_{name}": value for name, value in before.items()}, **values)
        with transaction.atomic(using=self.second.alias):
            self.first.run(**before)
            return self.second.run(**values)


def _keeps_plans(connection: Any) -> bool:
    """PostgreSQL does, unless a pooler gives each transaction another session; who has one tells Django the same."""
    return connection.vendor == "postgresql" and not connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS")


def _adapted(alias: str, value: Any) -> Any:
    return connections[alias].ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


def _is_among(value: Any, names: dict[Any, str]) -> bool:
    return isinstance(value, int | str | datetime) and value in names
