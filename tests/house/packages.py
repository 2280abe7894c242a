"""Pages that come from packages (signing in, the second factor, the back office), and how to come to them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from allauth.account import app_settings
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.apps import apps
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from tests.house.access import World

# What Chromium says of every form of Django's own admin: jQuery tries out inline styles, which stay refused, and
# what a style sheet imports is looked for beside the page first, before it is found beside the sheet.
OF_DJANGO = ("Applying inline style violates", "not there: /widgets.css", "Couldn't load preload assets")
PASSWORD = "a-made-up-sentence-of-words"


@dataclass(frozen=True)
class Visit:
    """``role`` opens the URL ``name``, after ``before`` has brought them so far."""

    name: str
    role: str = "anonymous"
    before: Callable[[Client, World], None] | None = None
    arguments: Callable[[World], dict[str, Any]] = lambda world: {}


def _ask_for_a_code(client: Client, world: World) -> None:
    client.post(reverse("account_request_login_code"), {"email": world.northfield.sam.email})


def _sign_up(client: Client, world: World) -> None:
    new = {"email": "new@northfield.ac.uk", "given_name": "New", "password1": PASSWORD}
    client.post(reverse("account_signup"), new)


def _without_password(client: Client, world: World) -> None:
    priya = world.northfield.priya
    priya.set_unusable_password()
    priya.save()
    client.force_login(priya)


def _just_signed_in(client: Client, world: World) -> None:
    """Second factors are changed only by who has shown just now who they are."""
    sam = world.northfield.sam
    sam.set_password(PASSWORD)
    sam.save()
    client.force_login(sam)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def _signed_in_twice(client: Client, world: World) -> None:
    _just_signed_in(client, world)
    for browser in (Client(), client):
        browser.post(reverse("account_login"), {"login": world.northfield.sam.email, "password": PASSWORD})


def _with_second_factor(client: Client, world: World) -> None:
    _just_signed_in(client, world)
    sam = world.northfield.sam
    TOTP.activate(sam, generate_totp_secret())
    RecoveryCodes.activate(sam)


def _half_signed_in(client: Client, world: World) -> None:
    _with_second_factor(Client(), world)
    client.post(reverse("account_login"), {"login": world.northfield.sam.email, "password": PASSWORD})


def _own_link(world: World) -> dict[str, str]:
    sam = world.northfield.sam
    return {"uidb36": user_pk_to_url_str(sam), "key": app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(sam)}


SIGNING_IN = [
    Visit("account_login"),
    Visit("account_signup"),
    Visit("account_request_login_code"),
    Visit("account_confirm_login_code", before=_ask_for_a_code),
    Visit("account_reset_password"),
    Visit("account_reset_password_done"),
    Visit("account_reset_password_from_key", arguments=lambda world: {"uidb36": "1", "key": "forged-key"}),
    Visit("account_reset_password_from_key", arguments=_own_link),
    Visit("account_reset_password_from_key_done"),
    Visit("account_email_verification_sent", before=_sign_up),
    Visit("account_inactive"),
    Visit("account_logout", "priya"),
    Visit("account_change_password", "sam", _just_signed_in),
    Visit("account_set_password", "priya", _without_password),
    Visit("account_reauthenticate", "sam", _just_signed_in),
    Visit("usersessions_list", "sam", _just_signed_in),
    Visit("usersessions_list", "sam", _signed_in_twice),
    Visit("mfa_authenticate", before=_half_signed_in),
    Visit("mfa_reauthenticate", "sam", _with_second_factor),
    Visit("mfa_index", "sam", _just_signed_in),
    Visit("mfa_index", "sam", _with_second_factor),
    Visit("mfa_activate_totp", "sam", _just_signed_in),
    Visit("mfa_deactivate_totp", "sam", _with_second_factor),
    Visit("mfa_generate_recovery_codes", "sam", _with_second_factor),
    Visit("mfa_view_recovery_codes", "sam", _with_second_factor),
    Visit("mfa_list_webauthn", "sam", _just_signed_in),
    Visit("mfa_add_webauthn", "sam", _just_signed_in),
]


def records() -> list[tuple[str, str]]:
    """Each model of the back office, with each kind of its pages."""
    kinds = ("changelist", "add", "change", "history")
    return [(model._meta.label_lower, kind) for model in admin.site._registry for kind in kinds]


def record_path(model: str, kind: str) -> str | None:
    """The page's address; None without an object to show."""
    found = apps.get_model(model)
    name = f"admin:{found._meta.app_label}_{found._meta.model_name}_{kind}"
    if kind in {"changelist", "add"}:
        return reverse(name)
    first = found._default_manager.first()
    return reverse(name, args=[first.pk]) if first else None


def ours(faults: list[str]) -> list[str]:
    """Without what Django's own admin brings."""
    return [each for each in faults if not each.startswith(OF_DJANGO) and "/widgets.css" not in each]
