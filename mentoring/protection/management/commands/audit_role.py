"""The SQL for a database role that can add to the audit trail and not change it."""

import re
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
SQL = """\
-- Run as the owner of the tables (the role that runs `migrate`). Web, worker and beat then connect as {role}.
-- Run it again after an upgrade: it changes nothing that stands already.
DO $$ BEGIN CREATE ROLE {role} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
GRANT USAGE ON SCHEMA public TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role};
-- The trail and its seals: read and added to, never changed, deleted or emptied.
REVOKE UPDATE, DELETE, TRUNCATE ON accounts_auditentry, accounts_auditlink FROM {role};
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role};
-- What is two years old may go, by this function alone; it runs as the owner.
GRANT EXECUTE ON FUNCTION audit_drop_old() TO {role};
"""


def sql_for(role: str) -> str:
    """The statements for a role of this name. Raises ``ValueError`` for a name that would need quoting."""
    if not NAME.fullmatch(role):
        raise ValueError(role)
    return SQL.format(role=role)


class Command(BaseCommand):
    help = "Prints SQL for PostgreSQL: a role for the application that can only add to the audit trail."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", nargs="?", default="mentoring_app")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.stdout.write(sql_for(options["role"]))
        except ValueError as problem:
            raise CommandError("A role's name is made of small letters, digits and _.") from problem
