"""The site is closed for a while: a page that says so and when to come back, and nothing else is touched.

Closed by the setting MAINTENANCE, or by a file in the data folder that ``manage.py maintenance on`` lays down and
every process sees at once. The health check goes on answering, and says so.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

AWHILE, SOON = timedelta(minutes=10), timedelta(minutes=1)


def sign() -> Path:
    """The file that closes the site."""
    return Path(settings.DATA_DIR) / "maintenance"


def is_closed() -> bool:
    """Whether the site is closed for maintenance."""
    return bool(settings.MAINTENANCE) or sign().exists()


def close(until: datetime) -> None:
    """Close the site; readers and machines are told to come back at ``until``."""
    sign().write_text(until.astimezone(UTC).isoformat())


def reopen() -> None:
    """Open the site again; repeating it is harmless."""
    sign().unlink(missing_ok=True)


def wait(now: datetime) -> timedelta:
    """How long a reader is asked to wait: until the time that was given, else ten minutes; a minute once it is past."""
    with suppress(OSError, ValueError):
        return max(datetime.fromisoformat(sign().read_text().strip()) - now, SOON)
    return AWHILE


def back_soon(seconds: int) -> HttpResponse:
    """503 with a page that needs neither database nor session, in every language."""
    answer = HttpResponse(render_to_string("503.html"), status=503)
    answer["Retry-After"] = str(seconds)
    answer["Cache-Control"] = "no-store"
    answer._has_been_logged = True  # type: ignore[attr-defined]  # expected: no line in the log for each request
    return answer


class Maintenance:
    """503 for everything but the health check while the site is closed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_closed():
            return self.get_response(request)
        if request.path == reverse("health"):
            return JsonResponse({"status": "maintenance"})
        return back_soon(int(wait(timezone.now()).total_seconds()))  # noqa: TID251  (a request begins here)
