"""Permission, notes, their disclosure, and what a pair wants."""

from datetime import timedelta
from uuid import uuid4

import pytest

from accounts.models import AuditEntry, Consent
from accounts.selectors import has_consented
from accounts.services import NotAllowed, WrongState
from mentoring.confidences.models import Disclosure, Note, Understanding
from mentoring.confidences.permissions import may_be_shown_to
from mentoring.confidences.selectors.disclosures import shown_to, told_to
from mentoring.confidences.selectors.notes import notes_of, own_note
from mentoring.confidences.selectors.readers import readers_of_notes
from mentoring.confidences.services import disclosures as showing
from mentoring.confidences.services import notes as keeping
from mentoring.confidences.services.understandings import Wanted, settle
from mentoring.confidences.tasks import sweep
from mentoring.messaging.models import Message
from mentoring.participation import consents
from schemes.governance import let_students_lead
from schemes.models import Cohort
from tests.factories import TODAY

WHY = "She wrote that she cannot go on."


def _show(note, northfield, now, *, reader="dana", basis="danger", wait=False, reason=WHY) -> Disclosure:
    return showing.disclose(
        note=note, reader=northfield.people[reader], basis=basis, reason=reason, asked_to_wait=wait,
        by=northfield.priya, now=now,
    )  # fmt: skip


def _again(disclosure: Disclosure) -> Disclosure:
    return Disclosure.objects.get(pk=disclosure.pk)


def _letters(person) -> list[str]:
    return list(
        Message.objects.filter(recipient=person, letter__startswith="confidences").values_list("letter", flat=True)
    )


def test_there_is_no_note_without_permission_and_each_match_asks_for_itself(northfield, match, matched, now) -> None:
    with pytest.raises(WrongState, match="permission"):
        keeping.write_note(match=match, text="tea", form_key=uuid4(), by=northfield.priya, now=now)
    with pytest.raises(NotAllowed):
        keeping.allow_notes(match=match, by=northfield.priya, now=now)
    made = keeping.allow_notes(match=match, by=northfield.aisha, now=now)
    assert keeping.allow_notes(match=match, by=northfield.aisha, now=now) == made
    assert made.consent.text_version == consents.NOTES.version
    with pytest.raises(WrongState, match="permission"):
        keeping.write_note(match=matched["ben"], text="tea", form_key=uuid4(), by=northfield.priya, now=now)


def test_a_note_marks_itself_and_stays_marked(northfield, note, now) -> None:
    assert not note.is_sensitive
    change = {"note": note, "marked": False, "shown": False, "by": northfield.priya, "now": now}
    assert keeping.change_note(text="Has panic attacks.", **change).is_sensitive
    assert keeping.change_note(text="Likes tea.", **change).is_sensitive
    with pytest.raises(NotAllowed):
        keeping.change_note(**(change | {"text": "x", "by": northfield.sam}))


def test_taking_it_back_seals_at_once_and_deletes_after_a_fortnight(northfield, allowed, note, now) -> None:
    agreed = _show(note, northfield, now, reader="sam", basis="agreed")
    assert keeping.forbid_notes(match=allowed, by=northfield.aisha, now=now) == 1
    assert keeping.forbid_notes(match=allowed, by=northfield.aisha, now=now) == 0
    assert not has_consented(northfield.aisha, Consent.Kind.NOTES)
    assert own_note(northfield.priya, note.pk) is None
    assert _again(agreed).state == "ended"
    assert keeping.delete_sealed(now=now + timedelta(days=13)) == 0
    assert keeping.delete_sealed(now=now + timedelta(days=14)) == 1
    assert not Note.objects.exists()
    assert AuditEntry.objects.filter(verb="sealed note deleted").count() == 1


def test_a_change_of_mind_in_time_has_the_notes_as_they_were(northfield, allowed, note, now) -> None:
    keeping.forbid_notes(match=allowed, by=northfield.aisha, now=now)
    assert not notes_of(allowed)
    keeping.allow_notes(match=allowed, by=northfield.aisha, now=now + timedelta(days=2))
    assert list(notes_of(allowed)) == [note]
    assert keeping.delete_sealed(now=now + timedelta(days=60)) == 0


def test_what_is_over_is_read_by_nobody(northfield, allowed, note) -> None:
    assert own_note(northfield.priya, note.pk) == note
    type(allowed).objects.filter(pk=allowed.pk).update(state="ended", ended_at=note.written_at, end_reason="swapped")
    assert own_note(northfield.priya, note.pk) is None


def test_agreed_waits_for_her_own_yes_and_a_yes_can_be_taken_back(northfield, note, now) -> None:
    asked = _show(note, northfield, now, reader="sam", basis="agreed", reason="")
    assert _letters(northfield.aisha) == ["confidences.ask"]
    assert shown_to(northfield.sam, now, TODAY) == []
    with pytest.raises(NotAllowed):
        showing.answer(disclosure=asked, agreed=True, seen=note.version, by=northfield.priya, now=now)
    showing.answer(disclosure=asked, agreed=True, seen=note.version, by=northfield.aisha, now=now)
    assert shown_to(northfield.sam, now, TODAY) == [asked]
    assert shown_to(northfield.dana, now, TODAY) == []
    assert shown_to(northfield.sam, now + timedelta(days=31), TODAY) == []
    showing.answer(disclosure=_again(asked), agreed=False, seen="", by=northfield.aisha, now=now)
    assert shown_to(northfield.sam, now, TODAY) == []


def _change(note, northfield, now, text="Likes tea; failed his exam.", **more) -> Note:
    told = {"marked": False, "shown": False} | more
    return keeping.change_note(note=note, text=text, by=northfield.priya, now=now, **told)


def test_the_words_stay_while_a_student_is_asked_and_while_staff_read_them(northfield, note, now) -> None:
    later = now + timedelta(minutes=1)
    asked = _show(note, northfield, now, reader="sam", basis="agreed")
    with pytest.raises(WrongState, match="another note"):
        _change(note, northfield, later)
    note.refresh_from_db()
    assert note.text == "Likes tea."
    showing.answer(disclosure=asked, agreed=True, seen=note.version, by=northfield.aisha, now=later)
    with pytest.raises(WrongState, match="another note"):
        _change(note, northfield, later)
    _change(note, northfield, later, text="Likes tea.", shown=True)
    assert [one.note.text for one in shown_to(northfield.sam, later, TODAY)] == ["Likes tea."]
    showing.answer(disclosure=_again(asked), agreed=False, seen="", by=northfield.aisha, now=later)
    assert _change(note, northfield, later).text == "Likes tea; failed his exam."


def test_what_is_shown_because_of_danger_is_not_rewritten(northfield, note, now) -> None:
    _show(note, northfield, now)
    with pytest.raises(WrongState, match="another note"):
        _change(note, northfield, now)


def test_a_yes_is_to_the_words_that_were_read(northfield, note, now) -> None:
    later, read = now + timedelta(minutes=1), note.version
    first = _show(note, northfield, now, reader="sam", basis="agreed")
    showing.answer(disclosure=first, agreed=False, seen="", by=northfield.aisha, now=now)
    _change(note, northfield, later)
    asked = _show(note, northfield, later, reader="sam", basis="agreed")
    with pytest.raises(WrongState, match="not as you read it"):
        showing.answer(disclosure=asked, agreed=True, seen=read, by=northfield.aisha, now=later)
    showing.answer(disclosure=asked, agreed=True, seen=note.version, by=northfield.aisha, now=later)
    assert shown_to(northfield.sam, later, TODAY) == [asked]


def test_words_that_were_changed_after_a_yes_are_read_by_nobody_on_it(northfield, note, now) -> None:
    """As an earlier release left them."""
    asked = _show(note, northfield, now, reader="sam", basis="agreed")
    later = now + timedelta(minutes=1)
    Note.objects.filter(pk=note.pk).update(text="Something else.", changed_at=later)
    with pytest.raises(WrongState, match="not as you read it"):
        showing.answer(disclosure=_again(asked), agreed=True, seen=later.isoformat(), by=northfield.aisha, now=later)
    Disclosure.objects.filter(pk=asked.pk).update(state="open", opened_at=now, lapses_at=now + timedelta(days=30))
    assert shown_to(northfield.sam, later, TODAY) == []


def test_no_answer_is_a_no(northfield, note, now, clock) -> None:
    asked = _show(note, northfield, now, reader="sam", basis="agreed")
    clock.shift(timedelta(days=15))
    sweep()
    assert _again(asked).state == "ended"


def test_danger_opens_at_once_and_she_is_told_at_once(northfield, allowed, note, now) -> None:
    with pytest.raises(WrongState, match="in danger"):
        _show(note, northfield, now, reason="Help")
    shown = _show(note, northfield, now)
    assert _show(note, northfield, now) == shown
    assert shown_to(northfield.dana, now, TODAY) == [shown]
    assert list(told_to(northfield.aisha)) == [shown]
    assert _letters(northfield.aisha) == ["confidences.told"]
    with pytest.raises(WrongState, match="because of danger"):
        keeping.delete_note(note=note, by=northfield.priya, now=now)


def test_telling_waits_a_day_for_safeguarding_and_silence_tells(northfield, allowed, note, now, clock) -> None:
    shown = _show(note, northfield, now, wait=True)
    assert list(told_to(northfield.aisha)) == []
    assert "confidences.decide" in _letters(northfield.dana)
    clock.shift(timedelta(hours=23))
    sweep()
    assert _again(shown).told_at is None
    clock.shift(timedelta(hours=1))
    sweep()
    sweep()
    assert _letters(northfield.aisha) == ["confidences.told"]


def test_only_safeguarding_delays_and_only_for_a_reason(northfield, allowed, note, now) -> None:
    shown, until = _show(note, northfield, now, wait=True), now + timedelta(days=5)
    with pytest.raises(NotAllowed):
        showing.delay_telling(disclosure=shown, until=until, why=WHY, by=northfield.sam, now=now)
    with pytest.raises(WrongState, match="risk"):
        showing.delay_telling(disclosure=shown, until=until, why="no", by=northfield.dana, now=now)
    showing.delay_telling(disclosure=shown, until=until, why=WHY, by=northfield.dana, now=now)
    assert showing.close_lapsed(now=now + timedelta(days=4)) == 0
    assert list(told_to(northfield.aisha)) == []
    showing.close_lapsed(now=until)
    assert _again(shown).told_at == until


def test_what_is_shown_because_of_danger_outlives_the_permission_until_it_lapses(
    northfield, allowed, note, now
) -> None:
    shown = _show(note, northfield, now)
    keeping.forbid_notes(match=allowed, by=northfield.aisha, now=now)
    assert shown_to(northfield.dana, now, TODAY) == [shown]
    assert keeping.delete_sealed(now=now + timedelta(days=20)) == 0
    assert keeping.delete_sealed(now=now + timedelta(days=31)) == 1


def test_each_look_is_on_the_trail_and_only_the_one_named_may_look(northfield, note, now) -> None:
    shown = _show(note, northfield, now)
    showing.note_opened(disclosure=shown, by=northfield.dana, now=now)
    assert AuditEntry.objects.get(verb="disclosed note read").actor == northfield.dana
    with pytest.raises(NotAllowed):
        showing.note_opened(disclosure=shown, by=northfield.sam, now=now)


def test_a_reader_is_of_the_unit_and_a_sensitive_note_is_for_safeguarding(northfield, allowed, note, now) -> None:
    assert may_be_shown_to(allowed, sensitive=False, today=TODAY) == [northfield.dana, northfield.sam]
    assert may_be_shown_to(allowed, sensitive=True, today=TODAY) == [northfield.dana]
    said = readers_of_notes(allowed, TODAY)
    assert {name for name in ("Sam Whitaker", "Dana Osei", "Carys Morgan") if name in said} == {
        "Sam Whitaker",
        "Dana Osei",
    }
    for reader in ("carys", "dr_lee"):
        with pytest.raises(NotAllowed):
            _show(note, northfield, now, reader=reader)


def test_where_students_lead_no_note_goes_to_staff_but_safeguarding(northfield, allowed, now) -> None:
    for number, name in enumerate(("tom", "una")):
        northfield.people[name].student_number = f"S{number}"
        northfield.people[name].save()
    let_students_lead(scheme=northfield.scheme, by=northfield.dr_lee, now=now)
    allowed.cohort = Cohort.objects.get(pk=northfield.cohort.pk)
    assert may_be_shown_to(allowed, sensitive=False, today=TODAY) == [northfield.dana]


def test_goals_are_shared_and_limits_are_each_ones_own(northfield, match, now) -> None:
    settle(match=match, wanted=Wanted("Friends", ["family"], "", "leave"), version=0, by=northfield.aisha, now=now)
    kept = settle(
        match=match, wanted=Wanted("Friends, essays", ["money"], "rowing", "leave"), version=1,
        by=northfield.priya, now=now,
    )  # fmt: skip
    assert kept.goals == "Friends, essays"
    assert kept.left_aside == {"mentee": ["family"], "mentee_words": "", "mentor": ["money"], "mentor_words": "rowing"}
    assert kept.answers.agreed == "leave"
    with pytest.raises(WrongState, match="Read them"):
        settle(match=match, wanted=Wanted("Mine", [], "", ""), version=1, by=northfield.aisha, now=now)
    with pytest.raises(NotAllowed):
        settle(match=match, wanted=Wanted("x", [], "", ""), version=2, by=northfield.sam, now=now)
    assert Understanding.objects.count() == 1
