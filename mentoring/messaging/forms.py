"""The filter of the message log."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mentoring.messaging.selectors import letter_titles


class LogFilterForm(forms.Form):
    """Which letter to show."""

    letter = forms.ChoiceField(label=_("Message"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Every message")), *letter_titles()]
        self.fields["letter"] = forms.ChoiceField(label=_("Message"), required=False, choices=choices)
