"""Publishing and accepting."""

from datetime import timedelta

import pytest

from accounts.models import AuditEntry
from accounts.services import WrongState
from mentoring.agreements import services
from mentoring.agreements.models import Acceptance, AgreementText
from mentoring.agreements.selectors import standard_body, unaccepted_texts
from mentoring.messaging.models import Message
from mentoring.participation import services as participation
from schemes.services import change_policy


def _accept(participant, now, *, kind="agreement", version=1):
    return services.accept(participant=participant, kind=kind, version=version, by=participant.user, now=now)


def test_standard_texts_are_published_once(northfield, now) -> None:
    assert len(services.publish_standard_texts(cohort=northfield.cohort, by=None, now=now)) == 3
    assert services.publish_standard_texts(cohort=northfield.cohort, by=None, now=now) == []
    assert AgreementText.objects.filter(cohort=northfield.cohort, version=1).count() == 3
    assert not AgreementText.objects.filter(cohort=northfield.other_cohort).exists()


def test_accepting_leaves_a_receipt_a_letter_and_a_trace(northfield, now) -> None:
    aisha = northfield.participant("aisha")
    acceptance = _accept(aisha, now)
    assert len(acceptance.receipt) == 14
    message = Message.objects.get(letter="agreements.receipt")
    assert message.recipient == northfield.aisha
    assert AuditEntry.objects.filter(verb="text accepted", actor=northfield.aisha).count() == 1


def test_accepting_again_gives_the_first_receipt_and_no_second_letter(northfield, now) -> None:
    aisha = northfield.participant("aisha")
    assert _accept(aisha, now).receipt == _accept(aisha, now).receipt
    assert Acceptance.objects.count() == 1
    assert Message.objects.filter(letter="agreements.receipt").count() == 1


def test_a_version_that_is_no_longer_in_force_is_not_accepted(northfield, now) -> None:
    aisha = northfield.participant("aisha")
    _accept(aisha, now)
    services.publish_text(cohort=northfield.cohort, kind="agreement", body="# New", by=None, now=now)
    with pytest.raises(WrongState, match="read the new one"):
        _accept(aisha, now, version=1)
    _accept(aisha, now, version=2)
    assert Acceptance.objects.filter(participant=aisha).count() == 2


def test_somebody_who_stopped_accepts_nothing(northfield, now) -> None:
    aisha = northfield.participant("aisha")
    participation.leave(participant=aisha, by=None, now=now)
    with pytest.raises(WrongState, match="stopped"):
        _accept(aisha, now)
    assert not Acceptance.objects.exists()


def test_an_unchanged_an_empty_or_an_unfillable_text_is_not_published(northfield, now) -> None:
    publish = {"cohort": northfield.cohort, "kind": "agreement", "by": northfield.dr_lee, "now": now}
    services.publish_text(body="# One", **publish)
    for body in ("# One ", " ", "# Call {sam}"):
        with pytest.raises(WrongState):
            services.publish_text(body=body, **publish)
    assert AgreementText.objects.count() == 1


def test_a_text_is_published_again_for_the_new_floor_and_asks_everybody_again(northfield, now) -> None:
    aisha, later = northfield.participant("aisha"), now + timedelta(days=1)
    _accept(aisha, now)
    words = {"body": standard_body("agreement"), "body_cy": standard_body("agreement", "cy")}
    publish = {"cohort": northfield.cohort, "kind": "agreement", "by": northfield.dr_lee, **words}
    with pytest.raises(WrongState, match="in force already"):
        services.publish_text(now=later, **publish)
    change_policy(cohort=northfield.cohort, changes={"contact_floor_days": 14}, by=northfield.dr_lee, now=later)
    assert services.publish_text(now=later, **publish).version == 2
    assert [text.version for text in unaccepted_texts(aisha) if text.kind == "agreement"] == [2]
    with pytest.raises(WrongState, match="in force already"):
        services.publish_text(now=later, **publish)
