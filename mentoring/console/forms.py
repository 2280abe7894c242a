"""The dashboard's forms: until when, whose it is, which rows, under which name."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from schemes.forms import day_field
from schemes.models import Programme

OTHER = "other"


class SnoozeForm(forms.Form):
    """Until when: one of some days, or another one, never beyond the last."""

    when = forms.ChoiceField(
        label=gettext_lazy("When shall it come back?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose when it comes back")},
    )
    day = forms.DateField(
        label=gettext_lazy("Another day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, today: date, last: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.last = today, last
        monday = today + timedelta(days=7 - today.weekday())
        days = {today + timedelta(days=1): _("Tomorrow"), monday: _("Monday"), today + timedelta(days=14): ""}
        choices = [(day.isoformat(), _named(day, words)) for day, words in sorted(days.items()) if day <= last]
        if last not in days:
            choices.append((last.isoformat(), _("%(day)s, the last day possible") % {"day": _plain(last)}))
        self.fields["when"].choices = [*choices, (OTHER, _("Another day"))]  # type: ignore[attr-defined]
        self.fields["day"].widget.attrs.update(min=(today + timedelta(days=1)).isoformat(), max=last.isoformat())

    def clean(self) -> dict[str, Any]:
        """``until`` is the day."""
        data = super().clean() or {}
        if data.get("when") == OTHER:
            until = data.get("day")
            if until is None and "day" not in self.errors:
                self.add_error("day", _("Enter the day"))
            elif until is not None and not self.today < until <= self.last:
                self.add_error("day", _("Enter a day from tomorrow to %(last)s") % {"last": _plain(self.last)})
            data["until"] = until
        elif data.get("when"):
            data["until"] = date.fromisoformat(data["when"])
        return data


def _plain(day: date) -> str:
    return date_format(day, "j F")


def _named(day: date, words: str) -> str:
    return f"{words}, {_plain(day)}" if words else date_format(day, "l j F")


class OwnerForm(forms.Form):
    """Whose it is: one of some people, or nobody's in particular."""

    owner = forms.ChoiceField(label=gettext_lazy("Hand it over to"), required=False)

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        names = [(key, person.full_name) for key, person in self.people.items()]
        self.fields["owner"] = forms.ChoiceField(
            label=_("Hand it over to"), required=False, choices=[("", _("Nobody in particular")), *names]
        )

    def clean_owner(self) -> User | None:
        """The person."""
        return self.people.get(self.cleaned_data["owner"])


class MilestoneForm(forms.Form):
    """Move a step of the year to another day."""

    on = day_field(gettext_lazy("Day"))


class _Choosing(forms.Form):
    """What a list is narrowed by, besides its named filters. ``courses`` are those within the reader's reach."""

    def __init__(self, *args: Any, courses: QuerySet[Programme] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if courses is not None:
            named = [(str(course.pk), course.name) for course in courses]
            self.fields["course"] = forms.ChoiceField(
                label=_("Course"), required=False, choices=[("", _("Every course")), *named]
            )


class PeopleFilterForm(_Choosing):
    """People by course and year."""

    year = forms.ChoiceField(
        label=gettext_lazy("Year of study"),
        required=False,
        choices=[("", gettext_lazy("Every year")), *((str(n), str(n)) for n in range(1, 7))],
    )


class CourseFilterForm(_Choosing):
    """Pairs and groups by course."""


class FilterForm(forms.Form):
    """A filter's name, and whether colleagues see it."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=60,
        help_text=gettext_lazy("What it lists, without anybody’s name: “First-years who have not agreed”."),
        error_messages={"required": gettext_lazy("Enter a name")},
    )
    is_shared = forms.BooleanField(
        label=gettext_lazy("Share it with colleagues of this scheme"),
        required=False,
        help_text=gettext_lazy("Each sees only the people whom they may see anyway."),
    )


class LetterForm(forms.Form):
    """What is written to those who were chosen."""

    subject = forms.CharField(
        label=gettext_lazy("Subject"),
        max_length=80,
        error_messages={"required": gettext_lazy("Enter a subject")},
    )
    text = forms.CharField(
        label=gettext_lazy("What do you want to say?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": "8"}),
        help_text=gettext_lazy("Plain text. An empty line begins a new paragraph. Nothing about a single person."),
        error_messages={"required": gettext_lazy("Write what you want to say")},
    )
