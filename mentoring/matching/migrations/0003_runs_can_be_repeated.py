"""A run keeps its input, its proof and why it was started; the input stays under pseudonyms."""

import django.db.models.deletion
from django.db import migrations, models

import accounts.encryption


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0002_run_unit_and_move_times"),
        ("participation", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name='run',
            name='based_on',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='matching.run'),
        ),
        migrations.AddField(
            model_name='run',
            name='certificate',
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name="run",
            name="remedies",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="run",
            name="fairness",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='run',
            name='components',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='run',
            name='proven_components',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='run',
            name='rules',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='run',
            name='salt',
            field=accounts.encryption.EncryptedTextField(blank=True),
        ),
        migrations.AddField(
            model_name='run',
            name='solved_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='run',
            name='why',
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AlterField(
            model_name='run',
            name='engine_version',
            field=models.CharField(blank=True, max_length=128),
        ),
        migrations.CreateModel(
            name='RunInput',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('facts', accounts.encryption.EncryptedJSONField()),
                ('participant', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='participation.participant')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='inputs', to='matching.run')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('run', 'participant'), name='one_input_a_person')],
            },
        ),
    ]
