"""Filters under a name: saving, opening, renaming, sharing, removing."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import SignedInRequest
from accounts.services import WrongState
from mentoring.console.forms import FilterForm
from mentoring.console.models import SavedFilter
from mentoring.console.permissions import SEES_LIST
from mentoring.console.rules import kept_choices
from mentoring.console.selectors.filters import ADDRESSES, filters_visible_to, own_filters
from mentoring.console.services import change_filter, remove_filter, restore_filter, save_filter
from mentoring.console.states import ListPage
from mentoring.lib.notices import say, say_with_undo
from mentoring.matching.views.loading import attempt
from schemes.context import chosen_cohort
from schemes.permissions import requires
from schemes.roles import Capability
from schemes.speech import page_of


def address_of(saved: SavedFilter) -> str:
    """The list with the filter's choices."""
    return f"{reverse(ADDRESSES[ListPage(saved.page)])}?{saved.query}"


def _own(request: SignedInRequest, pk: int) -> SavedFilter:
    found = get_object_or_404(own_filters(request.user, timezone.localdate()), pk=pk)
    return page_of(found, found.scheme)


@require_GET
@requires(Capability.SEE_EVENTS)
def listed(request: SignedInRequest) -> HttpResponse:
    """One's own filters and those that colleagues share, by list."""
    found = filters_visible_to(request.user, timezone.localdate()).order_by("page", "name", "pk")
    return render(request, "console/filters.html", {"filters": list(found)})


@require_GET
@requires(Capability.SEE_EVENTS)
def show(request: SignedInRequest, pk: int) -> HttpResponse:
    """The address of a filter: it leads to the list, cut to what the reader may see."""
    return redirect(address_of(get_object_or_404(filters_visible_to(request.user, timezone.localdate()), pk=pk)))


@require_http_methods(["GET", "POST"])
@requires(Capability.SEE_EVENTS)
def new(request: SignedInRequest) -> HttpResponse:
    """Name the filter that the address holds."""
    page = request.GET.get("page", "")
    cohort = chosen_cohort(request, SEES_LIST[page]) if page in SEES_LIST else None
    choices = kept_choices(page, request.GET.dict())
    if cohort is None or not choices:
        say(request, _("Choose a filter on a list first, then save it."), level=messages.WARNING)
        return redirect("console:filters")
    form = FilterForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_filter(
                scheme=cohort.scheme, page=page, asked=choices, by=request.user, now=timezone.now(), **form.cleaned_data
            )
        except WrongState as problem:
            form.add_error("name", str(problem))
        else:
            say(request, _("Saved. You find it above the list."))
            return redirect(address_of(saved))
    return render(request, "console/filter_form.html", {"form": form, "back": reverse(ADDRESSES[ListPage(page)])})


@require_http_methods(["GET", "POST"])
@requires(Capability.SEE_EVENTS)
def change(request: SignedInRequest, pk: int) -> HttpResponse:
    """Rename it, share it, or keep it to oneself."""
    saved = _own(request, pk)
    if saved.removed_at is not None:
        raise Http404
    initial = {"name": saved.name, "is_shared": saved.is_shared}
    form = FilterForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change_filter(saved=saved, by=request.user, now=timezone.now(), **form.cleaned_data)
        except WrongState as problem:
            form.add_error("name", str(problem))
        else:
            say(request, _("Saved."))
            return redirect("console:filters")
    context = {"form": form, "back": reverse("console:filters"), "saved": _own(request, pk)}
    return render(request, "console/filter_form.html", context)


@require_POST
@requires(Capability.SEE_EVENTS)
def remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take it away, with a way back."""
    saved = _own(request, pk)
    remove_filter(saved=saved, by=request.user, now=timezone.now())
    words = _("“%(name)s” is removed.") % {"name": saved.name}
    say_with_undo(request, words, reverse("console:restore_filter", args=[pk]))
    return redirect("console:filters")


@require_POST
@requires(Capability.SEE_EVENTS)
def restore(request: SignedInRequest, pk: int) -> HttpResponse:
    """Undo that."""
    with attempt(request):
        restore_filter(saved=_own(request, pk), by=request.user, now=timezone.now())
        say(request, _("It is back."))
    return redirect("console:filters")
