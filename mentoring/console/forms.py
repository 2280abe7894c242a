"""The dashboard's forms: until when, whose it is, which rows, under which name."""

import re
from datetime import date, timedelta
from itertools import product
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from schemes.forms import day_field
from schemes.models import Programme
from schemes.words import (
    BY_KEY,
    ENGLISH,
    LANGUAGES,
    LONGEST,
    WELSH,
    WORDS,
    OwnWords,
    Word,
    fault_of,
    own_words,
    same_words,
)

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


class WordField(forms.CharField):
    """One form of a word; empty for the product's. All of them may be empty, and the page says so once."""

    is_said_optional = False

    def __init__(self, label: Any, language: str) -> None:
        said = {"max_length": gettext_lazy("Use at most %(limit_value)d letters")}
        super().__init__(label=label, required=False, max_length=LONGEST, strip=False, error_messages=said)
        self.widget.attrs.update(autocapitalize="none", autocomplete="off", lang=language)

    def clean(self, value: Any) -> str:
        """The word with single spaces and a curved apostrophe."""
        given: str = super().clean(value)
        word = re.sub(" +", " ", given.replace("'", "’")).strip(" ")
        if given and not word:
            raise forms.ValidationError(_("There are only spaces here. Leave it empty to keep the usual word"))
        if word and fault_of(word):
            raise forms.ValidationError(_("Use letters, spaces, hyphens and apostrophes, and begin with a letter"))
        return word


LABELS = {
    ENGLISH: (gettext_lazy("One, in English"), gettext_lazy("Several, in English"), gettext_lazy("In English")),
    WELSH: (gettext_lazy("One, in Welsh"), gettext_lazy("Several, in Welsh"), gettext_lazy("In Welsh")),
}


class WordsForm(forms.Form):
    """What a scheme calls things, in both languages."""

    def __init__(self, *args: Any, own: OwnWords, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for word, language in product(WORDS, LANGUAGES):
            told, names = own.forms(word.key, language), names_of(word, language)
            one, several, only = LABELS[language]
            for at, (name, label) in enumerate(zip(names, (one, several) if len(names) > 1 else (only,), strict=True)):
                self.fields[name] = WordField(label, language)
                self.initial[name] = told[at] if told else ""

    def rows(self) -> list[tuple[Word, list[Any]]]:
        """Each word with its fields, in the order of the page."""
        return [(word, [self[name] for code in LANGUAGES for name in names_of(word, code)]) for word in WORDS]

    def clean(self) -> dict[str, Any]:
        """``own`` is the scheme's words."""
        data = super().clean() or {}
        for word, language in product(WORDS, LANGUAGES):
            names = names_of(word, language)
            lacking = [name for name in names if not data.get(name) and name not in self.errors]
            if lacking and len(lacking) < len(names):
                self.add_error(lacking[0], _("Give both, one and several, or leave both empty"))
        own = own_words({
            word.key: {code: [data.get(name, "") for name in names_of(word, code)] for code in LANGUAGES}
            for word in WORDS
        })  # fmt: skip
        for key, language, at in same_words(own):
            said = _("“%(word)s” names something else already: two things need two words")
            name = names_of(BY_KEY[key], language)[at]
            self.add_error(name, said % {"word": own.forms(key, language)[at]})
        return {**data, "own": own}


def names_of(word: Word, language: str) -> list[str]:
    """The names of a word's fields in a language."""
    return [f"{word.key}_{language}_{at}" for at, _form in enumerate(word.forms(language), start=1)]
