"""Forms about the table of nudges."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from schemes.nudging import LONGEST


class WaitForm(forms.Form):
    """How long one rule waits."""

    days = forms.IntegerField(label=_("Days to wait"), min_value=0, max_value=LONGEST)


class PreviewForm(forms.Form):
    """Which message, and whose name. ``letters`` are those that the reader can see, by title."""

    letter = forms.ChoiceField(label=_("Message"))
    q = forms.CharField(label=_("For whom? Part of a name or an address"), max_length=100)

    def __init__(self, *args: Any, letters: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        letter = self.fields["letter"]
        assert isinstance(letter, forms.ChoiceField)  # noqa: S101  (declared above)
        letter.choices = letters
