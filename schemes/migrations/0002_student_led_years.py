"""Since when students lead a year; those whose policy says so already, since it was written.

Once set it stays, whoever asks: the database refuses to clear or to change it. A migration that has SQLite rebuild
the table of cohorts must put the trigger on again.
"""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

REFUSED = "a year that students lead stays closed to staff"
CHANGED = "OLD.student_led_since IS NOT NULL AND NEW.student_led_since IS {differs} OLD.student_led_since"
ON = {
    "sqlite": [
        "CREATE TRIGGER student_led_stays BEFORE UPDATE OF student_led_since ON schemes_cohort "
        f"WHEN {CHANGED.format(differs='NOT')} BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
    ],
    "postgresql": [
        "CREATE FUNCTION student_led_stays() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSED}'; END $$",
        "CREATE TRIGGER student_led_stays BEFORE UPDATE OF student_led_since ON schemes_cohort FOR EACH ROW "
        f"WHEN ({CHANGED.format(differs='DISTINCT FROM')}) EXECUTE FUNCTION student_led_stays()",
    ],
}
OFF = {
    "sqlite": ["DROP TRIGGER student_led_stays"],
    "postgresql": ["DROP TRIGGER student_led_stays ON schemes_cohort", "DROP FUNCTION student_led_stays()"],
}


def _run(statements: dict[str, list[str]], schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in statements[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def put_on(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _run(ON, schema_editor)


def take_off(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _run(OFF, schema_editor)


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for cohort in apps.get_model("schemes", "Cohort").objects.all():
        versions = cohort.policy_versions.order_by("number")
        led = next((version for version in versions if version.knobs.get("student_led")), None)
        if led is not None:
            cohort.student_led_since = led.in_force_at
            cohort.save(update_fields=["student_led_since"])


class Migration(migrations.Migration):
    dependencies = [("schemes", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="cohort",
            name="student_led_since",
            field=models.DateTimeField(
                editable=False,
                help_text="Since when students lead it, closed to staff. Once set it stays.",
                null=True,
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(put_on, take_off),
    ]
