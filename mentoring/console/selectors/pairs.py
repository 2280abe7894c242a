"""Matches as the dashboard shows them, with the newest sign of life of each."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, Max, OuterRef, Q, Subquery
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from mentoring.console.rules import PairFacts, is_quiet, waits_for_answer
from mentoring.contacts.models import Contact, CourtesyReply, QuietReport
from mentoring.contacts.states import ContactKind, Reply
from mentoring.matching.models import Match, SwapRequest
from mentoring.matching.states import KNOWN
from mentoring.messaging.letters import LETTERS
from mentoring.messaging.models import Message
from mentoring.participation.models import Participant
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


def facts_of(match: Any) -> PairFacts:
    """The facts of an annotated match."""
    signs = [match.last_contact, timezone.localdate(match.replied_at) if match.replied_at else None]
    return PairFacts(
        introduced_on=timezone.localdate(match.introduced_at) if match.introduced_at else None,
        last_sign=max(filter(None, signs), default=None),
        standing_reply="" if match.reply_answered_at else match.reply or "",
        replied_at=match.replied_at,
    )


def quiet_after(cohort: Cohort, today: date) -> int:
    """Days of silence after which a pair counts as quiet in this phase."""
    settling = phase_of(cohort, today) in {Phase.BEFORE, Phase.SETTLING_IN}
    return cohort.policy.quiet_days_settling_in if settling else cohort.policy.quiet_days_studying


@dataclass(frozen=True)
class PairsNow:
    """The introduced, living matches sorted by what they need."""

    known: list[Any]
    quiet: list[Any]
    questions: list[Any]
    contacted: int
    replied: int


def pairs_now(pairs: Any, cohort: Cohort, now: datetime) -> PairsNow:
    """Look at each living, introduced match once."""
    today = timezone.localdate(now)
    after = quiet_after(cohort, today)
    living = Match.objects.known().values("pk")
    known = list(pairs.filter(state__in=KNOWN, pk__in=living))
    facts = {match.pk: facts_of(match) for match in known}
    return PairsNow(
        known=known,
        quiet=[m for m in known if is_quiet(facts[m.pk], today=today, after_days=after)],
        questions=[m for m in known if waits_for_answer(facts[m.pk], now=now)],
        contacted=sum(1 for m in known if facts[m.pk].last_sign),
        replied=sum(1 for m in known if m.reply or m.last_heard),
    )


def state_words(match: Any) -> tuple[str, str]:
    """(words, tone) for what was last heard; silence is never shown as fine (R59)."""
    if match.reply in {Reply.FINE, Reply.NOT_NOW}:
        return str(Reply(match.reply).label), "good"
    if match.reply or match.last_heard:
        return _("heard from"), "brand"
    return _("not heard"), "plain"


def timeline_of(match: Match, *, with_messages: bool) -> list[dict[str, Any]]:
    """What happened to a pair, newest first: facts only, never a note, never why it changed."""
    steps = sorted(_steps(match, with_messages=with_messages), key=lambda step: step[0], reverse=True)
    return [{"when": at, "label": label, "detail": detail} for at, label, detail in steps]


def _steps(match: Match, *, with_messages: bool) -> Iterator[tuple[datetime, str, str]]:
    yield match.made_at, _("Matched"), ""
    if match.introduced_at:
        yield match.introduced_at, _("Introduced to each other"), ""
    if match.ended_at:
        yield match.ended_at, _("Ended"), ""
    for contact in match.contacts.filter(withdrawn_at=None):
        yield contact.logged_at, str(contact.get_kind_display()), str(contact.get_channel_display())
    for reply in match.replies.filter(undone_at=None):
        yield (
            reply.replied_at,
            _("%(name)s replied") % {"name": match.mentee.user.first_name},
            reply.get_choice_display(),
        )
    for report in match.quiet_reports.all():
        yield report.reported_at, _("The mentor asked for help: no answer"), ""
    for swap in SwapRequest.objects.filter(match=match):
        yield swap.asked_at, _("Asked for another mentor"), ""
    if with_messages:
        about = Q(object_type="matching.match", object_id=str(match.pk))
        for message in Message.objects.filter(about).select_related("recipient"):
            letter = LETTERS.get(message.letter)
            to = message.recipient.first_name if message.recipient else ""
            yield message.due_at, f"{letter.title if letter else message.letter} → {to}", message.get_state_display()


def history_of(participant: Participant) -> list[Match]:
    """Every match a person ever had in the cohort, the newest first."""
    mine = Q(mentor=participant) | Q(mentee=participant)
    return list(Match.objects.filter(mine).with_people().order_by("-made_at"))
