"""A mentor logs contacts, looks at them, corrects them."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import SignedInRequest, signed_in
from accounts.services import NotAllowed, WrongState
from mentoring.confidences.selectors.notes import allowed_for
from mentoring.contacts.forms.log import ContactForm, answers_noted, answers_of, first_answers
from mentoring.contacts.models import Contact
from mentoring.contacts.rules import is_correctable
from mentoring.contacts.selectors import (
    Remembered,
    contacts_logged_today,
    my_contacts,
    my_group,
    remembered,
    services_of,
)
from mentoring.contacts.services import correct_contact, log_contact, withdraw_contact
from mentoring.contacts.states import Channel
from mentoring.lib.notices import say, say_with_undo
from mentoring.matching.models import Match
from mentoring.participation.models import Participant
from mentoring.participation.selectors import my_participation
from mentoring.participation.states import ParticipantRole, ParticipantState
from schemes.speech import page_of, speak_for

OWN = "a mentor's own contacts"
PAGE = 50


def mentor_of(request: SignedInRequest) -> Participant:
    """Who logs: a mentor who takes part; 404 for everybody else."""
    user = request.user
    mentor = my_participation(user, ParticipantRole.MENTOR, timezone.localdate())
    if mentor is None or mentor.state == ParticipantState.LEFT:
        raise Http404
    return page_of(mentor)


def _form(request: SignedInRequest, mentor: Participant, initial: Any, *, with_note: bool) -> ContactForm:
    """The form over the mentor's group; ``initial`` is called with last choices and group."""
    matches = my_group(mentor)
    last = remembered(mentor)
    return ContactForm(
        request.POST or None,
        matches=matches,
        services=list(services_of(mentor.user.institution)),
        note_for=allowed_for(mentor, matches) if with_note else (),
        last_channel=last.channel,
        initial=initial(last, matches),
    )


@signed_in(OWN)
def log(request: SignedInRequest) -> HttpResponse:
    """Who, how, save."""
    mentor, today = mentor_of(request), timezone.localdate()
    chosen, noted = request.GET.get("with", ""), answers_noted(request.GET)

    def begin(last: Remembered, matches: list[Match]) -> dict[str, Any]:
        return first_answers(last, matches, chosen=chosen, today=today) | noted

    form = _form(request, mentor, begin, with_note=True)
    if request.method == "POST" and form.is_valid():
        answer = _save(request, form, mentor)
        if answer is not None:
            return answer
    context = {
        "form": form,
        "mentor": mentor,
        "logged_today": [] if request.method == "POST" else contacts_logged_today(mentor, today),
        "has_notes": "note" in form.fields,
    }
    return render(request, "contacts/log.html", context)


def _save(request: SignedInRequest, form: ContactForm, mentor: Participant) -> HttpResponse | None:
    key = form.cleaned_data["form_key"]
    try:
        contact = log_contact(mentor=mentor, facts=form.facts(), form_key=key, by=mentor.user, now=timezone.now())
    except WrongState as error:
        form.add_error(None, str(error))
        return None
    except NotAllowed as error:
        raise Http404 from error
    say_with_undo(request, _("Saved. Thank you."), reverse("contacts:withdraw", args=[contact.pk]))
    return redirect("portal:mentees")


@require_GET
@signed_in(OWN)
def mine(request: SignedInRequest) -> HttpResponse:
    """Everything I logged, the newest first."""
    mentor, now = mentor_of(request), timezone.now()
    page = Paginator(my_contacts(request.user), PAGE).get_page(request.GET.get("page"))
    days: dict[int, int] = {}
    for contact in page.object_list:
        cohort = contact.mentor.cohort
        if cohort.pk not in days:
            days[cohort.pk] = cohort.policy.correction_days
    rows = [(contact, _is_open(contact, request, now, days[contact.mentor.cohort_id])) for contact in page.object_list]
    return render(request, "contacts/mine.html", {"page_obj": page, "rows": rows, "mentor": mentor})


def _is_open(contact: Contact, request: SignedInRequest, now: datetime, days: int) -> bool:
    """Whether the reader can still correct it: their own words, not a mentee's tap, within the days."""
    is_own = contact.logged_by_id == request.user.pk and contact.channel != Channel.COURTESY
    return is_own and is_correctable(contact.logged_at, now, days)


@signed_in(OWN)
def correct(request: SignedInRequest, pk: int) -> HttpResponse:
    """Correct what was logged, within its days."""
    contact = get_object_or_404(my_contacts(request.user), pk=pk)
    speak_for(contact.mentor.cohort.scheme)
    if not _is_open(contact, request, timezone.now(), contact.mentor.cohort.policy.correction_days):
        say(request, _("This contact can no longer be changed."), level=messages.WARNING)
        return redirect("contacts:mine")
    form = _form(request, contact.mentor, lambda _last, matches: answers_of(contact, matches), with_note=False)
    if request.method == "POST" and form.is_valid():
        try:
            correct_contact(contact=contact, facts=form.facts(), by=contact.mentor.user, now=timezone.now())
        except WrongState as error:
            form.add_error(None, str(error))
        else:
            say(request, _("Corrected."))
            return redirect("contacts:mine")
    context = {"form": form, "contact": contact, "has_notes": False, "mentor": contact.mentor}
    return render(request, "contacts/correct.html", context)


@require_POST
@signed_in(OWN)
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take back what was logged; sent twice, it is taken back once."""
    contact = get_object_or_404(Contact.objects.filter(mentor__user=request.user.pk), pk=pk)
    try:
        withdraw_contact(contact=contact, by=contact.mentor.user, now=timezone.now())
    except (WrongState, NotAllowed) as error:
        say(request, str(error) or _("This contact can no longer be changed."), level=messages.WARNING)
    else:
        say(request, _("Taken back."))
    return redirect("contacts:mine")
