"""A form that was sent after its session had ended is held, and offered again once its person has signed in.

It lies sealed in the browser's own session for an hour, bound to the person who was signed in here last. Whoever else
signs in gets nothing of it: it is thrown away. Whose the page was is known because every signing-in gives the
browser a new CSRF secret, and only a form with the secret of the last one is taken. Nothing is sent by itself: a
person looks at it and presses a button. Forms with passwords, codes or files are never held.
"""

import json
from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware import csrf
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.encryption import CannotDecrypt, seal, unseal
from accounts.marks import mark_of
from accounts.models import User

PURPOSE = "held-forms"
KEY, SECRET_BEFORE = "held_form", "csrf_secret_before"
LASTS = timedelta(hours=1)
REMEMBERED = timedelta(days=1)
MOST_BYTES, MOST_FIELDS = 100_000, 300
TOKEN_FIELD = "csrfmiddlewaretoken"  # noqa: S105  (a field, no password)
SECRETS = ("password", "code", "secret", "token", "otp")
NEVER = ("/accounts/", "/admin/records/", "/start/")


@dataclass(frozen=True)
class Held:
    """One form: whose (a mark), where it goes, its fields as (name, value) in their order, and since when."""

    mark: str
    path: str
    fields: list[tuple[str, str]]
    at: str

    @property
    def written(self) -> list[str]:
        """What somebody wrote in their own words; the rest are choices."""
        return [value for _name, value in self.fields if len(value.split()) > 1]


def hold(request: HttpRequest, now: datetime, person: User | None = None) -> bool:
    """Hold what ``request`` sends, if it may be held; say whether.

    ``person`` is whose it is where that is known: who was signed in until this very request.
    """
    mark = mark_of(person, PURPOSE) if person else request.COOKIES.get(settings.LAST_PERSON_COOKIE_NAME, "")
    if not mark or not _is_plain_form(request):
        return False
    fields = [(name, str(value)) for name, values in request.POST.lists() for value in values if name != TOKEN_FIELD]
    too_much = len(fields) > MOST_FIELDS or sum(len(value) for _name, value in fields) > MOST_BYTES
    is_secret = any(word in name.lower() for name, _value in fields for word in SECRETS)
    if too_much or is_secret or request.path.startswith(NEVER):
        return False
    held = Held(mark, request.get_full_path(), fields, now.isoformat())
    request.session[KEY] = b64encode(seal(json.dumps(asdict(held)).encode())).decode()
    return True


def _is_plain_form(request: HttpRequest) -> bool:
    """Sent by a page that waits for another page, and without files."""
    by_page = request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
    return request.method == "POST" and by_page and not request.FILES


def held_for(request: HttpRequest, person: User, now: datetime) -> Held | None:
    """What is held for the person who is signed in. What is another's, too old or unreadable is thrown away."""
    found = _read(request.session.get(KEY, ""))
    if found is None:
        return None
    is_late = now - datetime.fromisoformat(found.at) > LASTS
    if found.mark != mark_of(person, PURPOSE) or is_late:
        drop(request)
        return None
    return found


def _read(sealed: str) -> Held | None:
    try:
        told = json.loads(unseal(b64decode(sealed))) if sealed else None
    except (CannotDecrypt, ValueError):
        return None
    return Held(**told | {"fields": [(name, value) for name, value in told["fields"]]}) if told else None


def drop(request: HttpRequest) -> None:
    """Throw away what is held."""
    request.session.pop(KEY, None)


def is_of(sealed: str, person: User) -> bool:
    """Whether what a session holds is somebody's."""
    found = _read(sealed)
    return found is not None and found.mark == mark_of(person, PURPOSE)


def page_before(request: HttpRequest) -> str:
    """The page that a form stood on, if it was ours: where to go after signing in when nothing could be held."""
    before = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(before, {request.get_host()}, require_https=request.is_secure())
    return urlsplit(before).path if is_ours and before else "/"


def remember_person(request: HttpRequest, response: HttpResponse, *, was_signed_in: bool) -> None:
    """Know in this browser, by a mark and for a day, who was signed in here last; not once they signed out."""
    name, user = settings.LAST_PERSON_COOKIE_NAME, request.user
    if not user.is_authenticated:
        if was_signed_in:
            response.delete_cookie(name, samesite="Lax")
        return
    mark = mark_of(user, PURPOSE)
    if request.COOKIES.get(name) != mark:
        age = int(REMEMBERED.total_seconds())
        response.set_cookie(
            name, mark, max_age=age, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
        )
    elif not was_signed_in and (secret := request.COOKIES.get(settings.CSRF_COOKIE_NAME)):
        # The same person again: pages from before are still theirs.
        request.session[SECRET_BEFORE] = secret


def drop_sent(request: HttpRequest, response: HttpResponse, held_before: str) -> None:
    """What was offered again and has been sent is held no more."""
    found = _read(held_before) if request.method == "POST" and response.status_code != HTTPStatus.FORBIDDEN else None
    if found and found.path == request.get_full_path() and request.session.get(KEY) == held_before:
        drop(request)


def is_from_before(request: HttpRequest) -> bool:
    """Whether a form stood on a page that the same person opened before they signed in again."""
    token, secret = request.POST.get(TOKEN_FIELD, ""), request.session.get(SECRET_BEFORE, "")
    try:
        csrf._check_token_format(token)  # type: ignore[attr-defined]
        csrf._check_token_format(secret)  # type: ignore[attr-defined]
    except csrf.InvalidTokenFormat:
        return False
    return request.user.is_authenticated and bool(csrf._does_token_match(token, secret))  # type: ignore[attr-defined]
