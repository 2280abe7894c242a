"""Matches as the dashboard shows them, with the newest sign of life of each."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from mentoring.console.rules import EXPECTED_SILENCE, PairFacts
from mentoring.contacts.models import Contact, CourtesyReply, QuietReport
from mentoring.contacts.rules import QUESTION_WAIT
from mentoring.contacts.states import ContactKind, Reply
from mentoring.matching.models import Match, MatchQuerySet
from mentoring.matching.states import MatchState
from schemes.models import Cohort
from schemes.permissions import within_reach
from schemes.roles import Capability
from schemes.selectors import phase_of
from schemes.states import Phase


def pairs_in_reach(
    user: Any, cohort: Cohort, today: date, *, door: Capability = Capability.SEE_MATCHES
) -> MatchQuerySet:
    """The cohort's matches in the reader's reach: to be counted."""
    reach = within_reach(user, door, today, scheme="cohort__scheme", unit="mentee__programme__unit")
    return Match.objects.filter(reach, cohort=cohort)


def pairs_of(user: Any, cohort: Cohort, today: date, *, door: Capability = Capability.SEE_MATCHES) -> Any:
    """The same to be shown: with people, ``last_contact``, ``last_heard``, the standing reply, and whether the reader
    may be told of those (``tells``)."""
    standing = CourtesyReply.objects.filter(match=OuterRef("pk"), undone_at=None).order_by("-replied_at", "-pk")
    contact = Contact.objects.filter(matches=OuterRef("pk"), withdrawn_at=None).order_by().values("matches")
    heard = contact.exclude(kind=ContactKind.ATTEMPT)
    return (
        pairs_in_reach(user, cohort, today, door=door)
        .with_people()
        .annotate(
            last_contact=Subquery(contact.annotate(last=Max("happened_on")).values("last")),
            last_heard=Subquery(heard.annotate(last=Max("happened_on")).values("last")),
            reply=Subquery(standing.values("choice")[:1]),
            replied_at=Subquery(standing.values("replied_at")[:1]),
            reply_answered_at=Subquery(standing.values("answered_at")[:1]),
            tells=Exists(
                pairs_in_reach(user, cohort, today, door=Capability.SEE_CONTACTS).order_by().filter(pk=OuterRef("pk"))
            ),
        )
    )


def reports_about(pairs: MatchQuerySet) -> QuerySet[QuietReport]:
    """What mentors asked for help with: a mentee of these living pairs who has not been heard since."""
    since = _replies().filter(match=OuterRef("match"), replied_at__gt=OuterRef("reported_at"))
    heard = _heard().filter(match=OuterRef("match"), contact__happened_on__gt=OuterRef("on"))
    return (
        QuietReport.objects.filter(Exists(pairs.known().filter(pk=OuterRef("match"))), closed_at=None)
        .annotate(on=TruncDate("reported_at"))
        .filter(~Exists(since), ~Exists(heard))
        .order_by()
    )


def quiet_after(cohort: Cohort, today: date) -> int:
    """Days of silence after which a pair counts as quiet in this phase."""
    settling = phase_of(cohort, today) in {Phase.BEFORE, Phase.SETTLING_IN}
    return cohort.policy.quiet_days_settling_in if settling else cohort.policy.quiet_days_studying


@dataclass(frozen=True)
class PairsNow:
    """The introduced, living matches and what they need; read only where they are listed.

    ``last_day`` is the day since which a pair without a sign counts as quiet, ``last_moment`` its end.
    """

    known: MatchQuerySet
    is_quiet: Q
    asking: QuerySet[CourtesyReply]
    last_day: date
    last_moment: datetime

    @property
    def quiet(self) -> MatchQuerySet:
        return self.known.filter(self.is_quiet)

    @property
    def questions(self) -> MatchQuerySet:
        return self.known.filter(self.asks)

    @property
    def asks(self) -> Q:
        return Q(pk__in=self.asking.values("match"))

    @property
    def is_unheard(self) -> Q:
        """Of whose mentee nothing was ever heard."""
        return ~Q(pk__in=_heard()) & ~Q(pk__in=_answered())

    def groups(self, *facts: str) -> Any:
        """A row for each mentor, with those of the facts below that are asked for."""
        known = {
            "n_pairs": Count("pk"),
            "n_contacted": Count("pk", filter=Q(pk__in=_told()) | Q(pk__in=_answered())),
            "n_replied": Count("pk", filter=Q(pk__in=_heard()) | Q(pk__in=_answered())),
            "n_quiet": Count("pk", filter=self.is_quiet),
            "n_busy": Count("pk", filter=Q(pk__in=_told().filter(contact__happened_on__gt=self.last_day))),
            "introduced": Min("introduced_at"),
            "offered": Min("mentor__places_offered"),
        }
        return self.known.order_by().values("mentor").annotate(**{fact: known[fact] for fact in ("n_pairs", *facts)})

    @property
    def needs_a_hand(self) -> Q:
        """Those of ``groups`` of which ``rules.may_need_a_hand`` holds."""
        return Q(n_replied=0, n_busy=0, introduced__lt=self.last_moment)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many pairs there are (``known``) and of each kind, and how many groups are ``strained``; one query."""
        facts = ("n_contacted", "n_replied", "n_quiet", "n_busy", "introduced")
        found: dict[str, int] = self.groups(*facts).aggregate(
            known=Sum("n_pairs", default=0),
            contacted=Sum("n_contacted", default=0),
            replied=Sum("n_replied", default=0),
            quiet=Sum("n_quiet", default=0),
            strained=Count("mentor", filter=self.needs_a_hand),
        )
        return found

    @cached_property
    def asked(self) -> tuple[int, datetime | None]:
        """How many questions wait, and since when the oldest."""
        asking = self.asking.filter(Exists(self.known.filter(pk=OuterRef("match"))))
        found = asking.aggregate(n=Count("match", distinct=True), oldest=Min("replied_at"))
        return found["n"], found["oldest"]


def _told() -> Any:
    """The matches of the contacts that stand."""
    return Contact.matches.through.objects.filter(contact__withdrawn_at=None).values("match")


def _heard() -> Any:
    """Those of them in which the mentee was heard."""
    return _told().exclude(contact__kind=ContactKind.ATTEMPT)


def _answered() -> Any:
    """The matches of the replies that stand."""
    return _replies().values("match")


def _replies() -> QuerySet[CourtesyReply]:
    return CourtesyReply.objects.filter(undone_at=None).order_by()


def pairs_now(pairs: MatchQuerySet, cohort: Cohort, now: datetime) -> PairsNow:
    """What ``rules.is_quiet`` and ``rules.waits_for_answer`` decide, asked of the database for all pairs at once."""
    last_day = timezone.localdate(now) - timedelta(days=quiet_after(cohort, timezone.localdate(now)))
    since = timezone.make_aware(datetime.combine(last_day + timedelta(days=1), time.min))
    newer = _replies().filter(match=OuterRef("match"), replied_at__gt=OuterRef("replied_at"))
    unanswered = _replies().filter(~Exists(newer), answered_at=None)
    asking = unanswered.filter(choice=Reply.QUESTION, replied_at__lte=now - QUESTION_WAIT)
    is_quiet = (
        Q(introduced_at__lt=since)
        & ~Q(pk__in=_told().filter(contact__happened_on__gt=last_day))
        & ~Q(pk__in=_answered().filter(replied_at__gte=since))
        & ~Q(pk__in=unanswered.filter(choice__in=EXPECTED_SILENCE).values("match"))
    )
    return PairsNow(pairs.known(), is_quiet, asking, last_day, since)


def facts_of_pair(match: Any) -> PairFacts:
    """What the rules ask of one match of ``pairs_of``."""
    signs = [match.last_contact, timezone.localdate(match.replied_at) if match.replied_at else None]
    return PairFacts(
        introduced_on=timezone.localdate(match.introduced_at) if match.introduced_at else None,
        last_sign=max(filter(None, signs), default=None),
        standing_reply="" if match.reply_answered_at else match.reply or "",
        replied_at=match.replied_at,
    )


def state_shown(match: Match, *, tells: bool) -> str:
    """A pair's state in words. Who may not know of contacts is not told by it that one of the two was heard."""
    is_heard = match.state == MatchState.ACTIVE
    return str(MatchState.PROVISIONAL.label if is_heard and not tells else match.get_state_display())


def state_words(match: Any) -> tuple[str, str]:
    """(words, tone) for what was last heard; silence is never shown as fine (R59)."""
    if match.reply in {Reply.FINE, Reply.NOT_NOW}:
        return str(Reply(match.reply).label), "good"
    if match.reply or match.last_heard:
        return _("heard from"), "brand"
    return _("not heard"), "plain"
