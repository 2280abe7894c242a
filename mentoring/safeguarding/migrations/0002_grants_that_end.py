"""A grant can also be of an end: that a safeguarding lead goes is as guarded as that one comes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("safeguarding", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="grant",
            name="kind",
            field=models.CharField(
                choices=[("begin", "becomes safeguarding lead"), ("end", "is no longer safeguarding lead")],
                default="begin",
                max_length=8,
            ),
        ),
    ]
