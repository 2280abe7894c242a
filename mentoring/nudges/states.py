"""What a human decides when two nudges went unanswered."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Decided(models.TextChoices):
    AGAIN = "again", _("may be nudged again")
    LEAVE = "leave", _("left in peace")
