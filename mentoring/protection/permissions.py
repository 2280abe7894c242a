"""Who may decide about other people's data: the institution's administrators, of their own people."""

from datetime import date

from django.db.models import Q, QuerySet

from accounts.models import User
from mentoring.concerns.permissions import concerns_of_leads
from mentoring.protection.models import DataCopy, ErasureRequest
from mentoring.safeguarding.permissions import openings_visible_to
from schemes.permissions import is_administrator


def wishes_visible_to(user: User) -> QuerySet[ErasureRequest]:
    """Wishes to be erased, of the people of the administrator's institution."""
    if not is_administrator(user):
        return ErasureRequest.objects.none()
    return ErasureRequest.objects.filter(person__institution=user.institution_id)


def copies_visible_to(user: User) -> QuerySet[DataCopy]:
    """Copies for which something was held back; that they exist, never what is in them.

    What is held about a concern is not among it: see `copies_of_concerns`.
    """
    if not is_administrator(user):
        return DataCopy.objects.none()
    return DataCopy.objects.filter(person__institution=user.institution_id, held__gt=0)


def copies_of_concerns(user: User, today: date) -> QuerySet[DataCopy]:
    """Copies for which something about a concern or an emergency was held back: for the safeguarding leads who read
    that one, and for nobody else. Who stands in for a lead decides nothing here."""
    concerns = concerns_of_leads(user, today)
    about = Q(person__in=concerns.filter(about__isnull=False).values("about__user"))
    about |= Q(person__in=concerns.filter(about_staff__isnull=False).values("about_staff"))
    about |= Q(person__in=openings_visible_to(user, today).values("subject"))
    return DataCopy.objects.filter(about, held_by_leads__gt=0).exclude(person=user.pk)
