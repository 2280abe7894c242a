"""Forms about people's own data."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Institution


class RefuseForm(forms.Form):
    """Why somebody cannot be erased now; they are told in these words."""

    why = forms.CharField(
        label=_("Why it cannot be done now"),
        help_text=_("The person reads this. For example: a complaint is being looked into."),
        max_length=300,
        min_length=20,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class StatementsForm(forms.ModelForm):
    """What the pages "Privacy" and "Accessibility" say for the university."""

    privacy_url = forms.URLField(label=_("The university’s own privacy notice"), required=False, assume_scheme="https")

    class Meta:
        model = Institution
        fields = (
            "privacy_contact",
            "privacy_basis",
            "privacy_url",
            "accessibility_gaps",
            "accessibility_gaps_cy",
            "accessibility_reviewed_on",
            "enforced_by",
        )
        widgets: ClassVar = {
            "privacy_basis": forms.Textarea(attrs={"rows": 3}),
            "accessibility_gaps": forms.Textarea(attrs={"rows": 4}),
            "accessibility_gaps_cy": forms.Textarea(attrs={"rows": 4}),
            "accessibility_reviewed_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "enforced_by": forms.RadioSelect,
        }
