"""Forms of the dashboard."""

from django import forms
from django.utils.translation import gettext_lazy as _

from schemes.forms import day_field


class MilestoneForm(forms.Form):
    """Move a step of the year to another day."""

    on = day_field(_("Day"))
