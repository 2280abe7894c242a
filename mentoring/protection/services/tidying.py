"""What has been kept long enough goes, every night, and leaves a sign that it was looked at (GDPR article 5(1)(e))."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F, Field, Max, QuerySet, TextField
from django.db.models.functions import Cast, Length
from django.utils import timezone

from accounts.models import AuditEntry, User
from accounts.registry import ANCHORED, Erase, FieldRule
from accounts.sealing import drop_old
from accounts.services import record
from mentoring.protection.models import Tidying
from mentoring.protection.rules import is_tidying_due, kept_since
from mentoring.protection.selectors.registered import Registered, registered
from mentoring.protection.services.erasing import NOBODY, blank, erase
from schemes.models import Appointment

ENDS = (Erase.BLANK, Erase.DELETE_ROW)
TRAIL_KEPT = timedelta(days=730)


def overdue(now: datetime) -> Iterator[tuple[Registered, Field, FieldRule, QuerySet[Any]]]:
    """Each field with the rows in which it has been kept long enough and still holds something."""
    today = timezone.localdate(now)
    for each in registered():
        for one, rule in each.ruled(*ENDS):
            if rule.retention.trigger not in ANCHORED:
                continue
            day = each.day_of(rule.retention.trigger)
            if day is None:
                continue
            late = each.rows().filter(**{f"{day}__lte": kept_since(today, rule.retention.days)})
            yield each, one, rule, _holding(late, one)


def _holding(rows: QuerySet[Any], one: Field) -> QuerySet[Any]:
    """The rows in which a column holds something. Encrypted ones too: their length tells, their text is not asked."""
    if one.many_to_many or one.is_relation:
        return rows
    if one.null:
        return rows.filter(**{f"{one.name}__isnull": False})
    return rows.annotate(_length=Length(Cast(F(one.name), TextField()))).filter(_length__gt=0)


def overdue_counts(now: datetime) -> dict[str, int]:
    """What a tidying would do now, without doing it: ``{"model.field": rows}``, and people and trail entries."""
    found = {f"{each.label}.{one.name}": rows.count() for each, one, _rule, rows in overdue(now)}
    found["accounts.User"] = len(people_to_forget(now))
    found |= {rows.model._meta.label: rows.count() for rows in _sessions_over(now)}
    found["accounts.AuditEntry"] = AuditEntry.objects.filter(at__lt=now - TRAIL_KEPT).count()
    return {name: count for name, count in found.items() if count}


def people_to_forget(now: datetime) -> list[User]:
    """Whose last cohort ended two years ago, and who holds no office."""
    last = kept_since(timezone.localdate(now), 730)
    return list(
        User.objects.annotate(last_day=Max("participations__cohort__ends_on"))
        .filter(last_day__lte=last, is_staff=False)
        .exclude(email__endswith=NOBODY)
        .exclude(pk__in=Appointment.objects.in_force(timezone.localdate(now)).values("user"))
    )


def _sessions_over(now: datetime) -> tuple[QuerySet[UserSession], QuerySet[Session]]:
    """Sessions that ran out, and before them what was noted of each: address and browser."""
    running = Session.objects.filter(expire_date__gte=now)
    noted = UserSession.objects.exclude(session_key__in=running.values("session_key"))
    return noted, Session.objects.filter(expire_date__lt=now)


@transaction.atomic
def tidy(now: datetime) -> Tidying:
    """Do what is overdue, in one piece, and note how much it was. Doing so again finds nothing."""
    counts = overdue_counts(now)
    for each, one, rule, rows in overdue(now):
        if rule.erase == Erase.DELETE_ROW:
            each.rows().filter(pk__in=list(rows.values_list("pk", flat=True))).delete()
        else:
            blank(rows, [one])
    for person in people_to_forget(now):
        erase(person=person, by=None, now=now)
    for rows in _sessions_over(now):
        rows.delete()
    drop_old()
    made = Tidying.objects.create(ran_at=now, counts=counts)
    record(verb="tidied", obj=made, by=None, now=now, fields=list(counts))
    return made


def tidy_if_due(now: datetime) -> Tidying | None:
    """Tidy once a day; whoever looks again the same day finds it done."""
    last = Tidying.objects.aggregate(last=Max("ran_at"))["last"]
    return tidy(now) if is_tidying_due(last, now) else None
