"""Concerns from before get their keys, a few thousand at a time and without a lock on the rest."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from mentoring.lib.public_keys import give_public_keys


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    give_public_keys(apps.get_model("concerns", "Concern").objects.all())


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("concerns", "0003_public_key")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
