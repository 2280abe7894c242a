"""Who leads a scheme: decided by who sets it up, with what it means said first."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Access, SignedInRequest, gated
from accounts.proving import proven_again
from accounts.services import WrongState
from mentoring.lib.notices import say
from schemes.governance import let_staff_lead, let_students_lead
from schemes.permissions import can_edit_scheme
from schemes.roles import Capability
from schemes.selectors import schemes_to_set_up
from schemes.speech import speak_for


def _sets_up(request: HttpRequest) -> bool:
    return request.user.is_authenticated and schemes_to_set_up(request.user, timezone.localdate()).exists()


setting_up = gated(Access("capability", Capability.EDIT_SCHEME), _sets_up)


@setting_up
@proven_again
def governance(request: SignedInRequest, pk: int) -> HttpResponse:
    """Staff or students: what changes and what stays, and the years as they are."""
    now = timezone.now()
    today = timezone.localdate(now)
    scheme = get_object_or_404(schemes_to_set_up(request.user, today).select_related("unit"), pk=pk)
    speak_for(scheme)
    if not can_edit_scheme(request.user, scheme, today):
        raise PermissionDenied
    if request.method == "POST":
        try:
            if request.POST.get("lead") == "students":
                let_students_lead(scheme=scheme, by=request.user, now=now)
                say(request, _("Students lead from now on. This year is closed to staff."))
            elif request.POST.get("lead") == "staff":
                let_staff_lead(scheme=scheme, by=request.user, now=now)
                say(request, _("The next year you open is led by staff. What students lead now stays closed."))
        except WrongState as error:
            say(request, str(error), level=messages.WARNING)
        return redirect("console:governance", pk=pk)
    context = {"scheme": scheme, "students_lead": bool(scheme.knobs.get("student_led")), "years": scheme.cohorts.all()}
    return render(request, "console/governance.html", context)
