"""Keeping a list's filters under a name."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlencode

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import NotAllowed, WrongState, record
from mentoring.console.models import SavedFilter
from mentoring.console.permissions import SEES_LIST
from mentoring.console.rules import kept_choices
from schemes.models import Scheme
from schemes.permissions import holds

MOST = 40  # filters of one person in a scheme


@transaction.atomic
def save_filter(
    *, scheme: Scheme, page: str, asked: Mapping[str, str], name: str, is_shared: bool, by: User, now: datetime
) -> SavedFilter:
    """Keep the choices of a list's address under a name.

    Raises ``NotAllowed`` for a list that one does not read, ``WrongState`` for no choice or a name in use.
    """
    capability = SEES_LIST.get(page)
    if capability is None or not holds(by, capability, scheme=scheme, today=timezone.localdate(now)):
        raise NotAllowed
    choices = kept_choices(page, asked)
    if not choices:
        raise WrongState(_("Choose a filter on the list first."))
    if SavedFilter.objects.filter(scheme=scheme, owner=by, removed_at=None).count() >= MOST:
        raise WrongState(_("You have many filters already. Remove one first."))
    made = SavedFilter(scheme=scheme, owner=by, page=page, query=urlencode(choices), saved_at=now)
    made.name, made.is_shared = name, is_shared
    _keep(made, "filter saved", ["name", "query", "is_shared"], by, now)
    return made


@transaction.atomic
def change_filter(*, saved: SavedFilter, name: str, is_shared: bool, by: User, now: datetime) -> None:
    """Rename one's own, share it or keep it to oneself. Raises ``NotAllowed``, ``WrongState`` for a name in use."""
    _hold_own(saved, by)
    if (saved.name, saved.is_shared) != (name, is_shared):
        saved.name, saved.is_shared = name, is_shared
        _keep(saved, "filter changed", ["name", "is_shared"], by, now)


@transaction.atomic
def remove_filter(*, saved: SavedFilter, by: User, now: datetime) -> None:
    """Take one's own away, for colleagues too. Doing so again changes nothing. Raises ``NotAllowed``."""
    _hold_own(saved, by)
    if saved.removed_at is None:
        saved.removed_at = now
        _keep(saved, "filter removed", ["removed_at"], by, now)


@transaction.atomic
def restore_filter(*, saved: SavedFilter, by: User, now: datetime) -> None:
    """Undo that. Raises ``NotAllowed``, ``WrongState`` when its name was given to another meanwhile."""
    _hold_own(saved, by)
    if saved.removed_at is not None:
        saved.removed_at = None
        _keep(saved, "filter restored", ["removed_at"], by, now)


def _hold_own(saved: SavedFilter, by: User) -> None:
    if saved.owner_id != by.pk:
        raise NotAllowed


def _keep(saved: SavedFilter, verb: str, fields: list[str], by: User, now: datetime) -> None:
    try:
        with transaction.atomic():
            saved.save()
    except IntegrityError as problem:
        raise WrongState(_("You have a filter of that name already. Choose another name.")) from problem
    record(verb=verb, obj=saved, by=by, now=now, fields=fields, scheme_id=saved.scheme_id)
