"""Every move by hand in a draft can be taken back, not only the last one of each student."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def keep_last_moves(apps, schema_editor):
    """The last move of each student becomes a row, so that it can still be taken back."""
    proposals = apps.get_model("matching", "Proposal").objects.exclude(moved_by=None)
    move = apps.get_model("matching", "HandMove")
    move.objects.bulk_create(
        move(
            run_id=p.run_id,
            mentee_id=p.mentee_id,
            moved_from_id=p.moved_from_id,
            moved_to_id=p.mentor_id,
            moved_by_id=p.moved_by_id,
            moved_at=p.moved_at,
        )
        for p in proposals.exclude(moved_at=None).iterator()
    )


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0003_runs_can_be_repeated"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HandMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('was_locked', models.BooleanField(default=False)),
                ('strength', models.CharField(blank=True, max_length=8)),
                ('reasons', models.JSONField(default=dict)),
                ('moved_at', models.DateTimeField()),
                ('mentee', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='participation.participant')),
                ('moved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('moved_from', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='participation.participant')),
                ('moved_to', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='participation.participant')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hand_moves', to='matching.run')),
            ],
            options={
                'ordering': ['-moved_at', '-pk'],
            },
        ),
        migrations.RunPython(keep_last_moves, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name='proposal',
            name='moved_at',
        ),
        migrations.RemoveField(
            model_name='proposal',
            name='moved_by',
        ),
        migrations.RemoveField(
            model_name='proposal',
            name='moved_from',
        ),
    ]
