"""Forms about people's own data."""

from django import forms
from django.utils.translation import gettext_lazy as _


class RefuseForm(forms.Form):
    """Why somebody cannot be erased now; they are told in these words."""

    why = forms.CharField(
        label=_("Why it cannot be done now"),
        help_text=_("The person reads this. For example: a complaint is being looked into."),
        max_length=300,
        min_length=20,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
