"""Showing an e-mail inside a page: its own style sheet is inline, as mail needs it; scripts stay forbidden."""

from collections.abc import Callable
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.http import HttpResponse
from django.views.decorators.clickjacking import xframe_options_sameorigin

FRAMED = {
    "default-src": [NONE],
    "script-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "img-src": [SELF, "data:"],
    "frame-ancestors": [SELF],
}
View = Callable[..., HttpResponse]


def shows_mail(view: View) -> View:
    """For a view that answers with the HTML part of an e-mail, for the frame of a page of ours."""
    decorated: Any = xframe_options_sameorigin(csp_replace(FRAMED)(view))
    return decorated


def mail_page(html: str) -> HttpResponse:
    """The HTML part alone. A link in the frame opens the whole page: ours refuse to be framed."""
    return HttpResponse(html.replace("<head>", '<head><base target="_top">', 1))
