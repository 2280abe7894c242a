"""Swap requests from before get their keys, a few thousand at a time and without a lock on the rest."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from mentoring.lib.public_keys import give_public_keys


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    give_public_keys(apps.get_model("matching", "SwapRequest").objects.all())


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("matching", "0008_swap_public_key")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
