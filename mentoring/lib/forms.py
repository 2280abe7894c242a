"""The form of the style guide: one field of every kind that a page may have."""

from django import forms

from mentoring.lib.choices import hinted

MENTEES = [("aisha", "Aisha"), ("ben", "Ben"), ("chidi", "Chidi"), ("all", "All three")]
WAYS = [
    ("person", "In person"),
    ("message", "Message"),
    ("email", "E-mail"),
    ("video", "Video call"),
    ("phone", "Phone"),
    ("tried", "Tried, no reply"),
]
READERS = [
    ("una", hinted("Una, senior mentor", "A student, two years ahead")),
    ("sam", hinted("Sam, coordinator", "University staff")),
]


class SampleForm(forms.Form):
    """Not sent anywhere; shows how each control looks, empty, filled and with an error."""

    who = forms.ChoiceField(
        label="Who with?",
        choices=MENTEES,
        widget=forms.RadioSelect(attrs={"data-columns": "2"}),
        error_messages={"required": "Select who you were in contact with"},
    )
    how = forms.ChoiceField(
        label="How?",
        choices=WAYS,
        widget=forms.RadioSelect(attrs={"data-columns": "3"}),
        error_messages={"required": "Select how you were in contact"},
    )
    reader = forms.ChoiceField(
        label="Who should deal with it?",
        choices=READERS,
        widget=forms.RadioSelect,
        error_messages={"required": "Select who should deal with it"},
    )
    about = forms.MultipleChoiceField(
        label="What was it about?",
        help_text="Choose as many as you like.",
        choices=[("library", "Library"), ("money", "Money"), ("friends", "Making friends")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    day = forms.DateField(
        label="When?",
        help_text="Today is filled in for you.",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "Enter the date"},
    )
    place = forms.ChoiceField(
        label="Where?", choices=[("", "Choose a place"), ("cafe", "Café"), ("library", "Library")], required=False
    )
    subject = forms.CharField(label="Subject", max_length=60, error_messages={"required": "Enter a subject"})
    note = forms.CharField(
        label="Anything worth remembering?",
        help_text="Keep it short. Do not write health or personal details here.",
        widget=forms.Textarea(attrs={"rows": "3"}),
        required=False,
    )
    file = forms.FileField(label="A file", required=False)
    agreed = forms.BooleanField(
        label="I have read the role description", error_messages={"required": "Tick the box when you have read it"}
    )
