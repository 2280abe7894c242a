"""Themes without names, and what is done about them (R72, R93)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import WrongState, record
from mentoring.lib.lifecycle import move
from mentoring.messaging.services import call_off, owe
from mentoring.support.models import Meeting, SupportGroup, Theme
from mentoring.support.states import THEME, ThemeState


@dataclass(frozen=True)
class Decision:
    """What will be done about a theme, by whom and by when."""

    action: str
    owner: User
    due_on: date


@transaction.atomic
def raise_theme(
    *, group: SupportGroup, text: str, by: User, now: datetime, idea_of: str = "", meeting: Meeting | None = None
) -> Theme:
    """Let others hear of a theme; sent twice, it is raised once.

    ``idea_of`` carries a name only where that person chose it; only then does the trail name them too.
    """
    if same := Theme.objects.filter(group=group, text=text, raised_by=by, state=ThemeState.RAISED).first():
        return same
    theme = Theme.objects.create(group=group, meeting=meeting, text=text, idea_of=idea_of, raised_by=by, raised_at=now)
    fields = ["text", "idea_of"]
    scheme_id = group.cohort.scheme_id
    named = by if idea_of == by.full_name else None
    record(verb="theme raised", obj=theme, by=named, now=now, fields=fields, scheme_id=scheme_id)
    return theme


@transaction.atomic
def decide_theme(*, theme: Theme, decision: Decision, by: User, now: datetime) -> Theme:
    """Make an action of a theme: what, who, by when. Its owner is told. Raises ``WrongState``."""
    if decision.due_on < timezone.localdate(now):
        raise WrongState(_("Choose a day that is still to come."))
    changes = {"action": decision.action, "action_owner": decision.owner, "action_due_on": decision.due_on}
    _move(theme, ThemeState.ACTION, by=by, now=now, decided_at=now, **changes)
    if decision.owner != by:
        owe(
            letter="support.action",
            recipient=decision.owner,
            occasion=f"{theme.pk}.{now.isoformat()}",
            now=now,
            cohort=theme.group.cohort,
            about=theme,
        )
    return theme


@transaction.atomic
def finish_theme(*, theme: Theme, by: User, now: datetime) -> Theme:
    """Say that it has been done."""
    _move(theme, ThemeState.DONE, by=by, now=now)
    return theme


@transaction.atomic
def set_theme_aside(*, theme: Theme, by: User, now: datetime) -> Theme:
    """Say that nothing will be done about it now; it can be taken up again."""
    _move(theme, ThemeState.SET_ASIDE, by=by, now=now, decided_at=now)
    call_off(about=theme, now=now)
    return theme


@transaction.atomic
def reopen_theme(*, theme: Theme, by: User, now: datetime) -> Theme:
    """Undo: a finished action is open again, one set aside is a theme again."""
    to = ThemeState.ACTION if theme.state == ThemeState.DONE else ThemeState.RAISED
    _move(theme, to, by=by, now=now)
    return theme


def _move(theme: Theme, to: str, *, by: User, now: datetime, **changes: object) -> None:
    move(theme, to, lifecycle=THEME, by=by, now=now, scheme_id=theme.group.cohort.scheme_id, **changes)
