"""The database lets go of audit entries that are two years old, by its own clock, and of no younger one."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLE = "accounts_auditentry"
REFUSE = "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
NEW = {
    "sqlite": [
        "DROP TRIGGER audit_no_delete",
        f"CREATE TRIGGER audit_no_delete BEFORE DELETE ON {TABLE} "
        f"WHEN OLD.at >= datetime('now', '-730 days') {REFUSE}",
    ],
    "postgresql": [
        f"DROP TRIGGER audit_no_change ON {TABLE}",
        f"CREATE TRIGGER audit_no_update BEFORE UPDATE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
        f"CREATE TRIGGER audit_no_delete BEFORE DELETE ON {TABLE} FOR EACH ROW "
        "WHEN (OLD.at >= now() - interval '730 days') EXECUTE FUNCTION audit_refuse()",
    ],
}
OLD = {
    "sqlite": ["DROP TRIGGER audit_no_delete", f"CREATE TRIGGER audit_no_delete BEFORE DELETE ON {TABLE} {REFUSE}"],
    "postgresql": [
        f"DROP TRIGGER audit_no_update ON {TABLE}",
        f"DROP TRIGGER audit_no_delete ON {TABLE}",
        f"CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON {TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
    ],
}


def new(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in NEW[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def old(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in OLD[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_erased")]

    operations = [migrations.RunPython(new, old)]
