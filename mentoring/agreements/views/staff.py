"""Staff read the texts in force and publish new versions."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import SignedInRequest
from accounts.services import WrongState
from mentoring.agreements.forms import TextForm
from mentoring.agreements.models import AgreementText
from mentoring.agreements.permissions import can_publish
from mentoring.agreements.selectors import (
    has_old_floor,
    participants_with_unaccepted,
    shown_blocks,
    texts_in_force,
)
from mentoring.agreements.services import publish_text
from mentoring.agreements.states import TextKind
from mentoring.lib.notices import say
from mentoring.participation.models import Participant
from schemes.context import chosen_cohort
from schemes.models import Cohort
from schemes.permissions import requires
from schemes.roles import Capability
from schemes.selectors import in_charge_of


def _cohort(request: SignedInRequest) -> Cohort:
    cohort = chosen_cohort(request, Capability.EDIT_TEXTS)
    if cohort is None:
        raise Http404
    return cohort


def _charge(request: SignedInRequest, cohort: Cohort) -> dict[str, Any]:
    """Whether the reader may change the texts, and if not, who does (R90)."""
    today = timezone.localdate()
    if can_publish(request.user, cohort, today):
        return {"can_publish": True}
    in_charge = in_charge_of(cohort.scheme, Capability.EDIT_TEXTS, today, cohort=cohort)
    return {"can_publish": False, "in_charge": in_charge}


def _cohort_to_change(request: SignedInRequest) -> Cohort:
    """The chosen cohort, if the reader may change its texts: 403 for one whose texts they only read."""
    cohort = _cohort(request)
    if not can_publish(request.user, cohort, timezone.localdate()):
        raise PermissionDenied
    return cohort


def _text(cohort: Cohort, kind: str) -> AgreementText:
    text = next((text for text in texts_in_force(cohort) if text.kind == kind), None)
    if text is None:
        raise Http404
    return text


@require_GET
@requires(Capability.EDIT_TEXTS)
def staff(request: SignedInRequest) -> HttpResponse:
    """The texts in force, and how many have yet to accept."""
    cohort = chosen_cohort(request, Capability.EDIT_TEXTS)
    texts = texts_in_force(cohort) if cohort else []
    context = {
        "cohort": cohort,
        "texts": [(text, has_old_floor(text, text.cohort)) for text in texts],
        "waiting": participants_with_unaccepted(cohort).count() if cohort else 0,
        **(_charge(request, cohort) if cohort else {}),
    }
    return render(request, "agreements/staff.html", context)


@require_GET
@requires(Capability.EDIT_TEXTS)
def edit(request: SignedInRequest, kind: str) -> HttpResponse:
    """Write a new version; it goes to the preview. Who may not change it reads it as it stands."""
    cohort = _cohort(request)
    text = _text(cohort, kind)
    charge = _charge(request, cohort)
    if not charge["can_publish"]:
        shown = shown_blocks(text.body, cohort, timezone.localdate(), text=text)
        return render(request, "agreements/text.html", {"text": text, "cohort": cohort, "blocks": shown, **charge})
    initial = {
        "body": text.body,
        "body_cy": text.body_cy,
        "for_mentors": text.for_mentors,
        "for_mentees": text.for_mentees,
    }
    context = {"form": TextForm(initial=initial), "text": text, "cohort": cohort}
    return render(request, "agreements/edit.html", context)


def _asked_again(cohort: Cohort, form: TextForm) -> int:
    roles = [role for role in ("mentor", "mentee") if form.cleaned_data[f"for_{role}s"]]
    return Participant.objects.filter(cohort=cohort, role__in=roles).enrolled().count()


@require_POST
@requires(Capability.EDIT_TEXTS)
def preview(request: SignedInRequest, kind: str) -> HttpResponse:
    """The new version as its readers will see it, and whom it asks again. Changes nothing."""
    cohort = _cohort_to_change(request)
    text = _text(cohort, kind)
    form = TextForm(request.POST)
    context = {"form": form, "text": text, "cohort": cohort}
    if not form.is_valid():
        return render(request, "agreements/edit.html", context)
    context |= {
        "blocks": shown_blocks(form.cleaned_data["body"], cohort, timezone.localdate(), language="en-gb"),
        "blocks_cy": shown_blocks(form.cleaned_data["body_cy"], cohort, timezone.localdate(), language="cy"),
        "asked_again": _asked_again(cohort, form),
        "version": text.version + 1 if text.pk else 1,
    }
    return render(request, "agreements/preview.html", context)


@require_POST
@requires(Capability.EDIT_TEXTS)
def publish(request: SignedInRequest, kind: str) -> HttpResponse:
    """Put the new version in force."""
    cohort = _cohort_to_change(request)
    text = _text(cohort, kind)
    form = TextForm(request.POST)
    if form.is_valid():
        user = request.user
        try:
            publish_text(cohort=cohort, kind=TextKind(text.kind), by=user, now=timezone.now(), **form.cleaned_data)
        except WrongState as error:
            form.add_error(None, str(error))
        else:
            say(request, _("Published. Everybody it concerns is asked to accept it."))
            return redirect("agreements:staff")
    return render(request, "agreements/edit.html", {"form": form, "text": text, "cohort": cohort})
