"""Who is trained, and who lacks what. A fixed number of queries, however many mentors."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from mentoring.events.models import Event, EventQuerySet
from mentoring.events.selectors import attended_event_ids, events_visible_to
from mentoring.events.states import EventKind
from mentoring.participation.models import Participant
from mentoring.participation.selectors import participants_visible_to
from mentoring.participation.states import ParticipantState
from mentoring.training import rules
from mentoring.training.models import CoveredTopic, TrainedElsewhere
from mentoring.training.rules import Record, lacking
from mentoring.training.topics import title_of
from schemes.models import Cohort


@dataclass(frozen=True)
class Standing:
    """One mentor's training: what they lack, in the order of the policy, and where else they were trained."""

    participant: Participant
    is_trained: bool
    lacking: tuple[str, ...]
    where: str = ""

    @property
    def lacking_titles(self) -> list[str]:
        return [title_of(topic) for topic in self.lacking]


def mentors_of(cohort: Cohort) -> QuerySet[Participant]:
    """The mentors of a cohort who still take part."""
    return Participant.objects.filter(cohort=cohort).mentors().exclude(state=ParticipantState.LEFT)


def mentors_visible_to(user: Any, cohort: Cohort, today: date) -> QuerySet[Participant]:
    """The mentors of a cohort whom a member of staff may see."""
    return mentors_of(cohort).filter(pk__in=participants_visible_to(user, today).values("pk"))


def standings(mentors: QuerySet[Participant], cohort: Cohort) -> list[Standing]:
    """Each mentor's training, by name; four queries."""
    found = list(mentors.select_related("user", "programme__unit").order_by("user__given_name", "pk"))
    required = cohort.policy.training_topics
    elsewhere = dict(
        TrainedElsewhere.objects.filter(participant__in=mentors.values("pk")).values_list("participant", "where")
    )
    topics = _topics_by_session(cohort)
    attended = attended_event_ids(Participant.objects.filter(pk__in=mentors.values("pk")))
    return [_standing(p, attended.get(p.pk, set()) & set(topics), topics, required, elsewhere.get(p.pk)) for p in found]


def _standing(
    participant: Participant,
    sessions: Iterable[int],
    topics: dict[int, set[str]],
    required: tuple[str, ...],
    where: str | None,
) -> Standing:
    been = list(sessions)
    record = Record(frozenset().union(*(topics[pk] for pk in been)), where is not None)
    missing = lacking(record, set(required))
    trained = rules.is_trained(record, set(required), attended=bool(been))
    return Standing(participant, trained, tuple(t for t in required if t in missing), where or "")


def _topics_by_session(cohort: Cohort, until: datetime | None = None) -> dict[int, set[str]]:
    """The topics covered at each standing training session of a cohort (over by a moment), ticked or not."""
    sessions = Event.objects.standing().filter(cohort=cohort, kind=EventKind.TRAINING)
    if until is not None:
        sessions = sessions.filter(ends_at__lt=until)
    found: dict[int, set[str]] = {pk: set() for pk in sessions.values_list("pk", flat=True)}
    for pk, topic in CoveredTopic.objects.filter(event__in=list(found)).values_list("event", "topic"):
        found[pk].add(topic)
    return found


def _records(mentors: QuerySet[Participant], cohort: Cohort) -> Iterator[tuple[int, Record, bool]]:
    """Each mentor's key, record, and whether they were at a session; four queries, and nobody is loaded."""
    own = Participant.objects.filter(pk__in=mentors.order_by().values("pk"))
    vouched_for = set(TrainedElsewhere.objects.filter(participant__in=own).values_list("participant", flat=True))
    topics, attended = _topics_by_session(cohort), attended_event_ids(own)
    for pk in own.values_list("pk", flat=True):
        been = [session for session in attended.get(pk, ()) if session in topics]
        yield pk, Record(frozenset().union(*(topics[session] for session in been)), pk in vouched_for), bool(been)


def trained_mentor_ids(cohort: Cohort) -> set[int]:
    """The mentors of a cohort who may be matched; a fixed number of queries."""
    required = set(cohort.policy.training_topics)
    found = _records(mentors_of(cohort), cohort)
    return {pk for pk, record, attended in found if rules.is_trained(record, required, attended=attended)}


@dataclass(frozen=True)
class Tally:
    """How many mentors there are, how many are trained, and how many lack each topic."""

    accepted: int
    trained: int
    lacks: Counter[str]


def tally(mentors: QuerySet[Participant], cohort: Cohort) -> Tally:
    """The standings of mentors as counts."""
    required = set(cohort.policy.training_topics)
    found = [(record, attended) for _pk, record, attended in _records(mentors, cohort)]
    return Tally(
        accepted=len(found),
        trained=sum(rules.is_trained(record, required, attended=attended) for record, attended in found),
        lacks=Counter(topic for record, _attended in found for topic in lacking(record, required)),
    )


def trained_before(mentors: QuerySet[Participant], cohort: Cohort, until: datetime) -> set[int]:
    """Which of some mentors were trained just before a moment; four queries, and no mentor is read for it."""
    required = set(cohort.policy.training_topics)
    topics = _topics_by_session(cohort, until)
    keys = mentors.order_by().values("pk")
    vouched = set(
        TrainedElsewhere.objects.filter(participant__in=keys, vouched_at__lt=until).values_list(
            "participant", flat=True
        )
    )
    attended = attended_event_ids(Participant.objects.filter(pk__in=keys))
    been = {key: events & topics.keys() for key, events in attended.items()}
    heard = {key: Record(frozenset().union(*(topics[event] for event in events))) for key, events in been.items()}
    return vouched | {
        key for key, record in heard.items() if rules.is_trained(record, required, attended=bool(been[key]))
    }


def is_trained(participant: Participant) -> bool:
    """Whether one mentor is trained."""
    own = Participant.objects.filter(pk=participant.pk)
    return any(standing.is_trained for standing in standings(own, participant.cohort))


def sessions_visible_to(user: Any, today: date) -> EventQuerySet:
    """The training sessions that a member of staff may see."""
    return events_visible_to(user, today).filter(kind=EventKind.TRAINING)


def covered_at(event: Event) -> set[str]:
    """The topics ticked for a session."""
    return set(CoveredTopic.objects.filter(event=event).values_list("topic", flat=True))


@dataclass(frozen=True)
class Funnel:
    """How many mentors there are and how many of them are trained (R18); who applied is recruitment's to say."""

    accepted: int
    trained: int


def funnel(mentors: QuerySet[Participant], cohort: Cohort) -> Funnel:
    """The funnel's part that training knows, among the given mentors."""
    found = standings(mentors, cohort)
    return Funnel(len(found), sum(s.is_trained for s in found))


def coming_sessions(cohort: Cohort, today: date) -> QuerySet[Event]:
    """The training sessions still to come."""
    return Event.objects.standing().filter(cohort=cohort, kind=EventKind.TRAINING, starts_at__date__gte=today)
