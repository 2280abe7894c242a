"""What somebody says about themselves. Nothing is shown to a match unless they choose it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mentoring.lib.limits import at_most
from mentoring.participation.models import Participant, ProfileFact
from mentoring.participation.states import FactKind
from mentoring.participation.vocabularies import FACTS

LONGEST_HELLO = 600
SEVERAL = (FactKind.INTEREST, FactKind.CIRCUMSTANCE, FactKind.LANGUAGE)
LABELS = {
    FactKind.INTEREST: gettext_lazy("What do you enjoy?"),
    FactKind.CIRCUMSTANCE: gettext_lazy("Is any of this you?"),
    FactKind.LANGUAGE: gettext_lazy("Which languages do you speak besides English?"),
    FactKind.ROUTE: gettext_lazy("How did you come to university?"),
    FactKind.COLLEGE: gettext_lazy("Which school or college were you at before?"),
}


class ProfileForm(forms.Form):
    """Own words, then the facts; each fact with "Show this to my match"."""

    hello = forms.CharField(
        label=gettext_lazy("Say hello in your own words"),
        max_length=LONGEST_HELLO,
        required=False,
        widget=forms.Textarea(attrs={"rows": "4"}),
    )

    def __init__(self, *args: Any, participant: Participant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        facts = list(participant.facts.all())
        self.fields["hello"].initial = participant.hello
        hint = (
            _("Two or three sentences: something that went wrong for you, something people can ask you.")
            if participant.is_mentor
            else _("Two or three sentences, if you like. Leaving it empty is fine.")
        )
        self.fields["hello"].help_text = at_most(LONGEST_HELLO, hint)
        for kind in LABELS:
            self._add_fact(kind, [fact for fact in facts if fact.kind == kind])

    def _add_fact(self, kind: FactKind, facts: list[ProfileFact]) -> None:
        values = [fact.value for fact in facts]
        if kind == FactKind.COLLEGE:
            field: forms.Field = forms.CharField(max_length=80, initial="".join(values))
        elif kind in SEVERAL:
            widget = forms.CheckboxSelectMultiple(attrs={"data-columns": "2"})
            field = forms.MultipleChoiceField(choices=FACTS[kind], widget=widget, initial=values)
        else:
            field = forms.ChoiceField(
                choices=[("", _("I would rather not say")), *FACTS[kind]], initial="".join(values)
            )
        field.label, field.required = LABELS[kind], False
        self.fields[kind] = field
        self.fields[f"show_{kind}"] = forms.BooleanField(
            label=_("Show this to my match"), required=False, initial=any(fact.is_shown for fact in facts)
        )

    def facts(self) -> Iterable[tuple[str, str]]:
        """The answers as (kind, value) pairs."""
        for kind in LABELS:
            answer = self.cleaned_data[kind]
            for value in answer if isinstance(answer, list) else [answer]:
                yield str(kind), value

    def shown(self) -> set[str]:
        """The kinds that the person chose to show."""
        return {str(kind) for kind in LABELS if self.cleaned_data[f"show_{kind}"]}
