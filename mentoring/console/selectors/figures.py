"""Exact counts of a cohort at the end of a day, without names; what may be shown of them, ``rules`` decide.

A fixed number of queries, whatever the size; only people of the units that the reader's figures cover.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from django.core.cache import cache
from django.db.models import Count, F, Max, Min, Q, QuerySet
from django.utils import timezone

from mentoring.console.rules import Done, Figures, UnitFigures
from mentoring.contacts.models import Contact, CourtesyReply
from mentoring.contacts.states import ContactKind
from mentoring.events.models import Event
from mentoring.events.states import EventKind
from mentoring.matching.models import Match, SwapRequest
from mentoring.matching.states import SwapState
from mentoring.messaging.models import Message
from mentoring.messaging.states import MessageState, Urgency
from mentoring.participation.models import Participant, ParticipantQuerySet
from mentoring.recruitment.models import Application
from mentoring.recruitment.states import ApplicationState
from mentoring.training.selectors import trained_in
from schemes.models import Cohort, Unit
from schemes.permissions import appointments_with, within_reach
from schemes.roles import Capability
from schemes.rules import week_of
from schemes.selectors import terms_of

DOOR = Capability.SEE_FIGURES
LATELY = timedelta(days=31)
WEEKS = 8  # that a chart shows at most
KEPT_FOR = 600  # seconds


def days_to_report(cohort: Cohort, today: date) -> list[date]:
    """The Sundays at which a report can look, the newest first: few fixed days, so that two reports differ by weeks."""
    first = min(term.starts_on for term in cohort.terms.all())
    last = min(today, cohort.ends_on + timedelta(days=6))
    last -= timedelta(days=(last.weekday() + 1) % 7)
    count = max(0, (last - first).days // 7 + 1)
    return [last - timedelta(weeks=week) for week in range(count)]


def unit_in_reach(user: Any, cohort: Cohort, today: date) -> Unit | None:
    """The widest unit of which the reader may see figures in the cohort."""
    held = [a.unit for a in appointments_with(user, DOOR, today, cohort=cohort)]
    return min(held, key=lambda unit: len(unit.path), default=None)


@dataclass(frozen=True)
class _Look:
    """Whose figures, of which cohort, at the end of which day."""

    user: Any
    cohort: Cohort
    on: date
    today: date

    @property
    def end(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.on + timedelta(days=1), time.min))

    def reach(self, scheme: str, unit: str) -> Q:
        return within_reach(self.user, DOOR, self.today, scheme=scheme, unit=unit)

    def people(self) -> ParticipantQuerySet:
        here = self.reach("cohort__scheme", "programme__unit")
        return Participant.objects.filter(here, cohort=self.cohort, enrolled_at__lt=self.end)

    def there(self) -> ParticipantQuerySet:
        """Those who took part at the end of the day."""
        return self.people().filter(Q(left_at=None) | Q(left_at__gte=self.end))

    def pairs(self) -> QuerySet[Match]:
        """The introduced pairs of that moment."""
        here = self.reach("cohort__scheme", "mentee__programme__unit")
        known = Match.objects.filter(here, cohort=self.cohort, introduced_at__lt=self.end)
        for side in ("mentee", "mentor"):
            known = known.filter(Q(**{f"{side}__left_at": None}) | Q(**{f"{side}__left_at__gte": self.end}))
        return known.filter(Q(ended_at=None) | Q(ended_at__gte=self.end))


@dataclass(frozen=True)
class _Pair:
    """A pair: its mentor, the path of its student's unit, when the student was first heard, and last in touch."""

    mentor: int
    path: str
    heard: date | None
    lately: date | None


def kept_figures(user: Any, cohort: Cohort, on: date, today: date) -> Figures:
    """The figures as they were counted within the last minutes: the day is over, and they hardly change."""
    held = appointments_with(user, DOOR, today, cohort=cohort)
    reach = ",".join(sorted(appointment.unit.path for appointment in held))
    key = f"figures:{cohort.pk}:{on.isoformat()}:{reach}"
    kept = cache.get(key)
    if not isinstance(kept, Figures):
        kept = figures_of(user, cohort, on, today)
        cache.set(key, kept, KEPT_FOR)
    return kept


def figures_of(user: Any, cohort: Cohort, on: date, today: date) -> Figures:
    """Everything that a report counts."""
    look = _Look(user, cohort, on, today)
    mentors = look.there().mentors()
    trained = set(mentors.filter(trained_in(cohort, look.end)).values_list("pk", flat=True))
    pairs = _pairs(look)
    sizes = Counter(Counter(pair.mentor for pair in pairs).values())
    weeks = _weeks(look)
    return Figures(
        students=look.there().mentees().count(),
        stopped=look.people().mentees().filter(left_at__lt=look.end).count(),
        interested=_interested(look, mentors),
        mentors=mentors.count(),
        trained=len(trained),
        mentoring=sum(sizes.values()),
        pairs=len(pairs),
        sizes=tuple(sorted(sizes.items())),
        heard=tuple(_heard(pairs, weeks)),
        contacts=tuple(_contacts(look, weeks)),
        units=tuple(_units(look, pairs, trained)),
        done=_done(look),
    )


def _pairs(look: _Look) -> list[_Pair]:
    """The pairs with their signs of life, each read once: asked for pair by pair they would take minutes."""
    links = Contact.matches.through.objects.filter(
        match__cohort=look.cohort, contact__withdrawn_at=None, contact__happened_on__lte=look.on
    ).exclude(contact__kind=ContactKind.ATTEMPT)
    touched = links.order_by().values_list("match").annotate(Min("contact__happened_on"), Max("contact__happened_on"))
    in_touch = {match: (first, last) for match, first, last in touched}
    answers = CourtesyReply.objects.filter(match__cohort=look.cohort, undone_at=None, replied_at__lt=look.end)
    replied = dict(answers.order_by().values_list("match").annotate(Min("replied_at")))
    found = []
    for key, mentor, path in look.pairs().order_by().values_list("pk", "mentor", "mentee__programme__unit__path"):
        first, last = in_touch.get(key, (None, None))
        reply = timezone.localdate(replied[key]) if key in replied else None
        found.append(_Pair(mentor, path, min(filter(None, (first, reply)), default=None), last))
    return found


def _interested(look: _Look, mentors: ParticipantQuerySet) -> int:
    here = look.reach("advert__cohort__scheme", "programme__unit")
    applied = Application.objects.filter(here, advert__cohort=look.cohort, submitted_at__lt=look.end)
    applied = applied.exclude(state=ApplicationState.WITHDRAWN)
    return len({*applied.values_list("applicant", flat=True), *mentors.values_list("user", flat=True)})


def _weeks(look: _Look) -> list[tuple[int, date, date]]:
    """(number, first day, day after) of the last weeks of the year so far."""
    first = terms_of(look.cohort).get((0, 1))
    if first is None or look.on < first.starts_on:
        return []
    this = week_of(look.on, first.starts_on)
    starts = [first.starts_on + timedelta(weeks=week) for week in range(max(0, this - WEEKS), this + 1)]
    return [(week_of(day, first.starts_on), day, after) for day, after in pairwise(starts)]


def _heard(pairs: list[_Pair], weeks: list[tuple[int, date, date]]) -> Iterator[tuple[int, int]]:
    """(week, how many of the pairs had been heard from by its end)."""
    firsts = Counter(pair.heard for pair in pairs if pair.heard)
    for week, _start, after in weeks:
        yield week, sum(count for day, count in firsts.items() if day < after)


def _contacts(look: _Look, weeks: list[tuple[int, date, date]]) -> Iterator[tuple[int, int]]:
    """(week, contacts of that week)."""
    if not weeks:
        return
    here = look.reach("mentor__cohort__scheme", "mentor__programme__unit")
    days = Contact.objects.filter(
        here, mentor__cohort=look.cohort, withdrawn_at=None, happened_on__gte=weeks[0][1], happened_on__lte=look.on
    )
    found = dict(days.order_by().values_list("happened_on").annotate(n=Count("pk")))
    for week, start, after in weeks:
        yield week, sum(count for day, count in found.items() if start <= day < after)


def _units(look: _Look, pairs: list[_Pair], trained: set[int]) -> Iterator[UnitFigures]:
    """The units right below the reader's own, and what is of that one itself."""
    root = unit_in_reach(look.user, look.cohort, look.today)
    if root is None:
        return
    found: dict[str, Counter[str]] = defaultdict(Counter)
    students = look.there().mentees().order_by().values_list("programme__unit__path").annotate(n=Count("pk"))
    for path, count in students:
        found[_part(path, root)]["students"] += count
    for pair in pairs:
        lately = pair.lately is not None and pair.lately > look.on - LATELY
        found[_part(pair.path, root)].update(matched=1, heard=int(pair.heard is not None), lately=int(lately))
    for key, path in look.there().mentors().values_list("pk", "programme__unit__path"):
        found[_part(path, root)].update(mentors=1, trained=int(key in trained))
    units = {unit.path: unit.name for unit in Unit.objects.filter(path__in=list(found))}
    names = ("students", "matched", "heard", "lately", "mentors", "trained")
    for path in sorted(found, key=lambda path: units[path]):
        yield UnitFigures(units[path], **{name: found[path][name] for name in names})


def _part(path: str, root: Unit) -> str:
    """The path of the unit right below ``root`` that a unit belongs to; its own for ``root`` itself."""
    below = path.removeprefix(root.path).split("/", 1)[0]
    return f"{root.path}{below}/" if path.startswith(root.path) and below else root.path


def _done(look: _Look) -> Done:
    """What was done up to that moment. Events are no people: they are counted as they are."""
    here = look.reach("cohort__scheme", "unit")
    events = Event.objects.standing().filter(here, cohort=look.cohort, ends_at__lt=look.end)
    kinds = dict(events.order_by().values_list("kind").annotate(n=Count("pk")))
    support = kinds.pop(EventKind.SUPPORT_GROUP, 0)
    training = kinds.pop(EventKind.TRAINING, 0)
    here = look.reach("match__cohort__scheme", "match__mentee__programme__unit")
    swaps = SwapRequest.objects.filter(here, match__cohort=look.cohort, state=SwapState.DONE, closed_at__lt=look.end)
    return Done(
        training=training,
        support=support,
        other_events=sum(kinds.values()),
        swaps=swaps.count(),
        swaps_in_time=swaps.filter(closed_at__date__lte=F("promised_by")).count(),
        nudges=_nudges(look),
    )


def _nudges(look: _Look) -> int:
    """Reminders that went out to people within reach."""
    people = look.people().values("user")
    sent = Message.objects.filter(cohort=look.cohort, urgency=Urgency.NUDGE, state=MessageState.SENT)
    return sent.filter(recipient__in=people, due_at__lt=look.end).count()
