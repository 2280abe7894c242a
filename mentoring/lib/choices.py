"""Choices that need more than a line each: a hint below, or a search where there are thousands."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.safestring import SafeString

from mentoring.lib.keys import keys_from


class FindInput(forms.TextInput):
    """Words to look for, and beside them the button that shows what they find and saves nothing yet."""

    template_name = "components/_find_input.html"
    pressed = "look"  # what the button sends


class KeyedChoices(forms.ModelMultipleChoiceField):
    """Several rows by their keys. What no database could hold is no choice, and no failure."""

    def clean(self, value: Any) -> Any:
        for key in value or ():
            if not keys_from([str(key)]):
                told = {"value": str(key)[:20]}
                raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params=told)
        return super().clean(value)


def hinted(label: str, hint: str) -> SafeString:
    """A choice's label with a smaller, muted line below it; both are escaped."""
    return format_html('{}<span class="choice-hint">{}</span>', label, hint)
