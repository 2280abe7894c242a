"""Forms about people."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class NameForm(forms.Form):
    """What a person signing up tells besides a university address."""

    given_name = forms.CharField(label=_("First name"), max_length=150)
    family_name = forms.CharField(label=_("Last name"), max_length=150, required=False)

    def signup(self, request: HttpRequest, user: User) -> None:
        """Called by allauth once the account exists."""
        data: dict[str, Any] = self.cleaned_data
        user.given_name, user.family_name = data["given_name"], data["family_name"]
        user.save(update_fields=["given_name", "family_name"])
