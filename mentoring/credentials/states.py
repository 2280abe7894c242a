"""What can be changed about an account by others than its person, and the life of such a change (trust.md §1, 21)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from mentoring.lib.lifecycle import Lifecycle


class Kind(models.TextChoices):
    """What is asked for."""

    ADDRESS = "address", _("A corrected university e-mail")
    SECOND_STEP = "second-step", _("The second step taken away: a lost phone or key")
    UNIVERSITY_LINK = "university-link", _("The link to the university’s own sign-in undone")
    ADMINISTRATOR = "administrator", _("Made an administrator")
    NO_ADMINISTRATOR = "no-administrator", _("No longer an administrator")


class ChangeState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    DONE = "done", _("done")
    STOPPED = "stopped", _("stopped")


S = ChangeState
CHANGE = Lifecycle(
    "account-change",
    S.WAITING,
    {S.WAITING: frozenset({S.DONE, S.STOPPED}), S.DONE: frozenset(), S.STOPPED: frozenset()},
)
