"""A service of the directory."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mentoring.contacts.models import SupportService


class ServiceForm(forms.ModelForm):
    """Flat settings; the university is set by the view."""

    web = forms.URLField(label=gettext_lazy("Web page"), required=False, assume_scheme="https")

    class Meta:
        model = SupportService
        fields: ClassVar = ["name", "what_for", "web", "email", "phone", "is_urgent"]

    def clean_name(self) -> str:
        """One entry a name: the university is not a field, so its constraint is asked here."""
        name: str = self.cleaned_data["name"]
        same = SupportService.objects.filter(institution=self.instance.institution, name__iexact=name)
        if same.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("This service is in the directory already"))
        return name
