"""What happened to a person or to a pair, on one line of time: facts only.

Never a wish, a note, a reason or a concern; and each kind of step only for who holds its capability over these people.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from accounts.models import AuditEntry
from mentoring.agreements.models import Acceptance
from mentoring.contacts.models import CheckIn, Contact, CourtesyReply, Invitation
from mentoring.contacts.states import InvitationState
from mentoring.events.models import Attendance
from mentoring.matching.models import Match, SwapRequest
from mentoring.matching.selectors import matches_visible_to, swaps_visible_to
from mentoring.matching.states import SwapState
from mentoring.messaging.models import Message
from mentoring.messaging.selectors import line_of, messages_visible_to
from mentoring.nudges.models import Decision
from mentoring.participation.models import Participant
from mentoring.training.models import TrainedElsewhere
from schemes.permissions import holds
from schemes.roles import Capability


@dataclass(frozen=True)
class Step:
    """One thing that happened, at a moment or on a day. ``url`` leads to more about it."""

    when: datetime | date
    label: str
    detail: str = ""
    tone: str = ""
    url: str = ""

    @property
    def moment(self) -> datetime:
        """For sorting: what is known by its day alone comes last on it."""
        if isinstance(self.when, datetime):
            return self.when
        return timezone.make_aware(datetime.combine(self.when, time.max))


def _newest_first(steps: Iterator[Step]) -> list[Step]:
    return sorted(steps, key=lambda step: step.moment, reverse=True)


def person_history(person: Participant, reader: Any, today: date) -> list[Step]:
    """Everything that the reader may know of what happened to a participant, the newest first; constant queries."""
    return _newest_first(_of_person(person, reader, today))


def pair_history(match: Match, reader: Any, today: date) -> list[Step]:
    """Everything that the reader may know of what happened to a pair, the newest first; constant queries."""
    return _newest_first(_of_pair(match, reader, today))


def _of_person(person: Participant, reader: Any, today: date) -> Iterator[Step]:
    yield from _taking_part(person)
    yield from _trained_elsewhere(person)
    yield from _texts(person)
    unit, cohort = person.programme.unit, person.cohort
    if holds(reader, Capability.RUN_EVENTS, cohort=cohort, today=today, unit=unit):
        yield from _events(person)
    if holds(reader, Capability.SEE_CONTACTS, cohort=cohort, today=today, unit=unit):
        yield from _check_in(person)
        yield from _decisions(person)
    mine = Q(mentor=person) | Q(mentee=person)
    matches = list(matches_visible_to(reader, today).filter(mine).happened())
    for match in matches:
        yield from _match(match, person)
    yield from _in_touch([match for match in matches if tells_of(match, reader, today)], person)
    if not person.is_mentor:
        yield from _swaps(swaps_visible_to(reader, today).filter(match__in=matches))
    if holds(reader, Capability.SEE_MESSAGES, cohort=cohort, today=today, unit=unit):
        sent = messages_visible_to(reader, today).filter(recipient=person.user_id, cohort=person.cohort_id)
        yield from _messages(sent)


def _of_pair(match: Match, reader: Any, today: date) -> Iterator[Step]:
    yield from _match(match)
    if tells_of(match, reader, today):
        yield from _in_touch([match])
        for report in match.quiet_reports.all():
            yield Step(report.reported_at, _("The mentor asked for help: no answer"), tone="attention")
    yield from _swaps(swaps_visible_to(reader, today).filter(match=match))
    about = messages_visible_to(reader, today).filter(object_type="matching.match", object_id=str(match.pk))
    yield from _messages(about, with_names=True)


def tells_of(match: Match, reader: Any, today: date) -> bool:
    """Whether the reader may know that a pair was in touch; a manager knows who is paired, and no more."""
    unit = match.mentee.programme.unit
    return holds(reader, Capability.SEE_CONTACTS, cohort=match.cohort, today=today, unit=unit)


def _in_touch(matches: list[Match], person: Participant | None = None) -> Iterator[Step]:
    yield from _contacts(matches, person)
    yield from _replies(matches)
    yield from _meetings(matches, person)


MOVES = {
    "participant left": "left",
    "participant paused": "paused",
    "participant enrolled": "enrolled",
    "nudges paused": "quiet",
    "nudges resumed": "loud",
}


def _taking_part(person: Participant) -> Iterator[Step]:
    """Joining, pausing, stopping and coming back, from the trail; who did it is not part of it."""
    joined = _("Joined as a mentor") if person.is_mentor else _("Joined as a mentee")
    yield Step(person.enrolled_at, joined, tone="brand")
    words = {
        "left": _("Stopped taking part"),
        "paused": _("Began a pause"),
        "enrolled": _("Took part again"),
        "quiet": _("Reminders paused"),
        "loud": _("Reminders on again"),
    }
    entries = AuditEntry.objects.filter(
        object_type=person._meta.label_lower, object_id=str(person.pk), verb__in=MOVES
    ).order_by("at")
    seen = list(entries.values_list("at", "verb"))
    for at, verb in seen:
        yield Step(at, words[MOVES[verb]])
    if person.left_at and not any(verb == "participant left" for _at, verb in seen):
        yield Step(person.left_at, words["left"])


def _events(person: Participant) -> Iterator[Step]:
    for line in Attendance.objects.filter(participant=person, event__cancelled_at=None).select_related("event"):
        label = _("Came to “%(event)s”") % {"event": line.event.title}
        yield Step(line.event.starts_at, label, str(line.event.get_kind_display()).capitalize())


def _trained_elsewhere(person: Participant) -> Iterator[Step]:
    for vouched in TrainedElsewhere.objects.filter(participant=person):
        yield Step(vouched.vouched_at, _("Was trained elsewhere"), vouched.where)


def _texts(person: Participant) -> Iterator[Step]:
    for acceptance in Acceptance.objects.filter(participant=person).select_related("text"):
        words = {"text": acceptance.text.get_kind_display(), "version": acceptance.text.version}
        yield Step(acceptance.accepted_at, _("Agreed to: %(text)s, version %(version)s") % words, tone="good")


def _check_in(person: Participant) -> Iterator[Step]:
    for answer in CheckIn.objects.filter(participant=person):
        works = _("Does it work? %(answer)s") % {"answer": answer.get_works_display()}
        yield Step(answer.answered_at, _("Answered half-way"), works)


def _match(match: Match, person: Participant | None = None) -> Iterator[Step]:
    """Its beginning, introduction and end; on a person's page with the name of the other."""
    other = "" if person is None else _other(match, person)
    url = "" if person is None else reverse("console:pair", args=[match.pk])
    if match.introduced_at:
        label = _("Introduced to %(name)s") % {"name": other} if other else _("Introduced to each other")
        yield Step(match.introduced_at, label, tone="brand", url=url)
    if not match.introduced_at or person is None:
        label = _("Matched with %(name)s") % {"name": other} if other else _("Matched")
        yield Step(match.made_at, label, url=url)
    if match.ended_at:
        label = _("No longer matched with %(name)s") % {"name": other} if other else _("Ended")
        yield Step(match.ended_at, label, url=url)


def _other(match: Match, person: Participant) -> str:
    return (match.mentor if match.mentee_id == person.pk else match.mentee).user.full_name


def _contacts(matches: list[Match], person: Participant | None = None) -> Iterator[Step]:
    these = Match.objects.filter(pk__in=[match.pk for match in matches]).with_people()
    found = Contact.objects.filter(matches__in=matches, withdrawn_at=None).distinct()
    for contact in found.prefetch_related(Prefetch("matches", queryset=these, to_attr="of")):
        names = [] if person is None else [_first(match, person) for match in contact.of]
        parts = [str(contact.get_channel_display()), _with(names)]
        yield Step(contact.happened_on, str(contact.get_kind_display()), " · ".join(filter(None, parts)))


def _first(match: Match, person: Participant) -> str:
    return (match.mentor if match.mentee_id == person.pk else match.mentee).user.first_name


def _with(names: list[str]) -> str:
    return _("with %(names)s") % {"names": get_text_list(sorted(names), _("and"))} if names else ""


def _replies(matches: list[Match]) -> Iterator[Step]:
    replies = CourtesyReply.objects.filter(match__in=matches, undone_at=None).select_related("match__mentee__user")
    for reply in replies:
        label = _("%(name)s replied") % {"name": reply.match.mentee.user.first_name}
        yield Step(reply.replied_at, label, reply.get_choice_display(), tone="good")


OVER = (InvitationState.MET, InvitationState.NOT_MET)


def _meetings(matches: list[Match], person: Participant | None = None) -> Iterator[Step]:
    of = {match.pk: match for match in matches}
    for invitation in Invitation.objects.filter(match__in=matches):
        when = invitation.starts_at if invitation.state in OVER else invitation.made_at
        names = [] if person is None else [_first(of[invitation.match_id], person)]
        detail = " · ".join(filter(None, [str(invitation.get_state_display()).capitalize(), _with(names)]))
        yield Step(when, _("Invitation to meet"), detail)


def _swaps(swaps: QuerySet[SwapRequest]) -> Iterator[Step]:
    """That another mentor was asked for and what came of it; never why."""
    for swap in swaps:
        yield Step(swap.asked_at, _("Asked for another mentor"), tone="attention")
        if swap.closed_at and swap.state == SwapState.DONE:
            yield Step(swap.closed_at, _("Given another mentor"))
        elif swap.closed_at:
            yield Step(swap.closed_at, _("The wish for another mentor was taken back"))


def _messages(messages: QuerySet[Message], *, with_names: bool = False) -> Iterator[Step]:
    """What was owed, and what became of it; never what it said."""
    for message in messages.select_related("recipient"):
        line = line_of(message)
        to = f" → {message.recipient.first_name}" if with_names and message.recipient else ""
        tone = line.tone if line.tone in {"urgent", "attention"} else ""
        url = reverse("messaging:message", args=[message.pk])
        yield Step(message.due_at, f"{line.title}{to}", str(message.get_state_display()).capitalize(), tone, url)


def _decisions(person: Participant) -> Iterator[Step]:
    for decision in Decision.objects.filter(participant=person):
        label = _("Two reminders unanswered: somebody decided")
        yield Step(decision.decided_at, label, str(decision.get_choice_display()).capitalize())
