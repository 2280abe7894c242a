"""Forms of an emergency and of what follows it, and of proposing a safeguarding lead."""

import uuid
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.forms import NameField
from accounts.models import User
from mentoring.lib.reasons import SHORTEST_REASON, is_sentence
from mentoring.participation.models import Participant
from mentoring.safeguarding.rules import LONGEST_DELAY
from mentoring.safeguarding.selectors import subject_of
from mentoring.safeguarding.states import Category, Outcome
from schemes.forms import PersonField, day_field


def reason_field(label: Any, help_text: Any) -> forms.CharField:
    """Words of at least twenty characters, whatever the spaces."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        min_length=SHORTEST_REASON,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": "4"}),
        error_messages={"required": _("Say why, in a sentence"), "min_length": _("Say why in a whole sentence")},
    )


class OpenForm(forms.Form):
    """Who, what kind of emergency, and why."""

    who = forms.CharField(
        label=_("Whose confidences?"),
        help_text=_("One person: their university e-mail or student number."),
        max_length=254,
        error_messages={"required": _("Enter the person’s e-mail or student number")},
    )
    category = forms.ChoiceField(
        label=_("What kind of emergency is it?"),
        choices=Category.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it is, as near as you can")},
    )
    reason = reason_field(
        _("Why must they be opened now?"), _("Whoever reviews this reads it. At least 20 characters.")
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, reader: User, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader, self.today = reader, today

    def clean_who(self) -> Participant:
        found = subject_of(self.reader, self.cleaned_data["who"], self.today)
        if found is None:
            raise ValidationError(_now("Nobody else in your scheme has this e-mail or student number."))
        return found

    def clean_reason(self) -> str:
        return _whole(self.cleaned_data["reason"])


def _whole(words: str) -> str:
    """Words that somebody can review: `is_sentence`."""
    if not is_sentence(words):
        raise ValidationError(_now("Say why in a whole sentence"))
    return words


class ReviewForm(forms.Form):
    """What somebody else finds."""

    outcome = forms.ChoiceField(
        label=_("What do you find?"),
        choices=Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you find")},
    )
    finding = reason_field(
        _("In a few words"), _("What you looked at, and what should be done. At least 20 characters.")
    )

    def clean_finding(self) -> str:
        return _whole(self.cleaned_data["finding"])


class LaterForm(forms.Form):
    """Tell the person later."""

    until = day_field(_("Tell them after"))
    reason = reason_field(
        _("Why must they not know yet?"), _("For example: it would put somebody in danger. At least 20 characters.")
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["until"].help_text = _now("At most %(days)d days from now.") % {"days": LONGEST_DELAY}

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if not self.today < until <= self.today + timedelta(days=LONGEST_DELAY):
            words = _now("Choose a day from tomorrow on, at most %(days)d days from now.")
            raise ValidationError(words % {"days": LONGEST_DELAY})
        return until

    def clean_reason(self) -> str:
        return _whole(self.cleaned_data["reason"])


class ProposeForm(forms.Form):
    """Propose a safeguarding lead by university address."""

    email = PersonField(label=_("University e-mail"))
    given_name = NameField(label=_("First name, if they are new here"), required=False)
    family_name = NameField(label=_("Last name, if they are new here"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        email = data.get("email")
        if email and not data.get("given_name") and not User.objects.filter(email=email).exists():
            self.add_error("given_name", _now("This person is new here: enter their first name."))
        return data
