"""Letters about changes to accounts: to everybody who could stop one, and to the new address."""

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mentoring.credentials.models import AccountChange
from mentoring.credentials.services import ASKED, CONFIRM, DONE
from mentoring.credentials.states import ChangeState, Kind
from mentoring.messaging.letters import Action, Content, Letter, register
from mentoring.messaging.links import absolute, make_token
from mentoring.messaging.models import Message
from mentoring.messaging.services import about
from mentoring.messaging.states import Urgency

PURPOSE = "new-address"


def _waiting(message: Message) -> AccountChange | None:
    change = about(message)
    is_open = isinstance(change, AccountChange) and change.state == ChangeState.WAITING
    return change if is_open else None


def asked(message: Message) -> Content | None:
    """While it can be stopped; the same to the person and to everybody else who may stop it."""
    change = _waiting(message)
    if change is None:
        return None
    if change.begins_at is None:
        when = _("It needs a second administrator. Until then it does nothing.")
    else:
        day = date_format(timezone.localtime(change.begins_at), "l j F, H:i")
        when = _("It comes into force on %(when)s or once a second administrator agrees, unless somebody stops it.") % {
            "when": day
        }
    return Content(
        subject=_("A change to an account was asked for"),
        paragraphs=(
            _("%(who)s asked for this about the account of %(name)s in peer mentoring:")
            % {"who": change.asked_by.full_name, "name": change.person.full_name},
            str(Kind(change.kind).label),
            when,
            _("If this surprises you, stop it, and tell the university’s information security team."),
        ),
        actions=(Action(_("See it, or stop it"), absolute(reverse("credentials:mine"))),) if message.recipient else (),
        why=_("You are told whenever somebody else could come to sign in as a person, or to administer."),
    )


def confirm(message: Message) -> Content | None:
    """To the new address alone. It says no name: who reads a wrong address learns nothing."""
    change = _waiting(message)
    if change is None or change.confirmed_at is not None:
        return None
    token = make_token(purpose=PURPOSE, person=change.person, object_id=change.pk)
    return Content(
        subject=_("Is this your address?"),
        paragraphs=(
            _("Your university asks to use this address for your account in peer mentoring."),
            _("If you asked for it, confirm it. Until then you sign in as before."),
        ),
        actions=(Action(_("Confirm this address"), absolute(reverse("credentials:confirm", args=[token]))),),
        why=_("An administrator of your university entered this address. If it means nothing to you, do nothing."),
    )


def done(message: Message) -> Content | None:
    """That it happened: to the person, and to the address that was theirs before."""
    change = about(message)
    if not isinstance(change, AccountChange) or change.state != ChangeState.DONE:
        return None
    return Content(
        subject=_("Your account was changed"),
        paragraphs=(
            _("An administrator’s change to your account in peer mentoring is in force:"),
            str(Kind(change.kind).label),
            _("If you did not expect it, tell the university’s information security team at once."),
        ),
        why=_("You are told of every change to how you sign in."),
    )


register(Letter(ASKED, Urgency.AT_ONCE, asked, gettext_lazy("Change to an account asked for")))
register(Letter(CONFIRM, Urgency.AT_ONCE, confirm, gettext_lazy("New address to be confirmed")))
register(Letter(DONE, Urgency.AT_ONCE, done, gettext_lazy("Change to an account in force")))
