"""The support directory: everybody reads it, who sets up a scheme for the whole university keeps it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import Access, SignedInRequest, gated, signed_in
from mentoring.contacts.forms.directory import ServiceForm
from mentoring.contacts.models import SupportService
from mentoring.contacts.selectors import emergency_lines, services_of
from mentoring.contacts.services import remove_service, save_service
from mentoring.lib.notices import say
from schemes.permissions import sets_up_university
from schemes.roles import Capability


def _keeps_directory(request: SignedInRequest) -> bool:
    return sets_up_university(request.user, timezone.localdate())


keeping = gated(Access("capability", Capability.EDIT_SCHEME), _keeps_directory)


@require_GET
@signed_in("the directory of the reader's own university")
def services(request: SignedInRequest) -> HttpResponse:
    """Whom to turn to, emergencies first."""
    user = request.user
    context = {
        "services": services_of(user.institution),
        "emergency": emergency_lines(user.institution),
        "emergency_language": user.institution.emergency.language if user.institution else "",
    }
    return render(request, "contacts/services.html", context)


@require_GET
@keeping
def staff(request: SignedInRequest) -> HttpResponse:
    """The directory, to be kept."""
    user = request.user
    return render(request, "contacts/staff_services.html", {"services": services_of(user.institution)})


@keeping
def add(request: SignedInRequest) -> HttpResponse:
    """Add a service."""
    return _edit(request, SupportService(institution=request.user.institution))


@keeping
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change a service."""
    user = request.user
    return _edit(request, get_object_or_404(services_of(user.institution), pk=pk))


def _edit(request: SignedInRequest, service: SupportService) -> HttpResponse:
    user = request.user
    form = ServiceForm(request.POST or None, instance=service)
    if request.method == "POST" and form.is_valid():
        save_service(service=form.save(commit=False), by=user, now=timezone.now())
        say(request, _("Saved."))
        return redirect("contacts:staff_services")
    return render(request, "contacts/edit_service.html", {"form": form, "service": service})


@require_POST
@keeping
def remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a service out; sent again, it is out already."""
    service = services_of(request.user.institution).filter(pk=pk).first()
    if service is not None:
        remove_service(service=service, by=request.user, now=timezone.now())
        say(request, _("Removed."))
    return redirect("contacts:staff_services")
