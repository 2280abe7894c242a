"""The life of a wish to be erased (GDPR article 17)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from mentoring.lib.lifecycle import Lifecycle


class ErasureState(models.TextChoices):
    ASKED = "asked", _("asked for")
    GRANTED = "granted", _("granted, not yet done")
    DONE = "done", _("done")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("taken back")


S = ErasureState
ERASURE = Lifecycle(
    "erasure",
    S.ASKED,
    {
        S.ASKED: frozenset({S.GRANTED, S.REFUSED, S.WITHDRAWN}),
        S.GRANTED: frozenset({S.DONE, S.WITHDRAWN}),
        S.DONE: frozenset(),
        S.REFUSED: frozenset(),
        S.WITHDRAWN: frozenset(),
    },
)
