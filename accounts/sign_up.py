"""Making an account oneself."""

from typing import Any

from allauth.account.forms import SignupForm
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.utils.translation import gettext as _


class SignUpForm(SignupForm):
    """The library's form, its fields named as on our other pages."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("University e-mail")
        self.fields["password1"].label = _("Password")
        for name in ("email", "password1"):
            self.fields[name].widget.attrs.pop("placeholder", None)  # the label says it

    def try_save(self, request: HttpRequest) -> Any:
        """As the library does; where there is an account already, no faster than where one is made."""
        if self.account_already_exists:
            make_password(self.cleaned_data.get("password1") or None)
        return super().try_save(request)
