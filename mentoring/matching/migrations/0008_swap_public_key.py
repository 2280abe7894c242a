"""Swap requests get a random key for addresses. First the column, which locks nobody out; the next two fill and hold it."""

from django.db import migrations, models

from mentoring.lib.public_keys import RandomUUID


class Migration(migrations.Migration):
    dependencies = [("matching", "0007_swap_beside")]

    operations = [
        # In two steps: a column that is added with a default of its own for each row is written under a lock.
        migrations.AddField("swaprequest", "public_key", models.UUIDField(editable=False, null=True)),
        migrations.AlterField(
            "swaprequest", "public_key", models.UUIDField(db_default=RandomUUID(), editable=False, null=True)
        ),
    ]
