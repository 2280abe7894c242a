"""What an address and a name of a person may hold, wherever it comes from."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def validate_plain_address(value: str) -> None:
    """Refuse an address with letters that only look like plain ones: two people must never look like one."""
    odd = next((letter for letter in value if not letter.isascii()), "")
    if odd:
        raise ValidationError(_("This address has a character that no university address has: %(odd)s") % {"odd": odd})


def validate_one_line(value: str) -> None:
    """Refuse a line break or another control character in a name."""
    if any(unicodedata.category(letter) in {"Cc", "Zl", "Zp"} for letter in value):
        raise ValidationError(_("A name is one line: it has a line break or another character that cannot be seen."))
