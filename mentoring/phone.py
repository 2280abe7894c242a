"""What makes the site an app on a phone: its manifest, its service worker, and the page for no connection.

The service worker keeps the style sheet, the scripts and the page for no connection, and nothing else: no page
that was made for somebody is ever kept. It does not send what waits on the phone either (Safari has no background
sync): ``static/js/outbox.js`` does, on the next page that is opened with a connection.
"""

from hashlib import sha256

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from accounts.access import public
from accounts.languages import ASKED_BY_LINK, is_spoken, read_now
from mentoring.contacts.forms.log import HOW

# What the page for no connection needs.
KEPT = (
    "css/mentoring.css",
    "fonts/source-sans-3-latin.woff2",
    "fonts/source-sans-3-latin-ext.woff2",
    "img/mark.svg",
    "img/mark-dark.svg",
    "js/mentoring.js",
    "js/outbox.js",
)
ICONS = (("img/icon-192.png", 192, "any"), ("img/icon-512.png", 512, "any"), ("img/icon-maskable.png", 512, "maskable"))
PAPER = "#faf8f4"
A_DAY = 24 * 3600


def _language(request: HttpRequest) -> str:
    """The language that the address asks for, else the reader's."""
    asked = request.GET.get(ASKED_BY_LINK, "")
    return asked if is_spoken(asked) else read_now()


@public("how the app is called and looks on a phone")
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest."""
    language = _language(request)
    with override(language):
        content = {
            "id": "/",
            "name": _("Peer mentoring"),
            "short_name": _("Mentoring"),
            "lang": language,
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": PAPER,
            "theme_color": PAPER,
            "icons": [
                {"src": static(path), "sizes": f"{side}x{side}", "type": "image/png", "purpose": purpose}
                for path, side, purpose in ICONS
            ],
            "shortcuts": [{"name": _("Log a contact"), "url": reverse("contacts:log")}],
        }
    answer = JsonResponse(content, content_type="application/manifest+json")
    answer["Cache-Control"] = f"public, max-age={A_DAY}"
    return answer


@public("the service worker: keeps the page for no connection")
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker, with the list of what it keeps. Its version is a hash of that list."""
    kept = [static(path) for path in KEPT]
    offline = f"{reverse('offline')}?{ASKED_BY_LINK}={_language(request)}"
    version = sha256("\n".join([*kept, offline]).encode() + _offline_page(request).content).hexdigest()[:12]
    context = {"version": version, "kept": kept, "offline": offline}
    answer = render(request, "service-worker.js", context, content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer


@public("says that there is no connection; holds nothing of anybody")
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The page for no connection: what waits on this phone, and a note of one more contact."""
    return _offline_page(request)


def _offline_page(request: HttpRequest) -> HttpResponse:
    """The same for everybody, whoever asks: it is kept on the phone."""
    with override(_language(request)):
        page = HttpResponse(render_to_string("offline.html", {"ways": HOW}))
    page["Cache-Control"] = "no-cache"
    return page
