"""Reads of the log: one's own, and staff's facts without notes."""

from uuid import uuid4

from mentoring.contacts import services
from mentoring.contacts.selectors import contacts_visible_to, my_contacts, remembered
from mentoring.contacts.services import ContactFacts
from tests.factories import TODAY


def _log(northfield, matches, now, kind="two-way", channel="phone"):
    return services.log_contact(
        mentor=northfield.participant("priya"),
        facts=ContactFacts(matches, kind, channel, TODAY),
        form_key=uuid4(),
        by=northfield.priya,
        now=now,
    )


def test_staff_see_contacts_of_their_unit_once(northfield, matched, now) -> None:
    contact = _log(northfield, list(matched.values()), now)
    for user in (northfield.sam, northfield.dr_lee, northfield.tom):
        seen = list(contacts_visible_to(user, TODAY))
        assert seen == [contact]
    for user in (northfield.carys, northfield.mallory, northfield.aisha, northfield.priya, northfield.admin):
        assert not contacts_visible_to(user, TODAY).exists()


def test_my_contacts_are_mine_and_not_withdrawn(northfield, matched, now) -> None:
    contact = _log(northfield, [matched["aisha"]], now)
    assert list(my_contacts(northfield.priya)) == [contact]
    assert not my_contacts(northfield.una).exists()
    assert not my_contacts(northfield.aisha).exists()
    services.withdraw_contact(contact=contact, by=northfield.priya, now=now)
    assert not my_contacts(northfield.priya).exists()


def test_the_last_choice_is_remembered_and_a_tap_is_not_one(northfield, matched, now) -> None:
    priya = northfield.participant("priya")
    assert remembered(priya).how == "message"
    _log(northfield, [matched["ben"]], now, kind="attempt")
    services.reply(match=matched["aisha"], choice="hello", by=None, now=now)
    last = remembered(priya)
    assert (last.who, last.how, last.channel) == (frozenset({matched["ben"].pk}), "tried", "phone")
