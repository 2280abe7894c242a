"""Headers that keep a signed-in person's pages out of shared caches."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class PrivatePages:
    """``Cache-Control: no-store`` on every answer to a signed-in person."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        return response
