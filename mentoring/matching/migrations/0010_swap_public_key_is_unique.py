"""Every one of swap requests has a key, and its own."""

import uuid

from django.db import migrations, models

from mentoring.lib.public_keys import RandomUUID


class Migration(migrations.Migration):
    dependencies = [("matching", "0009_fill_swap_public_keys")]

    operations = [
        migrations.AlterField(
            "swaprequest",
            "public_key",
            models.UUIDField(db_default=RandomUUID(), default=uuid.uuid4, editable=False, unique=True),
        ),
    ]
