"""Asking without a name, answering, and lifting a mask because of danger (R60)."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mentoring.contacts.forms.log import FormKey
from mentoring.contacts.states import Often, Works
from mentoring.lib.reasons import SHORTEST_REASON, is_sentence

MENTOR, COORDINATORS = "mentor", "coordinators"
LONGEST = 600


class AskForm(forms.Form):
    """Whom, and what. ``mentor`` is a first name where the question could be anybody's of the group."""

    use_required_attribute = False

    whom = forms.ChoiceField(
        label=_("Whom do you ask?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whom you ask")},
    )
    text = forms.CharField(
        label=_("Your question"),
        help_text=_("Leave out your name, and what only you could know."),
        widget=forms.Textarea(attrs={"rows": "4"}),
        max_length=LONGEST,
        error_messages={"required": _("Write your question")},
    )
    form_key = FormKey(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)

    def __init__(self, *args: Any, mentor: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: list[tuple[str, Any]] = [(MENTOR, mentor)] if mentor else []
        whom = self.fields["whom"]
        assert isinstance(whom, forms.ChoiceField)  # noqa: S101  (declared above)
        whom.choices = [*choices, (COORDINATORS, _("The coordinators"))]
        if not mentor:
            whom.initial = COORDINATORS

    @property
    def is_for_mentor(self) -> bool:
        return bool(self.cleaned_data["whom"] == MENTOR)


class AnswerForm(forms.Form):
    """The answer to a question without a name."""

    use_required_attribute = False

    text = forms.CharField(
        label=_("Your answer"),
        help_text=_("It waits on their page. They see your first name, you do not see theirs."),
        widget=forms.Textarea(attrs={"rows": "4"}),
        max_length=LONGEST,
        error_messages={"required": _("Write an answer")},
    )


class UnmaskForm(forms.Form):
    """Why a mask has to be lifted."""

    use_required_attribute = False

    why = forms.CharField(
        label=_("Who may be in danger, and why?"),
        help_text=_(
            "It is kept with the question. Whoever asked sees that the mask was lifted, and by whom; the other "
            "safeguarding leads hear of it at once. At least 20 characters."
        ),
        widget=forms.Textarea(attrs={"rows": "3"}),
        min_length=SHORTEST_REASON,
        max_length=LONGEST,
        error_messages={
            "required": _("Write why somebody may be in danger"),
            "min_length": _("Say why in a whole sentence"),
        },
    )

    def clean_why(self) -> str:
        why: str = self.cleaned_data["why"]
        if not is_sentence(why):
            raise ValidationError(_("Say why in a whole sentence"))
        return why


class CheckForm(forms.Form):
    """The two questions half-way."""

    use_required_attribute = False

    often = forms.ChoiceField(
        label=_("Are you in touch as often as you like?"),
        choices=Often.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose an answer")},
    )
    works = forms.ChoiceField(
        label=_("Does it work for you?"),
        choices=Works.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose an answer")},
    )
