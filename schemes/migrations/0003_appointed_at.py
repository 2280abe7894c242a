"""When an appointment was made: its first day can be written back, this cannot. Earlier ones have none."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("schemes", "0002_student_led_years")]

    operations = [
        migrations.AddField(
            model_name="appointment",
            name="appointed_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
