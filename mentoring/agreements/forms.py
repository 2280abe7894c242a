"""Forms of texts."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mentoring.agreements.rules import unknown_fields


class AcceptForm(forms.Form):
    """The version that was read, and the tick beneath it."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    agreed = forms.BooleanField(
        label=gettext_lazy("I have read this and I accept it"),
        error_messages={"required": gettext_lazy("Tick the box when you have read it")},
    )


class TextForm(forms.Form):
    """A new version of a text."""

    body = forms.CharField(
        label=gettext_lazy("The text"),
        help_text=gettext_lazy(
            "A line that begins with “# ” is a heading, one with “- ” a point. "
            "{floor}, {coordinators} and {scheme_lead} are filled in for each reader."
        ),
        widget=forms.Textarea(attrs={"rows": "24"}),
        error_messages={"required": gettext_lazy("Write the text")},
    )
    body_cy = forms.CharField(
        label=gettext_lazy("The same in Welsh"),
        help_text=gettext_lazy("Shown to those who read pages in Welsh. Left empty, they read the text above."),
        widget=forms.Textarea(attrs={"rows": "24", "lang": "cy"}),
        required=False,
    )
    for_mentors = forms.BooleanField(label=gettext_lazy("Mentors accept it"), required=False)
    for_mentees = forms.BooleanField(label=gettext_lazy("Mentees accept it"), required=False)

    def clean_body(self) -> str:
        return self._without_unknown_fields("body")

    def clean_body_cy(self) -> str:
        return self._without_unknown_fields("body_cy")

    def _without_unknown_fields(self, name: str) -> str:
        body: str = self.cleaned_data[name].replace("\r\n", "\n").strip()
        if strange := unknown_fields(body):
            raise forms.ValidationError(_("Nothing would fill in {%(field)s}") % {"field": strange[0]})
        return body

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not (data.get("for_mentors") or data.get("for_mentees")):
            self.add_error("for_mentors", _("Choose who accepts the text"))
        return data
