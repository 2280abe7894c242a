"""Placing an advert for a cohort and changing it."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import NotAllowed, WrongState, record
from mentoring.recruitment.models import Advert
from mentoring.recruitment.permissions import can_advertise
from schemes.models import Cohort

LONGEST_SLUG = 45


@dataclass(frozen=True)
class AdvertDetails:
    """What an advert says, and the days between which it is open, both included."""

    title: str
    text: str
    opens_on: date
    closes_on: date


@transaction.atomic
def place_advert(*, cohort: Cohort, details: AdvertDetails, by: User, now: datetime) -> Advert:
    """Advertise for mentors of a cohort.

    Raises ``NotAllowed``, and ``WrongState`` when it would close before it opens, or is there.
    """
    _hold_allowed(by, cohort, now)
    _hold_days(details)
    Cohort.objects.select_for_update().get(pk=cohort.pk)
    if Advert.objects.filter(cohort=cohort, title=details.title).exists():
        raise WrongState(_("There is an advert of this title for this year already."))
    advert = Advert.objects.create(cohort=cohort, slug=_free_slug(cohort, details.title), **asdict(details))
    fields = list(asdict(details))
    record(verb="advert placed", obj=advert, by=by, now=now, fields=fields, scheme_id=cohort.scheme_id)
    return advert


def _hold_allowed(by: User, cohort: Cohort, now: datetime) -> None:
    if not can_advertise(by, cohort.scheme, timezone.localdate(now)):
        raise NotAllowed


def _hold_days(details: AdvertDetails) -> None:
    if details.closes_on < details.opens_on:
        raise WrongState(_("It must close on or after the day it opens."))


def _free_slug(cohort: Cohort, title: str) -> str:
    """A readable address that no other advert has."""
    words = slugify(title)[:LONGEST_SLUG].strip("-") or cohort.slug[:LONGEST_SLUG]
    taken = set(Advert.objects.filter(slug__startswith=words).values_list("slug", flat=True))
    candidates = [words, *(f"{words}-{n}" for n in range(2, len(taken) + 3))]
    return next(slug for slug in candidates if slug not in taken)


@transaction.atomic
def change_advert(*, advert: Advert, details: AdvertDetails, by: User, now: datetime) -> Advert:
    """Change an advert's words or days; its address stays. Raises ``NotAllowed``, ``WrongState``."""
    _hold_allowed(by, advert.cohort, now)
    _hold_days(details)
    changed = [name for name, value in asdict(details).items() if getattr(advert, name) != value]
    for name in changed:
        setattr(advert, name, getattr(details, name))
    if changed:
        advert.save(update_fields=changed)
        scheme_id = advert.cohort.scheme_id
        record(verb="advert changed", obj=advert, by=by, now=now, fields=changed, scheme_id=scheme_id)
    return advert
