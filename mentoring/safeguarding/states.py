"""The lives of an emergency opening and of a safeguarding lead's grant (trust.md §1, §2)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from mentoring.lib.lifecycle import Lifecycle


class Category(models.TextChoices):
    """Why confidences are opened without anybody's leave."""

    LIFE = "life", _("Somebody’s life may be in danger")
    HARM = "harm", _("Somebody may be seriously harmed")
    ABUSE = "abuse", _("Abuse, violence or exploitation")
    MISSING = "missing", _("Somebody is missing")
    LAW = "law", _("The law or a court demands it")


class ReviewState(models.TextChoices):
    WAITING = "waiting", _("waits for its review")
    REVIEWED = "reviewed", _("reviewed")


class Outcome(models.TextChoices):
    """What a review comes to."""

    NECESSARY = "necessary", _("It was necessary, and no more was read than that")
    TOO_MUCH = "too-much", _("It was necessary, but more was read than that")
    UNNECESSARY = "unnecessary", _("It was not necessary")


R = ReviewState
BREAK_GLASS = Lifecycle("break-glass", R.WAITING, {R.WAITING: frozenset({R.REVIEWED}), R.REVIEWED: frozenset()})


class GrantKind(models.TextChoices):
    """What two administrators decide about: each way is as guarded as the other."""

    BEGIN = "begin", _("becomes safeguarding lead")
    END = "end", _("is no longer safeguarding lead")


class GrantState(models.TextChoices):
    ASKED = "asked", _("waits for administrators")
    APPROVED = "approved", _("approved by two, begins in a day")
    GRANTED = "granted", _("in force")
    STOPPED = "stopped", _("stopped")


G = GrantState
GRANT = Lifecycle(
    "safeguarding-grant",
    G.ASKED,
    {
        G.ASKED: frozenset({G.APPROVED, G.STOPPED}),
        G.APPROVED: frozenset({G.GRANTED, G.STOPPED}),
        G.GRANTED: frozenset(),
        G.STOPPED: frozenset(),
    },
)
