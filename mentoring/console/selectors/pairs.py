"""Matches as the dashboard shows them, with the newest sign of life of each."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, Subquery
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from mentoring.console.rules import EXPECTED_SILENCE
from mentoring.contacts.models import Contact, CourtesyReply, QuietReport
from mentoring.contacts.rules import QUESTION_WAIT
from mentoring.contacts.states import ContactKind, Reply
from mentoring.matching.models import Match
from mentoring.matching.states import KNOWN
from schemes.models import Cohort
from schemes.permissions import within_reach
from schemes.roles import Capability
from schemes.selectors import phase_of
from schemes.states import Phase


def pairs_of(user: Any, cohort: Cohort, today: date, *, door: Capability = Capability.SEE_MATCHES) -> Any:
    """The cohort's matches in the reader's reach, with ``last_contact``, ``last_heard`` and the standing reply."""
    reach = within_reach(user, door, today, scheme="cohort__scheme", unit="mentee__programme__unit")
    standing = CourtesyReply.objects.filter(match=OuterRef("pk"), undone_at=None).order_by("-replied_at", "-pk")
    contact = Contact.objects.filter(matches=OuterRef("pk"), withdrawn_at=None).order_by().values("matches")
    heard = contact.exclude(kind=ContactKind.ATTEMPT)
    return (
        Match.objects.filter(reach, cohort=cohort)
        .with_people()
        .annotate(
            last_contact=Subquery(contact.annotate(last=Max("happened_on")).values("last")),
            last_heard=Subquery(heard.annotate(last=Max("happened_on")).values("last")),
            reply=Subquery(standing.values("choice")[:1]),
            replied_at=Subquery(standing.values("replied_at")[:1]),
            reply_answered_at=Subquery(standing.values("answered_at")[:1]),
        )
    )


def reported_in(pairs: Any) -> Any:
    """Pairs whose mentor asked for help with a quiet mentee who has not been heard since, with ``reported_at``."""
    waiting = QuietReport.objects.filter(closed_at=None)
    since = waiting.filter(match=OuterRef("pk")).values("reported_at")
    living = pairs.filter(pk__in=waiting.values("match"), state__in=KNOWN).filter(pk__in=Match.objects.known())
    told = living.annotate(reported_at=Subquery(since[:1]))
    answered = Q(replied_at__isnull=False, replied_at__gt=F("reported_at"))
    heard = Q(last_heard__isnull=False, last_heard__gt=TruncDate("reported_at"))
    return told.exclude(answered).exclude(heard)


def strained_in(look: "PairsNow", cohort: Cohort, today: date) -> int:
    """Of how many groups ``rules.may_need_a_hand`` holds, asked of the database."""
    last_day = today - timedelta(days=quiet_after(cohort, today))
    before = timezone.make_aware(datetime.combine(last_day + timedelta(days=1), time.min))
    heard = look.known.filter(Q(pk__in=_heard()) | Q(pk__in=_answered())).order_by().values("mentor")
    busy = look.known.filter(pk__in=_told().filter(contact__happened_on__gt=last_day)).order_by().values("mentor")
    silent = look.known.filter(introduced_at__lt=before).exclude(mentor__in=heard).exclude(mentor__in=busy)
    return int(silent.order_by().aggregate(n=Count("mentor", distinct=True))["n"])


def quiet_after(cohort: Cohort, today: date) -> int:
    """Days of silence after which a pair counts as quiet in this phase."""
    settling = phase_of(cohort, today) in {Phase.BEFORE, Phase.SETTLING_IN}
    return cohort.policy.quiet_days_settling_in if settling else cohort.policy.quiet_days_studying


@dataclass(frozen=True)
class PairsNow:
    """The introduced, living matches sorted by what they need; read only where they are listed."""

    known: Any
    quiet: Any
    questions: Any

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many there are, how many were in contact or answered, and of how many the mentee was heard."""
        found: dict[str, int] = self.known.order_by().aggregate(
            known=Count("pk"),
            contacted=Count("pk", filter=Q(pk__in=_told()) | Q(pk__in=_answered())),
            replied=Count("pk", filter=Q(pk__in=_heard()) | Q(pk__in=_answered())),
        )
        return found

    @cached_property
    def asked(self) -> tuple[int, datetime | None]:
        """How many questions wait, and since when the oldest."""
        found = self.questions.order_by().aggregate(n=Count("pk"), oldest=Min("replied_at"))
        return found["n"], found["oldest"]


def _told() -> Any:
    """The matches of the contacts that stand."""
    return Contact.matches.through.objects.filter(contact__withdrawn_at=None).values("match")


def _heard() -> Any:
    """Those of them in which the mentee was heard."""
    return _told().exclude(contact__kind=ContactKind.ATTEMPT)


def _answered() -> Any:
    """The matches of the replies that stand."""
    return CourtesyReply.objects.filter(undone_at=None).order_by().values("match")


def pairs_now(pairs: Any, cohort: Cohort, now: datetime) -> PairsNow:
    """What ``rules.is_quiet`` and ``rules.waits_for_answer`` decide, asked of the database for all pairs at once."""
    known = pairs.known()
    last_day = timezone.localdate(now) - timedelta(days=quiet_after(cohort, timezone.localdate(now)))
    since = timezone.make_aware(datetime.combine(last_day + timedelta(days=1), time.min))
    newer = CourtesyReply.objects.filter(match=OuterRef("match"), undone_at=None, replied_at__gt=OuterRef("replied_at"))
    unanswered = _answered().filter(~Exists(newer), answered_at=None)
    asked = unanswered.filter(choice=Reply.QUESTION, replied_at__lte=now - QUESTION_WAIT)
    return PairsNow(
        known=known,
        quiet=known.filter(introduced_at__lt=since)
        .exclude(pk__in=_told().filter(contact__happened_on__gt=last_day))
        .exclude(pk__in=_answered().filter(replied_at__gte=since))
        .exclude(pk__in=unanswered.filter(choice__in=EXPECTED_SILENCE)),
        questions=known.filter(pk__in=asked),
    )


def state_words(match: Any) -> tuple[str, str]:
    """(words, tone) for what was last heard; silence is never shown as fine (R59)."""
    if match.reply in {Reply.FINE, Reply.NOT_NOW}:
        return str(Reply(match.reply).label), "good"
    if match.reply or match.last_heard:
        return _("heard from"), "brand"
    return _("not heard"), "plain"
