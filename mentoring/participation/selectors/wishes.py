"""Reads of wishes. Only the person and the matching read them; staff never do (trust.md §2)."""

from collections.abc import Iterable
from typing import Any

from mentoring.participation.models import Participant, Wishes

NOTHING: dict[str, Any] = {"own": {}, "wishes": {}, "exceptions": []}


def told_by(participant: Participant) -> dict[str, Any]:
    """What one participant told, in the shape of ``Wishes.told``; empty parts when nothing."""
    return told_by_each([participant.pk]).get(participant.pk, NOTHING)


def told_by_each(participant_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """What participants told, by their key, for the matching; only while the consent stands. One query."""
    kept = Wishes.objects.filter(participant__in=list(participant_ids), consent__withdrawn_at=None)
    return {wishes.participant_id: {**NOTHING, **wishes.told} for wishes in kept}
