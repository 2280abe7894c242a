"""Who can read what of a pair, in words: asked of the permissions, never written by hand."""

from collections.abc import Sequence
from datetime import date

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from accounts.models import User
from mentoring.confidences.permissions import may_be_shown_to
from mentoring.matching.models import Match


def names_of(people: Sequence[User], last: str = "") -> str:
    """Full names in a sentence."""
    return get_text_list([person.full_name for person in people], last or _("or"))


def readers_of_notes(match: Match, today: date) -> str:
    """Who reads the notes of a match, for both of them to read."""
    names = {
        "mentor": match.mentor.user.first_name,
        "mentee": match.mentee.user.first_name,
        "staff": names_of(may_be_shown_to(match, sensitive=False, today=today)),
        "safety": names_of(may_be_shown_to(match, sensitive=True, today=today)),
    }
    first = _("%(mentor)s, and %(mentee)s what %(mentor)s shows them. Nobody else.") % names
    if not names["staff"]:
        return first
    one = _("One note at a time can be shown to %(staff)s: if %(mentee)s agrees, or if somebody is in serious danger.")
    more = _("What is sensitive only to %(safety)s.") if names["staff"] != names["safety"] else ""
    return " ".join(filter(None, [first, one % names, more % names]))


def readers_of_understanding(match: Match) -> str:
    """Who reads what a pair wants: no role holds a capability for it."""
    names = {"mentor": match.mentor.user.first_name, "mentee": match.mentee.user.first_name}
    return _("%(mentor)s and %(mentee)s. No coordinator, nobody of staff. It is kept encrypted.") % names
