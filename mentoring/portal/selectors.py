"""What a student's own pages show."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from mentoring.agreements.selectors import unaccepted_texts
from mentoring.contacts.letters.meetings import when_in_words
from mentoring.contacts.models import Invitation
from mentoring.contacts.selectors import Card, group_of
from mentoring.contacts.selectors.meetings import coming_meetings
from mentoring.contacts.selectors.questions import asked_by, masked_for
from mentoring.contacts.states import InvitationState, Reply
from mentoring.matching.models import Match, SwapRequest
from mentoring.matching.selectors import open_swap_of
from mentoring.participation.models import Participant
from mentoring.participation.rules import undo_ends_at
from mentoring.participation.selectors import current_participations, my_participations
from mentoring.participation.states import ParticipantState
from mentoring.recruitment.models import Application
from mentoring.recruitment.states import CHANGEABLE
from mentoring.training.selectors import is_trained
from schemes.selectors import coordinators_for, phase_of
from schemes.states import Phase

Task = dict[str, Any]


def mentor_match_of(mentee: Participant) -> Match | None:
    """The mentee's match that both know of, with what the mentor shows."""
    known = Match.objects.known().filter(mentee=mentee).with_people()
    return known.prefetch_related("mentor__facts", "mentee__facts").first()


def stoppable(user: User, today: date, *, linked: Participant | None = None) -> list[Participant]:
    """All that a person takes part in, stopped ones last: leaving is for all of it at once (R2).

    ``linked`` is what a signed link is about; it is among them even when its year is over.
    """
    found = list(current_participations(user, today))
    return found if linked is None or linked in found else [linked, *found]


def stopped_together(user: User, at: datetime | None) -> list[Participant]:
    """What a person stopped in one and the same moment, and has not taken up again."""
    if at is None:
        return []
    return list(my_participations(user).filter(state=ParticipantState.LEFT, left_at=at).order_by("pk"))


def undo_until(stopped: list[Participant]) -> datetime | None:
    """Until when a stop can be undone with everything as it was: the earliest of its schemes' days."""
    days = [undo_ends_at(one.left_at, one.cohort.policy.opt_out_undo_days) for one in stopped if one.left_at]
    return min(days, default=None)


def open_applications(user: User) -> QuerySet[Application]:
    """The student's applications to mentor that wait for an answer."""
    waiting = Application.objects.filter(applicant=user, state__in=CHANGEABLE)
    return waiting.select_related("advert__cohort__scheme").order_by("-submitted_at")


def _url(name: str, participant: Participant) -> str:
    try:
        return f"{reverse(name)}?as={participant.role}"
    except NoReverseMatch:
        return ""


def _task(label: str, url: str, hint: str, *, is_done: bool, optional: bool = False) -> Task:
    status, tone = (_("Done"), "good") if is_done else (_("Optional"), "plain") if optional else (_("To do"), "brand")
    return {"label": label, "url": url, "hint": hint, "status": status, "tone": tone, "is_done": is_done}


def _agreement_task(participant: Participant) -> Task:
    left = len(unaccepted_texts(participant))
    hint = ngettext("%(n)d text to read, about 3 minutes", "%(n)d texts to read, about 3 minutes", left) % {"n": left}
    return _task(_("Agreement"), reverse("agreements:mine"), hint if left else "", is_done=not left)


def tasks_of(participant: Participant) -> list[Task]:
    """What a participant has to do before it begins, and what they may do."""
    tasks = [_agreement_task(participant)]
    if participant.is_mentor:
        hint = _("Book a session. It comes before any mentee does.")
        trained = is_trained(participant)
        tasks.append(_task(_("Training"), reverse("events:mine"), "" if trained else hint, is_done=trained))
    about = _("Your own words are the first thing your match reads.")
    tasks.append(
        _task(
            _("About me"),
            _url("participation:profile", participant),
            "" if participant.hello else about,
            is_done=bool(participant.hello),
            optional=not participant.is_mentor,
        )
    )
    wishes = _("Who I am matched with") if participant.is_mentor else _("What would make it comfortable")
    is_asked = participant.asked_wishes_at is not None
    tasks.append(_task(wishes, _url("participation:wishes", participant), "", is_done=is_asked, optional=True))
    return tasks


def answers_waiting(user: User) -> str:
    """How many of a mentee's questions without a name have been answered, in words; "" for none."""
    count = asked_by(user).filter(answered_at__isnull=False).count()
    return ngettext("%(n)d answer", "%(n)d answers", count) % {"n": count} if count else ""


def waiting_for(mentor: Participant, cards: list[Card], now: datetime) -> list[Task]:
    """What waits for a mentor, a row each: what was asked, by whom if it has a name, and the meetings ahead.

    Two queries, however many mentees.
    """
    asked = [_asked_row(card) for card in cards if card.asks]
    masked = [
        _row(
            _("Somebody asks, without a name"),
            reverse("contacts:answer_masked", args=[question.pk]),
            _("Question of %(day)s") % {"day": date_format(timezone.localtime(question.asked_at), "j F")},
        )
        for question in masked_for(mentor)
    ]
    meetings = coming_meetings([card.match for card in cards], now)
    return [*asked, *masked, *map(_meeting_row, sorted(meetings.values(), key=lambda one: one.starts_at))]


def _row(label: str, url: str, hint: str, status: str = "") -> Task:
    return {"label": label, "url": url, "hint": hint, "status": status, "tone": "plain"}


def _asked_row(card: Card) -> Task:
    is_question = card.reply is not None and card.reply.choice == Reply.QUESTION
    label = _("%(name)s has a question") if is_question else _("%(name)s would like to meet")
    return _row(label % {"name": card.match.mentee.user.first_name}, reverse("portal:mentees"), "")


def _meeting_row(meeting: Invitation) -> Task:
    is_open = meeting.state == InvitationState.INVITED
    return _row(
        _("Meet %(name)s") % {"name": meeting.match.mentee.user.first_name},
        reverse("contacts:meeting", args=[meeting.pk]),
        when_in_words(meeting.starts_at),
        _("no answer yet") if is_open else meeting.get_state_display(),
    )


@dataclass(frozen=True)
class Role:
    """One of a student's roles, as their first page shows it."""

    participant: Participant
    tasks: list[Task]
    match: Match | None
    cards: list[Card]
    coordinators: list[User]
    swap: SwapRequest | None = None
    coming: list[Task] = field(default_factory=list)

    @property
    def has_left(self) -> bool:
        return self.participant.state == ParticipantState.LEFT

    @property
    def is_paused(self) -> bool:
        return self.participant.state == ParticipantState.PAUSED

    @property
    def matches(self) -> int:
        """How many there are: a mentee has one or none."""
        return len(self.cards) or int(self.match is not None)

    @property
    def to_do(self) -> int:
        return sum(task["tone"] == "brand" for task in self.tasks)


def roles_of(user: User, now: datetime) -> list[Role]:
    """A student's roles today; a stopped one has nothing but the way back."""
    found = current_participations(user, timezone.localdate(now)).prefetch_related("facts")
    return [_role(participant, now) for participant in found]


def _role(participant: Participant, now: datetime) -> Role:
    if participant.state == ParticipantState.LEFT:
        return Role(participant, [], None, [], [])
    is_mentor = participant.is_mentor
    match = None if is_mentor else mentor_match_of(participant)
    cards = group_of(participant) if is_mentor else []
    return Role(
        participant=participant,
        tasks=tasks_of(participant),
        match=match,
        cards=cards,
        coordinators=coordinators_for(participant.cohort, participant.programme.unit, timezone.localdate(now)),
        swap=open_swap_of(match) if match else None,
        coming=waiting_for(participant, cards, now) if is_mentor else [],
    )


def phase_prompt(participant: Participant, today: date) -> str:
    """What to ask about now (R66): settling in first, then studying."""
    return {
        Phase.BEFORE: _("Before term: a hello is enough."),
        Phase.SETTLING_IN: _("Settling in: ask how the first weeks feel, and who they have met."),
        Phase.STUDYING: _("Studying: ask how the first assignments go, and whether they know the library desk."),
        Phase.AFTER: _("The year is over: a thank-you is a fine ending."),
    }[phase_of(participant.cohort, today)]
