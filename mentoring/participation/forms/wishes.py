"""The wishes form. "No preference" is every question's first answer; an answer that is not needed is not asked."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mentoring.participation import consents
from mentoring.participation.rules import MUST, PREFER
from mentoring.participation.states import Attribute
from mentoring.participation.vocabularies import to_choose_from
from schemes.policy import Policy

NONE = "none"
KINDS = [
    (NONE, gettext_lazy("No preference")),
    (PREFER, gettext_lazy("I would prefer")),
    (MUST, gettext_lazy("It must be")),
]

WHY = {
    Attribute.GENDER: gettext_lazy("Some people talk more easily with one gender. Who sees it: nobody."),
    Attribute.ETHNICITY: gettext_lazy("Some people feel more at ease with somebody alike. Who sees it: nobody."),
    Attribute.HOME_COUNTRY: gettext_lazy("Somebody from home may know what is new. Who sees it: nobody."),
    Attribute.RELIGION: gettext_lazy("For some, faith shapes whom they can meet. Who sees it: nobody."),
}


class AnswerIfAsked(forms.ChoiceField):
    """A choice whose question stands only after another answer; the form says when it is missing."""

    def validate(self, value: Any) -> None:
        if value:
            super().validate(value)


def _choices(attribute: str, blank: str) -> list[tuple[str, Any]]:
    return [("", blank), *to_choose_from(attribute)]


class WishesForm(forms.Form):
    """Shared ends of both forms: consent, and turning answers into ``Wishes.told``."""

    use_required_attribute = False

    def add_own(self, attribute: str, told: Mapping[str, Any]) -> None:
        """Ask for the person's own attribute; leaving it blank is an answer."""
        field = forms.ChoiceField(choices=_choices(attribute, _("I would rather not say")), required=False)
        field.label = _("Your own %(attribute)s") % {"attribute": Attribute(attribute).label}
        field.help_text = _("Who sees it: nobody. Kept encrypted, and deleted 30 days after the year.")
        field.initial = told["own"].get(attribute, "")
        self.fields[f"own_{attribute}"] = field

    def add_consent(self, told: Mapping[str, Any]) -> None:
        self.fields["consent"] = forms.BooleanField(
            label=str(consents.WISHES.text),
            required=False,
            initial=any(told.values()),
        )

    def own_fields(self) -> list[BoundField]:
        """The questions about the person themselves."""
        return [self[name] for name in self.fields if name.startswith("own_")]

    def own(self) -> dict[str, str]:
        return {
            name.removeprefix("own_"): value for name, value in self.cleaned_data.items() if name.startswith("own_")
        }

    def told(self) -> dict[str, Any]:
        raise TypeError("Each role's form says what was told.")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        told = self.told()
        anything = any(told["own"].values()) or told["wishes"] or told["exceptions"]
        if anything and not data.get("consent"):
            self.add_error("consent", _("Tick the box to agree, or choose “No preference” throughout"))
        return data


class MenteeWishesForm(WishesForm):
    """What a mentee wishes their mentor to be like, and the least about themselves."""

    def __init__(self, *args: Any, policy: Policy, told: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = policy.ask_wishes
        for attribute in self.asked:
            self._add_wish(attribute, told["wishes"].get(attribute, {}))
        for attribute in policy.mentor_exceptions:
            self.add_own(attribute, told)
        self.add_consent(told)

    def _add_wish(self, attribute: str, wish: Mapping[str, str]) -> None:
        label = Attribute(attribute).label
        self.fields[f"kind_{attribute}"] = forms.ChoiceField(
            label=_("My mentor’s %(attribute)s") % {"attribute": label},
            help_text=WHY[Attribute(attribute)],
            choices=KINDS,
            initial=wish.get("kind", NONE),
            widget=forms.RadioSelect(attrs={"data-columns": "row"}),
            error_messages={"required": _("Choose “No preference” if it does not matter")},
        )
        value = AnswerIfAsked(choices=_choices(attribute, _("Choose")))
        value.label = _("Which %(attribute)s?") % {"attribute": label}
        value.initial = wish.get("value", "")
        self.fields[f"value_{attribute}"] = value

    def groups(self) -> list[tuple[BoundField, BoundField]]:
        """Each wish's two questions: how much it matters, and which."""
        return [(self[f"kind_{a}"], self[f"value_{a}"]) for a in self.asked]

    def told(self) -> dict[str, Any]:
        answers = self.cleaned_data
        wishes = {
            a: {"kind": answers[f"kind_{a}"], "value": answers.get(f"value_{a}", "")}
            for a in self.asked
            if answers.get(f"kind_{a}", NONE) not in ("", NONE)
        }
        return {"own": self.own(), "wishes": wishes, "exceptions": []}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for attribute, wish in self.told()["wishes"].items():
            if not wish["value"] and f"value_{attribute}" not in self.errors:
                label = Attribute(attribute).label
                self.add_error(
                    f"value_{attribute}",
                    _("Choose which %(attribute)s, or “No preference”") % {"attribute": label},
                )
        return data


class MentorWishesForm(WishesForm):
    """A mentor's exceptions, and what mentees may wish for (R34)."""

    def __init__(self, *args: Any, policy: Policy, told: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.exceptions = policy.mentor_exceptions
        for attribute in self.exceptions:
            self.fields[f"exception_{attribute}"] = forms.BooleanField(
                label=_("Only match me with students of my own %(attribute)s")
                % {"attribute": Attribute(attribute).label},
                required=False,
                initial=attribute in told["exceptions"],
            )
        for attribute in dict.fromkeys((*policy.mentor_exceptions, *policy.ask_wishes)):
            self.add_own(attribute, told)
        self.add_consent(told)

    def groups(self) -> list[BoundField]:
        """The exceptions."""
        return [self[f"exception_{a}"] for a in self.exceptions]

    def told(self) -> dict[str, Any]:
        chosen = [a for a in self.exceptions if self.cleaned_data.get(f"exception_{a}")]
        return {"own": self.own(), "wishes": {}, "exceptions": chosen}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for attribute in self.told()["exceptions"]:
            if not data.get(f"own_{attribute}"):
                label = Attribute(attribute).label
                self.add_error(
                    f"own_{attribute}",
                    _("Tell us your own %(attribute)s: the exception needs it") % {"attribute": label},
                )
        return data
