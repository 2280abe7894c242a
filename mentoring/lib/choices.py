"""Words for choice cards that need a second line."""

from django.utils.html import format_html
from django.utils.safestring import SafeString


def hinted(label: str, hint: str) -> SafeString:
    """A choice's label with a smaller, muted line below it; both are escaped."""
    return format_html('{}<span class="choice-hint">{}</span>', label, hint)
