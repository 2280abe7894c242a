"""The trail is sealed every few minutes, looked over once a day, and its last link kept off the machine."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from accounts.models import AuditLink, User
from accounts.sealing import inspect, seal
from accounts.services import record
from mentoring.messaging.services import owe, owe_to_address
from mentoring.protection.models import TrailAnchor
from mentoring.protection.rules import is_tidying_due

log = logging.getLogger(__name__)
ANCHOR = "protection.anchor"
LETTER_LIVES = timedelta(days=7)


def seal_trail(now: datetime) -> int:
    """Seal what is new; how many entries."""
    return seal(now=now)


def anchor(now: datetime) -> TrailAnchor | None:
    """Seal everything, look over the whole chain, and say its last link where the machine cannot take it back.

    ``None`` while there is nothing to seal.
    """
    seal(now=now, everything=True)
    last = AuditLink.objects.order_by("-number").first()
    if last is None:
        return None
    found = inspect(now).findings
    with transaction.atomic():
        made = TrailAnchor.objects.create(
            made_at=now, number=last.number, chain=last.chain, entry_on=last.entry_at.date(), findings=len(found)
        )
        record(verb="trail anchored", obj=made, by=None, now=now, fields=["number", "chain", "findings"])
        _mail(made, now)
    log.info("audit anchor %s", made)
    for finding in found[:50]:
        log.error("audit trail: %s", finding)
    return made


def anchor_if_due(now: datetime) -> TrailAnchor | None:
    """Once a day, whoever looks first."""
    last = TrailAnchor.objects.aggregate(last=Max("made_at"))["last"]
    return anchor(now) if is_tidying_due(last, now) else None


def _mail(made: TrailAnchor, now: datetime) -> None:
    """To the address that keeps anchors; what does not hold reaches every administrator as well."""
    occasion = f"anchor-{made.pk}"
    if settings.AUDIT_ANCHOR_EMAIL:
        owe_to_address(
            letter=ANCHOR, address=settings.AUDIT_ANCHOR_EMAIL, occasion=occasion, now=now,
            expires_at=now + LETTER_LIVES, about=made,
        )  # fmt: skip
    if made.findings:
        for administrator in User.objects.filter(is_staff=True, is_active=True):
            owe(letter=ANCHOR, recipient=administrator, occasion=occasion, now=now, about=made)
