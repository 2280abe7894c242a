"""Reads of notes: what its author reads, and what a mentee does. Where there is no permission there is nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from mentoring.confidences.models import Note, NotePermission
from mentoring.confidences.states import Basis, DisclosureState
from mentoring.matching.models import Match
from mentoring.participation.models import Participant


def permission_of(match: Match) -> NotePermission | None:
    """The mentee's standing permission for this match, in a scheme that has notes."""
    if not match.cohort.policy.notes_allowed:
        return None
    return match.note_permissions.filter(withdrawn_at=None).first()


def allowed_for(mentor: Participant, matches: Sequence[Match]) -> list[Match]:
    """The matches about which a mentor may keep notes: scheme and mentee allow it (R63). Two queries at most."""
    if not mentor.cohort.policy.notes_allowed:
        return []
    standing = NotePermission.objects.filter(match__in=matches, withdrawn_at=None)
    allowed = set(standing.values_list("match", flat=True))
    return [match for match in matches if match.pk in allowed]


def notes_of(match: Match) -> QuerySet[Note]:
    """A match's notes, the newest first; none without a standing permission, none that is sealed."""
    found = Note.objects.filter(match=match, sealed_at=None)
    return found if permission_of(match) else found.none()


def sealed_of(match: Match) -> QuerySet[Note]:
    """The notes that wait to be deleted."""
    return Note.objects.filter(match=match, sealed_at__isnull=False)


def own_note(user: Any, pk: int) -> Note | None:
    """One note, for its author, while the match lives."""
    match = Match.objects.known().filter(mentor__user=user, notes=pk).with_people().first()
    note = notes_of(match).filter(pk=pk).first() if match else None
    if note is not None and match is not None:
        note.match = match
    return note


def notes_to_delete(now: datetime) -> QuerySet[Note]:
    """Sealed notes that nobody reads because of danger; how long each was sealed is for the rule."""
    for_danger = Q(
        disclosures__basis=Basis.DANGER, disclosures__state=DisclosureState.OPEN, disclosures__lapses_at__gt=now
    )
    sealed = Note.objects.filter(sealed_at__isnull=False)
    return sealed.exclude(pk__in=Note.objects.filter(for_danger).values("pk")).select_related("match__cohort")
