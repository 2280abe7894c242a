"""Sealing the audit trail, and looking whether its seals hold (trust.md §5; ASVS 16.4.2).

Entries are chained a few minutes after they were written, so that writers never wait for each other. The last
link is printed, logged and mailed every day: whoever rewrites both trail and chain cannot rewrite that.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef, QuerySet

from accounts.chain import BEGINNING, FIELDS, KEPT, Anchor, Inspection, Link, chained, digest_of
from accounts.models import AuditEntry, AuditLink

BATCH = 2000
RECENT = 10_000
"""Keys are given out before transactions commit. A look at everything, once a day, finds whatever was later still."""
TURN = 0x41554454  # any number that nobody else locks
OLD = {
    "sqlite": (
        "DELETE FROM accounts_auditentry WHERE at < datetime('now', '-730 days')",
        "DELETE FROM accounts_auditlink WHERE number < COALESCE((SELECT MIN(number) FROM accounts_auditlink "
        "WHERE entry_at >= datetime('now', '-730 days')), 0)",
    ),
    # The application's role may not delete from the trail: the owner's function may, and only this.
    "postgresql": ("SELECT audit_drop_old()",),
}


def seal(*, now: datetime, everything: bool = False) -> int:
    """Chain the entries that are not yet; how many. ``everything`` looks at the whole trail, not at its end."""
    count = 0
    while found := _seal_some(now, everything):
        count += found
    return count


@transaction.atomic
def _seal_some(now: datetime, everything: bool) -> int:
    if connection.vendor == "postgresql":  # SQLite has one writer at a time
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TURN])
    last = AuditLink.objects.order_by("-number").first()
    number, chain = (last.number, last.chain) if last else (0, BEGINNING)
    made = []
    for entry in _unsealed(everything).values(*FIELDS)[:BATCH]:
        number, digest = number + 1, digest_of(entry)
        chain = chained(chain, number, digest)
        made.append(
            AuditLink(
                number=number, entry_key=entry["pk"], entry_at=entry["at"], digest=digest, chain=chain, sealed_at=now
            )
        )
    AuditLink.objects.bulk_create(made, batch_size=500)
    return len(made)


def _unsealed(everything: bool) -> QuerySet[AuditEntry]:
    entries = AuditEntry.objects.filter(~Exists(AuditLink.objects.filter(entry_key=OuterRef("pk")))).order_by("pk")
    newest = None if everything else AuditLink.objects.aggregate(key=Max("entry_key"))["key"]
    return entries if newest is None else entries.filter(pk__gt=newest - RECENT)


def inspect(now: datetime) -> Inspection:
    """Go along the whole chain and its entries; what is wrong stands in the answer's ``findings``."""
    seen = Inspection(now)
    after = -1
    while links := list(AuditLink.objects.filter(number__gt=after).order_by("number")[:BATCH]):
        entries = _entries([link.entry_key for link in links])
        for each in links:
            seen.see(_plain(each), entries.get(each.entry_key))
        after = links[-1].number
    for key, at in _unsealed(everything=True).values_list("pk", "at").iterator(chunk_size=BATCH):
        seen.see_unsealed(key, at)
    return seen


def _entries(keys: list[int]) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for start in range(0, len(keys), 500):
        rows = AuditEntry.objects.filter(pk__in=keys[start : start + 500]).values(*FIELDS)
        found |= {row["pk"]: row for row in rows}
    return found


def _plain(link: AuditLink) -> Link:
    return Link(link.number, link.entry_key, link.entry_at, link.digest, link.chain, link.sealed_at)


def unsealed_count() -> int:
    """How many entries wait for their seal."""
    return _unsealed(everything=True).count()


def holds_anchor(anchor: Anchor, now: datetime) -> bool | None:
    """Whether the chain still is what an anchor says; ``None`` when its entry is older than what is kept."""
    if AuditLink.objects.filter(number=anchor.number, chain=anchor.chain).exists():
        return True
    first = AuditLink.objects.order_by("number").first()
    is_past = first is not None and anchor.number < first.number
    return None if is_past and anchor.entry_on < (now - KEPT + timedelta(days=2)).date() else False


def drop_old() -> None:
    """Let go of what is two years old by the database's own clock: it refuses to let go of anything younger."""
    with connection.cursor() as cursor:
        for statement in OLD[connection.vendor]:
            cursor.execute(statement)
