"""Monday morning: what waits this week, one success, the next date. Counts only, and no concern among them."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mentoring.console.selectors.today import TodayPage, today_of
from mentoring.console.services import MONDAY
from mentoring.console.wording import title_in_words
from mentoring.messaging.letters import Action, Content, Letter, register
from mentoring.messaging.links import absolute
from mentoring.messaging.models import Message
from mentoring.messaging.states import Urgency
from schemes.models import Cohort
from schemes.permissions import appointments_with
from schemes.roles import Capability
from schemes.selectors import year_of

UNSAID = frozenset({"concerns"})  # that there is one is told by its own alert


def monday(message: Message) -> Content | None:
    """To a coordinator: wanted while something waits, and while they are one."""
    reader, cohort, now = message.recipient, message.cohort, message.due_at
    today = timezone.localdate(now)
    if reader is None or cohort is None:
        return None
    if not appointments_with(reader, Capability.SEE_TODAY, today, cohort=cohort):
        return None
    page = today_of(reader, cohort, now)
    waiting = [row for row in page.queue.waiting if row.key not in UNSAID]
    if not waiting:
        return None
    lines = [f"{title_in_words(row.key, row.count)}: {row.count}" for row in waiting]
    return Content(
        subject=ngettext("%(n)d thing this week", "%(n)d things this week", len(waiting)) % {"n": len(waiting)},
        paragraphs=("\n".join(lines), *_more(page, cohort, now)),
        actions=(Action(_("Open Today"), absolute(reverse("console:today"))),),
        why=_("You are getting this on Mondays because you coordinate %(cohort)s.") % {"cohort": cohort},
    )


def _more(page: TodayPage, cohort: Cohort, now: datetime) -> list[str]:
    """One success, and the next date of the year."""
    more = []
    if page.contacted_share:
        more.append(_("%(share)d%% of pairs have been in touch.") % {"share": page.contacted_share})
    today = timezone.localdate(now)
    coming = next((item for item in year_of(cohort, today) if item.on >= today), None)
    if coming:
        more.append(
            _("Next in the year: %(name)s, %(day)s.")
            % {"name": coming.milestone.name, "day": date_format(coming.on, "j F")}
        )
    return more


register(Letter(MONDAY, Urgency.NUDGE, monday, gettext_lazy("Monday: what waits this week")))
