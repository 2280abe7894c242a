"""A mentor's own support group: dates, notes, themes. The facilitator reads and writes notes here as well."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import SignedInRequest, signed_in
from accounts.models import User
from accounts.services import NotAllowed
from mentoring.lib.notices import say
from mentoring.support.forms import NoteForm, ThemeForm
from mentoring.support.models import Meeting, MeetingNote, SupportGroup
from mentoring.support.permissions import is_facilitator
from mentoring.support.selectors import (
    groups_of,
    groups_visible_to,
    meetings_of,
    meetings_readable_by,
    notes_of,
    own_themes,
    people_of,
)
from mentoring.support.services import note_notes_read, write_note
from mentoring.support.services import raise_theme as raise_one
from mentoring.support.services import remove_note as remove_one
from schemes.speech import page_of

OWN = "shows only groups in which the reader is, or which they facilitate"


def _shown(group: SupportGroup, user: User) -> dict[str, Any]:
    now = timezone.now()
    readable = meetings_readable_by(user, timezone.localdate(now)).filter(group=group)
    meetings = list(meetings_of(group).filter(pk__in=readable.values("pk")))
    return {
        "group": group,
        "members": people_of(group),
        "coming": [m for m in meetings if m.event.ends_at > now],
        "past": [m for m in reversed(meetings) if m.event.ends_at <= now],
        "themes": own_themes(group),
    }


@require_GET
@signed_in(OWN)
def mine(request: SignedInRequest) -> HttpResponse:
    """My group: when we meet, our notes, what we raised."""
    context = {
        "groups": [_shown(group, request.user) for group in groups_of(request.user)],
        "today": timezone.localdate(),
    }
    return render(request, "support/mine.html", context)


def _meeting(request: SignedInRequest, pk: int) -> Meeting:
    found = get_object_or_404(meetings_readable_by(request.user, timezone.localdate()), pk=pk)
    return page_of(found, found.group.cohort.scheme)


@require_http_methods(["GET", "POST"])
@signed_in(OWN)
def notes(request: SignedInRequest, pk: int) -> HttpResponse:
    """The notes of one meeting, and a new one."""
    meeting = _meeting(request, pk)
    form = NoteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            write_note(meeting=meeting, text=form.cleaned_data["text"], by=request.user, now=timezone.now())
        except NotAllowed as problem:
            raise Http404 from problem
        say(request, _("Your note is there for the group."))
        return redirect("support:notes", pk)
    found = list(notes_of(meeting))
    note_notes_read(notes=found, by=request.user, now=timezone.now())
    context = {
        "meeting": meeting,
        "notes": found,
        "form": form,
        "facilitates": is_facilitator(request.user, meeting.group, timezone.localdate()),
    }
    return render(request, "support/notes.html", context)


@require_POST
@signed_in(OWN)
def remove_note(request: SignedInRequest, pk: int) -> HttpResponse:
    """Remove my own note."""
    readable = meetings_readable_by(request.user, timezone.localdate())
    own = MeetingNote.objects.filter(meeting__in=readable, written_by=request.user)
    note = get_object_or_404(own.select_related("meeting__group__cohort"), pk=pk)
    remove_one(note=note, by=request.user, now=timezone.now())
    say(request, _("Your note is gone."))
    return redirect("support:notes", note.meeting_id)


def _group(request: SignedInRequest, pk: int) -> SupportGroup:
    """A group the reader is in, or leads."""
    found = groups_of(request.user).filter(pk=pk).first()
    return page_of(found or get_object_or_404(groups_visible_to(request.user, timezone.localdate()), pk=pk))


@require_http_methods(["GET", "POST"])
@signed_in(OWN)
def raise_theme(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let others hear of something, without names."""
    group = _group(request, pk)
    form = ThemeForm(request.POST if request.method == "POST" else None)
    is_member = groups_of(request.user).filter(pk=pk).exists()
    back = redirect("support:mine") if is_member else redirect("support:group", pk)
    if request.method == "POST" and form.is_valid():
        idea_of = form.idea_of(request.user, group)
        raise_one(group=group, text=form.cleaned_data["text"], idea_of=idea_of, by=request.user, now=timezone.now())
        say(request, _("Raised. You see here what comes of it."))
        return back
    return render(request, "support/raise_theme.html", {"group": group, "form": form, "back_url": back.url})
