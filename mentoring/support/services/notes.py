"""Notes of a meeting. Encrypted; only the group and its facilitator read them."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import NotAllowed, record, record_each
from mentoring.support.models import Meeting, MeetingNote
from mentoring.support.selectors import meetings_readable_by


@transaction.atomic
def write_note(*, meeting: Meeting, text: str, by: User, now: datetime) -> MeetingNote:
    """Add a note to a meeting; sent twice, it stands there once. Raises ``NotAllowed`` for outsiders."""
    if not meetings_readable_by(by, timezone.localdate(now)).filter(pk=meeting.pk).exists():
        raise NotAllowed(_("Only the group and its facilitator write notes."))
    before = MeetingNote.objects.filter(meeting=meeting, written_by=by)
    if same := next((note for note in before if note.text == text), None):
        return same
    note = MeetingNote.objects.create(meeting=meeting, text=text, written_by=by, written_at=now)
    scheme_id = meeting.group.cohort.scheme_id
    record(verb="support note written", obj=note, by=by, now=now, fields=["text"], scheme_id=scheme_id)
    return note


@transaction.atomic
def remove_note(*, note: MeetingNote, by: User, now: datetime) -> None:
    """Remove one's own note, for good. Raises ``NotAllowed`` for another person's."""
    if note.written_by_id != by.pk:
        raise NotAllowed(_("You remove your own notes only."))
    scheme_id = note.meeting.group.cohort.scheme_id
    record(verb="support note removed", obj=note, by=by, now=now, fields=["text"], scheme_id=scheme_id)
    note.delete()


def note_notes_read(*, notes: Iterable[MeetingNote], by: User, now: datetime) -> None:
    """Every look at somebody else's note is on the trail."""
    others = [note for note in notes if note.written_by_id != by.pk]
    if others:
        scheme_id = others[0].meeting.group.cohort.scheme_id
        record_each(verb="support note read", objs=others, by=by, now=now, fields=["text"], scheme_id=scheme_id)
