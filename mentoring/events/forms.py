"""Planning an event."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from mentoring.events.models import Event
from mentoring.events.services import EventDetails
from mentoring.events.states import Audience, EventKind
from schemes.models import Unit
from schemes.rules import names_halls

DATE = {"type": "date"}
TIME = {"type": "time"}


def _kinds(event: Event | None) -> list[tuple[str, Any]]:
    """Support groups are scheduled on their own pages, so only theirs keep that kind."""
    keep = event is not None and event.kind == EventKind.SUPPORT_GROUP
    return [(k, capfirst(label)) for k, label in EventKind.choices if keep or k != EventKind.SUPPORT_GROUP]


class EventForm(forms.Form):
    """What an event is, for whom, when and where."""

    title = forms.CharField(
        label=_("What is it called?"),
        max_length=200,
        error_messages={"required": _("Enter what it is called")},
    )
    kind = forms.ChoiceField(label=_("Kind"), error_messages={"required": _("Select a kind")})
    audience = forms.ChoiceField(
        label=_("Who is it for?"),
        choices=[(value, capfirst(label)) for value, label in Audience.choices],
        widget=forms.RadioSelect(attrs={"data-columns": "3"}),
        error_messages={"required": _("Select who it is for")},
    )
    unit = forms.ModelChoiceField(
        label=_("From which part of the university?"),
        help_text=_("Everyone in it, and in what lies below it, sees the event."),
        queryset=Unit.objects.none(),
        empty_label=None,
    )
    day = forms.DateField(
        label=_("Day"),
        widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
        error_messages={"required": _("Enter the day")},
    )
    starts = forms.TimeField(
        label=_("Starts at"),
        widget=forms.TimeInput(attrs=TIME, format="%H:%M"),
        error_messages={"required": _("Enter when it starts")},
    )
    ends = forms.TimeField(
        label=_("Ends at"),
        widget=forms.TimeInput(attrs=TIME, format="%H:%M"),
        error_messages={"required": _("Enter when it ends")},
    )
    place = forms.CharField(
        label=_("Place"),
        help_text=_("A public room on campus, never halls of residence. Fill in this, the link below, or both."),
        max_length=200,
        required=False,
    )
    halls_confirmed = forms.BooleanField(
        label=_("This is a public room that everyone may enter, not somebody’s home"), required=False
    )
    online_link = forms.URLField(
        label=_("Link to join online"),
        help_text=_(
            "Commuters, carers and working students may only be able to come this way. "
            "Fill in this, the place above, or both."
        ),
        assume_scheme="https",
        required=False,
    )
    places = forms.IntegerField(
        label=_("How many places?"),
        help_text=_("Leave empty for no limit."),
        min_value=1,
        max_value=10000,
        required=False,
    )
    is_bookable = forms.BooleanField(
        label=_("People book a place"),
        help_text=_("Leave unticked for a drop-in: people just come."),
        initial=True,
        required=False,
    )
    description = forms.CharField(
        label=_("What happens there?"), widget=forms.Textarea(attrs={"rows": "4"}), required=False
    )

    def __init__(self, *args: Any, units: QuerySet[Unit], event: Event | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = _initial(event) if event else {"unit": units.first()}
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = _kinds(event)  # type: ignore[attr-defined]
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        if not names_halls(self.data.get("place", "") if self.is_bound else event.place if event else ""):
            del self.fields["halls_confirmed"]

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("starts") and given.get("ends") and given["ends"] <= given["starts"]:
            self.add_error("ends", _("It must end after it starts"))
        if not given.get("place") and not given.get("online_link") and "online_link" not in self.errors:
            self.add_error("place", _("Say where it is: a place, a link to join online, or both"))
        if given.get("places") and not given.get("is_bookable"):
            self.add_error(
                "is_bookable", _("Tick this too, or leave the number of places empty: nobody counts at a drop-in")
            )
        if "halls_confirmed" in self.fields and not given.get("halls_confirmed"):
            self.add_error(
                "place",
                _(
                    "Mentoring does not take place in halls of residence. "
                    "Choose another place, or confirm below that this is a public room"
                ),
            )
        return given

    def details(self) -> EventDetails:
        """What was said, for the service. Times are local."""
        given = self.cleaned_data
        return EventDetails(
            kind=given["kind"],
            audience=given["audience"],
            title=given["title"],
            starts_at=timezone.make_aware(datetime.combine(given["day"], given["starts"])),
            ends_at=timezone.make_aware(datetime.combine(given["day"], given["ends"])),
            description=given["description"],
            place=given["place"],
            online_link=given["online_link"],
            places=given["places"],
            is_bookable=given["is_bookable"],
        )


def _initial(event: Event) -> dict[str, Any]:
    starts, ends = timezone.localtime(event.starts_at), timezone.localtime(event.ends_at)
    names = ["title", "kind", "audience", "unit", "place", "online_link", "places", "is_bookable", "description"]
    return {
        **{name: getattr(event, name) for name in names},
        "day": starts.date(),
        "starts": starts.time(),
        "ends": ends.time(),
        "halls_confirmed": event.is_in_halls,
    }


class TapForm(forms.Form):
    """One tap on a register: who, and whether they are here."""

    participant = forms.IntegerField()
    is_here = forms.BooleanField(required=False)


class KindFilterForm(forms.Form):
    """Events by kind."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=[("", _("Every kind")), *((kind, capfirst(label)) for kind, label in EventKind.choices)],
    )
