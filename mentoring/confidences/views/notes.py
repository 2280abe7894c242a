"""A mentor's notes about one mentee: where the mentee allowed it, and nowhere else (R63)."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import SignedInRequest, signed_in
from accounts.services import WrongState
from mentoring.confidences.forms import DiscloseForm, NoteForm
from mentoring.confidences.models import Note
from mentoring.confidences.permissions import may_be_shown_to
from mentoring.confidences.selectors.disclosures import of_note
from mentoring.confidences.selectors.notes import notes_of, own_note, permission_of
from mentoring.confidences.selectors.readers import readers_of_notes
from mentoring.confidences.services.disclosures import disclose
from mentoring.confidences.services.notes import change_note, delete_note, note_read, write_note
from mentoring.confidences.states import Basis
from mentoring.lib.notices import say
from mentoring.matching.models import Match
from schemes.speech import page_of

OWN = "a mentor's own notes"


def _match(request: SignedInRequest, pk: int) -> Match:
    """A match of the reader's group about which they may keep notes; any other is 404."""
    match = get_object_or_404(Match.objects.known().filter(mentor__user=request.user).with_people(), pk=pk)
    if permission_of(match) is None:
        raise Http404
    return page_of(match)


def _note(request: SignedInRequest, pk: int) -> Note:
    note = own_note(request.user, pk)
    if note is None:
        raise Http404
    return page_of(note, note.match.cohort.scheme)


@signed_in(OWN)
def notes(request: SignedInRequest, pk: int) -> HttpResponse:
    """The notes about one mentee, and a new one. The words of a sensitive one are not in the list."""
    match, now = _match(request, pk), timezone.now()
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = write_note(
                match=match, text=data["text"], form_key=data["form_key"], marked=data["marked"], shown=data["shown"],
                by=request.user, now=now,
            )  # fmt: skip
        except WrongState as error:
            form.add_error(None, str(error))
        else:
            kept, marked = _("Kept."), _("Kept, and marked as sensitive: its words stand on its own page only.")
            say(request, marked if made.is_sensitive else kept)
            return redirect("confidences:notes", pk=pk)
    readers = readers_of_notes(match, timezone.localdate(now))
    context = {"match": match, "notes": notes_of(match), "form": form, "readers": readers}
    return render(request, "confidences/notes.html", context)


@signed_in(OWN)
def note(request: SignedInRequest, pk: int) -> HttpResponse:
    """One note: change it, show it to the mentee, see to whom it was shown. A sensitive one's opening is recorded."""
    found, now = _note(request, pk), timezone.now()
    initial = {"text": found.text, "shown": found.shown_at is not None, "marked": found.is_sensitive}
    form = NoteForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            change_note(
                note=found, text=data["text"], marked=data["marked"], shown=data["shown"], by=request.user, now=now
            )
        except WrongState as error:
            form.add_error(None, str(error))
        else:
            say(request, _("Changed."))
            return redirect("confidences:notes", pk=found.match_id)
    if found.is_sensitive:
        note_read(note=found, by=request.user, now=now)
    readers = readers_of_notes(found.match, timezone.localdate(now))
    context = {"note": found, "match": found.match, "form": form, "readers": readers, "shown_to": of_note(found)}
    return render(request, "confidences/note.html", context)


@require_POST
@signed_in(OWN)
def delete(request: SignedInRequest, pk: int) -> HttpResponse:
    """It is gone for good."""
    found = _note(request, pk)
    try:
        delete_note(note=found, by=request.user, now=timezone.now())
    except WrongState as error:
        say(request, str(error), level=messages.WARNING)
        return redirect("confidences:note", pk=pk)
    say(request, _("Deleted."))
    return redirect("confidences:notes", pk=found.match_id)


@signed_in(OWN)
def show_to_staff(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show one note to one person: whom, and on which of the two grounds; what then happens is said first."""
    found, now = _note(request, pk), timezone.now()
    people = may_be_shown_to(found.match, sensitive=found.is_sensitive, today=timezone.localdate(now))
    form = DiscloseForm(request.POST or None, readers=people)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = disclose(
                note=found, reader=form.chosen, basis=data["basis"], reason=data["reason"],
                asked_to_wait=data["asked_to_wait"], by=request.user, now=now,
            )  # fmt: skip
        except WrongState as error:
            form.add_error("reason", str(error))
        else:
            names = {"name": found.match.mentee.user.first_name, "reader": form.chosen.full_name}
            asked = _("Asked. %(reader)s reads it as soon as %(name)s says yes.")
            say(request, (_("%(reader)s can read it now.") if made.basis == Basis.DANGER else asked) % names)
            return redirect("confidences:note", pk=pk)
    return render(request, "confidences/disclose.html", {"note": found, "match": found.match, "form": form})
