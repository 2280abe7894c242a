"""A run is about a unit; a move by hand has a time, so that the last one can be undone."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("matching", "0001_initial"), ("schemes", "0001_initial")]

    operations = [
        migrations.AddField(
            "run",
            "unit",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="runs", to="schemes.unit"
            ),
        ),
        migrations.AlterField(
            "run",
            "unit",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="runs", to="schemes.unit"
            ),
        ),
        migrations.AddField("proposal", "moved_at", models.DateTimeField(null=True)),
        migrations.AddIndex("proposal", models.Index(fields=["run", "mentor"], name="proposal_by_group")),
    ]
