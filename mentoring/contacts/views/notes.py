"""A mentee says whether their mentor may keep notes."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import SignedInRequest, signed_in
from accounts.models import Consent
from accounts.selectors import has_consented
from mentoring.contacts.services import allow_notes, forbid_notes
from mentoring.lib.notices import say
from mentoring.participation import consents
from mentoring.participation.models import Participant
from mentoring.participation.selectors import my_participation
from mentoring.participation.states import ParticipantRole

OWN = "a mentee's own permission"


def _mentee(request: SignedInRequest) -> Participant:
    """404 where the scheme has no notes."""
    user = request.user
    mentee = my_participation(user, ParticipantRole.MENTEE, timezone.localdate())
    if mentee is None or not mentee.cohort.policy.notes_allowed:
        raise Http404
    return mentee


@require_GET
@signed_in(OWN)
def notes(request: SignedInRequest) -> HttpResponse:
    """What a note is, and whether I allowed it."""
    mentee = _mentee(request)
    context = {"is_allowed": has_consented(mentee.user, Consent.Kind.NOTES), "text": consents.NOTES.text}
    return render(request, "contacts/notes.html", context)


@require_POST
@signed_in(OWN)
def allow(request: SignedInRequest) -> HttpResponse:
    """Give the permission."""
    mentee = _mentee(request)
    allow_notes(participant=mentee, by=mentee.user, now=timezone.now())
    say(request, _("Your mentor may keep notes. You can take this back here."))
    return redirect("contacts:notes")


@require_POST
@signed_in(OWN)
def forbid(request: SignedInRequest) -> HttpResponse:
    """Take it back: the notes are deleted."""
    mentee = _mentee(request)
    forbid_notes(participant=mentee, by=mentee.user, now=timezone.now())
    say(request, _("Taken back. Every note about you is deleted."))
    return redirect("contacts:notes")
