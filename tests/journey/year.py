"""The people and things that the stages of the walk hand to each other."""

import time
from collections.abc import Callable
from pathlib import Path

from django.apps import apps
from django.contrib.sessions.models import Session
from django.db.models import Count, QuerySet
from django.utils import timezone

from accounts.models import AuditEntry
from mentoring.matching.models import Match
from mentoring.messaging.models import Message
from mentoring.participation.models import Participant
from schemes.models import Cohort
from tests.journey.conftest import PATIENCE, Mailbox, Visitor

DATA = Path(__file__).resolve().parents[1] / "data"
ADMIN = "ada@northfield.ac.uk"
SAM = "sam.whitaker@northfield.ac.uk"
DR_LEE = "dr.lee@northfield.ac.uk"
NIA = "nia.newman@northfield.ac.uk"
PASSWORD = "four quiet wooden boats"
TRIES = 5  # looks at a page that should change nothing


class Year:
    """The year under way: its people at their browsers, and the mail server."""

    def __init__(self, visit: Callable[..., Visitor], mailbox: Mailbox) -> None:
        self.visit, self.mailbox = visit, mailbox
        self.today = timezone.localdate()
        self.admin = visit()
        self.sam = visit()
        self.people: dict[str, Visitor] = {}

    def person(self, address: str) -> Visitor:
        """Somebody signed in, at the browser they used before."""
        if address not in self.people:
            self.people[address] = self.visit().sign_in(address)
        return self.people[address]

    @property
    def cohort(self) -> Cohort:
        return Cohort.objects.order_by("pk")[0]

    def mentees(self, number: int) -> list[Participant]:
        """The first of Nia's course; the very first wishes for somebody like her."""
        found = Participant.objects.mentees().filter(programme__code="L300").select_related("user")
        return list(found.order_by("pk")[:number])

    def group_of(self, address: str) -> list[Match]:
        """A mentor's matches that stand, the earliest mentee first."""
        return list(Match.objects.known().filter(mentor__user__email=address).with_people().order_by("mentee"))

    def quiet_group(self) -> list[Match]:
        """A group of psychologists, to whom nothing has happened yet."""
        found = Match.objects.known().filter(mentor__programme__code="C800").values("mentor__user__email")
        return self.group_of(
            found.annotate(n=Count("pk")).filter(n__gte=3).order_by("mentor")[0]["mentor__user__email"]
        )


def let_it_go(message: Message) -> None:
    """The time for which a letter was held is over."""
    Message.objects.filter(pk=message.pk).update(due_at=timezone.now())


def changes_nothing(look: Callable[[], object]) -> None:
    """A page that is only looked at changes no row of any table.

    Worker and beat are at their own work meanwhile, so a look during which something changed is
    repeated: a page that writes would write every time.
    """
    for _ in range(TRIES):
        before = rows_of_everything()
        look()
        after = rows_of_everything()
        changed = {name for name in before if before[name] != after[name]}
        if not changed:
            return
    raise AssertionError(f"each of {TRIES} looks changed rows, the last one of {sorted(changed)}")


def rows_of_everything() -> dict[str, int]:
    """A sum over every row of every table; of messages, which the worker works on, only their number.

    What the trail says of messages is the worker's as well.
    """
    found = {}
    for model in apps.get_models():
        if model is not Session:
            rows = model._default_manager.order_by("pk")
            if model is AuditEntry:
                rows = rows.exclude(object_type="messaging.message")
            found[model._meta.label] = rows.count() if model is Message else fingerprint(rows)
    return found


def fingerprint(rows: QuerySet) -> int:
    """Of every value of every row. PostgreSQL hands binary values over as views, whose names differ."""
    return hash(
        str([[bytes(one) if isinstance(one, memoryview) else one for one in row] for row in rows.values_list()])
    )


def wait_for_rows(rows: QuerySet, count: int) -> None:
    """Until there are so many. The worker is at it, and may take its time as long as it gets on."""
    seen, end = -1, 0.0
    while seen != count:
        now = rows.count()
        if now != seen:
            seen, end = now, time.monotonic() + PATIENCE
        assert time.monotonic() < end, (seen, count)
        time.sleep(0.5)
