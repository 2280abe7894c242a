"""The universities' own sign-in, for the sign-in page."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from mentoring.federation.selectors import institution_for, providers
from mentoring.federation.views import door_of

register = template.Library()


@register.simple_tag
def university_doors() -> list[dict[str, Any]]:
    """Where one signs in by one's university: ``label`` and ``url``; ``alone`` when there is no other way."""
    return [
        {
            "label": _("Sign in with %(university)s") % {"university": each.name},
            "url": door_of(each),
            "alone": each.only,
        }
        for each in providers()
        if institution_for(each) is not None
    ]
