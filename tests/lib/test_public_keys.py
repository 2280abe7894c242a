"""Every row has a key of its own, whoever wrote it."""

from uuid import UUID, uuid4

from django.db import connection, models
from django.test.utils import isolate_apps

from mentoring.lib import public_keys
from mentoring.lib.public_keys import give_public_keys
from mentoring.matching.models import SwapRequest
from tests.factories import NOW, TODAY


def test_a_release_that_does_not_know_the_column_adds_rows_with_keys(matched) -> None:
    SwapRequest.objects.create(match=matched["aisha"], state="withdrawn", asked_at=NOW, promised_by=TODAY)
    with connection.cursor() as cursor:
        for _ in range(2):
            cursor.execute(
                "INSERT INTO matching_swaprequest (match_id, state, reasons, is_beside, asked_at, promised_by)"
                " SELECT match_id, state, reasons, is_beside, asked_at, promised_by FROM matching_swaprequest LIMIT 1"
            )
    keys = set(SwapRequest.objects.values_list("public_key", flat=True))
    assert len(keys) == 3
    assert all(isinstance(key, UUID) for key in keys)


@isolate_apps("mentoring.lib")
def test_keys_are_given_to_each_that_has_none_and_to_no_other(db: None, monkeypatch) -> None:
    """As the migrations do, in steps of two."""

    class Kept(models.Model):  # noqa: DJ008
        public_key = models.UUIDField(null=True)

        class Meta:
            app_label = "lib"
            db_table = "kept"

    with connection.cursor() as cursor:
        kind = models.UUIDField().db_type(connection)
        cursor.execute(f"CREATE TEMPORARY TABLE kept (id integer PRIMARY KEY, public_key {kind})")
    monkeypatch.setattr(public_keys, "AT_ONCE", 2)
    own = uuid4()
    Kept.objects.bulk_create([Kept(pk=pk, public_key=own if pk == 3 else None) for pk in range(1, 8)])
    give_public_keys(Kept.objects.all())
    given = list(Kept.objects.order_by("pk").values_list("public_key", flat=True))
    assert given[2] == own
    assert len({key for key in given if isinstance(key, UUID)}) == 7
    give_public_keys(Kept.objects.all())
    assert list(Kept.objects.order_by("pk").values_list("public_key", flat=True)) == given
