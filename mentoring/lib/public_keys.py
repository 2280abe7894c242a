"""Random keys for addresses. Running numbers tell, by their gaps, of rows that somebody may not see."""

from typing import Any

from django.db.models import Func, QuerySet, UUIDField

AT_ONCE = 5000


class RandomUUID(Func):
    """A new key for each row, made by the database: what an earlier release adds meanwhile has one too."""

    function = "gen_random_uuid"
    arity = 0
    output_field = UUIDField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, Any]:
        """The shape in which Django keeps a UUID there."""
        return self.as_sql(compiler, connection, template="lower(hex(randomblob(16)))", **extra)


def give_public_keys(rows: QuerySet[Any]) -> None:
    """Give a key to each of a model's rows that has none, a few thousand at a time; again changes nothing."""
    waiting, last = rows.filter(public_key=None), 0
    while numbers := list(waiting.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        waiting.filter(pk__gt=last, pk__lte=numbers[-1]).update(public_key=RandomUUID())
        last = numbers[-1]
