"""Reads of the support directory (R67)."""

from django.db.models import QuerySet

from accounts.models import Institution
from mentoring.contacts.models import SupportService


def services_of(institution: Institution | None) -> QuerySet[SupportService]:
    """The services of a university, those for emergencies first."""
    return SupportService.objects.filter(institution=institution)


def emergency_lines(institution: Institution | None) -> list[str]:
    """The emergency numbers, a line each."""
    lines = (institution.emergency.text if institution else "").splitlines()
    return [line.strip() for line in lines if line.strip()]
