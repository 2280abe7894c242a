"""What the pages of lists share about downloading them. Each is `proven_again`: a list leaves the product only
with somebody who has just shown who they are (trust.md §5)."""

from django.urls import reverse
from django.utils import timezone

from accounts.access import SignedInRequest
from schemes.permissions import appointments_with
from schemes.roles import Capability


def export_urls(request: SignedInRequest, name: str) -> dict[str, str]:
    """Where the list that is shown can be downloaded, by kind; empty for who may not."""
    if not appointments_with(request.user, Capability.EXPORT_ROWS, timezone.localdate()):
        return {}
    asked = request.GET.copy()
    asked.pop("page", None)
    question = f"?{asked.urlencode()}" if asked else ""
    return {kind: reverse(name, args=[kind]) + question for kind in ("csv", "xlsx")}
