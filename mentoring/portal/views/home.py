"""A student's first page, by what they are: mentor, mentee, both, applicant, or nobody yet."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import SignedInRequest, signed_in
from mentoring.portal.selectors import open_applications, roles_of


@require_GET
@signed_in("each person's own first page")
def home(request: SignedInRequest) -> HttpResponse:
    """Lead each student to what is theirs."""
    user = request.user
    context = {"roles": roles_of(user, timezone.now()), "applications": open_applications(user)}
    return render(request, "portal/home.html", context)
