"""Choices that need more than a line each: a hint below, or a search where there are thousands."""

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString


class FindInput(forms.TextInput):
    """Words to look for, and beside them the button that shows what they find and saves nothing yet."""

    template_name = "components/_find_input.html"
    pressed = "look"  # what the button sends


def hinted(label: str, hint: str) -> SafeString:
    """A choice's label with a smaller, muted line below it; both are escaped."""
    return format_html('{}<span class="choice-hint">{}</span>', label, hint)
