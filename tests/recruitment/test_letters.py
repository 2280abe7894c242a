"""What applicants and invited mentees hear."""

from datetime import timedelta

import pytest

from mentoring.messaging.letters import LETTERS, Content
from mentoring.messaging.models import Message
from mentoring.participation.services import leave
from mentoring.recruitment import services
from mentoring.recruitment.models import Advert
from mentoring.recruitment.services import Offer
from tests.factories import NOW, Northfield


def composed(letter: str) -> Content | None:
    return LETTERS[letter].compose(Message.objects.filter(letter=letter).latest("pk"))


@pytest.mark.parametrize(
    ("to", "words"),
    [("accepted", "training"), ("reserve", "reserve list"), ("declined", "not about you")],
)
def test_a_decision_is_told_kindly(to: str, words: str, northfield: Northfield, advert: Advert, offer: Offer) -> None:
    application = services.apply(advert=advert, user=northfield.aisha, offer=offer, now=NOW)
    assert composed("recruitment.received") is not None
    services.decide(applications=[application], to=to, by=northfield.sam, now=NOW)
    content = composed(f"recruitment.{to}")
    assert content is not None
    assert words in " ".join(content.paragraphs)
    assert (len(content.subject) <= 50, content.reply_to) == (True, "sam@northfield.ac.uk")
    assert composed("recruitment.received") is None  # it no longer waits for a decision


def test_an_invitation_leads_to_the_advert_and_asks_only_once(northfield: Northfield, advert: Advert) -> None:
    services.invite(advert=advert, source=northfield.cohort, expected=3, by=northfield.sam, now=NOW)
    content = composed("recruitment.invitation")
    assert content is not None
    assert content.actions[0].url.endswith("/mentor-with-us/mentor-2027/")
    assert "only time we ask" in " ".join(content.paragraphs)


@pytest.mark.parametrize("what", ["left", "applied", "closed", "taken back"])
def test_an_invitation_that_is_pointless_is_not_sent(
    what: str, northfield: Northfield, advert: Advert, offer: Offer
) -> None:
    for name in ("ben", "chidi"):
        leave(participant=northfield.participant(name), by=None, now=NOW)
    services.invite(advert=advert, source=northfield.cohort, expected=1, by=northfield.sam, now=NOW)
    if what == "left":
        leave(participant=northfield.participant("aisha"), by=northfield.aisha, now=NOW)
    elif what == "applied":
        services.apply(advert=advert, user=northfield.aisha, offer=offer, now=NOW)
    elif what == "closed":
        Advert.objects.update(
            closes_on=advert.opens_on - timedelta(days=1), opens_on=advert.opens_on - timedelta(days=2)
        )
    else:
        services.take_back_invitations(invited_at=NOW, by=northfield.sam, now=NOW)
    assert composed("recruitment.invitation") is None
