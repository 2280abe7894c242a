"""The contact log's form: who, how, save; everything else has an answer already."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mentoring.contacts.models import Contact, SupportService
from mentoring.contacts.rules import TRIED, channel_of, how_of, is_day_possible, kind_of, said_of
from mentoring.contacts.selectors import Remembered
from mentoring.contacts.services import ContactFacts
from mentoring.contacts.states import Channel, ContactKind, Topic
from mentoring.lib.keys import keys_from
from mentoring.lib.limits import at_most
from mentoring.matching.models import Match

ALL = "all"
LONGEST_NOTE = 500
HOW = [
    (Channel.IN_PERSON, gettext_lazy("In person")),
    (Channel.MESSAGE, gettext_lazy("Message")),
    (Channel.EMAIL, gettext_lazy("E-mail")),
    (Channel.VIDEO, gettext_lazy("Video call")),
    (Channel.PHONE, gettext_lazy("Phone")),
    (TRIED, gettext_lazy("Tried, no reply")),
]
SAID = [
    ("", gettext_lazy("Not yet")),
    (ContactKind.REPLY, gettext_lazy("They answered")),
    (ContactKind.GROUP, gettext_lazy("We met as a group")),
]
DETAILS = ("some", "day", "topics", "signposted", "note")


def _all_words(people: int) -> str:
    few = {2: _("Both"), 3: _("All three"), 4: _("All four"), 5: _("All five"), 6: _("All six")}
    return few.get(people) or ngettext("All %(n)d", "All %(n)d", people) % {"n": people}


class FormKey(forms.UUIDField):
    """The key of one opened form; a missing or broken one is no reason to bother anybody."""

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value) or uuid.uuid4()
        except forms.ValidationError:
            return uuid.uuid4()


class ContactForm(forms.Form):
    """``matches`` is the mentor's group; ``note_for`` are the matches for which a note may be kept."""

    use_required_attribute = False

    who = forms.ChoiceField(
        label=gettext_lazy("Who with?"),
        widget=forms.RadioSelect(attrs={"data-columns": "2"}),
        error_messages={"required": gettext_lazy("Select who you were in contact with")},
    )
    how = forms.ChoiceField(
        label=gettext_lazy("How?"),
        choices=HOW,
        widget=forms.RadioSelect(attrs={"data-columns": "3"}),
        error_messages={"required": gettext_lazy("Select how you were in contact")},
    )
    day = forms.DateField(
        label=gettext_lazy("Which day?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Enter the date"),
            "invalid": gettext_lazy("Enter the date, such as 12/10/2026"),
        },
    )
    said = forms.ChoiceField(
        label=gettext_lazy("Any answer?"),
        help_text=gettext_lazy("When you met or talked, you were in touch: leave this as it is."),
        choices=SAID,
        required=False,
        widget=forms.RadioSelect(attrs={"data-columns": "3"}),
    )
    topics = forms.MultipleChoiceField(
        label=gettext_lazy("What was it about?"),
        choices=Topic.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"data-columns": "2"}),
    )
    form_key = FormKey(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        matches: Sequence[Match],
        services: Sequence[SupportService],
        note_for: Sequence[Match] = (),
        last_channel: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.matches, self.services = {str(match.pk): match for match in matches}, services
        self.note_for, self.last_channel = list(note_for), last_channel
        names = [(key, match.mentee.user.first_name) for key, match in self.matches.items()]
        who = cast(forms.ChoiceField, self.fields["who"])
        who.choices = [*names, *([(ALL, _all_words(len(names)))] if len(names) > 1 else [])]
        if len(names) > 2:
            self._add_some(names)
        if services:
            self._add_signposting()
        if self.note_for:
            self._add_note()

    def _add_some(self, names: list[tuple[str, str]]) -> None:
        self.fields["some"] = forms.MultipleChoiceField(
            label=_("Several, but not all?"),
            help_text=_("If you choose anybody here, it counts instead of the choice above."),
            choices=names,
            required=False,
            widget=forms.CheckboxSelectMultiple(attrs={"data-columns": "2"}),
        )

    def _add_signposting(self) -> None:
        self.fields["signposted"] = forms.MultipleChoiceField(
            label=_("Did you point to a service?"),
            choices=[(str(service.pk), service.name) for service in self.services],
            required=False,
            widget=forms.CheckboxSelectMultiple(attrs={"data-columns": "2"}),
        )

    def _add_note(self) -> None:
        names = ", ".join(match.mentee.user.first_name for match in self.note_for)
        hint = _(
            "%(names)s allowed this. Only you read it, until you show it to them. "
            "Leave out what they would not like to read about themselves."
        )
        self.fields["note"] = forms.CharField(
            label=_("A short note, for yourself"),
            help_text=at_most(LONGEST_NOTE, hint % {"names": names}),
            required=False,
            max_length=LONGEST_NOTE,
            widget=forms.Textarea(attrs={"rows": "3"}),
        )

    def chosen(self) -> list[Match]:
        """The matches that were chosen."""
        some = self.cleaned_data.get("some") or []
        who = self.cleaned_data["who"]
        keys = some or (list(self.matches) if who == ALL else [who])
        return [self.matches[key] for key in keys]

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if not is_day_possible(day, today=timezone.localdate(), since=[]):
            raise forms.ValidationError(_("Choose today or a day before"))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.keys() & {"who", "people"} and "day" in data:
            chosen = self.chosen()
            since = [timezone.localdate(match.introduced_at or match.made_at) for match in chosen]
            if not is_day_possible(data["day"], today=timezone.localdate(), since=since):
                self.add_error("day", _("Choose a day after you were introduced"))
            allowed = {match.pk for match in self.note_for}
            if data.get("note") and (len(chosen) != 1 or chosen[0].pk not in allowed):
                self.add_error("note", _("A note is about one person who allowed it"))
        return data

    def facts(self) -> ContactFacts:
        """What was told, for the service."""
        data, chosen = self.cleaned_data, self.chosen()
        pointed = set(data.get("signposted") or [])
        return ContactFacts(
            matches=chosen,
            kind=kind_of(data["how"], said=data["said"], people=len(chosen)),
            channel=channel_of(data["how"], self.last_channel),
            happened_on=data["day"],
            topics=data["topics"],
            signposted=[service for service in self.services if str(service.pk) in pointed],
            note=data.get("note", "").strip(),
        )

    @property
    def has_open_details(self) -> bool:
        """Whether the details hold a problem and so stand open."""
        return any(name in self.errors for name in DETAILS)


class KeptForm(ContactForm):
    """What a phone kept: the people one by one, as they stood when it was filled in; a key; never a note."""

    people = forms.MultipleChoiceField(
        error_messages={
            "required": gettext_lazy("Select who you were in contact with"),
            "invalid_choice": gettext_lazy("Somebody you chose is no longer in your group."),
        }
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form_key"] = forms.UUIDField()
        del self.fields["who"]
        self.fields.pop("some", None)
        cast(forms.MultipleChoiceField, self.fields["people"]).choices = [(key, key) for key in self.matches]

    def chosen(self) -> list[Match]:
        return [self.matches[key] for key in self.cleaned_data["people"]]


def answers_noted(asked: Mapping[str, str]) -> dict[str, Any]:
    """What somebody noted without a connection, from the address that leads back to the form; nonsense is left out."""
    noted: dict[str, Any] = {}
    if asked.get("how", "") in dict(HOW):
        noted["how"] = asked["how"]
    if day := _day_of(asked.get("day", "")):
        noted["day"] = day
    if key := _key_of(asked.get("key", "")):
        noted["form_key"] = key
    return noted


def _day_of(text: str) -> date | None:
    """A day written as 2026-10-12; ``None`` for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _key_of(text: str) -> uuid.UUID | None:
    """A form's key; ``None`` for anything else."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def first_answers(last: Remembered, matches: Sequence[Match], *, chosen: str, today: date) -> dict[str, Any]:
    """What a new form begins with: ``chosen`` (a match key from a link), else the last choices."""
    keys = {match.pk for match in matches}
    known = last.who & keys
    if keys & set(keys_from([chosen])):
        who = chosen
    elif len(keys) == 1 or (len(known) == 1 and len(last.who) == 1):
        who = str(next(iter(known or keys)))
    else:
        who = ALL
    return {"who": who, "how": last.how, "day": today, "said": "", "form_key": uuid.uuid4()}


def answers_of(contact: Contact, matches: Sequence[Match]) -> dict[str, Any]:
    """What a correction begins with."""
    told = [str(match.pk) for match in contact.matches.all()]
    return {
        "who": told[0] if len(told) == 1 else ALL,
        "some": told if 1 < len(told) < len(matches) else [],
        "how": how_of(contact.kind, contact.channel),
        "day": contact.happened_on,
        "said": said_of(contact.kind, contact.channel),
        "topics": contact.topics,
        "signposted": [str(service.pk) for service in contact.signposted.all()],
    }
