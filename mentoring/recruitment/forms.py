"""An advert, and an application to it."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from mentoring.recruitment.models import Advert, Application
from mentoring.recruitment.rules import WhyNot, why_not_eligible
from mentoring.recruitment.selectors import candidate_for, programmes_of
from mentoring.recruitment.services import AdvertDetails, Offer
from mentoring.recruitment.wording import why_not
from schemes.models import Cohort, Programme

DATE = {"type": "date"}
LONGEST_COURSE = 6


class AdvertForm(forms.Form):
    """What an advert says and when it is open."""

    cohort = forms.ModelChoiceField(
        label=_("Mentors for which year?"), queryset=Cohort.objects.none(), empty_label=None
    )
    title = forms.CharField(label=_("Title"), max_length=200, error_messages={"required": _("Enter a title")})
    text = forms.CharField(
        label=_("What mentoring is, and what you get from it"),
        help_text=_("In plain words. An empty line starts a new paragraph."),
        widget=forms.Textarea(attrs={"rows": "10"}),
        error_messages={"required": _("Say what mentoring is")},
    )
    opens_on = forms.DateField(
        label=_("Opens on"),
        widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
        error_messages={"required": _("Enter the day on which applications open")},
    )
    closes_on = forms.DateField(
        label=_("Closes on"),
        help_text=_("People can apply until the end of this day."),
        widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
        error_messages={"required": _("Enter the day on which applications close")},
    )

    def __init__(
        self, *args: Any, cohorts: QuerySet[Cohort] | None, advert: Advert | None = None, **kwargs: Any
    ) -> None:
        names = ["title", "text", "opens_on", "closes_on"]
        initial = {name: getattr(advert, name) for name in names} if advert else {}
        kwargs["initial"] = {**initial, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        if cohorts is None:
            del self.fields["cohort"]
        else:
            self.fields["cohort"].queryset = cohorts  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("opens_on") and given.get("closes_on") and given["closes_on"] < given["opens_on"]:
            self.add_error("closes_on", _("It must close on or after the day it opens"))
        return given

    def details(self) -> AdvertDetails:
        given = self.cleaned_data
        return AdvertDetails(given["title"], given["text"], given["opens_on"], given["closes_on"])


class ApplicationForm(forms.Form):
    """An offer to mentor."""

    programme = forms.ModelChoiceField(
        label=_("Your course"),
        queryset=Programme.objects.none(),
        empty_label=_("Choose your course"),
        error_messages={"required": _("Select your course")},
    )
    year_of_study = forms.TypedChoiceField(
        label=_("Which year of study will you be in while you are a mentor?"),
        choices=[(year, _("Year %(year)s") % {"year": year}) for year in range(1, LONGEST_COURSE + 1)],
        coerce=int,
        widget=forms.RadioSelect(attrs={"data-columns": "3"}),
        error_messages={"required": _("Select your year of study")},
    )
    campus = forms.CharField(
        label=_("Campus"), help_text=_("If your university has more than one."), max_length=64, required=False
    )
    places_offered = forms.TypedChoiceField(
        label=_("How many new students would you look after?"),
        coerce=int,
        widget=forms.RadioSelect(attrs={"data-columns": "3"}),
        error_messages={"required": _("Select how many")},
    )
    why = forms.CharField(
        label=_("Why would you like to be a mentor?"),
        help_text=_("A sentence or two. Only the coordinators who decide read it."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": "4"}),
        required=False,
    )

    def __init__(self, *args: Any, advert: Advert, user: Any, before: Application | None = None, **kwargs: Any) -> None:
        self.advert, self.user = advert, user
        if before:
            names = ["programme", "year_of_study", "campus", "places_offered", "why"]
            kwargs["initial"] = {name: getattr(before, name) for name in names}
        super().__init__(*args, **kwargs)
        policy = advert.cohort.policy
        self.fields["programme"].queryset = programmes_of(advert.cohort.scheme)  # type: ignore[attr-defined]
        sizes = range(policy.group_minimum, policy.hard_maximum * policy.mentor_groups + 1)
        self.fields["places_offered"].choices = [(n, str(n)) for n in sizes]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Eligibility, beside the answer that it hangs on (R8)."""
        given = self.cleaned_data
        if "programme" in given and "year_of_study" in given:
            candidate = candidate_for(self.user, self.advert, given["programme"], given["year_of_study"])
            about = {WhyNot.YEAR: "year_of_study", WhyNot.COURSE: "programme"}
            years = self.advert.cohort.policy.mentor_years
            for reason in why_not_eligible(candidate, years):
                self.add_error(about.get(reason), why_not(reason, years))
        return given

    def offer(self) -> Offer:
        return Offer(**{name: self.cleaned_data[name] for name in Offer.__dataclass_fields__})
