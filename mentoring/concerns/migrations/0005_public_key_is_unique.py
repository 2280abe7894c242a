"""Every one of concerns has a key, and its own."""

import uuid

from django.db import migrations, models

from mentoring.lib.public_keys import RandomUUID


class Migration(migrations.Migration):
    dependencies = [("concerns", "0004_fill_public_keys")]

    operations = [
        migrations.AlterField(
            "concern",
            "public_key",
            models.UUIDField(db_default=RandomUUID(), default=uuid.uuid4, editable=False, unique=True),
        ),
    ]
