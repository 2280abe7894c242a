"""Whatever ends a message, or leaves it to a human, is on the audit trail, whichever way it came about.

The database writes the entry within the same statement: one message or ten thousand, a worker, a sweep or
somebody's deed. What a human decides about a message is recorded by the service, with who it was; hence
'marked as sent' is left out here. A migration that has SQLite rebuild the table must put the trigger on again.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ENDS = "NEW.state <> OLD.state AND NEW.state IN ('sent', 'uncertain', 'expired', 'cancelled', 'failed')"
BY_ITSELF = f"{ENDS} AND NEW.reason <> 'marked as sent'"
ENTRY = (
    "INSERT INTO accounts_auditentry (at, actor_id, verb, object_type, object_id, scheme_id_at, fields) "
    "VALUES ({at}, NULL, 'message ' || NEW.state, 'messaging.message', CAST(NEW.id AS {text}), "
    "(SELECT scheme_id FROM schemes_cohort WHERE id = NEW.cohort_id), '[\"state\"]')"
)
NOW_SQLITE = "COALESCE(NEW.closed_at, strftime('%Y-%m-%d %H:%M:%f', 'now'))"
ON = {
    "sqlite": [
        f"CREATE TRIGGER message_end_on_trail AFTER UPDATE OF state ON messaging_message WHEN {BY_ITSELF} "
        f"BEGIN {ENTRY.format(at=NOW_SQLITE, text='TEXT')}; END",
    ],
    "postgresql": [
        "CREATE FUNCTION message_end_on_trail() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {ENTRY.format(at='COALESCE(NEW.closed_at, now())', text='varchar')}; RETURN NULL; END $$",
        "CREATE TRIGGER message_end_on_trail AFTER UPDATE OF state ON messaging_message "
        f"FOR EACH ROW WHEN ({BY_ITSELF}) EXECUTE FUNCTION message_end_on_trail()",
    ],
}
OFF = {
    "sqlite": ["DROP TRIGGER message_end_on_trail"],
    "postgresql": [
        "DROP TRIGGER message_end_on_trail ON messaging_message",
        "DROP FUNCTION message_end_on_trail()",
    ],
}


def put_on(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in ON[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def take_off(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in OFF[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_audit_entries"),
        ("messaging", "0002_ledger_to_the_letter"),
        ("schemes", "0001_initial"),
    ]

    operations = [migrations.RunPython(put_on, take_off)]
