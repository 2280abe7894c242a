"""An announcement's lifecycle: one message to many people (trust.md §1, abuse 10)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from mentoring.lib.lifecycle import Lifecycle


class AnnouncementState(models.TextChoices):
    DRAFT = "draft", _("being written")
    WAITING = "waiting", _("waits for a second person")
    RELEASED = "released", _("on its way")
    STOPPED = "stopped", _("stopped")
    DECLINED = "declined", _("not approved")


class Audience(models.TextChoices):
    EVERYONE = "everyone", _("Everyone who takes part")
    MENTORS = "mentors", _("Mentors")
    MENTEES = "mentees", _("Mentees")
    UNMATCHED = "unmatched", _("Mentees without a mentor")
    UNPAIRED = "unpaired", _("Mentors without a mentee")
    CHOSEN = "chosen", _("People chosen from a list")


S = AnnouncementState
ANNOUNCEMENT = Lifecycle(
    "announcement",
    S.DRAFT,
    {
        S.DRAFT: frozenset({S.WAITING, S.RELEASED}),
        S.WAITING: frozenset({S.RELEASED, S.DECLINED}),
        S.RELEASED: frozenset({S.STOPPED}),
        S.STOPPED: frozenset(),
        S.DECLINED: frozenset(),
    },
)
