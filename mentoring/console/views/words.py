"""What a scheme calls things: its own words, how they read in both languages, and the way back to the product's."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import SignedInRequest
from accounts.services import WrongState
from mentoring.console.forms import WordsForm
from mentoring.lib.notices import say, say_with_undo
from schemes.models import Scheme
from schemes.naming import call_things
from schemes.permissions import can_edit_scheme, setting_up
from schemes.selectors import schemes_to_set_up
from schemes.speech import page_of, speaking, words_of
from schemes.words import PRODUCT, OwnWords, own_words

REPLACED = "words_replaced"
USUAL = 3  # words that most schemes with their own words change; the others are folded away
# Sentences of the product in which a word is in each of its ways: with an article, a plural, and what Welsh does to it.
SHOWN = (
    gettext_noop("A mentor is just a student a year or so ahead, on a course like yours."),
    gettext_noop("%(name)s is your mentor all year, whether you answer or not."),
    gettext_noop("Please read what mentors and mentees agree to, and accept it."),
    gettext_noop("A coordinator arranges groups. Yours will appear here."),
    gettext_noop("You are in no support group yet"),
    gettext_noop("Stop peer mentoring?"),
)


def sentences(own: OwnWords, language: str) -> list[str]:
    """Some of the product's sentences as they read in these words."""
    with override(language), speaking(own):
        return [_(sentence) % {"name": "Priya"} for sentence in SHOWN]


def _scheme(request: SignedInRequest, pk: int) -> Scheme:
    today = timezone.localdate()
    scheme = get_object_or_404(schemes_to_set_up(request.user, today).select_related("unit"), pk=pk)
    if not can_edit_scheme(request.user, scheme, today):
        raise PermissionDenied
    return page_of(scheme, scheme)


def _page(request: SignedInRequest, scheme: Scheme, form: WordsForm, tried: OwnWords | None = None) -> HttpResponse:
    shown = words_of(scheme) if tried is None else tried
    rows = form.rows()
    first, more = rows[:USUAL], rows[USUAL:]
    context: dict[str, Any] = {
        "scheme": scheme,
        "form": form,
        "first": first,
        "more": more,
        "is_more_open": any(field.errors or field.value() for _word, fields in more for field in fields),
        "is_tried": tried is not None,
        "has_own": bool(words_of(scheme)),
        "shown": [("en", _("English"), sentences(shown, "en-gb")), ("cy", _("Welsh"), sentences(shown, "cy"))],
    }
    return render(request, "console/words.html", context)


@setting_up
@require_http_methods(["GET", "HEAD", "POST"])
def words(request: SignedInRequest, pk: int) -> HttpResponse:
    """The scheme's words, and how they read. POST puts them in force."""
    scheme = _scheme(request, pk)
    form = WordsForm(request.POST or None, own=words_of(scheme))
    if request.method == "POST" and form.is_valid():
        return _put_in_force(request, scheme, form.cleaned_data["own"])
    return _page(request, scheme, form)


@setting_up
@require_POST
def try_words(request: SignedInRequest, pk: int) -> HttpResponse:
    """How other words would read. Changes nothing."""
    scheme = _scheme(request, pk)
    form = WordsForm(request.POST, own=words_of(scheme))
    return _page(request, scheme, form, form.cleaned_data["own"] if form.is_valid() else None)


@setting_up
@require_POST
def product_words(request: SignedInRequest, pk: int) -> HttpResponse:
    """Call everything as the product does again."""
    return _put_in_force(request, _scheme(request, pk), PRODUCT)


def _put_in_force(request: SignedInRequest, scheme: Scheme, own: OwnWords) -> HttpResponse:
    before = call_things(scheme=scheme, own=own, by=request.user, now=timezone.now())
    if own == before:
        say(request, _("Nothing has changed."))
    else:
        request.session[REPLACED] = {"scheme": scheme.pk, "before": before.as_json(), "after": own.as_json()}
        said = _("Saved. Every page and letter of the scheme says so from now on.")
        say_with_undo(request, said, reverse("console:undo_words", args=[scheme.pk]))
    return redirect("console:words", pk=scheme.pk)


@setting_up
@require_POST
def undo_words(request: SignedInRequest, pk: int) -> HttpResponse:
    """The words that were replaced last, in this session, unless somebody has changed them since."""
    scheme, kept = _scheme(request, pk), request.session.pop(REPLACED, None)
    if not kept or kept["scheme"] != pk:
        say(request, _("There is nothing to undo."), level=messages.WARNING)
        return redirect("console:words", pk=pk)
    before, after = own_words(kept["before"]), own_words(kept["after"])
    try:
        call_things(scheme=scheme, own=before, by=request.user, now=timezone.now(), instead_of=after)
    except WrongState as error:
        say(request, str(error), level=messages.WARNING)
    else:
        say(request, _("Undone: the scheme calls things as before."))
    return redirect("console:words", pk=pk)
