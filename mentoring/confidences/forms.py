"""Forms of notes, their disclosure, and what a pair wants."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from mentoring.confidences.models import Understanding
from mentoring.confidences.rules import LONGEST_DELAY
from mentoring.confidences.services.understandings import Wanted
from mentoring.confidences.states import Area, Basis, Differences
from mentoring.lib.limits import at_most

LONGEST_NOTE = 2000
LONGEST = 600


class NoteForm(forms.Form):
    """A note, and who reads it."""

    use_required_attribute = False

    text = forms.CharField(
        label=_("What you want to remember"),
        help_text=at_most(LONGEST_NOTE),
        widget=forms.Textarea(attrs={"rows": "4"}),
        max_length=LONGEST_NOTE,
        error_messages={"required": _("Write the note")},
    )
    shown = forms.BooleanField(label=_("They may read it too"), required=False)
    marked = forms.BooleanField(
        label=_("It is sensitive"),
        help_text=_("A note that speaks of health, faith, origin, love, danger or money is marked by itself."),
        required=False,
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)

    def clean_form_key(self) -> uuid.UUID:
        return self.cleaned_data["form_key"] or uuid.uuid4()


class DiscloseForm(forms.Form):
    """To whom one note is shown, and on which of the two grounds."""

    use_required_attribute = False

    reader = forms.ChoiceField(
        label=_("To whom?"), widget=forms.RadioSelect, error_messages={"required": _("Choose one person")}
    )
    basis = forms.ChoiceField(
        label=_("Why?"),
        choices=Basis.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose why. There are no other reasons.")},
    )
    reason = forms.CharField(
        label=_("Who is in danger, and how?"),
        help_text=_("Only if somebody is in danger: one or two sentences. They are kept with it."),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": "3"}),
    )
    asked_to_wait = forms.BooleanField(
        label=_("Telling them now could put somebody in danger"),
        help_text=_("If you tick this, safeguarding has a day to decide when they are told. Otherwise it is at once."),
        required=False,
    )

    def __init__(self, *args: Any, readers: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.readers = {str(reader.pk): reader for reader in readers}
        chosen = self.fields["reader"]
        assert isinstance(chosen, forms.ChoiceField)  # noqa: S101  (declared above)
        chosen.choices = [(key, reader.full_name) for key, reader in self.readers.items()]

    @property
    def chosen(self) -> User:
        return self.readers[self.cleaned_data["reader"]]


class DelayForm(forms.Form):
    """Until when a student is not told, and why."""

    use_required_attribute = False

    until = forms.DateField(
        label=_("Tell them on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Enter the day"), "invalid": _("Enter the day, such as 12/10/2026")},
    )
    why = forms.CharField(
        label=_("What would telling them now risk?"),
        widget=forms.Textarea(attrs={"rows": "3"}),
        max_length=LONGEST,
        error_messages={"required": _("Say in a sentence what telling them now would risk.")},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        latest = today + LONGEST_DELAY - timedelta(days=1)
        super().__init__(*args, **kwargs)
        self.initial = {"until": min(today + timedelta(days=3), latest)}

    @property
    def moment(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.cleaned_data["until"], time(9, 0)))


class UnderstandingForm(forms.Form):
    """One's own part of what a pair wants, and the goals that both share. ``mine`` is "mentor" or "mentee"."""

    use_required_attribute = False

    goals = forms.CharField(
        label=_("What we want from this, and expect of each other"),
        help_text=at_most(
            LONGEST_NOTE,
            _("Both of you read and change it. A few words are enough; it can change as often as you like."),
        ),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": "4"}),
    )
    areas = forms.MultipleChoiceField(
        label=_("I would rather not speak about"),
        choices=Area.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"data-columns": "2"}),
    )
    words = forms.CharField(label=_("Something else"), required=False, max_length=120)
    differences = forms.ChoiceField(
        label=_("When we see things differently"),
        help_text=_("It holds when both of you give the same answer. Either is right."),
        choices=[("", _("No answer yet")), *Differences.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, kept: Understanding | None, mine: str, **kwargs: Any) -> None:
        aside = kept.left_aside if kept else {}
        super().__init__(*args, **kwargs)
        self.initial = {
            "goals": kept.goals if kept else "",
            "areas": aside.get(mine, []),
            "words": aside.get(f"{mine}_words", ""),
            "differences": getattr(kept, f"{mine}_differences") if kept else "",
            "version": kept.version if kept else 0,
        }

    def wanted(self) -> Wanted:
        data = self.cleaned_data
        return Wanted(data["goals"].strip(), data["areas"], data["words"].strip(), data["differences"])
