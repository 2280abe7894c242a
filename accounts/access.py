"""Who may call a view, declared on the view itself.

Every view carries one declaration; a URL whose view has none is a system check error and the
product does not start. Declarations of installed packages' views are in ``PACKAGES``.
This gate says who may *ask*; which objects they may see is the selector's ``visible_to``,
and what they may do to one is a ``can_…`` in ``permissions.py``.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver

from accounts.models import Institution, User

View = Callable[..., HttpResponse]


class SignedInRequest(HttpRequest):
    """What a view receives that is neither public nor behind a link: somebody is signed in."""

    user: User


@dataclass(frozen=True)
class Access:
    """One view's declaration: its kind, and what it rests on (a reason, purpose or capability)."""

    kind: str  # public | link | signed-in | capability | administrator
    detail: str


def declared(access: Access) -> Callable[[View], View]:
    """Set ``access`` on a view and leave the rest to it."""

    def decorate(view: View) -> View:
        view.access = access  # type: ignore[attr-defined]
        return view

    return decorate


def public(reason: str) -> Callable[[View], View]:
    """Anyone may call it, signed in or not."""

    def decorate(view: View) -> View:
        return declared(Access("public", reason))(login_not_required(view))

    return decorate


def by_link(purpose: str) -> Callable[[View], View]:
    """Whoever holds a signed link of this purpose may call it; it never signs anybody in."""

    def decorate(view: View) -> View:
        return declared(Access("link", purpose))(login_not_required(view))

    return decorate


def signed_in(reason: str) -> Callable[[View], View]:
    """Any signed-in person may call it; the view shows them only what is theirs."""
    return declared(Access("signed-in", reason))


def second_step_shown_at(request: HttpRequest) -> datetime | None:
    """When the signed-in person last showed their second factor in this session; ``None`` if they never did."""
    shown = [
        record["at"] for record in get_authentication_records(request, request.user) if record.get("method") == "mfa"
    ]
    return datetime.fromtimestamp(max(shown), UTC) if shown else None


def home_of(request: SignedInRequest) -> Institution:
    """The institution of the signed-in person; 404 for somebody without one."""
    institution = request.user.institution
    if institution is None:
        raise Http404
    return institution


def gated(access: Access, allows: Callable[[SignedInRequest], bool]) -> Callable[[View], View]:
    """Answer 404, as for what does not exist, unless ``allows(request)``."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not allows(request):
                raise Http404
            return view(request, *args, **kwargs)

        return declared(access)(guarded)

    return decorate


PACKAGES: dict[str, Access] = {
    "allauth": Access("public", "signing in and out; allauth guards its own pages"),
    "django.contrib.admin": Access("administrator", "institution administrators only"),
    "django.contrib.contenttypes": Access("administrator", "institution administrators only"),
    "django.contrib.staticfiles": Access("public", "style sheets and fonts"),
    "django.views.static": Access("public", "style sheets and fonts"),
    "django.views.i18n": Access("public", "choice of language"),
    "django.views.generic.base": Access("public", "a plain redirect"),
}


def declaration_of(view: Any) -> Access | None:
    """A view's declaration, its own or its package's; ``None`` when there is none."""
    if access := getattr(view, "access", None):
        return access
    module = getattr(getattr(view, "view_class", view), "__module__", "")
    for package, access in PACKAGES.items():
        if module == package or module.startswith(f"{package}."):
            return access
    return None


def all_patterns(patterns: Any, names: tuple[str, ...] = (), route: str = "") -> Iterator[tuple[str, str, Any]]:
    """Every URL of the resolver as (qualified name, route, view)."""
    for pattern in patterns:
        here = f"{route}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            inner = (*names, pattern.namespace) if pattern.namespace else names
            yield from all_patterns(pattern.url_patterns, inner, here)
        elif isinstance(pattern, URLPattern):
            yield ":".join((*names, pattern.name or "")), here, pattern.callback
