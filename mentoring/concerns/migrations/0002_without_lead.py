"""Whether there was a safeguarding lead when a concern was raised, which decides whether others stand in for one.

Earlier concerns keep their readers: those of a scheme that had no safeguarding lead on the day.
"""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q
from django.utils import timezone


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    appointments = apps.get_model("schemes", "Appointment").objects.filter(role="safeguarding-lead")
    for concern in apps.get_model("concerns", "Concern").objects.select_related("cohort"):
        day = timezone.localdate(concern.raised_at)
        held = appointments.filter(scheme=concern.cohort.scheme_id, starts_on__lte=day)
        if not held.filter(Q(ends_on=None) | Q(ends_on__gte=day)).exists():
            concern.without_lead = True
            concern.save(update_fields=["without_lead"])


class Migration(migrations.Migration):
    dependencies = [("concerns", "0001_initial"), ("schemes", "0003_appointed_at")]

    operations = [
        migrations.AddField(
            model_name="concern",
            name="without_lead",
            field=models.BooleanField(default=False),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
