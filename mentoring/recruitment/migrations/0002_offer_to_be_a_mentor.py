"""What two fields are called, without "to mentor" as a verb: a scheme's own word takes its place as a noun. No SQL."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("recruitment", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="application",
            name="why",
            field=models.TextField(blank=True, max_length=2000, verbose_name="why you would like to be a mentor"),
        ),
        migrations.AlterField(
            model_name="application",
            name="year_of_study",
            field=models.PositiveSmallIntegerField(verbose_name="year of study as a mentor"),
        ),
    ]
