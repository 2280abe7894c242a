"""The advert that anybody may read, and a student's own application."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import SignedInRequest, public, signed_in
from accounts.services import WrongState
from mentoring.lib.notices import say, say_with_undo
from mentoring.recruitment.forms import ApplicationForm
from mentoring.recruitment.models import Advert, Application
from mentoring.recruitment.rules import Opening, opening_on
from mentoring.recruitment.selectors import application_of, mentee_past
from mentoring.recruitment.services import Offer
from mentoring.recruitment.services import apply as offer_to_mentor
from mentoring.recruitment.services import withdraw as take_back_offer
from mentoring.recruitment.states import ApplicationState
from schemes.selectors import year_of
from schemes.speech import page_of

STEPS = {"training", "matching", "welcome"}


def _advert(slug: str) -> Advert:
    return page_of(get_object_or_404(Advert.objects.select_related("cohort__scheme__unit__institution"), slug=slug))


def _opening(advert: Advert) -> Opening:
    return opening_on(timezone.localdate(), opens_on=advert.opens_on, closes_on=advert.closes_on)


def _answers(application: Application) -> list[dict[str, Any]]:
    """What they offered, to read again."""
    return [
        {"label": _("Course"), "value": application.programme},
        {"label": _("Year of study as a mentor"), "value": application.year_of_study},
        {"label": _("New students to look after"), "value": application.places_offered},
        {"label": _("Why"), "value": application.why or _("You did not say")},
    ]


@require_GET
@public("an advert is for everybody to read; it names nobody")
def advert(request: HttpRequest, slug: str) -> HttpResponse:
    """What mentoring is, who can apply and until when; and what became of one's own application."""
    found = _advert(slug)
    application = application_of(request.user, found) if request.user.is_authenticated else None
    context = {
        "advert": found,
        "opening": _opening(found),
        "years": found.cohort.policy.mentor_years,
        "policy": found.cohort.policy,
        "steps": [step for step in year_of(found.cohort, timezone.localdate()) if step.milestone.key in STEPS],
        "application": application,
        "answers": _answers(application) if application else [],
        "is_withdrawn": application is not None and application.state == ApplicationState.WITHDRAWN,
    }
    return render(request, "recruitment/advert.html", context)


def _known(request: SignedInRequest, found: Advert) -> dict[str, Any]:
    """What we know of somebody who was a mentee, so that they need not say it again."""
    past = mentee_past(request.user, found.cohort)
    places = {"places_offered": found.cohort.policy.group_maximum - 1}
    if past is None:
        return places
    return {**places, "programme": past.programme_id, "year_of_study": past.year_of_study + 1, "campus": past.campus}


@require_http_methods(["GET", "POST"])
@signed_in("an application is one's own")
def apply(request: SignedInRequest, slug: str) -> HttpResponse:
    """Offer to mentor, or change the offer until it is decided."""
    found = _advert(slug)
    before = application_of(request.user, found)
    is_decided = before is not None and before.state in {ApplicationState.ACCEPTED, ApplicationState.DECLINED}
    if _opening(found) != Opening.OPEN or is_decided:
        return redirect("recruitment:advert", slug)
    given = request.POST if request.method == "POST" else None
    form = ApplicationForm(given, advert=found, user=request.user, before=before, initial=_known(request, found))
    if request.method == "POST" and form.is_valid():
        try:
            offer_to_mentor(advert=found, user=request.user, offer=form.offer(), now=timezone.now())
        except WrongState as problem:
            form.add_error(None, str(problem))
        else:
            say(
                request,
                _("Saved. You can change it until it is decided.") if before else _("Thank you. It has arrived."),
            )
            return redirect("recruitment:advert", slug)
    return render(request, "recruitment/apply.html", {"advert": found, "form": form, "before": before})


def _mine(request: SignedInRequest, slug: str) -> Application:
    mine = Application.objects.filter(applicant=request.user)
    return get_object_or_404(mine.select_related("advert__cohort__scheme", "programme"), advert__slug=slug)


@require_POST
@signed_in("an application is one's own")
def withdraw(request: SignedInRequest, slug: str) -> HttpResponse:
    """Take the offer back."""
    application = _mine(request, slug)
    try:
        take_back_offer(application=application, now=timezone.now())
    except WrongState as problem:
        say(request, str(problem), level=messages.WARNING)
    else:
        say_with_undo(
            request, _("You have taken your application back."), reverse("recruitment:offer_again", args=[slug])
        )
    return redirect("recruitment:advert", slug)


@require_POST
@signed_in("an application is one's own")
def offer_again(request: SignedInRequest, slug: str) -> HttpResponse:
    """Undo the withdrawal: the same offer again."""
    application = _mine(request, slug)
    names = Offer.__dataclass_fields__
    try:
        offer_to_mentor(
            advert=application.advert,
            user=request.user,
            offer=Offer(**{name: getattr(application, name) for name in names}),
            now=timezone.now(),
        )
    except WrongState as problem:
        say(request, str(problem), level=messages.WARNING)
    else:
        say(request, _("Your application stands again."))
    return redirect("recruitment:advert", slug)
