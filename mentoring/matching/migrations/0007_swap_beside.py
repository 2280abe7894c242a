"""A swap can be opened beside one that is kept from whom opens it, so that no refusal betrays it."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def withdraw_beside(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Going back, only the student's own wish can wait."""
    beside = apps.get_model("matching", "SwapRequest").objects.filter(is_beside=True, state="asked")
    beside.update(state="withdrawn", closed_at=models.F("asked_at"))


class Migration(migrations.Migration):
    dependencies = [("matching", "0006_swap_excluded")]

    operations = [
        migrations.AddField("swaprequest", "is_beside", models.BooleanField(default=False)),
        migrations.RemoveConstraint("swaprequest", "one_open_swap_a_match"),
        migrations.AddConstraint(
            "swaprequest",
            models.UniqueConstraint(
                condition=models.Q(state="asked"), fields=["match", "is_beside"], name="one_open_swap_a_match"
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, withdraw_beside, elidable=True),
    ]
