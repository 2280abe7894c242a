"""Every page speaks in the reader's words: those of their scheme, where it has its own."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from mentoring.participation.selectors import words_of_person
from schemes.speech import speaking
from schemes.words import PRODUCT, OwnWords


class TheirWords:
    """What a person's schemes call things, if they agree; a page of one scheme says for itself whose it is.

    Visitors, administrators and the back office have the product's words.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with speaking(_words_for(request)):
            return self.get_response(request)


def _words_for(request: HttpRequest) -> OwnWords:
    if not request.user.is_authenticated or request.path.startswith(reverse("admin:index")):
        return PRODUCT
    return words_of_person(request.user, timezone.localdate())
