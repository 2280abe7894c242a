"""Two taps at the same moment are one: the log, a reply, and stopping while replying."""

import threading
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import close_old_connections, connection

from accounts.services import WrongState
from mentoring.contacts import services
from mentoring.contacts.models import Contact, CourtesyReply
from mentoring.contacts.services import ContactFacts
from mentoring.matching.models import Match
from mentoring.matching.services import stop_taking_part
from mentoring.messaging.models import Message
from mentoring.participation.models import Participant
from mentoring.participation.states import ParticipantState
from tests.factories import TODAY

pytestmark = [pytest.mark.django_db(transaction=True)]


def _at_once(*acts: Callable[[], object]) -> list[Exception]:
    """Run every act at the same moment; what was raised."""
    barrier, raised = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        try:
            barrier.wait(timeout=10)
            act()
        except Exception as error:
            raised.append(error)
        finally:
            close_old_connections()
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return raised


def _match(matched, name: str) -> Match:
    return Match.objects.with_people().get(pk=matched[name].pk)


def test_one_form_posted_twice_at_once_is_one_contact(northfield, matched, now) -> None:
    key = uuid4()

    def log() -> None:
        services.log_contact(
            mentor=northfield.participant("priya"),
            facts=ContactFacts([_match(matched, "aisha")], "two-way", "message", TODAY),
            form_key=key,
            by=northfield.priya,
            now=now,
        )

    assert _at_once(log, log, log) == []
    assert Contact.objects.count() == 1


def test_taps_at_once_leave_one_standing_reply(northfield, matched, now) -> None:
    def tap(choice: str) -> Callable[[], object]:
        return lambda: services.reply(match=_match(matched, "aisha"), choice=choice, by=None, now=now)

    assert _at_once(tap("hello"), tap("hello"), tap("fine")) == []
    assert CourtesyReply.objects.filter(undone_at=None, answered_at=None).count() == 1
    assert Contact.objects.filter(withdrawn_at=None).count() == 1


def test_replying_while_stopping_ends_with_the_match_over(northfield, matched, now) -> None:
    aisha = Participant.objects.select_related("user", "cohort__scheme").get(pk=northfield.participant("aisha").pk)
    raised = _at_once(
        lambda: services.reply(match=_match(matched, "aisha"), choice="hello", by=None, now=now),
        lambda: stop_taking_part(participant=aisha, by=None, now=now),
    )
    # Only the reply may be refused; stopping never is (R2).
    assert [type(error) for error in raised] in ([], [WrongState])
    if not raised:  # the reply came first: both hold
        assert CourtesyReply.objects.count() == 1
    assert _standing(aisha) == ParticipantState.LEFT
    assert not Match.objects.live().filter(mentee=aisha).exists()


def test_stopping_twice_at_once_is_stopping_once(northfield, matched, now) -> None:
    def stop() -> None:
        mentee = Participant.objects.select_related("user", "cohort__scheme").get(pk=pk)
        stop_taking_part(participant=mentee, by=None, now=now)

    pk = northfield.participant("aisha").pk
    assert _at_once(stop, stop, stop) == []
    assert Message.objects.filter(letter="matching.mentee-stopped").count() == 1


def _standing(participant: Participant) -> str:
    return Participant.objects.get(pk=participant.pk).state
