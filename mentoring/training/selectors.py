"""Who is trained, and who lacks what. A fixed number of queries, however many mentors."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from mentoring.events.models import Attendance, Event, EventQuerySet
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


def _topics_by_session(cohort: Cohort) -> dict[int, set[str]]:
    """The topics covered at each standing training session of a cohort, ticked or not."""
    found: dict[int, set[str]] = {pk: set() for pk in _sessions(cohort).values_list("pk", flat=True)}
    for pk, topic in CoveredTopic.objects.filter(event__in=_sessions(cohort)).values_list("event", "topic"):
        found[pk].add(topic)
    return found


def _sessions(cohort: Cohort, until: datetime | None = None) -> QuerySet[Event]:
    """The standing training sessions of a cohort (over by a moment)."""
    sessions = Event.objects.standing().filter(cohort=cohort, kind=EventKind.TRAINING).order_by()
    return sessions if until is None else sessions.filter(ends_at__lt=until)


def _heard(cohort: Cohort, until: datetime | None = None) -> QuerySet[Attendance]:
    """Who was at which of them."""
    return Attendance.objects.filter(event__in=_sessions(cohort, until)).order_by()


def _vouched_for(until: datetime | None = None) -> QuerySet[TrainedElsewhere]:
    found = TrainedElsewhere.objects.order_by()
    return found if until is None else found.filter(vouched_at__lt=until)


def trained_in(cohort: Cohort, until: datetime | None = None) -> Q:
    """A filter for the participants of a cohort who are trained (at a moment): what ``rules.is_trained`` says of each,
    asked of the database for all at once (R17).
    """
    required = set(cohort.policy.training_topics)
    been = _heard(cohort, until).values("participant")
    if required:
        topic = "event__covered_topics__topic"
        heard = been.filter(**{f"{topic}__in": required}).annotate(topics=Count(topic, distinct=True))
        been = heard.filter(topics=len(required)).values("participant")
    return Q(pk__in=_vouched_for(until).values("participant")) | Q(pk__in=been)


def trained_mentor_ids(cohort: Cohort) -> set[int]:
    """The mentors of a cohort who may be matched; one query."""
    return set(mentors_of(cohort).filter(trained_in(cohort)).values_list("pk", flat=True))


@dataclass(frozen=True)
class Tally:
    """How many mentors there are, how many are trained, and how many lack each topic."""

    accepted: int
    trained: int
    lacks: Counter[str]


def tally(mentors: QuerySet[Participant], cohort: Cohort) -> Tally:
    """The standings of mentors as counts; one query."""
    topics = cohort.policy.training_topics
    vouched = Q(pk__in=_vouched_for().values("participant"))
    lacks = {}
    for place, topic in enumerate(topics):
        heard = _heard(cohort).filter(event__covered_topics__topic=topic)
        lacks[f"lacks_{place}"] = Count("pk", filter=~vouched & ~Q(pk__in=heard.values("participant")))
    found = mentors.order_by().aggregate(accepted=Count("pk"), trained=Count("pk", filter=trained_in(cohort)), **lacks)
    counted = Counter({topic: found[f"lacks_{place}"] for place, topic in enumerate(topics)})
    return Tally(found["accepted"], found["trained"], counted)


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


def coming_sessions(cohort: Cohort, today: date) -> QuerySet[Event]:
    """The training sessions still to come."""
    return Event.objects.standing().filter(cohort=cohort, kind=EventKind.TRAINING, starts_at__date__gte=today)
