"""The receipt."""

from mentoring.agreements import services
from mentoring.messaging.letters import LETTERS
from mentoring.messaging.models import Message


def test_the_receipt_names_text_version_and_number(northfield, now) -> None:
    aisha = northfield.participant("aisha")
    acceptance = services.accept(participant=aisha, kind="agreement", version=1, by=aisha.user, now=now)
    content = LETTERS["agreements.receipt"].compose(Message.objects.get(letter="agreements.receipt"))
    assert content is not None
    assert len(content.subject) <= 50
    words = " ".join(content.paragraphs)
    assert acceptance.receipt in words
    assert "version 1" in words
    assert content.actions[0].url.endswith("/my/agreements/agreement/")


def test_without_its_acceptance_the_letter_is_no_longer_wanted(northfield, now) -> None:
    aisha = northfield.participant("aisha")
    services.accept(participant=aisha, kind="agreement", version=1, by=aisha.user, now=now).delete()
    assert LETTERS["agreements.receipt"].compose(Message.objects.get(letter="agreements.receipt")) is None
