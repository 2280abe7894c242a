"""Forms about people."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.validators import validate_one_line


class NameField(forms.CharField):
    """Somebody's name, on one line."""

    def __init__(self, *, max_length: int = 150, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, validators=[validate_one_line], **kwargs)


class NameForm(forms.Form):
    """What a person signing up tells besides a university address."""

    given_name = NameField(label=_("First name"))
    family_name = NameField(label=_("Last name"), required=False)

    def signup(self, request: HttpRequest, user: User) -> None:
        """Called by allauth once the account exists."""
        data: dict[str, Any] = self.cleaned_data
        user.given_name, user.family_name = data["given_name"], data["family_name"]
        user.save(update_fields=["given_name", "family_name"])


class ActivateAppForm(ActivateTOTPForm):
    """A new authenticator app. The code that proves it is used up: it does not sign in as well."""

    def clean_code(self) -> str:
        code: str = super().clean_code()
        if not TOTP(Authenticator(user=self.user))._mark_code_used(code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class NamedKey(forms.Form):
    """allauth calls this field "Name" in English whatever the page's language."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")


class AddKeyForm(NamedKey, AddWebAuthnForm):
    """A new security key."""


class EditKeyForm(NamedKey, EditWebAuthnForm):
    """Another name for a security key."""
