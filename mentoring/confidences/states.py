"""Words of what a pair keeps to itself: why a note is shown to staff, and what is left aside."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from mentoring.lib.lifecycle import Lifecycle


class Basis(models.TextChoices):
    """Why a note may be shown to staff (R81). There is no other reason."""

    AGREED = "agreed", _("They agree to it")
    DANGER = "danger", _("Somebody is in serious danger")


class DisclosureState(models.TextChoices):
    ASKED = "asked", _("waits for the student’s yes")
    OPEN = "open", _("open to the person named")
    REFUSED = "refused", _("the student said no")
    ENDED = "ended", _("over")


S = DisclosureState
DISCLOSURE = Lifecycle(
    "note disclosure",
    S.ASKED,
    {
        S.ASKED: frozenset({S.OPEN, S.REFUSED, S.ENDED}),
        S.OPEN: frozenset({S.ENDED}),
        S.REFUSED: frozenset(),
        S.ENDED: frozenset(),
    },
)


class Area(models.TextChoices):
    """What somebody would rather not speak about (R50)."""

    FAMILY = "family", _("Family")
    HEALTH = "health", _("Health")
    MONEY = "money", _("Money")
    FAITH = "faith", _("Faith")
    POLITICS = "politics", _("Politics")
    LOVE = "love", _("Love and relationships")
    HOME = "home", _("Where I come from")
    MARKS = "marks", _("My marks")


class Differences(models.TextChoices):
    """How a pair treats what they see differently (R51). Either answer is right; both have to give the same."""

    EXPLORE = "explore", _("Talk about them")
    LEAVE = "leave", _("Leave them aside")
