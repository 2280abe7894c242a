"""The rules of a cohort as a form, and what one version of them changed against another (R98)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from schemes.models import Cohort
from schemes.policy import BadPolicy, policy_from
from schemes.rules import names_halls

LARGEST_GROUP = 60
LONGEST_WAIT = 365  # days
LONGEST_PLACE = 80  # letters
HALLS = _("“%(place)s” reads like halls or a private room. Pairs meet where other people are: name a public place.")


class PolicyForm(forms.Form):
    """The knobs that a coordinator may want to turn; the rest stay as the blueprint has them."""

    group_minimum = forms.IntegerField(label=_("Smallest group"), min_value=1, max_value=LARGEST_GROUP)
    group_maximum = forms.IntegerField(label=_("Largest group"), min_value=1, max_value=LARGEST_GROUP)
    hard_maximum = forms.IntegerField(label=_("Never more than"), min_value=1, max_value=LARGEST_GROUP)
    target_size = forms.IntegerField(
        label=_("Fill groups to"),
        min_value=0,
        max_value=LARGEST_GROUP,
        help_text=_("Mentors who are not needed are kept in reserve. 0 to share students out over every mentor."),
    )
    same_campus = forms.BooleanField(label=_("Match only on the same campus"), required=False)
    same_study_mode = forms.BooleanField(label=_("Match only in the same study mode"), required=False)
    contact_floor_days = forms.IntegerField(
        label=_("Contact at least every so many days"),
        min_value=0,
        max_value=LONGEST_WAIT,
        help_text=_(
            "0 for no floor. Published texts keep the floor that people accepted, until you publish them again."
        ),
    )
    floor_per_term = forms.IntegerField(
        label=_("Meetings a term"), min_value=0, max_value=100, help_text=_("0 for no number.")
    )
    quiet_days_settling_in = forms.IntegerField(
        label=_("Days until a pair counts as quiet, settling in"), min_value=7, max_value=LONGEST_WAIT
    )
    quiet_days_studying = forms.IntegerField(
        label=_("Days until a pair counts as quiet, later"), min_value=7, max_value=LONGEST_WAIT
    )
    swap_promise_days = forms.IntegerField(
        label=_("Days in which a wish for another mentor is answered"), min_value=1, max_value=LONGEST_WAIT
    )
    notes_allowed = forms.BooleanField(label=_("Mentors may keep notes, once their mentee permits it"), required=False)
    meeting_places = forms.CharField(
        label=_("Where pairs can meet"),
        help_text=_("Public places on campus, one a line. Mentors choose from them when they invite somebody."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": "5"}),
    )

    def clean_meeting_places(self) -> tuple[str, ...]:
        lines = [" ".join(line.split()) for line in self.cleaned_data["meeting_places"].splitlines()]
        for line in lines:
            if names_halls(line):
                raise ValidationError(HALLS % {"place": line})
            if len(line) > LONGEST_PLACE:
                raise ValidationError(_("A place has at most %(most)d letters.") % {"most": LONGEST_PLACE})
        return tuple(dict.fromkeys(filter(None, lines)))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        try:
            policy_from(data)
        except BadPolicy as error:
            raise ValidationError(str(error)) from error
        except TypeError:  # a field is missing; its own error is shown
            pass
        return data


def initial_policy(cohort: Cohort) -> dict[str, Any]:
    """The cohort's knobs, for the form."""
    return {**cohort.policy.as_json(), "meeting_places": "\n".join(cohort.policy.meeting_places)}


@dataclass(frozen=True)
class RuleChange:
    """One rule that a version of a cohort's rules changed; both values in words, empty for a rule without a field."""

    label: str
    before: str = ""
    after: str = ""


def rule_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[RuleChange]:
    """What one version of the rules (its knobs, of whatever age) changed against another, in the form's own words."""
    then, since = policy_from(before).as_json(), policy_from(after).as_json()
    fields = PolicyForm.base_fields
    changed = [name for name in then if then[name] != since[name]]
    found = [
        RuleChange(str(fields[name].label), _in_words(then[name]), _in_words(since[name]))
        for name in fields
        if name in changed
    ]
    if "nudges" in changed:
        found.append(RuleChange(gettext("What goes out by itself, and when")))
    if "student_led" in changed:
        found.append(RuleChange(gettext("Who leads")))
    if set(changed) - {*fields, "nudges", "student_led"}:
        found.append(RuleChange(gettext("Other rules")))
    return found


def _in_words(value: Any) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list | tuple):
        return ", ".join(value) or gettext("none")
    return str(value)
