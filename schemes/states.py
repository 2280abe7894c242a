"""Words of a scheme: kinds of unit, roles, and the calendar's anchors."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class UnitKind(models.TextChoices):
    UNIVERSITY = "university", _("university")
    FACULTY = "faculty", _("faculty")
    SCHOOL = "school", _("school")
    DEPARTMENT = "department", _("department")


class Role(models.TextChoices):
    """Staff-side roles; students' roles come from being a participant."""

    LEAD = "lead", _("scheme lead")
    MANAGER = "manager", _("manager")
    COORDINATOR = "coordinator", _("coordinator")
    INTERN = "intern", _("intern")
    SENIOR_MENTOR = "senior-mentor", _("senior mentor")
    SAFEGUARDING_LEAD = "safeguarding-lead", _("safeguarding lead")
    RESEARCHER = "researcher", _("researcher")


class Edge(models.TextChoices):
    START = "start", _("start of term")
    END = "end", _("end of term")


class QuietKind(models.TextChoices):
    EXAMS = "exams", _("exams")
    CLOSURE = "closure", _("university closed")


class Phase(models.TextChoices):
    """What mentoring is about now (R66)."""

    BEFORE = "before", _("before term")
    SETTLING_IN = "settling-in", _("settling in")
    STUDYING = "studying", _("studying")
    AFTER = "after", _("after the year")
