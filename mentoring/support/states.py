"""How an idea from a support group becomes an action (R72, R93)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from mentoring.lib.lifecycle import Lifecycle


class ThemeState(models.TextChoices):
    RAISED = "raised", _("raised")
    ACTION = "action", _("we are doing it")
    DONE = "done", _("done")
    SET_ASIDE = "set-aside", _("set aside")


S = ThemeState
THEME = Lifecycle(
    "theme",
    S.RAISED,
    {
        S.RAISED: frozenset({S.ACTION, S.SET_ASIDE}),
        S.ACTION: frozenset({S.DONE, S.SET_ASIDE}),
        S.SET_ASIDE: frozenset({S.RAISED, S.ACTION}),
        S.DONE: frozenset({S.ACTION}),  # it was said too soon
    },
)
