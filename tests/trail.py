"""Watching that every write leaves an audit entry: who, when, verb, field names (issue 2; trust.md §5).

``watched()`` looks at the statements that reach the database. A table that was written to must have an
entry about a row of it, or about what it is a ``PART_OF``. What was rolled back does not count. The
tests put it round every POST of the test client and every Celery task (``tests/conftest.py``), so each
of them drives the guard with data that is worth something.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from django.apps import apps
from django.db import connection

# Rows that belong to an object of another kind, whose entry stands for them.
PART_OF: dict[str, tuple[str, ...]] = {
    "account_emailaddress": ("accounts.user",),
    "socialaccount_socialaccount": ("accounts.user",),
    "accounts_emaildomain": ("accounts.institution",),
    "announcements_announcement_chosen": ("announcements.announcement",),
    "console_batch_matches": ("console.batch",),
    "console_batch_people": ("console.batch",),
    "contacts_contact_matches": ("contacts.contact",),
    "contacts_contact_signposted": ("contacts.contact",),
    "events_attendance": ("events.event",),
    "matching_handmove": ("matching.proposal", "matching.run"),
    "matching_proposal": ("matching.run",),
    "matching_runinput": ("matching.run",),
    "matching_swaprequest_excluded": ("matching.swaprequest",),
    "participation_importrow": ("participation.studentimport",),
    "participation_profilefact": ("participation.participant",),
    "recruitment_invitation": ("recruitment.advert",),
    "schemes_milestone": ("schemes.cohort",),
    "schemes_policyversion": ("schemes.cohort",),
    "schemes_term": ("schemes.cohort",),
    "support_meeting": ("support.supportgroup",),
    "support_supportgroup_members": ("support.supportgroup",),
    "training_coveredtopic": ("events.event",),
}

# Owed together with a deed, whose entry says who and when; what ends a message has an entry of its own
# (messaging/migrations/0003_ends_are_on_the_trail.py). A lease, a claim, a wait are nobody's deeds, and
# neither is asking for a sign-in code.
OUTBOX = "messaging_message"
ONLY_THE_OUTBOX = ("messaging.", "/accounts/")

# What is no deed of anybody's, and why.
LEFT_OUT: dict[str, str] = {
    "accounts_auditentry": "the trail itself",
    "accounts_auditlink": "the seals of the trail",
    "django_admin_log": "the back office's own log",
    "django_session": "that somebody is signed in",
    "matching_shortlist": "what the engine picked when a question was first asked, kept lest looking again tell more",
    "mfa_authenticator": "recorded by the account adapter once it has committed (tests/messaging/test_adapters.py)",
    "usersessions_usersession": "where somebody is signed in: their own page",
}
SIGNED_IN = ('UPDATE "accounts_user" SET "last_login"', 'UPDATE "socialaccount_socialaccount"')
# A university's own sign-in leads back by GET: it brings somebody in, and what it writes must be on the trail.
COMES_IN = re.compile(r"/accounts/(oidc/[\w-]+/login/callback|saml/[\w-]+/acs/finish)/")

WRITE = re.compile(r'\s*(INSERT INTO|INSERT OR IGNORE INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', re.IGNORECASE)
SAVEPOINT = re.compile(r'\s*(SAVEPOINT|ROLLBACK TO SAVEPOINT)\s+"?(\w+)"?', re.IGNORECASE)
LABEL = re.compile(r"[a-z_]+\.[a-z]+")


class NoEntry(AssertionError):
    """Something was written, and nobody would know."""


class Changed(AssertionError):
    """A page that is only looked at changed something."""


@dataclass
class Watch:
    """What was written since the watch began: tables, and which kinds of object have an entry."""

    events: list[tuple[str, str]] = field(default_factory=list)  # ("wrote", table) or ("entry", label)
    marks: dict[str, int] = field(default_factory=dict)

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        if found := SAVEPOINT.match(sql):
            self._at_savepoint(found[1].upper(), found[2])
        elif (found := WRITE.match(sql)) and not sql.startswith(SIGNED_IN):
            self._at_write(found[1].upper(), found[2], params, context["cursor"].rowcount)
        return result

    def _at_savepoint(self, word: str, name: str) -> None:
        if word == "SAVEPOINT":
            self.marks[name] = len(self.events)
        else:
            del self.events[self.marks.get(name, 0) :]

    def _at_write(self, word: str, table: str, params: Any, rows: int) -> None:
        if table == "accounts_auditentry":
            labels = {p for p in _flat(params) if isinstance(p, str) and LABEL.fullmatch(p)}
            self.events += [("entry", label) for label in labels]
        elif word.startswith("INSERT") or rows:
            self.events.append(("wrote", table))

    @property
    def changed(self) -> set[str]:
        """The tables that were written to; that somebody looked may be put on the trail."""
        return {what for kind, what in self.events if kind == "wrote"} - set(LEFT_OUT)

    @property
    def unexplained(self) -> set[str]:
        """The tables that were written to without an entry."""
        labels = {what for kind, what in self.events if kind == "entry"}
        unexplained = {table for table in self.changed if not labels & {_label_of(table), *PART_OF.get(table, ())}}
        return unexplained - {OUTBOX} if labels else unexplained


def _flat(params: Any) -> Iterator[Any]:
    for param in params or ():
        if isinstance(param, list | tuple):
            yield from _flat(param)
        else:
            yield param


def _label_of(table: str) -> str:
    return {model._meta.db_table: model._meta.label_lower for model in apps.get_models()}.get(table, table)


@contextmanager
def watched(what: str) -> Iterator[Watch]:
    """Raise ``NoEntry`` when something in the block wrote without an entry."""
    watch = Watch()
    if any(isinstance(wrapper, Watch) for wrapper in connection.execute_wrappers):
        yield watch  # the outer one sees it as well
        return
    with connection.execute_wrapper(watch):
        yield watch
    unexplained = watch.unexplained - ({OUTBOX} if what.startswith(ONLY_THE_OUTBOX) else set())
    if unexplained:
        raise NoEntry(f"{what} wrote to {sorted(unexplained)} without an audit entry")


@contextmanager
def only_looked_at(what: str) -> Iterator[Watch]:
    """Raise ``Changed`` when something in the block wrote anything."""
    watch = Watch()
    with connection.execute_wrapper(watch):
        yield watch
    if watch.changed:
        raise Changed(f"{what} was only looked at, and {sorted(watch.changed)} changed")


def watching_requests(request: Callable[..., Any]) -> Callable[..., Any]:
    """The test client's ``request``: a GET changes nothing, a POST leaves an entry."""

    @wraps(request)
    def guarded(client: Any, **environ: Any) -> Any:
        guard = {"GET": only_looked_at, "HEAD": only_looked_at, "POST": watched}.get(environ["REQUEST_METHOD"])
        if COMES_IN.fullmatch(environ["PATH_INFO"]):
            guard = watched
        if guard is None or not connection.in_atomic_block:  # rollbacks are seen in a test's transaction only
            return request(client, **environ)
        with guard(environ["PATH_INFO"]):
            return request(client, **environ)

    return guarded


def watching_tasks(run: Callable[..., Any]) -> Callable[..., Any]:
    """Celery's ``Task.__call__``: what a task writes leaves an entry."""

    @wraps(run)
    def guarded(task: Any, *args: Any, **kwargs: Any) -> Any:
        if not connection.in_atomic_block:
            return run(task, *args, **kwargs)
        with watched(task.name):
            return run(task, *args, **kwargs)

    return guarded
