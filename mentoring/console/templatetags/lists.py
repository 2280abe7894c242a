"""What stands above and below every list: the filters under a name, and the columns of choosing."""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils import timezone

from mentoring.console.rules import kept_choices
from mentoring.console.selectors.filters import filters_visible_to

register = template.Library()


@register.inclusion_tag("console/_saved_filters.html", takes_context=True)
def saved_filters(context: template.Context, page: str) -> dict[str, Any]:
    """The reader's filters of a list and those shared with them; and where to save the one that is set."""
    request = context["request"]
    choices = kept_choices(page, request.GET.dict())
    query = urlencode(choices)
    found = list(filters_visible_to(request.user, timezone.localdate()).filter(page=page))
    return {
        "filters": [(saved, saved.query == query) for saved in found],
        "is_saved": any(saved.query == query for saved in found),
        "save_url": f"{reverse('console:new_filter')}?{urlencode({'page': page, **choices})}" if choices else "",
        "reader": request.user,
    }
