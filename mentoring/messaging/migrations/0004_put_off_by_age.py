"""When a message was first put off, and how often nobody saw the end of a try (docs/adr/0002).

SQLite rebuilds the table for it, which takes the trigger away that puts ends on the trail.
"""

from importlib import import_module

from django.db import migrations, models

trail = import_module("mentoring.messaging.migrations.0003_ends_are_on_the_trail")


class Migration(migrations.Migration):
    dependencies = [("messaging", "0003_ends_are_on_the_trail")]

    operations = [
        migrations.RunPython(trail.take_off, trail.put_on),
        migrations.AddField(
            model_name="message",
            name="put_off_since",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="stops",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.RunPython(trail.put_on, trail.take_off),
    ]
