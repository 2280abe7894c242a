"""Words for reasons and decisions."""

from collections.abc import Collection

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mentoring.recruitment.rules import WhyNot
from mentoring.recruitment.states import ApplicationState

WHY_NOT: dict[WhyNot, str | Promise] = {
    WhyNot.COURSE: _("This scheme takes mentors from other courses."),
    WhyNot.UNIVERSITY: _("This scheme is for students of another university."),
    WhyNot.ALREADY: _("You are a mentor of this year already."),
}


def why_not(reason: WhyNot, mentor_years: Collection[int]) -> str:
    """Why somebody cannot apply, and what would do instead."""
    if reason == WhyNot.YEAR:
        years = gettext(" or ").join(str(year) for year in sorted(mentor_years))
        return gettext("This scheme takes mentors who are in year %(years)s while they are mentors.") % {"years": years}
    return str(WHY_NOT[reason])


VERBS: dict[str, str | Promise] = {
    ApplicationState.ACCEPTED: _("Accept"),
    ApplicationState.RESERVE: _("Put on the reserve list"),
    ApplicationState.DECLINED: _("Decline kindly"),
}
