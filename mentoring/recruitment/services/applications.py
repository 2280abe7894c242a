"""Offering to mentor, changing the offer, withdrawing it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import WrongState, record
from mentoring.lib.lifecycle import move
from mentoring.messaging.services import call_off, owe
from mentoring.recruitment.models import Advert, Application
from mentoring.recruitment.rules import Opening, opening_on, why_not_eligible
from mentoring.recruitment.selectors import candidate_for
from mentoring.recruitment.states import APPLICATION, CHANGEABLE, ApplicationState
from mentoring.recruitment.wording import why_not
from schemes.models import Programme


@dataclass(frozen=True)
class Offer:
    """What an applicant offers. ``year_of_study`` is the year in which they would mentor."""

    programme: Programme
    year_of_study: int
    places_offered: int
    campus: str = ""
    why: str = ""

    def as_fields(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@transaction.atomic
def apply(*, advert: Advert, user: User, offer: Offer, now: datetime) -> Application:
    """Offer to mentor, change the offer while it is undecided, or offer again after withdrawing.

    One application a person and advert. Raises ``WrongState`` when the advert is not open, the
    person is not eligible (R8), or it has been decided.
    """
    _hold_open(advert, now)
    _hold_eligible(advert, user, offer)
    Advert.objects.select_for_update().get(pk=advert.pk)
    held = Application.objects.filter(advert=advert, applicant=user).first()
    if held is None:
        return _submit(advert, user, offer, now)
    if held.state == ApplicationState.WITHDRAWN:
        _again(held, offer, now)
    elif held.state in CHANGEABLE:
        _change(held, offer, now)
    else:
        raise WrongState(_("Your application has been decided and can no longer be changed."))
    return held


def _hold_open(advert: Advert, now: datetime) -> None:
    opening = opening_on(timezone.localdate(now), opens_on=advert.opens_on, closes_on=advert.closes_on)
    if opening == Opening.COMING:
        raise WrongState(_("Applications are not open yet."))
    if opening == Opening.CLOSED:
        raise WrongState(_("Applications have closed."))


def _hold_eligible(advert: Advert, user: User, offer: Offer) -> None:
    candidate = candidate_for(user, advert, offer.programme, offer.year_of_study)
    years = advert.cohort.policy.mentor_years
    if reasons := why_not_eligible(candidate, years):
        raise WrongState(" ".join(why_not(reason, years) for reason in reasons))


def _submit(advert: Advert, user: User, offer: Offer, now: datetime) -> Application:
    application = Application.objects.create(advert=advert, applicant=user, submitted_at=now, **offer.as_fields())
    scheme_id = advert.cohort.scheme_id
    fields = list(offer.as_fields())
    record(verb="application submitted", obj=application, by=user, now=now, fields=fields, scheme_id=scheme_id)
    _acknowledge(application, now)
    return application


def _acknowledge(application: Application, now: datetime) -> None:
    owe(
        letter="recruitment.received",
        recipient=application.applicant,
        occasion=f"{application.pk}.{now.isoformat()}",
        now=now,
        cohort=application.advert.cohort,
        about=application,
    )


def _again(application: Application, offer: Offer, now: datetime) -> None:
    move(
        application,
        ApplicationState.SUBMITTED,
        lifecycle=APPLICATION,
        by=application.applicant,
        now=now,
        scheme_id=application.advert.cohort.scheme_id,
        submitted_at=now,
        **offer.as_fields(),
    )
    _acknowledge(application, now)


def _change(application: Application, offer: Offer, now: datetime) -> None:
    changed = [name for name, value in offer.as_fields().items() if getattr(application, name) != value]
    for name in changed:
        setattr(application, name, getattr(offer, name))
    if changed:
        application.save(update_fields=changed)
        scheme_id = application.advert.cohort.scheme_id
        by = application.applicant
        record(verb="application changed", obj=application, by=by, now=now, fields=changed, scheme_id=scheme_id)


@transaction.atomic
def withdraw(*, application: Application, now: datetime) -> Application:
    """Take one's own offer back, before it is accepted or declined. Twice is harmless."""
    if application.state == ApplicationState.WITHDRAWN:
        return application
    move(
        application,
        ApplicationState.WITHDRAWN,
        lifecycle=APPLICATION,
        by=application.applicant,
        now=now,
        scheme_id=application.advert.cohort.scheme_id,
        decided_at=None,
        decided_by=None,
    )
    call_off(about=application, now=now)
    return application
