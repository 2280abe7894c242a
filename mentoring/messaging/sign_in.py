"""The letters of signing in: codes, links and notices about the account."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mentoring.messaging.letters import Action, Content, Letter, register
from mentoring.messaging.models import Message
from mentoring.messaging.states import Urgency

NOT_ME = gettext_lazy("Somebody asked for this with your address. If it was not you, you need do nothing.")

# What allauth's notices are about, by the last part of their template's name.
CHANGES = {
    "password_changed": gettext_lazy("Your password was changed."),
    "password_set": gettext_lazy("A password was set for your account."),
    "password_reset": gettext_lazy("Your password was changed through a link in an e-mail."),
    "totp_activated": gettext_lazy("An authenticator app was added to your account."),
    "totp_deactivated": gettext_lazy("The authenticator app was removed from your account."),
    "recovery_codes_generated": gettext_lazy("New recovery codes were made for your account."),
    "webauthn_added": gettext_lazy("A security key was added to your account."),
    "webauthn_removed": gettext_lazy("A security key was removed from your account."),
    "email_changed": gettext_lazy("Your e-mail address was changed."),
    "email_confirm": gettext_lazy("An e-mail address was confirmed for your account."),
    "account_connected": gettext_lazy("Your university’s own sign-in was joined to your account."),
    "email_deleted": gettext_lazy("An e-mail address was removed from your account."),
}


def _told(message: Message, name: str) -> str:
    """What the message keeps in secret; empty once it was wiped."""
    secret: dict[str, Any] = message.secret or {}
    return str(secret.get(name, ""))


def _code(message: Message) -> Content | None:
    code = _told(message, "code")
    if not code:
        return None
    return Content(
        subject=_("Your sign-in code"),
        paragraphs=(
            _("Type this code on the page where you asked for it. It works once, for 15 minutes."),
            _("Never tell it to anybody. We will not ask for it."),
        ),
        quote=code,
        why=str(NOT_ME),
    )


def _verify(message: Message) -> Content | None:
    code = _told(message, "code")
    if not code:
        return None
    return Content(
        subject=_("Is this your address?"),
        paragraphs=(_("Type this code on the sign-up page, and your account is ready."),),
        quote=code,
        why=str(NOT_ME),
    )


def _reset(message: Message) -> Content | None:
    url = _told(message, "url")
    if not url:
        return None
    return Content(
        subject=_("Choose a new password"),
        paragraphs=(_("The button leads to a page where you choose a new password. It works once."),),
        actions=(Action(_("Choose a new password"), url),),
        why=str(NOT_ME),
    )


def _known(message: Message) -> Content | None:
    return Content(
        subject=_("You already have an account"),
        paragraphs=(
            _("Somebody tried to sign up with your address, but you have an account already."),
            _("You need no password: on the sign-in page, ask for a code."),
        ),
        actions=(Action(_("Sign in"), _told(message, "url")),) if _told(message, "url") else (),
        why=str(NOT_ME),
    )


def _unknown(message: Message) -> Content | None:
    return Content(
        subject=_("There is no account for this address yet"),
        paragraphs=(
            _("Somebody asked to sign in with this address, but it has no account here."),
            _("Perhaps you used another university address when you started?"),
        ),
        actions=(Action(_("Sign up"), _told(message, "url")),) if _told(message, "url") else (),
        why=str(NOT_ME),
    )


def _changed(message: Message) -> Content | None:
    if not _told(message, "change"):
        return None
    change = CHANGES.get(_told(message, "change"), _("The way you sign in was changed."))
    return Content(
        subject=_("A change to your account"),
        paragraphs=(str(change), _("If that was you, all is well. If not, tell us at once, please.")),
        actions=(Action(_("Get help"), _told(message, "help_url")),) if _told(message, "help_url") else (),
        why=_("We tell you about every change to how you sign in."),
    )


def _register(name: str, compose: Any, title: Any) -> None:
    register(Letter(name=f"sign-in.{name}", urgency=Urgency.AT_ONCE, compose=compose, title=title))


_register("code", _code, gettext_lazy("Sign-in code"))
_register("verify", _verify, gettext_lazy("Code to confirm an address"))
_register("reset", _reset, gettext_lazy("Link to a new password"))
_register("known", _known, gettext_lazy("Account exists already"))
_register("unknown", _unknown, gettext_lazy("No account yet"))
_register("changed", _changed, gettext_lazy("Change to an account"))
