"""Who facilitates a group today is taken to have held its meetings so far: nobody else read their notes."""

from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill(apps, schema_editor):
    Meeting = apps.get_model('support', 'Meeting')
    SupportGroup = apps.get_model('support', 'SupportGroup')
    group = SupportGroup.objects.filter(pk=OuterRef('group'))
    Meeting.objects.filter(facilitator=None).update(facilitator=Subquery(group.values('facilitator')[:1]))


class Migration(migrations.Migration):

    dependencies = [('support', '0002_meeting_facilitator')]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
