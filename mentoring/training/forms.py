"""What a session covered, and where else mentors were trained."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mentoring.training.topics import title_of, topics_to_tick


class TopicsForm(forms.Form):
    """Ticks for the topics of one session."""

    topics = forms.MultipleChoiceField(
        label=_("What was covered?"),
        help_text=_("Those marked as required are what a mentor must have heard of before being matched."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, required: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topics"].choices = [  # type: ignore[attr-defined]
            (topic, _("%(title)s (required)") % {"title": title_of(topic)} if topic in required else title_of(topic))
            for topic in topics_to_tick(required)
        ]


class VouchForm(forms.Form):
    """Where mentors were trained."""

    where = forms.CharField(
        label=_("Where were they trained?"),
        help_text=_("For example: “As a mentor in 2025/26” or “Students’ Union training, March”."),
        max_length=200,
        error_messages={"required": _("Enter where they were trained")},
    )
