"""Who reviews what is held back from a copy."""

from datetime import date

from accounts.models import User
from mentoring.protection.models import DataCopy
from mentoring.protection.permissions import copies_to_review
from schemes.models import Appointment
from schemes.states import Role


def leads_to_review(copy: DataCopy, today: date) -> list[User]:
    """The safeguarding leads who may know that something about the copy's person is held."""
    if not copy.held and not copy.held_by_leads:
        return []
    held = Appointment.objects.in_force(today).filter(role=Role.SAFEGUARDING_LEAD, user__is_active=True)
    leads = dict.fromkeys(each.user for each in held.select_related("user").order_by("pk"))
    return [lead for lead in leads if copies_to_review(lead, today).filter(pk=copy.pk).exists()]
