"""The universities' own sign-in, for the sign-in page."""

from typing import Any

from allauth.account.adapter import get_adapter
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


@register.simple_tag(takes_context=True)
def may_sign_up(context: template.Context) -> bool:
    """Whether somebody whom nobody added can make an account here."""
    request = context["request"]
    return bool(get_adapter(request).is_open_for_signup(request))
