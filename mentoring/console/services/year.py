"""The steps of the year, moved."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import NotAllowed, WrongState
from schemes.models import Cohort, Milestone
from schemes.permissions import can_edit_scheme
from schemes.rules import passed_by
from schemes.selectors import milestone_days, order_of_year
from schemes.services import move_milestone


@transaction.atomic
def move_step(*, milestone: Milestone, to: date, by: User, now: datetime) -> Milestone:
    """Move a step of the year to a day; the order of the year stays. Raises ``NotAllowed``, ``WrongState``."""
    cohort = milestone.cohort
    if not can_edit_scheme(by, cohort.scheme, timezone.localdate(now)):
        raise NotAllowed
    Cohort.objects.select_for_update().get(pk=cohort.pk)  # two moves at once take turns
    milestone.refresh_from_db(fields=["days"])
    days = milestone_days(cohort)
    order = order_of_year(cohort)
    if passed := passed_by(milestone.key, to, order=order, days=days):
        raise WrongState(_out_of_order(cohort, passed, days[passed], is_earlier=to < days[passed]))
    return move_milestone(milestone=milestone, to=to, by=by, now=now)


def _out_of_order(cohort: Cohort, passed: str, day: date, *, is_earlier: bool) -> str:
    """Why a step cannot be on its new day: which other one it would pass."""
    name = next(milestone.label for milestone in cohort.milestones.all() if milestone.key == passed)
    if is_earlier:
        words = _("“%(name)s” comes first, on %(day)s. Choose that day or a later one, or move that step before.")
    else:
        words = _("“%(name)s” comes after it, on %(day)s. Choose that day or an earlier one, or move that step before.")
    return words % {"name": name, "day": date_format(day, "j F Y")}
