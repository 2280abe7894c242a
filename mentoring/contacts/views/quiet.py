"""A mentor asks for help with a mentee who has gone quiet (R78)."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import SignedInRequest, signed_in
from accounts.services import WrongState
from mentoring.contacts.forms.quiet import QuietForm
from mentoring.contacts.selectors import my_group
from mentoring.contacts.selectors.quiet import open_report
from mentoring.contacts.services import close_quiet, report_quiet
from mentoring.lib.notices import say, say_with_undo
from mentoring.matching.models import Match
from mentoring.participation.selectors import my_participation
from mentoring.participation.states import ParticipantRole
from schemes.selectors import coordinators_for
from schemes.speech import page_of

OWN = "a mentor's own mentees"


def _own(request: SignedInRequest, pk: int) -> Match:
    mentor = my_participation(request.user, ParticipantRole.MENTOR, timezone.localdate())
    found = next((match for match in my_group(mentor) if match.pk == pk), None) if mentor else None
    if found is None:
        raise Http404
    return page_of(found)


@require_http_methods(["GET", "POST"])
@signed_in(OWN)
def report(request: SignedInRequest, pk: int) -> HttpResponse:
    """Three questions; afterwards it is somebody else's to look at too."""
    match = _own(request, pk)
    form = QuietForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            report_quiet(match=match, by=request.user, now=timezone.now(), **form.cleaned_data)
        except WrongState as problem:
            form.add_error(None, str(problem))
        else:
            thanks = _("Thank you for saying so. The team looks at it with you; nobody is in trouble.")
            say_with_undo(request, thanks, reverse("contacts:take_back_quiet", args=[pk]))
            return redirect("portal:mentees")
    helpers = coordinators_for(match.cohort, match.mentee.programme.unit, timezone.localdate())
    context = {
        "match": match,
        "form": form,
        "kept": open_report(match),
        "readers": ", ".join(person.full_name for person in helpers),
    }
    return render(request, "contacts/quiet.html", context)


@require_POST
@signed_in(OWN)
def take_back(request: SignedInRequest, pk: int) -> HttpResponse:
    """The mentee was heard, or it was said too soon."""
    close_quiet(match=_own(request, pk), by=request.user, now=timezone.now())
    say(request, _("Taken back. Nobody needs to look at it."))
    return redirect("portal:mentees")
