"""One form an action."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from mentoring.lib.choices import hinted
from mentoring.matching.models import Match
from mentoring.matching.selectors import handlers_for
from mentoring.matching.states import SwapReason
from mentoring.participation.models import Participant
from schemes.models import Unit


class StartForm(forms.Form):
    """Which unit's students a draft is about; there is nothing to choose when there is only one."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label=gettext_lazy("Students of"), empty_label=None)
    why = forms.CharField(
        label=gettext_lazy("What is this draft for?"),
        help_text=gettext_lazy("So that you can tell it from other drafts, for instance “after the second training”."),
        max_length=80,
        required=False,
    )

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
    """A student's new mentor in a draft, one of those offered, or none; ``was`` is the mentor that the page showed."""

    mentor = forms.TypedChoiceField(coerce=int, empty_value=None, required=False)
    was = forms.IntegerField(required=False)

    def __init__(self, *args: Any, offered: Collection[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mentor"].choices = [(pk, pk) for pk in offered]  # type: ignore[attr-defined]


class BesideForm(forms.Form):
    """Another draft beside this one."""

    why = StartForm.base_fields["why"]


class KeepManyForm(forms.Form):
    """Keep the ticked pairs, or set them free; without any tick, everybody in the list when that was asked for."""

    keep = forms.BooleanField(required=False)
    everybody = forms.BooleanField(required=False)
    chosen = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, *args: Any, listed: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.listed = listed
        self.fields["chosen"].choices = [(pk, pk) for pk in listed]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("everybody") and not data.get("chosen"):
            raise forms.ValidationError(_("Tick at least one student first."))
        return data

    def pairs(self) -> list[int]:
        """The proposals that it is about; valid forms only."""
        return self.listed if self.cleaned_data["everybody"] else self.cleaned_data["chosen"]


class CompareForm(forms.Form):
    """Two drafts to be set side by side."""

    one = forms.TypedChoiceField(label=gettext_lazy("This draft"), coerce=int)
    other = forms.TypedChoiceField(label=gettext_lazy("beside this one"), coerce=int)

    def __init__(self, *args: Any, runs: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("one", "other"):
            self.fields[name].choices = runs  # type: ignore[attr-defined]
        if len(runs) > 1:
            self.initial = {"one": runs[1][0], "other": runs[0][0], **self.initial}


class WhatIfForm(forms.Form):
    """What would happen with more places or under other rules. Nothing is changed by asking."""

    discipline = forms.ChoiceField(label=gettext_lazy("Where"), required=False)
    mentors = forms.IntegerField(
        label=gettext_lazy("More mentors"),
        help_text=gettext_lazy(
            "Mentors who do not exist yet, each with the planned places. Choose a discipline above."
        ),
        min_value=0,
        max_value=50,
        required=False,
    )
    places = forms.IntegerField(
        label=gettext_lazy("More places in each group"),
        help_text=gettext_lazy("For instance 1, to widen groups from 5 to 6."),
        min_value=0,
        max_value=10,
        required=False,
    )
    minimum = forms.IntegerField(label=gettext_lazy("Another smallest group"), min_value=1, required=False)
    without = forms.MultipleChoiceField(
        label=gettext_lazy("Without a rule"), widget=forms.CheckboxSelectMultiple, required=False
    )
    near = forms.MultipleChoiceField(
        label=gettext_lazy("Disciplines that may help each other out"),
        help_text=gettext_lazy("Tick two or more."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(
        self, *args: Any, disciplines: list[tuple[str, str]], rules: list[tuple[str, str]], most: int, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["discipline"].choices = [("", _("Every discipline")), *disciplines]  # type: ignore[attr-defined]
        self.fields["near"].choices = disciplines  # type: ignore[attr-defined]
        self.fields["without"].choices = rules  # type: ignore[attr-defined]
        self.fields["minimum"].max_value = most  # type: ignore[attr-defined]
        self.fields["minimum"].validators.append(MaxValueValidator(most))
        if len(disciplines) < 2:
            del self.fields["near"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("mentors") and not data.get("discipline"):
            self.add_error("discipline", _("Choose the discipline of the new mentors."))
        if len(data.get("near") or ()) == 1:
            self.add_error("near", _("Tick two disciplines or more, or none."))
        if not self.errors and not any(data.get(name) for name in ("mentors", "places", "minimum", "near", "without")):
            raise forms.ValidationError(_("Say what should be different."))
        return data

    def asked(self) -> dict[str, Any]:
        """What is imagined, as ``rules.WhatIf`` reads it; valid forms only."""
        data = self.cleaned_data
        return {
            "discipline": data["discipline"],
            "mentors": data["mentors"] or 0,
            "places": data["places"] or 0,
            "minimum": data["minimum"],
            "near": sorted(data.get("near") or ()),
            "without": sorted(data["without"]),
        }


class AskCostForm(forms.Form):
    """A mentor of whom the cost is asked before anything is chosen."""

    mentor = forms.TypedChoiceField(label=gettext_lazy("Mentor"), coerce=int)

    def __init__(self, *args: Any, mentors: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mentor"].choices = mentors  # type: ignore[attr-defined]


class RoomForm(AskCostForm):
    """An alternative as its cost was shown; ``seal`` stands for exactly what was shown."""

    seal = forms.CharField(max_length=64)


class KeepForm(forms.Form):
    """Keep a pair, or a group, when the draft is worked out again."""

    keep = forms.BooleanField(required=False)


class MentorForm(forms.Form):
    """The mentor chosen from a page's list."""

    mentor = forms.ModelChoiceField(Participant.objects.none())

    def __init__(self, *args: Any, offered: Collection[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mentors = Participant.objects.mentors().filter(pk__in=offered).with_person()
        self.fields["mentor"].queryset = mentors  # type: ignore[attr-defined]


class SwapForm(forms.Form):
    """Optional reasons, who deals with it, and who does not."""

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
    excluded = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Is there anybody who should not?"),
        help_text=gettext_lazy("They do not see that you asked."),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
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
        self.fields["excluded"].choices = choices  # type: ignore[attr-defined]
        if len(choices) < 2:  # the only one there is cannot be left out
            del self.fields["excluded"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("handler") in (data.get("excluded") or []):
            self.add_error("excluded", _("You chose this person to deal with it. Choose one or the other."))
        return data

    @property
    def left_out(self) -> list[User]:
        """Who should not deal with it."""
        return [self.handlers[key] for key in self.cleaned_data.get("excluded") or []]
