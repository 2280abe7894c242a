"""The texts that people consent to. A changed text gets a new version; the old one is never edited."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class ConsentText:
    """A text and its version; consents are recorded against the version."""

    version: str
    text: Promise


WISHES = ConsentText(
    "wishes-1",
    _(
        "I agree that what I tell here about gender, ethnicity, home country and religion "
        "is used to choose who I am matched with, and for nothing else."
    ),
)

NOTES = ConsentText(
    "notes-1",
    _(
        "My mentor may keep short notes after we have been in touch. I know that staff could read them "
        "if that is needed to protect somebody, and that I can take this back at any time."
    ),
)
