"""A chain seals the audit trail; the database knows its keys by their ids and whom to tell of an emergency."""

import accounts.encryption
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_two_languages'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditLink',
            fields=[
                ('number', models.BigIntegerField(primary_key=True, serialize=False)),
                ('entry_key', models.BigIntegerField(unique=True)),
                ('entry_at', models.DateTimeField()),
                ('digest', models.CharField(max_length=64)),
                ('chain', models.CharField(max_length=64)),
                ('sealed_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='FieldKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key_id', models.CharField(max_length=16, unique=True)),
                ('mark', accounts.encryption.EncryptedTextField()),
                ('first_used_at', models.DateTimeField()),
                ('retired_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name='institution',
            name='officer_email',
            field=models.EmailField(blank=True, help_text='Told at once when somebody opens confidences in an emergency. It must be one of the university.', max_length=254, verbose_name='address of the data-protection officer'),
        ),
    ]
