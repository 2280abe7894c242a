"""Lifecycles of a run, a match and a swap."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from mentoring.lib.lifecycle import Lifecycle


class RunState(models.TextChoices):
    SOLVING = "solving", _("being worked out")
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    DISCARDED = "discarded", _("discarded")


R = RunState
RUN = Lifecycle(
    "run",
    R.SOLVING,
    {
        R.SOLVING: frozenset({R.DRAFT, R.DISCARDED}),
        R.DRAFT: frozenset({R.PUBLISHED, R.DISCARDED, R.SOLVING}),
        R.PUBLISHED: frozenset({R.DRAFT}),  # undone while nothing was sent
        R.DISCARDED: frozenset(),
    },
)


class TrialKind(models.TextChoices):
    """Work about a run that changes nothing."""

    WHAT_IF = "what-if", _("what if")
    REPEAT = "repeat", _("repeated")
    SHUFFLE = "shuffle", _("attributes shuffled")


class MatchState(models.TextChoices):
    PROPOSED = "proposed", _("published, not yet announced")
    PROVISIONAL = "provisional", _("introduced")
    ACTIVE = "active", _("in contact")
    PAUSED = "paused", _("paused")
    ENDED = "ended", _("ended")


class EndReason(models.TextChoices):
    """Why a match ended; never shown to the other side (R39, R74)."""

    UNDONE = "undone", _("publication undone")
    MENTEE_LEFT = "mentee-left", _("mentee stopped")
    MENTOR_LEFT = "mentor-left", _("mentor stopped")
    SWAPPED = "swapped", _("changed mentor")
    MOVED = "moved", _("moved by a coordinator")
    FINISHED = "finished", _("the year ended")


M = MatchState
MATCH = Lifecycle(
    "match",
    M.PROPOSED,
    {
        M.PROPOSED: frozenset({M.PROVISIONAL, M.ENDED}),
        M.PROVISIONAL: frozenset({M.ACTIVE, M.PAUSED, M.ENDED}),
        M.ACTIVE: frozenset({M.PAUSED, M.ENDED}),
        M.PAUSED: frozenset({M.ACTIVE, M.PROVISIONAL, M.ENDED}),
        M.ENDED: frozenset({M.PROVISIONAL}),  # an opt-out undone within its fortnight
    },
)
LIVE = (M.PROPOSED, M.PROVISIONAL, M.ACTIVE, M.PAUSED)
KNOWN = (M.PROVISIONAL, M.ACTIVE, M.PAUSED)  # live, and both have been told


class SwapState(models.TextChoices):
    ASKED = "asked", _("waiting")
    DONE = "done", _("changed")
    WITHDRAWN = "withdrawn", _("taken back")


W = SwapState
SWAP = Lifecycle(
    "swap",
    W.ASKED,
    {W.ASKED: frozenset({W.DONE, W.WITHDRAWN}), W.DONE: frozenset(), W.WITHDRAWN: frozenset()},
)


class SwapReason(models.TextChoices):
    """Optional chips of somebody who asks for another mentor; none of them is a complaint (R39)."""

    TIMES = "times", _("Our times do not fit")
    SILENCE = "silence", _("We have not been in touch")
    COURSE = "course", _("Somebody closer to my course would help")
    COMFORT = "comfort", _("I would be more at ease with somebody else")
    CHANCE = "chance", _("I would just like to try somebody else")
