"""Who may decide about other people's data: the institution's administrators, of their own people."""

from django.db.models import QuerySet

from accounts.models import User
from mentoring.protection.models import DataCopy, ErasureRequest
from schemes.permissions import is_administrator


def wishes_visible_to(user: User) -> QuerySet[ErasureRequest]:
    """Wishes to be erased, of the people of the administrator's institution."""
    if not is_administrator(user):
        return ErasureRequest.objects.none()
    return ErasureRequest.objects.filter(person__institution=user.institution_id)


def copies_visible_to(user: User) -> QuerySet[DataCopy]:
    """Copies for which something was held back; that they exist, never what is in them."""
    if not is_administrator(user):
        return DataCopy.objects.none()
    return DataCopy.objects.filter(person__institution=user.institution_id, held__gt=0)
