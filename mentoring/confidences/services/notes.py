"""Notes: permission first, then writing, showing to the mentee, sealing and deleting (R63 to R65)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Consent, User
from accounts.services import NotAllowed, WrongState, give_consent, record, record_each, withdraw_consent
from mentoring.confidences.models import Disclosure, Note, NotePermission
from mentoring.confidences.rules import is_deleted, is_sensitive
from mentoring.confidences.selectors.notes import notes_to_delete, permission_of
from mentoring.confidences.states import DISCLOSURE, Basis, DisclosureState
from mentoring.lib.lifecycle import move
from mentoring.matching.models import Match
from mentoring.matching.states import KNOWN
from mentoring.participation import consents
from mentoring.participation.states import ParticipantState


@transaction.atomic
def allow_notes(*, match: Match, by: User, now: datetime) -> NotePermission:
    """A mentee lets this mentor keep notes; what was sealed and not yet deleted is as it was. Again is harmless.

    Raises ``NotAllowed`` for anybody else, and where the scheme has no notes.
    """
    _hold_live(match)
    if by.pk != match.mentee.user_id or not match.cohort.policy.notes_allowed:
        raise NotAllowed
    before = permission_of(match)
    if before and before.consent.text_version == consents.NOTES.version:
        return before
    if before:
        before.withdrawn_at = now
        before.save(update_fields=["withdrawn_at"])
    consent = give_consent(person=by, kind=Consent.Kind.NOTES, text_version=consents.NOTES.version, now=now)
    made = NotePermission.objects.create(match=match, consent=consent, given_at=now)
    _seal(match, None, by=by, now=now)
    _record(made, match, "notes allowed", by, now, ["consent"])
    return made


@transaction.atomic
def forbid_notes(*, match: Match, by: User, now: datetime) -> int:
    """A mentee takes the permission back: every note about her is sealed at once; how many. Again is harmless.

    What she agreed to show closes with it; what was shown because of danger stays with the one who keeps her safe
    until it lapses.
    """
    if by.pk != match.mentee.user_id:
        raise NotAllowed
    for permission in match.note_permissions.select_for_update().filter(withdrawn_at=None):
        permission.withdrawn_at = now
        permission.save(update_fields=["withdrawn_at"])
        _record(permission, match, "notes forbidden", by, now, ["withdrawn_at"])
        elsewhere = NotePermission.objects.filter(consent=permission.consent, withdrawn_at=None)
        if not elsewhere.exists():
            withdraw_consent(person=by, kind=Consent.Kind.NOTES, now=now)
    standing = [DisclosureState.ASKED, DisclosureState.OPEN]
    for one in Disclosure.objects.filter(match=match, basis=Basis.AGREED, state__in=standing):
        move(one, DisclosureState.ENDED, lifecycle=DISCLOSURE, by=by, now=now, scheme_id=match.cohort.scheme_id)
    return _seal(match, now, by=by, now=now)


def _seal(match: Match, at: datetime | None, *, by: User, now: datetime) -> int:
    """Seal every note of a match, or open the sealed ones again (``at`` is ``None``); how many."""
    found = list(Note.objects.filter(match=match, sealed_at__isnull=at is not None))
    Note.objects.filter(pk__in=[note.pk for note in found]).update(sealed_at=at)
    verb = "note sealed" if at else "note opened again"
    record_each(verb=verb, objs=found, by=by, now=now, fields=["sealed_at"], scheme_id=match.cohort.scheme_id)
    return len(found)


def _hold_live(match: Match) -> None:
    left = ParticipantState.LEFT in {match.mentor.state, match.mentee.state}
    if match.state not in KNOWN or left:
        raise WrongState(_("This match is over."))


def _hold_author(match: Match, by: User) -> None:
    if by.pk != match.mentor.user_id:
        raise NotAllowed
    _hold_live(match)
    if permission_of(match) is None:
        raise WrongState(_("A note needs the permission of the one it is about."))


@transaction.atomic
def write_note(
    *, match: Match, text: str, form_key: UUID, by: User, now: datetime, marked: bool = False, shown: bool = False
) -> Note:
    """Keep a note. It marks itself as sensitive by what it says; its author may mark it too. The same form twice is
    one note. Raises ``NotAllowed``, ``WrongState`` without permission."""
    Match.objects.select_for_update().get(pk=match.pk)
    _hold_author(match, by)
    before = Note.objects.filter(form_key=form_key).first()
    if before:
        if before.match_id != match.pk:
            raise NotAllowed
        return before
    note = Note.objects.create(
        match=match, text=text, is_sensitive=marked or is_sensitive(text), shown_at=now if shown else None,
        form_key=form_key, written_at=now,
    )  # fmt: skip
    _record(note, match, "note written", by, now, ["text", "is_sensitive"])
    return note


@transaction.atomic
def change_note(*, note: Note, text: str, marked: bool, shown: bool, by: User, now: datetime) -> Note:
    """Change a note. What once was sensitive stays so. What the mentee reads can be taken from her view again.

    The words stay as they are while a student is asked about them or staff may read them: what else there is to say
    is another note. Raises ``NotAllowed``, ``WrongState``.
    """
    _hold_author(note.match, by)
    held = Note.objects.select_for_update().filter(pk=note.pk, sealed_at=None).first()
    if held is None:
        raise WrongState(_("This note is no longer there."))
    if text != held.text and _is_shown(held, now):
        raise WrongState(_("These words are shown to staff, or the student is asked about them. Write another note."))
    note.text = text
    note.is_sensitive = held.is_sensitive or marked or is_sensitive(text)
    note.shown_at = (held.shown_at or now) if shown else None
    note.changed_at = held.changed_at if text == held.text else now
    fields = ["text", "is_sensitive", "shown_at", "changed_at"]
    note.save(update_fields=fields)
    _record(note, note.match, "note changed", by, now, fields)
    return note


@transaction.atomic
def delete_note(*, note: Note, by: User, now: datetime) -> None:
    """Its author deletes it. Raises ``WrongState`` while somebody reads it because of danger."""
    _hold_author(note.match, by)
    if _is_read_for_danger(note, now):
        raise WrongState(_("This note was shown because of danger. It can be deleted when that is over."))
    _delete(note, "note deleted", by, now)


def take_note_back(*, form_key: UUID, by: User, now: datetime) -> None:
    """The note of one sent form goes with what it was sent with; harmless where there is none."""
    note = Note.objects.filter(form_key=form_key, match__mentor__user=by).select_related("match__cohort").first()
    if note is not None and not _is_read_for_danger(note, now):
        _delete(note, "note deleted", by, now)


def _is_shown(note: Note, now: datetime) -> bool:
    standing = [DisclosureState.ASKED, DisclosureState.OPEN]
    return note.disclosures.filter(state__in=standing, lapses_at__gt=now).exists()


def _is_read_for_danger(note: Note, now: datetime) -> bool:
    return note.disclosures.filter(basis=Basis.DANGER, state=DisclosureState.OPEN, lapses_at__gt=now).exists()


def note_read(*, note: Note, by: User, now: datetime) -> None:
    """Opening a sensitive note is on the trail, its author's looks included."""
    _record(note, note.match, "sensitive note read", by, now, [])


@transaction.atomic
def delete_sealed(*, now: datetime) -> int:
    """Delete what has been sealed for its days; how many. Again it finds nothing."""
    gone = [
        note
        for note in notes_to_delete(now)
        if note.sealed_at is not None and is_deleted(note.sealed_at, now, is_open_for_danger=False)
    ]
    for note in gone:
        _delete(note, "sealed note deleted", None, now)
    return len(gone)


def _delete(note: Note, verb: str, by: User | None, now: datetime) -> None:
    _record(note, note.match, verb, by, now, ["text"])
    standing = note.disclosures.filter(state__in=[DisclosureState.ASKED, DisclosureState.OPEN])
    for one in standing:
        move(one, DisclosureState.ENDED, lifecycle=DISCLOSURE, by=by, now=now, scheme_id=note.match.cohort.scheme_id)
    note.delete()


def _record(
    obj: Note | NotePermission, match: Match, verb: str, by: User | None, now: datetime, fields: list[str]
) -> None:
    record(verb=verb, obj=obj, by=by, now=now, fields=fields, scheme_id=match.cohort.scheme_id)
