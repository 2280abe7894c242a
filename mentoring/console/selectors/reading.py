"""Who can read what in a year, asked of the permissions themselves; and what a year that students lead shows of itself.

Source: trust.md §2; R94, R95.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from mentoring.concerns.permissions import readers
from mentoring.console.rules import in_bulk
from mentoring.console.selectors.pairs import pairs_of
from mentoring.contacts.models import Contact
from mentoring.contacts.selectors import contacts_visible_to
from mentoring.events.models import Event
from mentoring.events.selectors.plans import events_visible_to
from mentoring.matching.models import Match, SwapRequest
from mentoring.matching.selectors import swaps_visible_to
from mentoring.matching.selectors.runs import runs_visible_to
from mentoring.messaging.models import Message
from mentoring.messaging.selectors import messages_visible_to
from mentoring.messaging.states import MessageState
from mentoring.participation.models import Participant
from mentoring.participation.selectors import participants_visible_to
from mentoring.recruitment.selectors.applications import applications_visible_to
from mentoring.support.selectors.groups import groups_visible_to
from schemes.models import Appointment, Cohort
from schemes.roles import STAFF, STUDENTS_ROLES, Capability
from schemes.selectors import who_holds

LATELY = timedelta(days=30)


@dataclass(frozen=True)
class Kept:
    """One kind of what is kept, the people beyond the pair who can open it, and a word where there are none."""

    what: str
    people: list[User]
    words: str = ""


def kept_in(cohort: Cohort, now: datetime) -> list[Kept]:
    """Everything that is kept about people in a year, with who can open it."""
    today = timezone.localdate(now)

    def holding(capability: Capability) -> list[User]:
        return who_holds(capability, cohort=cohort, today=today)

    groups = holding(Capability.FACILITATE_SUPPORT)
    who_was_there = list(dict.fromkeys([*holding(Capability.RUN_EVENTS), *groups]))
    pair = _("Only the two of the pair. A note can be shown to one named person, for a reason that is kept.")
    return [
        Kept(_("Names, courses, what somebody says about themselves"), holding(Capability.SEE_PEOPLE)),
        Kept(_("What would make mentoring comfortable"), [], _("Nobody. Only the matching uses it.")),
        Kept(_("Proposals for pairs"), holding(Capability.SEE_MATCHES)),
        Kept(_("Who is paired"), holding(Capability.SEE_MATCHES)),
        Kept(_("That a pair was in touch, when and how"), holding(Capability.SEE_CONTACTS)),
        Kept(_("What was said between the two"), [], _("Nobody. It is not kept.")),
        Kept(_("Notes, goals, and what a pair leaves aside"), [], pair),
        Kept(_("Wishes for another mentor"), holding(Capability.HANDLE_SWAPS)),
        Kept(_("Questions without a name"), holding(Capability.HANDLE_SWAPS)),
        Kept(_("Sessions, and who was there"), who_was_there),
        Kept(_("Offers to be a mentor"), holding(Capability.DECIDE_APPLICATIONS)),
        Kept(_("Notes of support groups"), [], _("Only who was in the group at the time.")),
        Kept(_("Which messages were sent"), holding(Capability.SEE_MESSAGES)),
        Kept(_("Worries that somebody has raised"), readers(cohort, None, today, raised_at=now)),
    ]


@dataclass(frozen=True)
class Tried:
    """Somebody of staff, and how many records of a year open to them at this moment."""

    person: User
    role: str
    records: int


def tried_now(cohort: Cohort, today: date) -> list[Tried]:
    """For everybody of the scheme's staff: what the pages of people, pairs, messages and the rest would show them.

    The very reads of those pages are asked, so that the page proves and does not promise.
    """
    held = Appointment.objects.in_force(today).filter(scheme=cohort.scheme_id, role__in=STAFF)
    people: dict[int, Tried] = {}
    for one in held.select_related("user__institution").order_by("starts_on", "pk"):
        if one.user_id not in people:
            count = sum(rows.count() for rows in _everything(one.user, cohort, today))
            people[one.user_id] = Tried(one.user, str(one.get_role_display()), count)
    return list(people.values())


def _everything(user: Any, cohort: Cohort, today: date) -> Iterator[QuerySet[Any]]:
    yield participants_visible_to(user, today).filter(cohort=cohort)
    yield pairs_of(user, cohort, today)
    yield contacts_visible_to(user, today).filter(mentor__cohort=cohort)
    yield swaps_visible_to(user, today).filter(match__cohort=cohort)
    yield runs_visible_to(user, today).filter(cohort=cohort)
    yield events_visible_to(user, today).filter(cohort=cohort)
    yield applications_visible_to(user, today).filter(advert__cohort=cohort)
    yield groups_visible_to(user, today).filter(cohort=cohort)
    yield messages_visible_to(user, today).filter(cohort=cohort)


def leading(cohort: Cohort, today: date) -> list[Appointment]:
    """The students who hold a role, since when, and who appointed them: nobody is made a leader unseen."""
    held = Appointment.objects.in_force(today).filter(scheme=cohort.scheme_id, role__in=STUDENTS_ROLES)
    return list(held.select_related("user", "unit", "appointed_by").order_by("role", "starts_on", "pk"))


def figures_of(cohort: Cohort, now: datetime) -> list[tuple[str, int | None]]:
    """The counts that staff see of a year that students lead; ``None`` for fewer than ten."""
    since = timezone.localdate(now) - LATELY
    people = Participant.objects.filter(cohort=cohort).exclude(state="left")
    known = Match.objects.known().filter(cohort=cohort)
    lately = Contact.objects.filter(mentor__cohort=cohort, withdrawn_at=None, happened_on__gte=since)
    counts = [
        (_("Mentors"), people.mentors().count()),
        (_("Mentees"), people.mentees().count()),
        (_("Pairs"), known.count()),
        (_("Pairs in touch in the last 30 days"), known.filter(contacts__in=lately).distinct().count()),
        (_("Wishes for another mentor this year"), SwapRequest.objects.filter(match__cohort=cohort).count()),
        (_("Sessions so far"), Event.objects.filter(cohort=cohort, cancelled_at=None, starts_at__lte=now).count()),
        (_("Messages sent"), Message.objects.filter(cohort=cohort, state=MessageState.SENT).count()),
    ]
    return [(label, in_bulk(count)) for label, count in counts]
