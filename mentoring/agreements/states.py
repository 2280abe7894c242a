"""Kinds of text that people accept."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TextKind(models.TextChoices):
    ROLE_DESCRIPTION = "role-description", _("role description")
    CODE_OF_CONDUCT = "code-of-conduct", _("code of conduct")
    AGREEMENT = "agreement", _("mentoring agreement")
