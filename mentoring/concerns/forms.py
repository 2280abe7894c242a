"""Forms about a concern."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mentoring.concerns.selectors import Subject
from mentoring.concerns.states import ConcernKind


class ConcernForm(forms.Form):
    """What, who, in your own words."""

    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=ConcernKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it is, as near as you can")},
    )
    who = forms.ChoiceField(label=_("Who is it about?"), required=False)
    text = forms.CharField(
        label=_("What has happened, and when?"),
        widget=forms.Textarea(attrs={"rows": "6"}),
        max_length=5000,
        help_text=_("A few words are enough. They will ask you if they need more."),
        error_messages={"required": _("Write a few words about what has happened")},
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, subjects: Sequence[Subject], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subjects = {subject.key: subject for subject in subjects}
        choices: list[tuple[str, Any]] = [("", _("Somebody else, or nobody in particular"))]
        choices += [(subject.key, subject.label) for subject in subjects]
        self.fields["who"].choices = choices  # type: ignore[attr-defined]

    @property
    def subject(self) -> Subject | None:
        return self.subjects.get(self.cleaned_data.get("who", ""))


class EntryForm(forms.Form):
    """What was done about a concern."""

    text = forms.CharField(
        label=_("What was done, or what else is known"),
        widget=forms.Textarea(attrs={"rows": "4"}),
        max_length=5000,
        error_messages={"required": _("Write what was done")},
    )
