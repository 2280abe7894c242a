"""What is held back because of a concern is counted apart: only safeguarding leads hear of it.

Of earlier copies it is told by the concerns and emergencies that there are.
"""

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F, Q


def hand_over(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    concerns = apps.get_model("concerns", "Concern").objects
    openings = apps.get_model("safeguarding", "Opening").objects
    for copy in apps.get_model("protection", "DataCopy").objects.filter(held__gt=0):
        count = concerns.filter(Q(about__user=copy.person_id) | Q(about_staff=copy.person_id)).count()
        copy.held_by_leads = min(copy.held, count + openings.filter(subject=copy.person_id).count())
        copy.held -= copy.held_by_leads
        if copy.held_by_leads:
            copy.leads_reviewed_by_id, copy.leads_reviewed_at = copy.reviewed_by_id, copy.reviewed_at
            copy.save()


def hand_back(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("protection", "DataCopy").objects.update(held=F("held") + F("held_by_leads"))


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("concerns", "0002_without_lead"),
        ("protection", "0002_trail_anchor"),
        ("safeguarding", "0002_grants_that_end"),
    ]

    operations = [
        migrations.AddField("datacopy", "held_by_leads", models.PositiveIntegerField(default=0)),
        migrations.AddField(
            "datacopy",
            "leads_reviewed_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField("datacopy", "leads_reviewed_at", models.DateTimeField(null=True)),
        migrations.RunPython(hand_over, hand_back, elidable=True),
    ]
