"""Reads of invitations to meet."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from mentoring.contacts.models import Invitation
from mentoring.contacts.rules import ASKED_FOR
from mentoring.contacts.states import STANDING, InvitationState
from mentoring.matching.models import Match
from mentoring.matching.states import KNOWN
from mentoring.participation.models import Participant
from mentoring.participation.states import ParticipantState

PEOPLE = ("match__mentor__user", "match__mentee__user", "match__cohort__scheme__unit__institution")


def invitations_of(user: Any) -> QuerySet[Invitation]:
    """A mentor's own invitations that were not called off."""
    found = Invitation.objects.filter(match__mentor__user=user).exclude(state=InvitationState.CANCELLED)
    return found.select_related(*PEOPLE)


def coming_meetings(matches: Iterable[Match], now: datetime) -> dict[int, Invitation]:
    """The next meeting of each match that has one ahead, or one of today."""
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    ahead = Invitation.objects.filter(match__in=list(matches), starts_at__gte=today)
    ahead = ahead.exclude(state=InvitationState.CANCELLED).select_related(*PEOPLE).order_by("-starts_at")
    return {invitation.match_id: invitation for invitation in ahead}


def meetings_to_ask_about(now: datetime) -> QuerySet[Invitation]:
    """Meetings whose day is over, of which nobody has said yet whether they happened."""
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    over = Invitation.objects.filter(
        state__in=STANDING, starts_at__lt=today, starts_at__gte=now - ASKED_FOR, match__state__in=KNOWN
    )
    for side in ("mentor", "mentee"):
        over = over.exclude(**{f"match__{side}__state": ParticipantState.LEFT})
    return over.select_related(*PEOPLE, "match__cohort__scheme")


def last_place(mentor: Participant) -> str:
    """Where a mentor invited to the last time."""
    last = Invitation.objects.filter(match__mentor=mentor).order_by("-made_at", "-pk")
    return last.values_list("place", flat=True).first() or ""
