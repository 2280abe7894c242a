"""The filter of the message log."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class LogFilterForm(forms.Form):
    """Which letter to show. ``letters`` are those that the reader can see, by title."""

    letter = forms.ChoiceField(label=_("Message"), required=False)

    def __init__(self, *args: Any, letters: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Every message")), *letters]
        self.fields["letter"] = forms.ChoiceField(label=_("Message"), required=False, choices=choices)
