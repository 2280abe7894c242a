"""The database refuses to change the seals of the trail, to delete young ones, and to empty either table.

``audit_drop_old`` runs as the owner of the tables, so that the application's own role needs no right to delete:
see docs/audit.md.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TRAIL, LINKS = "accounts_auditentry", "accounts_auditlink"
REFUSE = "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
ON = {
    "sqlite": [
        f"CREATE TRIGGER seal_no_update BEFORE UPDATE ON {LINKS} {REFUSE}",
        f"CREATE TRIGGER seal_no_delete BEFORE DELETE ON {LINKS} "
        f"WHEN OLD.entry_at >= datetime('now', '-730 days') {REFUSE}",
    ],
    "postgresql": [
        f"CREATE TRIGGER seal_no_update BEFORE UPDATE ON {LINKS} FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
        f"CREATE TRIGGER seal_no_delete BEFORE DELETE ON {LINKS} FOR EACH ROW "
        "WHEN (OLD.entry_at >= now() - interval '730 days') EXECUTE FUNCTION audit_refuse()",
        *(
            f"CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
            for table in (TRAIL, LINKS)
        ),
        "CREATE FUNCTION audit_drop_old() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT "
        f"AS $$ BEGIN DELETE FROM {TRAIL} WHERE at < now() - interval '730 days'; "
        f"DELETE FROM {LINKS} WHERE number < COALESCE((SELECT MIN(number) FROM {LINKS} "
        "WHERE entry_at >= now() - interval '730 days'), 0); END $$",
        "REVOKE ALL ON FUNCTION audit_drop_old() FROM PUBLIC",
    ],
}
OFF = {
    "sqlite": ["DROP TRIGGER seal_no_update", "DROP TRIGGER seal_no_delete"],
    "postgresql": [
        "DROP FUNCTION audit_drop_old()",
        f"DROP TRIGGER audit_no_truncate ON {TRAIL}",
        f"DROP TRIGGER audit_no_truncate ON {LINKS}",
        f"DROP TRIGGER seal_no_update ON {LINKS}",
        f"DROP TRIGGER seal_no_delete ON {LINKS}",
    ],
}


def put_on(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in ON[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def take_off(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in OFF[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_sealed_trail_and_keys")]

    operations = [migrations.RunPython(put_on, take_off)]
