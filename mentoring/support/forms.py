"""Arranging a group, scheduling it, its notes, themes and actions."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Case, Q, QuerySet, When
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from mentoring.lib.choices import FindInput, KeyedChoices
from mentoring.lib.keys import keys_from
from mentoring.participation.models import Participant, ParticipantQuerySet
from mentoring.support.models import Meeting, SupportGroup
from mentoring.support.rules import EVERY_WEEKS, MOST_AT_ONCE
from mentoring.support.selectors import people_of
from mentoring.support.services import Decision, MeetingPlan
from schemes.models import Unit
from schemes.rules import names_halls

DATE = {"type": "date"}
SHOWN = 40  # mentors to tick at once; of more than these, some are looked for
LENGTHS = (30, 45, 60, 90, 120)


class PersonChoice(forms.ModelChoiceField):
    """A person by name."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.full_name)


class MemberChoices(KeyedChoices):
    """Mentors by name and course."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.user.full_name}, {obj.programme}"


class GroupForm(forms.Form):
    """Who facilitates a group and who is in it."""

    name = forms.CharField(
        label=_("What is the group called?"),
        max_length=120,
        error_messages={"required": _("Enter a name")},
    )
    unit = forms.ModelChoiceField(
        label=_("For which part of the university?"), queryset=Unit.objects.none(), empty_label=None
    )
    facilitator = PersonChoice(
        label=_("Who facilitates it?"),
        help_text=_("They read the group’s notes; nobody else outside the group does."),
        queryset=User.objects.none(),
        empty_label=_("Choose a person"),
        error_messages={"required": _("Select who facilitates the group")},
    )
    find = forms.CharField(
        label=_("Find mentors"),
        help_text=_("By name, course or student number. Whoever is ticked stays ticked."),
        max_length=100,
        required=False,
        widget=FindInput,
    )
    members = MemberChoices(
        label=_("Members"),
        help_text=_("Mentors who are in no other group. You can add more later."),
        queryset=Participant.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        units: QuerySet[Unit] | None,
        facilitators: QuerySet[User],
        mentors: ParticipantQuerySet,
        looking: QueryDict | None = None,
        group: SupportGroup | None = None,
        **kwargs: Any,
    ) -> None:
        """``looking`` is what was typed when somebody looked for more mentors instead of saving."""
        initial: dict[str, Any] = {}
        if looking is not None:
            initial = {**looking.dict(), "members": looking.getlist("members")}
        elif group:
            members = [member.pk for member in people_of(group)]
            initial = {"name": group.name, "facilitator": group.facilitator_id, "members": members}
        super().__init__(*args, **{**kwargs, "initial": initial})
        if units is None:
            del self.fields["unit"]
        else:
            self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["facilitator"].queryset = facilitators  # type: ignore[attr-defined]
        self.fields["members"].queryset = mentors  # type: ignore[attr-defined]
        self._show_some_of(mentors)

    def _show_some_of(self, mentors: ParticipantQuerySet) -> None:
        """A page of thousands to tick is of no use: those who are ticked come first, then some of those looked for."""
        field, total = self.fields["members"], mentors.count()
        if total <= SHOWN:
            del self.fields["find"]
            return
        given = {str(key) for key in self["members"].value() or []}
        ticked = keys_from(given)
        people = mentors.select_related("user", "programme")
        is_ticked, sought = Q(pk__in=ticked), mentors.found_by(str(self["find"].value() or ""))
        found = people.filter(is_ticked | Q(pk__in=sought.order_by().values("pk")))
        names = "user__given_name", "user__family_name", "pk"
        shown = found.order_by(Case(When(is_ticked, then=0), default=1), *names)[: len(ticked) + SHOWN]
        field.widget.choices = [(one.pk, field.label_from_instance(one)) for one in shown]  # type: ignore[attr-defined]
        field.help_text = _(
            "Mentors who are in no other group. %(shown)d of %(total)d are shown: find others by their names."
        ) % {"shown": len(field.widget.choices), "total": total}

    def clean(self) -> dict[str, Any]:
        """Without the words that were looked for: they are no fact about a group."""
        cleaned = super().clean() or self.cleaned_data
        cleaned.pop("find", None)
        return cleaned


class ScheduleForm(forms.Form):
    """A run of meetings: the first day, how often, how many, when and where."""

    first = forms.DateField(
        label=_("First meeting"),
        widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
        error_messages={"required": _("Enter the day of the first meeting")},
    )
    starts = forms.TimeField(
        label=_("Starts at"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": _("Enter when it starts")},
    )
    minutes = forms.TypedChoiceField(
        label=_("How long?"),
        choices=[(n, _("%(count)s minutes") % {"count": n}) for n in LENGTHS],
        coerce=int,
        initial=60,
    )
    every = forms.TypedChoiceField(
        label=_("How often?"),
        choices=[(n, _("Every %(count)s weeks") % {"count": n}) for n in EVERY_WEEKS],
        coerce=int,
        widget=forms.RadioSelect(attrs={"data-columns": "3"}),
        initial=EVERY_WEEKS[0],
        error_messages={"required": _("Select how often")},
    )
    count = forms.IntegerField(
        label=_("How many meetings?"),
        min_value=1,
        max_value=MOST_AT_ONCE,
        initial=6,
        error_messages={"required": _("Enter how many meetings")},
    )
    place = forms.CharField(
        label=_("Place"),
        help_text=_("A public room on campus, never halls of residence."),
        max_length=200,
        required=False,
    )
    online_link = forms.URLField(label=_("Link to join online"), assume_scheme="https", required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)

    def clean_first(self) -> date:
        first: date = self.cleaned_data["first"]
        if first <= self.today:
            raise forms.ValidationError(_("Choose a day that is still to come"))
        return first

    def clean_place(self) -> str:
        place: str = self.cleaned_data["place"]
        if names_halls(place):
            raise forms.ValidationError(_("Mentoring does not take place in halls of residence. Choose another place"))
        return place

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if not given.get("place") and not given.get("online_link") and not {"place", "online_link"} & set(self.errors):
            self.add_error("place", _("Say where it is: a place, a link to join online, or both"))
        return given

    def plan(self) -> MeetingPlan:
        given = self.cleaned_data
        return MeetingPlan(given["starts"], given["minutes"], given["place"], given["online_link"])


class MoveForm(ScheduleForm):
    """Another day, time or place for one meeting."""

    every = None  # type: ignore[assignment]
    count = None  # type: ignore[assignment]

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        event = meeting.event
        starts = timezone.localtime(event.starts_at)
        minutes = round((event.ends_at - event.starts_at).total_seconds() / 60)
        now = {"first": starts.date(), "starts": starts.time(), "minutes": minutes}
        kwargs["initial"] = {**now, "place": event.place, "online_link": event.online_link}
        super().__init__(*args, **kwargs)
        self.fields["first"].label = _("Day")

    def clean_first(self) -> date:
        first: date = self.cleaned_data["first"]
        return first


class NoteForm(forms.Form):
    """A note of a meeting."""

    text = forms.CharField(
        label=_("A note for the group"),
        help_text=_("No names of mentees, please, and nothing about anybody’s health."),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": "5"}),
        error_messages={"required": _("Write something first")},
    )


class ThemeForm(forms.Form):
    """A theme that others may hear of, and whose idea it was, by choice."""

    text = forms.CharField(
        label=_("What should others hear?"),
        help_text=_("Without names. For example: “First years do not know where the library desk is.”"),
        max_length=300,
        error_messages={"required": _("Write what others should hear")},
    )
    whose = forms.ChoiceField(
        label=_("Whose idea is it?"),
        choices=[("", _("No name")), ("group", _("The group’s")), ("mine", _("Mine: show my name"))],
        widget=forms.RadioSelect(attrs={"data-columns": "3"}),
        required=False,
    )

    def idea_of(self, user: User, group: SupportGroup) -> str:
        return {"mine": user.full_name, "group": group.name}.get(self.cleaned_data["whose"], "")


class DecisionForm(forms.Form):
    """What will be done about a theme, by whom and by when."""

    action = forms.CharField(
        label=_("What will be done?"),
        max_length=300,
        error_messages={"required": _("Enter what will be done")},
    )
    owner = PersonChoice(
        label=_("Who does it?"),
        queryset=User.objects.none(),
        empty_label=_("Choose a person"),
        error_messages={"required": _("Select who does it")},
    )
    due_on = forms.DateField(
        label=_("By when?"),
        widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
        error_messages={"required": _("Enter the day by which it is done")},
    )

    def __init__(self, *args: Any, owners: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = owners  # type: ignore[attr-defined]

    def decision(self) -> Decision:
        given = self.cleaned_data
        return Decision(given["action"], given["owner"], given["due_on"])
