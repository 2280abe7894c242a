"""Inviting this year's mentees to mentor next year: each person once, ever (R15)."""

from datetime import datetime, time

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import WrongState, record
from mentoring.messaging.services import call_off, owe
from mentoring.recruitment.models import Advert, Invitation
from mentoring.recruitment.rules import HOLD, Opening, can_be_undone, opening_on
from mentoring.recruitment.selectors import invitable
from schemes.models import Cohort


@transaction.atomic
def invite(*, advert: Advert, source: Cohort, expected: int, by: User, now: datetime) -> int:
    """Invite every mentee of ``source`` who may be; ``expected`` is how many the sender was shown.

    Raises ``WrongState`` when the advert has closed, or when it is no longer that many.
    """
    today = timezone.localdate(now)
    if opening_on(today, opens_on=advert.opens_on, closes_on=advert.closes_on) == Opening.CLOSED:
        raise WrongState(_("Applications have closed: choose a later closing day first."))
    Advert.objects.select_for_update().get(pk=advert.pk)
    mentees = list(invitable(by, advert, source, today))
    if len(mentees) != expected:
        raise WrongState(_("The list has changed since you looked at it. Look again before you send."))
    for mentee in mentees:
        invitation = Invitation.objects.create(advert=advert, mentee=mentee, invited_at=now, invited_by=by)
        owe(
            letter="recruitment.invitation",
            recipient=mentee.user,
            occasion=str(invitation.pk),
            now=now,
            cohort=source,
            about=invitation,
            due_at=max(now + HOLD, _start_of(advert)),
            expires_at=_end_of(advert),
        )
    if mentees:
        scheme_id = advert.cohort.scheme_id
        record(verb="mentees invited", obj=advert, by=by, now=now, fields=["invitations"], scheme_id=scheme_id)
    return len(mentees)


def _start_of(advert: Advert) -> datetime:
    """Midnight of the opening day: a link to an advert that is not open yet would only disappoint."""
    return timezone.make_aware(datetime.combine(advert.opens_on, time.min))


def _end_of(advert: Advert) -> datetime:
    return timezone.make_aware(datetime.combine(advert.closes_on, time.max))


@transaction.atomic
def take_back_invitations(*, invited_at: datetime, by: User, now: datetime) -> int:
    """Undo one's own bulk invitation while its letters wait; how many. Twice is harmless."""
    found = list(Invitation.objects.filter(invited_at=invited_at, invited_by=by).select_related("advert__cohort"))
    if found and not can_be_undone(invited_at, now):
        raise WrongState(_("The invitations have gone out."))
    for invitation in found:
        call_off(about=invitation, now=now)
        invitation.delete()
    if found:
        advert = found[0].advert
        scheme_id = advert.cohort.scheme_id
        record(verb="invitations taken back", obj=advert, by=by, now=now, fields=["invitations"], scheme_id=scheme_id)
    return len(found)
