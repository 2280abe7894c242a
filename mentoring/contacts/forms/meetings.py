"""Invite to meet: who, which day, what time, which public place (R41)."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mentoring.contacts.forms.log import FormKey
from mentoring.contacts.models import Invitation
from mentoring.contacts.rules import TIMES_OFFERED, days_offered, is_time_to_meet
from mentoring.contacts.services import Meeting
from mentoring.matching.models import Match
from schemes.rules import names_halls

# Where a cohort has named no places of its own.
ANYWHERE = (
    gettext_lazy("The library entrance"),
    gettext_lazy("A café on campus"),
    gettext_lazy("The students’ union"),
)
HALLS = gettext_lazy("Not in halls or a private room: meet where other people are. Name a public place on campus.")


class MeetingForm(forms.Form):
    """When and where. ``places`` are the cohort's; ``today`` decides which days are offered."""

    use_required_attribute = False

    day = forms.ChoiceField(
        label=gettext_lazy("Which day?"),
        widget=forms.RadioSelect(attrs={"data-columns": "2"}),
        error_messages={"required": gettext_lazy("Choose a day")},
    )
    time = forms.ChoiceField(
        label=gettext_lazy("What time?"),
        widget=forms.RadioSelect(attrs={"data-columns": "3"}),
        error_messages={"required": gettext_lazy("Choose a time")},
    )
    place = forms.ChoiceField(
        label=gettext_lazy("Where?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a place")},
    )
    other_day = forms.DateField(
        label=gettext_lazy("Another day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    other_time = forms.TimeField(
        label=gettext_lazy("Another time"), required=False, widget=forms.TimeInput(attrs={"type": "time"})
    )
    other_place = forms.CharField(
        label=gettext_lazy("Another public place on campus"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("Never halls of residence or a private room. If you write one, it counts."),
    )

    def __init__(self, *args: Any, places: Sequence[str], now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        days = days_offered(timezone.localdate(now))
        self._offer("day", [(day.isoformat(), date_format(day, "D j M")) for day in days])
        self._offer("time", [(f"{at:%H:%M}", f"{at:%H:%M}") for at in TIMES_OFFERED])
        self._offer("place", [(str(place), str(place)) for place in places or ANYWHERE])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (declared above)
        field.choices = choices
        field.required = not (self.is_bound and self.data.get(self.add_prefix(f"other_{name}")))

    def clean_other_place(self) -> str:
        place = " ".join(self.cleaned_data["other_place"].split())
        if names_halls(place):
            raise forms.ValidationError(str(HALLS))
        return place

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not is_time_to_meet(self.starts_at, self.now):
            chosen = next((name for name in ("other_day", "other_time") if data.get(name)), "day")
            self.add_error(chosen, _("Choose a time in the next three months"))
        return data

    @property
    def starts_at(self) -> datetime:
        data = self.cleaned_data
        day = data.get("other_day") or date.fromisoformat(data["day"])
        at = data.get("other_time") or time.fromisoformat(data["time"])
        return timezone.make_aware(datetime.combine(day, at))

    def meeting(self) -> Meeting:
        """What was chosen, for the service."""
        return Meeting(self.starts_at, self.cleaned_data["other_place"] or self.cleaned_data["place"])

    @property
    def has_open_details(self) -> bool:
        """Whether the further choices hold a problem or an answer, and so stand open."""
        return any(self.errors.get(name) or self[name].value() for name in ("other_day", "other_time", "other_place"))


class InviteForm(MeetingForm):
    """The same, and whom. ``matches`` is the mentor's group."""

    who = forms.ChoiceField(
        label=gettext_lazy("Who?"),
        widget=forms.RadioSelect(attrs={"data-columns": "2"}),
        error_messages={"required": gettext_lazy("Choose who to invite")},
    )
    form_key = FormKey(widget=forms.HiddenInput, required=False)
    field_order = ("who", "day", "time", "place")

    def __init__(self, *args: Any, matches: Sequence[Match], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.matches = {str(match.pk): match for match in matches}
        who = self.fields["who"]
        assert isinstance(who, forms.ChoiceField)  # noqa: S101  (declared above)
        who.choices = [(key, match.mentee.user.first_name) for key, match in self.matches.items()]

    def match(self) -> Match:
        return self.matches[self.cleaned_data["who"]]


def first_choices(matches: Sequence[Match], *, chosen: str, last_place: str, places: Sequence[str]) -> dict[str, Any]:
    """What an invitation begins with: the one from a link, or an only one, and the place of the last time."""
    keys = {str(match.pk) for match in matches}
    offered = [str(place) for place in places or ANYWHERE]
    who = chosen if chosen in keys else next(iter(keys)) if len(keys) == 1 else None
    return {
        "who": who,
        "place": last_place if last_place in offered else offered[0],
        "form_key": uuid.uuid4(),
    }


def choices_of(invitation: Invitation) -> dict[str, Any]:
    """What a change begins with."""
    local = timezone.localtime(invitation.starts_at)
    at = f"{local:%H:%M}"
    is_offered = at in {f"{each:%H:%M}" for each in TIMES_OFFERED}
    return {
        "day": local.date().isoformat(),
        "time": at if is_offered else None,
        "other_time": None if is_offered else at,
        "place": invitation.place,
    }
