"""Who can see this, asked of the permissions: a page cannot say what they do not."""

from django import template
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from accounts.models import User
from schemes.models import Cohort, Unit
from schemes.roles import Capability
from schemes.selectors import who_holds
from schemes.states import Role

register = template.Library()


@register.simple_tag
def who_can(
    capability: str, cohort: Cohort, unit: Unit | None = None, besides: str = "", but: User | None = None
) -> str:
    """The people, by name, who hold a capability over a unit in a cohort today: for "Who can see this?".

    ``besides`` is a role that holds it for what is its own alone, ``but`` somebody from whom this is kept.
    """
    left_out = Role(besides) if besides else None
    today = timezone.localdate()
    people = who_holds(Capability(capability), cohort=cohort, unit=unit, today=today, besides=left_out)
    return get_text_list([person.full_name for person in people if person != but], _("and")) or _("nobody")
