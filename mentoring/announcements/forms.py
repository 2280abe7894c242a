"""The forms of an announcement: its text and audience, and the number that is typed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mentoring.announcements.models import Announcement
from mentoring.announcements.states import Audience
from schemes.models import Cohort, Programme, Unit


class AnnouncementForm(forms.ModelForm):
    """To whom, and what."""

    audience = forms.ChoiceField(
        label=_("To whom?"),
        choices=[choice for choice in Audience.choices if choice[0] != Audience.CHOSEN],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose to whom it goes")},
    )

    class Meta:
        model = Announcement
        fields = ("audience", "programme", "subject", "text")
        labels = {"programme": _("Only one course?")}
        help_texts = {"text": _("Plain text. An empty line begins a new paragraph. Nothing about a single person.")}
        widgets = {"text": forms.Textarea(attrs={"rows": "8"})}
        error_messages = {
            "subject": {"required": _("Enter a subject")},
            "text": {"required": _("Write what you want to say")},
        }

    def __init__(self, *args: Any, cohort: Cohort, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        courses = Programme.objects.filter(unit__path__startswith=unit.path, participants__cohort=cohort).distinct()
        field = self.fields["programme"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  (it is a foreign key)
        field.queryset, field.empty_label = courses, str(_("Every course"))


class CountForm(forms.Form):
    """The number of recipients, typed by whoever agrees to it."""

    count = forms.IntegerField(
        label=_("Type the number of people"),
        min_value=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Type the number of people it goes to"), "invalid": _("Type a number")},
    )
