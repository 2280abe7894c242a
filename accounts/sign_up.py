"""Making an account oneself."""

from typing import Any

from allauth.account.forms import SignupForm
from django.utils.translation import gettext as _


class SignUpForm(SignupForm):
    """The library's form, its fields named as on our other pages."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("University e-mail")
        self.fields["password1"].label = _("Password")
        for name in ("email", "password1"):
            self.fields[name].widget.attrs.pop("placeholder", None)  # the label says it
