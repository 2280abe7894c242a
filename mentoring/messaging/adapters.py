"""How allauth meets this product: university addresses only (R40), and every mail through the outbox."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django import forms
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import EmailDomain, User
from accounts.selectors import institution_of
from accounts.services import choose_language, record
from mentoring.messaging.links import absolute
from mentoring.messaging.services import owe, owe_to_address

# allauth's templates → our letters, and how long each is of any use.
LETTERS = {
    "login_code": ("sign-in.code", timedelta(minutes=15)),
    "email_confirmation": ("sign-in.verify", timedelta(minutes=15)),
    "email_confirmation_signup": ("sign-in.verify", timedelta(minutes=15)),
    "password_reset_key": ("sign-in.reset", timedelta(days=1)),
    "account_already_exists": ("sign-in.known", timedelta(days=1)),
    "unknown_account": ("sign-in.unknown", timedelta(days=1)),
}
CHANGED = ("sign-in.changed", timedelta(days=7))  # every other is a notice of a change


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up for addresses of the institution only; mails are owed, never sent from a request.

    Whether an address is known makes no difference to what a page answers.
    """

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Once an institution has named the domains that it vouches for."""
        return EmailDomain.objects.exists()

    def clean_email(self, email: str) -> str:
        email = super().clean_email(email).strip().lower()
        if institution_of(email) is None:
            raise ValidationError(_refusal())
        return email

    def save_user(
        self, request: HttpRequest, user: AbstractBaseUser, form: forms.BaseForm, commit: bool = True
    ) -> AbstractBaseUser:
        """A new person belongs to the institution that vouches for the address."""
        assert isinstance(user, User)  # noqa: S101  (allauth makes AUTH_USER_MODEL)
        user.institution = institution_of(form.cleaned_data["email"])
        super().save_user(request, user, form, commit=commit)
        if commit:
            now = timezone.now()  # noqa: TID251  (a request begins here)
            record(verb="person signed up", obj=user, by=user, now=now, fields=["email"])
        return user

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Whoever has the code has the address."""
        is_new: bool = super().confirm_email(request, email_address)
        if is_new:
            person, now = email_address.user, timezone.now()  # noqa: TID251  (a request begins here)
            record(verb="address confirmed", obj=person, by=person, now=now, fields=["email"])
        return is_new

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **what: Any) -> HttpResponse:
        """Who chose a language before signing in, and never before, has chosen it for their letters too."""
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if isinstance(user, User) and not user.language:
            now = timezone.now()  # noqa: TID251  (a request begins here)
            choose_language(person=user, language=chosen, by=user, now=now)
        answer: HttpResponse = super().post_login(request, user, **what)
        return answer

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Owe the letter that answers to allauth's template."""
        name = template_prefix.rpartition("/")[2]
        letter, lasts = LETTERS.get(name, CHANGED)
        now = timezone.now()  # noqa: TID251  (a request begins here)
        what: dict[str, Any] = {
            "letter": letter,
            "occasion": uuid4().hex,
            "now": now,
            "expires_at": now + lasts,
            "secret": _secret(name, context),
        }
        person = User.objects.filter(email__iexact=email).first()
        if person:
            if name not in LETTERS:
                record(verb="way of signing in changed", obj=person, by=person, now=now, fields=[name])
            owe(recipient=person, **what)
        elif institution_of(email):
            owe_to_address(address=email.lower(), **what)


def _secret(name: str, context: dict[str, Any]) -> dict[str, str]:
    """What the letter cannot look up later."""
    if name not in LETTERS:
        return {"change": name, "help_url": absolute(reverse("help"))}
    if name == "account_already_exists":
        return {"url": absolute(reverse("account_login"))}
    if name == "unknown_account":
        return {"url": absolute(reverse("account_signup"))}
    return {"code": str(context.get("code", "")), "url": str(context.get("password_reset_url", ""))}


def _refusal() -> str:
    domains = [f"@{domain}" for domain in EmailDomain.objects.order_by("domain").values_list("domain", flat=True)]
    return _("Use your university address. It ends in %(domains)s.") % {"domains": _(" or ").join(domains[:5])}
