"""Arranging a group: its facilitator and its members."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import NotAllowed, WrongState, record
from mentoring.events.models import Booking
from mentoring.events.services import give_places, give_up
from mentoring.participation.models import Participant
from mentoring.support.models import Meeting, SupportGroup
from mentoring.support.permissions import can_arrange, can_facilitate
from schemes.models import Cohort, Unit


@transaction.atomic
def arrange_group(
    *,
    cohort: Cohort,
    unit: Unit,
    name: str,
    facilitator: User,
    members: Iterable[Participant],
    by: User,
    now: datetime,
) -> SupportGroup:
    """Arrange a group of mentors with a facilitator. Raises ``NotAllowed``, ``WrongState``."""
    group = SupportGroup(cohort=cohort, unit=unit, name=name, facilitator=facilitator)
    people = _held(group, members, by, now)
    Cohort.objects.select_for_update().get(pk=cohort.pk)
    if SupportGroup.objects.filter(cohort=cohort, name=name).exists():
        raise WrongState(_("There is a group of this name already."))
    group.save()
    group.members.set(people)
    fields = ["name", "facilitator", "members"]
    record(verb="support group arranged", obj=group, by=by, now=now, fields=fields, scheme_id=cohort.scheme_id)
    return group


def _held(group: SupportGroup, members: Iterable[Participant], by: User, now: datetime) -> list[Participant]:
    """The members, once it is clear that actor, facilitator and members fit the group."""
    today = timezone.localdate(now)
    if not can_arrange(by, group.cohort, group.unit, today):
        raise NotAllowed(_("You arrange groups of your own unit."))
    if not can_facilitate(group.facilitator, group.cohort, group.unit, today):
        raise WrongState(
            _("%(name)s has no appointment to facilitate a group of this unit.") % {"name": group.facilitator}
        )
    people = list(members)
    if not all(one.is_mentor and one.cohort_id == group.cohort_id for one in people):
        raise WrongState(_("Members are mentors of the same year."))
    return people


def _give_places_anew(meeting: Meeting, people: list[Participant], by: User, now: datetime) -> None:
    """A place for who is in the group now, none any more for who is not."""
    gone = Booking.objects.filter(event=meeting.event).standing().exclude(participant__in=people)
    for booking in gone.select_related("event__cohort"):
        give_up(booking=booking, by=by, now=now)
    give_places(event=meeting.event, participants=people, by=by, now=now)


@transaction.atomic
def change_group(
    *, group: SupportGroup, name: str, facilitator: User, members: Iterable[Participant], by: User, now: datetime
) -> SupportGroup:
    """Change a group's name, facilitator or members; new ones come in with the meetings still to come.

    What was said before stays with those to whom it was said (trust.md §2).
    """
    group.name, group.facilitator = name, facilitator
    people = _held(group, members, by, now)
    Cohort.objects.select_for_update().get(pk=group.cohort_id)
    if SupportGroup.objects.filter(cohort=group.cohort_id, name=name).exclude(pk=group.pk).exists():
        raise WrongState(_("There is a group of this name already."))
    group.save(update_fields=["name", "facilitator"])
    group.members.set(people)
    to_come = Meeting.objects.filter(group=group, event__starts_at__gt=now)
    to_come.update(facilitator=facilitator)
    for meeting in to_come.select_related("event__cohort__scheme"):
        _give_places_anew(meeting, people, by, now)
    scheme_id = group.cohort.scheme_id
    fields = ["name", "facilitator", "members"]
    record(verb="support group changed", obj=group, by=by, now=now, fields=fields, scheme_id=scheme_id)
    return group
