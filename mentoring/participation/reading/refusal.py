"""The one way in which reading a file fails."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mentoring.participation.reading.limits import MAX_ROWS


class UnreadableFile(Exception):
    """The file cannot be read as a table: what is the matter, and what the coordinator can do about it.

    Both sentences are translatable. Nothing of the file's content is in them, so they may be logged.
    """

    def __init__(self, message: str | Promise, hint: str | Promise = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


def too_many_rows() -> UnreadableFile:
    return UnreadableFile(
        _("The file has more than %(most)d rows.") % {"most": MAX_ROWS},
        _("Split it, by school for instance, and import the parts one after the other."),
    )
