"""What a mentor's phone kept while it had no connection is sent here, each under the key of its form."""

from django.http import Http404, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest, signed_in
from accounts.marks import mark_of
from accounts.services import NotAllowed, WrongState
from mentoring.contacts.forms.log import KeptForm
from mentoring.contacts.selectors import keys_logged, my_group, remembered, services_of
from mentoring.contacts.services import log_contact
from mentoring.contacts.views.log import OWN, mentor_of

MOST = 100  # keys asked about at once


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(OWN)
def kept(request: SignedInRequest) -> HttpResponse:
    """GET: whose phone this is, a token, and which of the ``key``s are logged. POST logs one, the same key once.

    200 when it is logged, now or before; 400 with the reason when it cannot be. 404 for who is no mentor.
    """
    mentor = mentor_of(request)
    if request.method != "POST":
        logged = keys_logged(mentor, request.GET.getlist("key")[:MOST])
        return JsonResponse({"mark": mark_of(request.user, "outbox"), "token": get_token(request), "logged": logged})
    form = KeptForm(
        request.POST,
        matches=my_group(mentor),
        services=list(services_of(mentor.user.institution)),
        last_channel=remembered(mentor).channel,
    )
    if not form.is_valid():
        return _refused(" ".join(str(each) for errors in form.errors.values() for each in errors))
    key = form.cleaned_data["form_key"]
    try:
        log_contact(mentor=mentor, facts=form.facts(), form_key=key, by=mentor.user, now=timezone.now())
    except WrongState as error:
        return _refused(str(error))
    except NotAllowed as error:
        raise Http404 from error
    return JsonResponse({"logged": [str(key)]})


def _refused(why: str) -> HttpResponse:
    return JsonResponse({"why": why}, status=400)
