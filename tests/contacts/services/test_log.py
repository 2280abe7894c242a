"""Logging, correcting and withdrawing."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from accounts.models import AuditEntry
from accounts.services import NotAllowed, WrongState
from mentoring.confidences.models import Note
from mentoring.confidences.services.notes import allow_notes
from mentoring.contacts import services
from mentoring.contacts.models import Contact
from mentoring.contacts.services import ContactFacts
from mentoring.matching.models import Match
from mentoring.matching.services import stop_taking_part
from mentoring.matching.states import MatchState
from schemes.services import change_policy
from tests.factories import TODAY, MatchFactory


def _log(northfield, matches, now, *, key=None, by=None, **facts):
    told = {"kind": "two-way", "channel": "message", "happened_on": TODAY, **facts}
    return services.log_contact(
        mentor=northfield.participant("priya"),
        facts=ContactFacts(matches, **told),
        form_key=key or uuid4(),
        by=by or northfield.priya,
        now=now,
    )


def _allow_notes(northfield, matched, now, name="aisha") -> Match:
    change_policy(cohort=northfield.cohort, changes={"notes_allowed": True}, by=northfield.dr_lee, now=now)
    match = Match.objects.with_people().get(pk=matched[name].pk)
    allow_notes(match=match, by=northfield.people[name], now=now)
    return match


def test_one_contact_may_be_with_several(northfield, matched, now) -> None:
    contact = _log(northfield, list(matched.values()), now, kind="group", channel="in-person")
    assert contact.matches.count() == 3
    assert set(Match.objects.values_list("state", flat=True)) == {MatchState.ACTIVE}


def test_the_same_form_twice_is_one_contact(northfield, matched, now) -> None:
    key = uuid4()
    first = _log(northfield, [matched["aisha"]], now, key=key)
    again = _log(northfield, [matched["ben"]], now, key=key)
    assert again.pk == first.pk
    assert Contact.objects.count() == 1
    assert AuditEntry.objects.filter(verb="contact logged").count() == 1


def test_a_form_sent_again_after_it_was_taken_back_says_so(northfield, matched, now) -> None:
    key = uuid4()
    contact = _log(northfield, [matched["aisha"]], now, key=key)
    services.withdraw_contact(contact=contact, by=northfield.priya, now=now)
    with pytest.raises(WrongState):
        _log(northfield, [matched["aisha"]], now, key=key)
    assert not Contact.objects.filter(withdrawn_at=None).exists()


def test_a_correction_on_a_stale_page_does_not_bring_back_what_was_taken_back(northfield, matched, now) -> None:
    stale = _log(northfield, [matched["aisha"]], now)
    services.withdraw_contact(contact=Contact.objects.get(pk=stale.pk), by=northfield.priya, now=now)
    facts = ContactFacts([matched["aisha"]], "two-way", "email", TODAY)
    with pytest.raises(WrongState):
        services.correct_contact(contact=stale, facts=facts, by=northfield.priya, now=now)
    assert Contact.objects.get().withdrawn_at == now


def test_a_form_key_of_somebody_else_opens_nothing(northfield, matched, now) -> None:
    key = uuid4()
    _log(northfield, [matched["aisha"]], now, key=key)
    with pytest.raises(NotAllowed):
        services.log_contact(
            mentor=northfield.participant("una"),
            facts=ContactFacts([], "two-way", "message", TODAY),
            form_key=key,
            by=northfield.una,
            now=now,
        )


def test_trying_counts_but_makes_nothing_active(northfield, matched, now) -> None:
    _log(northfield, [matched["aisha"]], now, kind="attempt")
    matched["aisha"].refresh_from_db()
    assert matched["aisha"].state == MatchState.PROVISIONAL


def test_only_ones_own_mentees_can_be_logged(northfield, matched, now) -> None:
    foreign = MatchFactory(mentor=northfield.participant("una"), mentee=northfield.participant("omar"))
    with pytest.raises(NotAllowed):
        _log(northfield, [foreign], now)
    with pytest.raises(NotAllowed):
        _log(northfield, [matched["aisha"]], now, by=northfield.una)
    assert not Contact.objects.exists()


def test_a_day_to_come_or_before_the_match_is_refused(northfield, matched, now) -> None:
    for day in (TODAY + timedelta(days=1), TODAY - timedelta(days=29)):
        with pytest.raises(WrongState, match="day"):
            _log(northfield, [matched["aisha"]], now, happened_on=day)
    _log(northfield, [matched["aisha"]], now, happened_on=TODAY - timedelta(days=28))


def test_a_mentee_who_stopped_cannot_be_logged(northfield, matched, now) -> None:
    stop_taking_part(participant=northfield.participant("aisha"), by=None, now=now)
    match = Match.objects.with_people().get(pk=matched["aisha"].pk)
    with pytest.raises(WrongState, match="no longer in your group"):
        _log(northfield, [match], now)
    assert not Contact.objects.exists()


def test_a_note_needs_the_scheme_and_the_mentee(northfield, matched, now) -> None:
    with pytest.raises(WrongState, match="permission"):
        _log(northfield, [matched["aisha"]], now, note="likes tea")
    aisha = _allow_notes(northfield, matched, now)
    ben = Match.objects.with_people().get(pk=matched["ben"].pk)
    for matches in ([ben], [aisha, ben]):
        with pytest.raises(WrongState, match="permission"):
            _log(northfield, matches, now, note="likes tea")
    contact = _log(northfield, [aisha], now, note="likes tea")
    assert Note.objects.get(match=aisha).text == "likes tea"
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM confidences_note")
        assert "tea" not in cursor.fetchone()[0]
    services.withdraw_contact(contact=contact, by=northfield.priya, now=now)
    assert not Note.objects.exists()


def test_correcting_within_a_week_and_not_after(northfield, matched, now) -> None:
    contact = _log(northfield, [matched["aisha"]], now)
    facts = ContactFacts([matched["ben"]], "attempt", "phone", TODAY, topics=["library"])
    services.correct_contact(contact=contact, facts=facts, by=northfield.priya, now=now + timedelta(days=7))
    contact.refresh_from_db()
    assert (contact.kind, contact.channel, contact.topics) == ("attempt", "phone", ["library"])
    assert list(contact.matches.all()) == [matched["ben"]]
    with pytest.raises(WrongState, match="7 days"):
        services.correct_contact(contact=contact, facts=facts, by=northfield.priya, now=now + timedelta(days=8))
    with pytest.raises(NotAllowed):
        services.correct_contact(contact=contact, facts=facts, by=northfield.sam, now=now)


def test_withdrawing_is_repeatable_and_not_for_others(northfield, matched, now) -> None:
    contact = _log(northfield, [matched["aisha"]], now)
    with pytest.raises(NotAllowed):
        services.withdraw_contact(contact=contact, by=northfield.una, now=now)
    services.withdraw_contact(contact=contact, by=northfield.priya, now=now)
    services.withdraw_contact(contact=contact, by=northfield.priya, now=now + timedelta(days=30))
    contact.refresh_from_db()
    assert contact.withdrawn_at == now


def test_the_trail_names_fields_and_never_values(northfield, matched, now) -> None:
    aisha = _allow_notes(northfield, matched, now)
    _log(northfield, [aisha], now, note="likes tea", topics=["money"])
    entry = AuditEntry.objects.get(verb="contact logged")
    assert entry.fields == ["channel", "happened_on", "kind", "matches", "topics"]
    assert "tea" not in str(list(AuditEntry.objects.values()))


def test_being_in_touch_takes_up_a_question(northfield, matched, now) -> None:
    asked = services.reply(match=matched["aisha"], choice="question", by=None, now=now)
    matched["aisha"].refresh_from_db()
    _log(northfield, [matched["aisha"]], now + timedelta(hours=1))
    asked.refresh_from_db()
    assert asked.answered_at == now + timedelta(hours=1)
