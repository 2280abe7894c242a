"""One form an action."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mentoring.lib.choices import hinted
from mentoring.matching.models import Match
from mentoring.matching.selectors import handlers_for
from mentoring.matching.states import SwapReason
from mentoring.participation.models import Participant
from schemes.models import Unit


class StartForm(forms.Form):
    """Which unit's students a draft is about; there is nothing to choose when there is only one."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label=gettext_lazy("Students of"), empty_label=None)

    def __init__(self, *args: Any, units: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=[unit.pk for unit in units])  # type: ignore[attr-defined]
        self.initial.setdefault("unit", units[0].pk if units else None)
        if len(units) < 2:
            self.fields["unit"].widget = forms.HiddenInput()


class DisciplineForm(forms.Form):
    """The draft page's filter by discipline."""

    discipline = forms.ChoiceField(label=gettext_lazy("Discipline"), required=False)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["discipline"].choices = [("", _("Every discipline")), *choices]  # type: ignore[attr-defined]


class MoveForm(forms.Form):
    """A student's new mentor in a draft, or none; ``was`` is the mentor that the page showed."""

    mentor = forms.IntegerField(required=False)
    was = forms.IntegerField(required=False)


class KeepForm(forms.Form):
    """Keep a pair, or a group, when the draft is worked out again."""

    keep = forms.BooleanField(required=False)


class MentorForm(forms.Form):
    """The mentor chosen from a page's list."""

    mentor = forms.ModelChoiceField(Participant.objects.none())

    def __init__(self, *args: Any, cohort_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mentors = Participant.objects.mentors().filter(cohort=cohort_id).with_person()
        self.fields["mentor"].queryset = mentors  # type: ignore[attr-defined]


class SwapForm(forms.Form):
    """Optional reasons, and who deals with it."""

    reasons = forms.MultipleChoiceField(
        label=gettext_lazy("Is there something that would help us choose?"),
        choices=SwapReason.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    handler = forms.TypedChoiceField(
        label=gettext_lazy("Who should deal with it?"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Select who should deal with it")},
    )

    def __init__(self, *args: Any, match: Match, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = handlers_for(match, today)
        self.handlers = {choice.user.pk: choice.user for choice in offered}
        choices = [
            (choice.user.pk, hinted(choice.user.first_name, choice.role.label.capitalize())) for choice in offered
        ]
        field = self.fields["handler"]
        field.choices = choices  # type: ignore[attr-defined]
        field.initial = choices[0][0] if choices else None
        self.fields["reasons"].help_text = _("You need not say. Only the person you choose below reads this.")
