"""What an emergency opens, kind by kind. Preferences are never among it (trust.md §2).

A kind is one function that gives a person's confidences within a scheme, registered here under a name.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from mentoring.confidences.models import Note
from mentoring.matching.models import Match, SwapRequest
from mentoring.matching.states import SwapReason
from mentoring.support.models import MeetingNote
from schemes.models import Scheme


def name_of(row: Model) -> str:
    """How the trail calls a row: a kind and a key, never a word of it."""
    return f"{row._meta.label_lower} {row.pk}"


@dataclass(frozen=True)
class Confidence:
    """One thing that was told in confidence: the row it is (for the trail), and what is shown of it."""

    row: Model
    text: str
    told_at: datetime
    by: str

    @property
    def name(self) -> str:
        """How the trail calls it."""
        return name_of(self.row)


Find = Callable[[User, Scheme], Iterable[Confidence]]


@dataclass(frozen=True)
class Source:
    """A kind of confidences."""

    label: str | Promise
    find: Find


SOURCES: dict[str, Source] = {}


def register(name: str, label: str | Promise, find: Find) -> None:
    """Have an emergency open one more kind."""
    SOURCES[name] = Source(label, find)


def notes_about(subject: User, scheme: Scheme) -> Iterator[Confidence]:
    """What a mentor noted about the person who allowed it. A sealed note is read by nobody."""
    kept = Note.objects.filter(match__mentee__user=subject, match__cohort__scheme=scheme, sealed_at=None)
    for note in kept.select_related("match__mentor__user").order_by("written_at", "pk"):
        yield Confidence(note, note.text, note.written_at, note.match.mentor.user.full_name)


def support_notes_near(subject: User, scheme: Scheme) -> Iterator[Confidence]:
    """Notes of support groups that the person wrote, or that their own mentor wrote while they were matched."""
    notes = MeetingNote.objects.filter(meeting__group__cohort__scheme=scheme).select_related("written_by")
    for note in notes.filter(written_by=subject):
        yield Confidence(note, note.text, note.written_at, note.written_by.full_name)
    for match in Match.objects.filter(mentee__user=subject, cohort__scheme=scheme).select_related("mentor"):
        by_mentor = notes.filter(written_by=match.mentor.user_id, written_at__gte=match.made_at)
        for note in by_mentor.filter(written_at__lte=match.ended_at) if match.ended_at else by_mentor:
            yield Confidence(note, note.text, note.written_at, note.written_by.full_name)


def swap_reasons_of(subject: User, scheme: Scheme) -> Iterator[Confidence]:
    """Why the person asked for another mentor."""
    asked = SwapRequest.objects.filter(match__mentee__user=subject, match__cohort__scheme=scheme)
    for swap in asked.select_related("match__mentee__user", "match__mentor__user").order_by("asked_at", "pk"):
        reasons = ", ".join(str(SwapReason(code).label) for code in swap.reasons) or _("No reason was given.")
        text = _("Mentor then: %(name)s. %(reasons)s") % {"name": swap.match.mentor.user.full_name, "reasons": reasons}
        yield Confidence(swap, text, swap.asked_at, subject.full_name)


register("notes", gettext_lazy("Notes by their mentor"), notes_about)
register("support-notes", gettext_lazy("Notes of support groups"), support_notes_near)
register("swap-reasons", gettext_lazy("Wishes for another mentor"), swap_reasons_of)
