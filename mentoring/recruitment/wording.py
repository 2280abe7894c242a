"""Words for reasons and decisions."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mentoring.recruitment.rules import WhyNot
from mentoring.recruitment.states import ApplicationState

WHY_NOT: dict[WhyNot, str | Promise] = {
    WhyNot.YEAR: _("This scheme takes mentors in other years of study."),
    WhyNot.COURSE: _("This scheme takes mentors from other courses."),
    WhyNot.UNIVERSITY: _("This scheme is for students of another university."),
    WhyNot.ALREADY: _("You are a mentor of this year already."),
}

VERBS: dict[str, str | Promise] = {
    ApplicationState.ACCEPTED: _("Accept"),
    ApplicationState.RESERVE: _("Put on the reserve list"),
    ApplicationState.DECLINED: _("Decline kindly"),
}
