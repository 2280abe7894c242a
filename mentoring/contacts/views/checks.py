"""Two questions half-way, from an e-mail without signing in. GET changes nothing."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.access import by_link
from accounts.services import WrongState
from mentoring.contacts.forms.questions import CheckForm
from mentoring.contacts.letters import CHECK
from mentoring.contacts.models import CheckIn
from mentoring.contacts.selectors import is_in_a_pair
from mentoring.contacts.services import check_in
from mentoring.contacts.states import Works
from mentoring.messaging.links import DeadLink, WhyDead, read_token
from mentoring.messaging.views import dead_link
from mentoring.participation.models import Participant
from schemes.speech import page_of

LINK_AGE = timedelta(days=60)


@by_link(CHECK)
def check_link(request: HttpRequest, token: str) -> HttpResponse:
    """The two questions; afterwards what was said, which can be said anew."""
    try:
        grant = read_token(CHECK, token, max_age=LINK_AGE)
        participant = Participant.objects.with_person().filter(pk=grant.object_id, user=grant.person).first()
        if participant is None:
            raise DeadLink(WhyDead.UNKNOWN)
        if not is_in_a_pair(participant):
            raise DeadLink(WhyDead.REVOKED)
    except DeadLink as error:
        return dead_link(request, error)
    kept = CheckIn.objects.filter(participant=page_of(participant)).first()
    form = CheckForm(request.POST or None, initial={"often": kept.often, "works": kept.works} if kept else None)
    if request.method == "POST" and form.is_valid():
        try:
            check_in(participant=participant, by=None, now=timezone.now(), **form.cleaned_data)
        except WrongState:
            return dead_link(request, DeadLink(WhyDead.REVOKED))
        return redirect("contacts:check_link", token=token)
    context = {"form": form, "kept": kept, "participant": participant, "is_unhappy": kept and kept.works == Works.NO}
    return render(request, "contacts/check_link.html", context)
