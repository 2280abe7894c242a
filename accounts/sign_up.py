"""Making an account oneself."""

from typing import Any
from uuid import uuid4

from allauth.account.forms import SignupForm
from django.db import transaction
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

    @transaction.atomic
    def try_save(self, request: HttpRequest) -> Any:
        """As the library does, all or nothing; where there is an account already, no faster than where one is made."""
        if self.account_already_exists:
            self._save_nobody(request)
        return super().try_save(request)

    def _save_nobody(self, request: HttpRequest) -> None:
        """Make an account as if there were none, and take it back: the same work for a known address."""
        given: dict[str, Any] = self.cleaned_data
        domain = given["email"].rpartition("@")[2]
        self.cleaned_data: dict[str, Any] = {**given, "email": f"{uuid4().hex}@{domain}"}
        self.account_already_exists = False
        with transaction.atomic():
            self.save(request)
            transaction.set_rollback(True)
        self.account_already_exists, self.cleaned_data = True, given
