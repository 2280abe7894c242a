"""Who may decide about other people's data: administrators, and safeguarding leads of what is held back."""

from datetime import date

from django.db.models import Q, QuerySet

from accounts.models import User
from mentoring.concerns.permissions import concerns_of_leads
from mentoring.participation.models import Participant
from mentoring.protection.models import DataCopy, ErasureRequest
from mentoring.safeguarding.permissions import openings_visible_to
from schemes.permissions import appointments_with, is_administrator
from schemes.roles import Capability


def wishes_visible_to(user: User) -> QuerySet[ErasureRequest]:
    """Wishes to be erased, of the people of the administrator's institution."""
    if not is_administrator(user):
        return ErasureRequest.objects.none()
    return ErasureRequest.objects.filter(person__institution=user.institution_id)


def copies_of_pairs(user: User, today: date) -> QuerySet[DataCopy]:
    """Copies for which something was held back that the other side of a pair told, as a wish for another mentor: for
    the safeguarding leads of the person's schemes. An administrator processes blind (trust.md §2)."""
    schemes = [held.scheme_id for held in appointments_with(user, Capability.READ_CONCERNS, today)]
    theirs = Participant.objects.filter(cohort__scheme__in=schemes)
    return DataCopy.objects.filter(person__in=theirs.values("user"), held__gt=0).exclude(person=user.pk)


def copies_of_concerns(user: User, today: date) -> QuerySet[DataCopy]:
    """Copies for which something about a concern or an emergency was held back: for the safeguarding leads who read
    that one, and for nobody else. Who stands in for a lead decides nothing here."""
    concerns = concerns_of_leads(user, today)
    about = Q(person__in=concerns.filter(about__isnull=False).values("about__user"))
    about |= Q(person__in=concerns.filter(about_staff__isnull=False).values("about_staff"))
    about |= Q(person__in=openings_visible_to(user, today).values("subject"))
    return DataCopy.objects.filter(about, held_by_leads__gt=0).exclude(person=user.pk)


def copies_to_review(user: User, today: date) -> QuerySet[DataCopy]:
    """Copies from which something was held back that waits for a safeguarding lead; for which reason is not said."""
    of_pairs = copies_of_pairs(user, today).filter(reviewed_at=None)
    of_concerns = copies_of_concerns(user, today).filter(leads_reviewed_at=None)
    return DataCopy.objects.filter(Q(pk__in=of_pairs.values("pk")) | Q(pk__in=of_concerns.values("pk")))
