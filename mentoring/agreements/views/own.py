"""A person reads and accepts what is asked of them."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.access import SignedInRequest, signed_in
from accounts.services import WrongState
from mentoring.agreements.forms import AcceptForm
from mentoring.agreements.models import AgreementText
from mentoring.agreements.selectors import acceptances_of, shown_blocks, texts_for
from mentoring.agreements.services import accept
from mentoring.lib.notices import say
from mentoring.participation.models import Participant
from mentoring.participation.selectors import current_participations
from mentoring.participation.states import ParticipantState
from mentoring.participation.views.own import own_participation


def _tasks(participant: Participant) -> list[dict[str, Any]]:
    accepted = acceptances_of(participant)
    before = {acceptance.text.kind for acceptance in accepted.values()}
    tasks = []
    for text in texts_for(participant):
        done = accepted.get(text.pk)
        status, tone = (_("Accepted"), "good") if done else (_("To read"), "brand")
        if not done and text.kind in before:
            status = _("Changed: read again")
        receipt = _("Receipt %(number)s") % {"number": done.receipt} if done else ""
        url = f"{reverse('agreements:read', args=[text.kind])}?as={participant.role}"
        label = text.get_kind_display().capitalize()
        tasks.append({"label": label, "url": url, "hint": receipt, "status": status, "tone": tone})
    return tasks


@require_GET
@signed_in("each person's own agreements")
def mine(request: SignedInRequest) -> HttpResponse:
    """The texts that one is asked to accept, with receipts."""
    user = request.user
    taking_part = current_participations(user, timezone.localdate()).exclude(state=ParticipantState.LEFT)
    lists = [(participant, _tasks(participant)) for participant in taking_part]
    if not lists:
        raise Http404
    return render(request, "agreements/mine.html", {"lists": lists})


def _text(participant: Participant, kind: str) -> AgreementText:
    text = next((text for text in texts_for(participant) if text.kind == kind), None)
    if text is None:
        raise Http404
    return text


@signed_in("each person's own agreements")
def read(request: SignedInRequest, kind: str) -> HttpResponse:
    """One text, and the tick beneath it; after that its receipt."""
    participant = own_participation(request)
    text = _text(participant, kind)
    form = AcceptForm(request.POST or None, initial={"version": text.version})
    if request.method == "POST" and form.is_valid():
        try:
            acceptance = accept(
                participant=participant,
                kind=kind,
                version=form.cleaned_data["version"],
                by=participant.user,
                now=timezone.now(),
            )
        except WrongState as error:
            form = AcceptForm({"version": text.version})
            form.add_error(None, str(error))
        else:
            say(request, _("Thank you. Your receipt is %(number)s.") % {"number": acceptance.receipt})
            return redirect("agreements:mine")
    words = text.words
    context = {
        "form": form,
        "text": text,
        "blocks": shown_blocks(words.text, participant.cohort, timezone.localdate(), participant, words.language, text),
        "language": words.language,
        "acceptance": acceptances_of(participant).get(text.pk),
    }
    return render(request, "agreements/read.html", context)
