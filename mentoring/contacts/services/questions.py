"""Questions: passed on when they wait, asked without a name, answered, and the mask (R60, R76).

Nothing that is written here names who asked without a name: no audit actor, no message of their own.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import NotAllowed, WrongState, record
from mentoring.contacts.models import CourtesyReply, MaskedQuestion
from mentoring.contacts.permissions import can_answer, can_take, can_unmask
from mentoring.contacts.rules import Turn
from mentoring.contacts.selectors.questions import (
    asked_by,
    asker_of,
    helpers_for,
    is_hidden_among_others,
    mark_of,
    to_tell_of_unmasking,
    whose_turn,
)
from mentoring.contacts.services.replies import mark_answered
from mentoring.lib.reasons import is_sentence
from mentoring.matching.models import Match
from mentoring.messaging.services import call_off, owe
from mentoring.participation.models import Participant
from mentoring.participation.states import ParticipantState

Question = CourtesyReply | MaskedQuestion
UNMASKED = "contacts.unmasked"
KEPT_AFTER_THE_YEAR = timedelta(days=90)


@transaction.atomic
def ask_to_step_in(*, question: Question, now: datetime) -> int:
    """Ask whose turn it is to step in for a mentor; how many people. Again asks nobody twice."""
    today = timezone.localdate(now)
    if isinstance(question, CourtesyReply):
        match = question.match
        unit = match.mentee.programme.unit
        besides = {match.mentor.user_id, match.mentee.user_id}
        cohort, kind = match.cohort, "reply"
    else:
        unit, cohort, kind = question.unit, question.cohort, "masked"
        besides = {question.mentor.user_id} if question.mentor else set()
    turn = whose_turn(question, now)
    if turn == Turn.MENTOR:
        return 0
    helpers = helpers_for(turn, cohort, unit, today, besides=besides)
    owed = [
        owe(
            letter="contacts.step-in", recipient=helper, occasion=f"{kind}-{question.pk}-{turn}",
            now=now, cohort=cohort, about=question,
        )
        for helper in helpers
    ]  # fmt: skip
    if any(message is not None and message.created_at == now for message in owed):
        _record(question, "question passed on", None, now, [])
    return len(helpers)


@transaction.atomic
def take_question(*, question: Question, by: User, now: datetime) -> None:
    """Step in for the mentor: the others need not. Again by the same person changes nothing.

    Raises ``NotAllowed``, ``WrongState`` when somebody else was first.
    """
    _hold_may_step_in(question, by, now)
    mine = type(question)._base_manager.filter(pk=question.pk, answered_at=None)
    if question.taken_by_id == by.pk:
        return
    if not mine.filter(taken_by=None).update(taken_by=by, taken_at=now):
        raise WrongState(_("Somebody else has taken it, or it has been answered."))
    _record(question, "question taken", by, now, ["taken_by"])


@transaction.atomic
def close_question(*, reply: CourtesyReply, by: User, now: datetime) -> None:
    """Who stepped in says that a question was answered. Raises ``NotAllowed``."""
    _hold_may_step_in(reply, by, now)
    mark_answered(reply=reply, by=by, now=now)


def _hold_may_step_in(question: Question, by: User, now: datetime) -> None:
    if isinstance(question, CourtesyReply) and not can_take(by, question, timezone.localdate(now)):
        raise NotAllowed
    if isinstance(question, MaskedQuestion) and not can_answer(by, question, now):
        raise NotAllowed


@transaction.atomic
def ask_masked(*, asker: Participant, match: Match | None, text: str, form_key: UUID, now: datetime) -> MaskedQuestion:
    """A mentee asks without a name: their mentor, or the coordinators (``match`` is ``None``).

    The same form sent twice asks once. Raises ``NotAllowed`` for a mentor who is not theirs or for a
    mentor, ``WrongState`` for a group in which only one could have asked.
    """
    if asker.is_mentor or (match is not None and match.mentee_id != asker.pk):
        raise NotAllowed
    if asker.state == ParticipantState.LEFT or (match is not None and not is_hidden_among_others(match)):
        raise WrongState(_("Your mentor would know that it is you. Ask a coordinator instead."))
    before = asked_by(asker.user).filter(form_key=form_key).first()
    if before:
        return before
    made = MaskedQuestion.objects.create(
        cohort=asker.cohort, mentor=match.mentor if match else None,
        unit=match.mentor.programme.unit if match else asker.cohort.scheme.unit,
        text=text, asker={"participant": asker.pk}, mark=mark_of(asker.user), form_key=form_key,
        asked_at=now.replace(minute=0, second=0, microsecond=0),
    )  # fmt: skip
    _record(made, "question asked without a name", None, now, ["text"])
    if match is None:
        ask_to_step_in(question=made, now=now)
    else:
        owe(
            letter="contacts.masked-asked", recipient=match.mentor.user, occasion=f"masked-{made.pk}",
            now=now, cohort=made.cohort, about=made,
        )  # fmt: skip
    return made


@transaction.atomic
def answer_masked(*, question: MaskedQuestion, text: str, by: User, now: datetime) -> MaskedQuestion:
    """Answer a question without a name. The asker finds it on their page: a message would name them.

    Raises ``NotAllowed``, ``WrongState`` when it was answered before.
    """
    if not can_answer(by, question, now):
        raise NotAllowed
    waiting = MaskedQuestion.objects.select_for_update().filter(pk=question.pk, answered_at=None).first()
    if waiting is None:
        raise WrongState(_("This question has been answered already."))
    waiting.answer, waiting.answered_by, waiting.answered_at = text, by, now
    waiting.save(update_fields=["answer", "answered_by", "answered_at"])
    call_off(about=waiting, now=now)
    _record(waiting, "question without a name answered", by, now, ["answer"])
    return waiting


@transaction.atomic
def lift_mask(*, question: MaskedQuestion, by: User, now: datetime) -> None:
    """The asker, and nobody else, says who they are, to whoever answers and not to the trail. Again changes nothing.

    Raises ``NotAllowed``.
    """
    if not asked_by(by).filter(pk=question.pk).exists():
        raise NotAllowed
    if MaskedQuestion.objects.filter(pk=question.pk, named_at=None).update(named_at=now):
        _record(question, "mask lifted by the asker", None, now, ["named_at"])


@transaction.atomic
def unmask_for_danger(*, question: MaskedQuestion, why: str, by: User, now: datetime) -> Participant:
    """Lift the mask because somebody may be in danger: by safeguarding, with a reason, on the trail.

    The asker is told on their page, the other safeguarding leads at once. Again changes nothing.
    Raises ``NotAllowed``, ``WrongState`` without a reason that somebody could review.
    """
    today = timezone.localdate(now)
    if not can_unmask(by, question, today):
        raise NotAllowed
    if not is_sentence(why):
        raise WrongState(_("Say why in a whole sentence"))
    asker = asker_of(question)
    if asker is None:
        raise WrongState(_("Whoever asked is no longer on record."))
    if question.unmasked_at is None:
        question.unmasked_at, question.unmasked_by, question.unmasked_why = now, by, why
        question.save(update_fields=["unmasked_at", "unmasked_by", "unmasked_why"])
        for person in to_tell_of_unmasking(question, by, asker, today):
            owe(letter=UNMASKED, recipient=person, occasion=f"unmasked-{question.pk}", now=now, about=question)
    _record(question, "mask lifted for danger", by, now, ["unmasked_at", "unmasked_why"])
    return asker


def forget_masked(*, now: datetime) -> int:
    """Questions without a name end 90 days after their year; no register of people leads to them. How many."""
    day = timezone.localdate(now) - KEPT_AFTER_THE_YEAR
    return MaskedQuestion.objects.filter(cohort__ends_on__lt=day).delete()[0]


def _record(question: Question, verb: str, by: User | None, now: datetime, fields: list[str]) -> None:
    cohort = question.match.cohort if isinstance(question, CourtesyReply) else question.cohort
    record(verb=verb, obj=question, by=by, now=now, fields=fields, scheme_id=cohort.scheme_id)
