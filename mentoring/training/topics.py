"""What training can cover, by slug; a policy names the ones it requires (R19 to R21)."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TITLES: dict[str, str | Promise] = {
    "ethics-confidentiality": _("Ethics and confidentiality"),
    "social-academic": _("Social and academic support"),
    "boundaries": _("Boundaries"),
    "role": _("What a mentor is and is not"),
    "skills": _("Skills"),
    "benefits": _("What mentors get out of it"),
    "support-available": _("The support there is, for mentees and mentors"),
    "scenarios": _("Common and uncommon situations"),
    "communication": _("How to keep in touch"),
    "staff-role": _("What staff do"),
    "agreement": _("The agreement, dos and don’ts"),
    "contacts": _("Useful contacts"),
}


def title_of(topic: str) -> str:
    """A topic's title; one that a policy names and we do not know is shown by its own words."""
    return str(TITLES.get(topic) or topic.replace("-", " ").capitalize())


def topics_to_tick(required: tuple[str, ...]) -> list[str]:
    """The topics a session may be ticked for: the required ones first, then the rest in order."""
    return [*required, *(topic for topic in TITLES if topic not in required)]
