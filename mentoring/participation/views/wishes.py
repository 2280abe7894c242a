"""Wishes in matching, on their own screen."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import SignedInRequest, signed_in
from accounts.services import WrongState
from mentoring.lib.notices import say
from mentoring.participation.forms.wishes import MenteeWishesForm, MentorWishesForm
from mentoring.participation.models import Participant
from mentoring.participation.selectors import told_by
from mentoring.participation.services import save_wishes, withdraw_wishes
from mentoring.participation.views.own import own_participation
from schemes.permissions import choosing


@signed_in("each person's own wishes")
def wishes(request: SignedInRequest) -> HttpResponse:
    """Ask, save, or skip."""
    participant = own_participation(request)
    told = told_by(participant)
    form_class = MentorWishesForm if participant.is_mentor else MenteeWishesForm
    form = form_class(request.POST or None, policy=participant.cohort.policy, told=told)
    if request.method == "POST" and form.is_valid():
        try:
            save_wishes(
                participant=participant,
                told=form.told(),
                has_consented=form.cleaned_data["consent"],
                by=participant.user,
                now=timezone.now(),
            )
        except WrongState as error:
            form.add_error(None, str(error))
        else:
            say(request, _("Saved. You can change or delete it here at any time."))
            return redirect("portal:home")
    context = {
        "form": form,
        "participant": participant,
        "has_told": any(told.values()),
        "chooses": participant.is_mentor
        and choosing(participant.cohort.scheme_id).filter(user=participant.user).exists(),
    }
    return render(request, "participation/wishes.html", context)


def _chooses(participant: Participant) -> bool:
    """Whether they choose mentors for others here: then what they tell counts with a delay (``matching``)."""
    return choosing(participant.cohort.scheme_id).filter(user=participant.user).exists()


@require_POST
@signed_in("each person's own wishes")
def withdraw(request: SignedInRequest) -> HttpResponse:
    """Take consent back: everything told for matching is deleted."""
    participant = own_participation(request)
    withdraw_wishes(participant=participant, by=participant.user, now=timezone.now())
    say(request, _("Deleted. Your match stays as it is."))
    return redirect("participation:wishes")
