"""People of a cohort as the dashboard lists them."""

from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import AuditEntry
from mentoring.agreements.selectors import lacks_acceptance_in
from mentoring.contacts.states import Works
from mentoring.matching.models import Match
from mentoring.matching.states import LIVE
from mentoring.participation.models import Participant, ParticipantQuerySet
from mentoring.training.selectors import trained_in
from schemes.models import Cohort

LATELY = timedelta(days=42)


def _live(side: str) -> Exists:
    return Exists(Match.objects.filter(state__in=LIVE, **{side: OuterRef("pk")}))


def unhappy_in(people: ParticipantQuerySet, today: date) -> ParticipantQuerySet:
    """Those for whom it did not work half-way (R77), lately, and who have the mentor of that day still."""
    since = timezone.make_aware(datetime.combine(today - LATELY, datetime.min.time()))
    newer = Match.objects.filter(
        Q(mentee=OuterRef("pk")), introduced_at__gt=OuterRef("check_in__answered_at"), state__in=LIVE
    )
    said = people.enrolled().filter(check_in__works=Works.NO, check_in__answered_at__gte=since)
    return said.filter(~Exists(newer))


def _with_a_match(*sides: str) -> Q:
    """Who has a match that both know of, on one of the sides."""
    return Q(*(Exists(Match.objects.known().filter(**{side: OuterRef("pk")})) for side in sides), _connector=Q.OR)


def unsigned_in(people: ParticipantQuerySet, cohort: Cohort) -> ParticipantQuerySet:
    """Those in touch with somebody who have not accepted what the scheme asks of them."""
    return people.enrolled().filter(lacks_acceptance_in(cohort)).filter(_with_a_match("mentor", "mentee"))


def training_gaps_in(people: ParticipantQuerySet, cohort: Cohort) -> ParticipantQuerySet:
    """The mentors who have students and are not trained."""
    untrained = people.mentors().exclude(state="left").exclude(trained_in(cohort))
    return untrained.filter(_with_a_match("mentor"))


def filtered(people: ParticipantQuerySet, cohort: Cohort, key: str, today: date) -> ParticipantQuerySet:
    """One of the list's named filters; an unknown name filters nothing."""
    if key == "mentors":
        return people.mentors().exclude(state="left")
    if key == "mentees":
        return people.mentees().exclude(state="left")
    if key == "unmatched":
        return people.mentees().enrolled().filter(~_live("mentee"))
    if key == "untrained":
        return people.mentors().enrolled().exclude(trained_in(cohort))
    if key == "unsigned":
        return unsigned_in(people, cohort)
    if key == "training-gap":
        return training_gaps_in(people, cohort)
    if key == "unhappy":
        return unhappy_in(people, today)
    if key == "stopped":
        return people.filter(state="left")
    return people


def may_resume_nudges(participant: Participant) -> bool:
    """Whether it was staff who paused somebody's reminders: what people asked for themselves is theirs."""
    paused = AuditEntry.objects.filter(
        object_type=participant._meta.label_lower, object_id=str(participant.pk), verb="nudges paused"
    ).order_by("-at", "-pk")
    last = paused.first()
    return last is not None and last.actor_id not in {None, participant.user_id}
