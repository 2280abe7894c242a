"""People of a cohort as the dashboard lists them."""

from django.db.models import Exists, OuterRef, Q

from mentoring.agreements.selectors import participants_with_unaccepted
from mentoring.matching.models import Match
from mentoring.matching.states import LIVE
from mentoring.participation.models import ParticipantQuerySet
from mentoring.training.selectors import trained_mentor_ids
from schemes.models import Cohort


def _live(side: str) -> Exists:
    return Exists(Match.objects.filter(state__in=LIVE, **{side: OuterRef("pk")}))


def filtered(people: ParticipantQuerySet, cohort: Cohort, key: str) -> ParticipantQuerySet:
    """One of the list's named filters; an unknown name filters nothing."""
    if key == "mentors":
        return people.mentors().exclude(state="left")
    if key == "mentees":
        return people.mentees().exclude(state="left")
    if key == "unmatched":
        return people.mentees().enrolled().filter(~_live("mentee"))
    if key == "untrained":
        return people.mentors().enrolled().exclude(pk__in=trained_mentor_ids(cohort))
    if key == "unsigned":
        return people.filter(pk__in=participants_with_unaccepted(cohort).values("pk")).exclude(state="left")
    if key == "stopped":
        return people.filter(state="left")
    return people


def found_by(people: ParticipantQuerySet, words: str) -> ParticipantQuerySet:
    """Those whose name, address or student number holds every word."""
    for word in words.split():
        people = people.filter(
            Q(user__given_name__icontains=word)
            | Q(user__family_name__icontains=word)
            | Q(user__known_as__icontains=word)
            | Q(user__email__icontains=word)
            | Q(user__student_number__startswith=word)
        )
    return people
