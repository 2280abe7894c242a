"""The texts that people consent to. A changed text gets a new version; the old one is never edited, nor renamed."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from schemes.speech import never_renamed


@dataclass(frozen=True)
class ConsentText:
    """A text and its version; consents are recorded against the version."""

    version: str
    text: Promise


WISHES = ConsentText(
    "wishes-1",
    never_renamed(
        _(
            "I agree that what I tell here about gender, ethnicity, home country and religion "
            "is used to choose who I am matched with, and for nothing else."
        )
    ),
)

NOTES = ConsentText(
    "notes-2",
    never_renamed(
        _(
            "My mentor may keep notes about what we talk about. I know that one note can be shown to one person of "
            "staff: if I agree, or if somebody is in serious danger. I can take this back at any time."
        )
    ),
)
