"""How much may be written, said beside the field: a browser cuts what is pasted too long, and says nothing of it."""

from django.utils.formats import number_format
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext as _


def _at_most(letters: int, hint: str | Promise = "") -> str:
    limit = _("At most %(number)s letters.") % {"number": number_format(letters, force_grouping=True)}
    return f"{hint} {limit}" if hint else limit


# (letters, hint) -> the hint of a field and how long its text may be, in the language in which it is shown.
at_most = lazy(_at_most, str)
