"""Help with a quiet mentee: what was tried, what may lie behind it, what would help."""

from django import forms
from django.utils.translation import gettext_lazy as _

from mentoring.contacts.states import Cause, Tried, Wish


class QuietForm(forms.Form):
    """The cause is asked before anything else is said, and "I do not know" comes first."""

    tried = forms.MultipleChoiceField(
        label=_("What have you tried?"),
        choices=Tried.choices,
        widget=forms.CheckboxSelectMultiple(attrs={"data-columns": "2"}),
        required=False,
        help_text=_("Tick what fits. Nothing yet is an answer as well."),
    )
    cause = forms.ChoiceField(
        label=_("What do you think may lie behind it?"),
        choices=Cause.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what may lie behind it. You need not know.")},
    )
    wish = forms.ChoiceField(
        label=_("What would help?"),
        choices=Wish.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what would help")},
    )
