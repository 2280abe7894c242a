"""Asking for a change to somebody's account."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import Institution, User
from mentoring.credentials.states import Kind
from schemes.forms import PersonField


class AskForm(forms.Form):
    """Whose account, what about it, and the address where one is corrected."""

    email = PersonField(label=_("Whose account?"), help_text=_("Their university e-mail, as it is now."))
    kind = forms.ChoiceField(
        label=_("What should change?"),
        choices=Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what should change")},
    )
    new_address = forms.EmailField(
        label=_("New university e-mail"), help_text=_("Only where you correct it."), required=False
    )

    def __init__(self, *args: Any, institution: Institution, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.institution = institution

    def clean_email(self) -> User:
        found = User.objects.filter(email=self.cleaned_data["email"], institution=self.institution, is_active=True)
        if (person := found.first()) is None:
            raise ValidationError(_now("Nobody here has this address."))
        return person

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kind") == Kind.ADDRESS and not data.get("new_address") and "new_address" not in self.errors:
            self.add_error("new_address", _now("Enter the new address"))
        if data.get("kind") != Kind.ADDRESS:
            data["new_address"] = ""
        return data
