"""A participant's lifecycle, and the words of an import and of wishes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from mentoring.lib.lifecycle import Lifecycle


class ParticipantRole(models.TextChoices):
    MENTOR = "mentor", _("mentor")
    MENTEE = "mentee", _("mentee")


class ParticipantState(models.TextChoices):
    ENROLLED = "enrolled", _("taking part")
    PAUSED = "paused", _("pausing")
    LEFT = "left", _("stopped")  # opted out or withdrew; coming back is always possible


S = ParticipantState
PARTICIPANT = Lifecycle(
    "participant",
    S.ENROLLED,
    {
        S.ENROLLED: frozenset({S.PAUSED, S.LEFT}),
        S.PAUSED: frozenset({S.ENROLLED, S.LEFT}),
        S.LEFT: frozenset({S.ENROLLED}),
    },
)


class ImportState(models.TextChoices):
    """Where an import is between the upload and the day it is applied."""

    MAPPING = "mapping", _("columns to confirm")
    CHECKING = "checking", _("being checked")
    CHECKED = "checked", _("ready to import")
    APPLYING = "applying", _("being imported")
    APPLIED = "applied", _("imported")
    ABANDONED = "abandoned", _("put aside")


I = ImportState  # noqa: E741
IMPORT = Lifecycle(
    "import",
    I.MAPPING,
    {
        I.MAPPING: frozenset({I.CHECKING, I.ABANDONED}),
        I.CHECKING: frozenset({I.CHECKED, I.MAPPING, I.ABANDONED}),
        I.CHECKED: frozenset({I.APPLYING, I.MAPPING, I.ABANDONED}),
        I.APPLYING: frozenset({I.APPLIED, I.CHECKED, I.CHECKING}),
        I.APPLIED: frozenset(),
        I.ABANDONED: frozenset(),
    },
)


class RowOutcome(models.TextChoices):
    NEW = "new", _("new")
    CHANGED = "changed", _("changed")
    UNCHANGED = "unchanged", _("unchanged")
    FAULTY = "faulty", _("faulty")


class Attribute(models.TextChoices):
    """What a wish can be about (R32)."""

    GENDER = "gender", _("gender")
    ETHNICITY = "ethnicity", _("ethnicity")
    HOME_COUNTRY = "home_country", _("home country")
    RELIGION = "religion", _("religion or belief")


class FactKind(models.TextChoices):
    """Humanising facts that a participant may show (R37)."""

    INTEREST = "interest", _("interest")
    LANGUAGE = "language", _("language")
    COLLEGE = "college", _("school or college before")
    ROUTE = "route", _("way into university")
    CIRCUMSTANCE = "circumstance", _("circumstance")  # commuting, caring, working, mature
