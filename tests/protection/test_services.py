"""A copy within minutes, an end after a day, and what is tidied away by itself."""

import io
import zipfile
from datetime import datetime, timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from accounts.models import AuditEntry, Consent, Erased, User
from accounts.services import WrongState, give_consent
from mentoring.concerns.models import Concern
from mentoring.confidences.models import Note, Understanding
from mentoring.lib.jobs import JobState
from mentoring.matching.models import Match as MatchRow
from mentoring.messaging.models import Message
from mentoring.participation.models import Participant, Wishes
from mentoring.participation.reading import StudentRow
from mentoring.participation.selectors.examined import compare_students
from mentoring.participation.selectors.imports import reach_of
from mentoring.protection import services
from mentoring.protection.models import DataCopy, ErasureRequest, Tidying
from mentoring.protection.states import ErasureState
from tests.factories import NOW, TODAY, Match, Northfield

CONSENTS = Consent.Kind.MATCHING_WISHES


def _clock() -> datetime:
    return NOW


def _wishes(part: Participant) -> Wishes:
    consent = give_consent(person=part.user, kind=CONSENTS, text_version="1", now=NOW)
    told = {"own": {"religion": "quaker"}, "wishes": {}, "exceptions": []}
    return Wishes.objects.create(participant=part, consent=consent, told=told, saved_at=NOW)


def test_copy_is_made_once_sealed_and_told(northfield: Northfield) -> None:
    _wishes(northfield.participant("aisha"))
    copy = services.ask_for_copy(person=northfield.aisha, now=NOW)
    assert services.ask_for_copy(person=northfield.aisha, now=NOW) == copy
    services.sweep_copies(_clock)
    services.sweep_copies(_clock)
    copy.refresh_from_db()
    assert copy.job_state == JobState.DONE
    assert b"quaker" not in copy.file.open("rb").read()
    packed = zipfile.ZipFile(io.BytesIO(services.open_copy(copy=copy, by=northfield.aisha, now=NOW)))
    assert "quaker" in packed.read("data.json").decode()
    assert Message.objects.filter(recipient=northfield.aisha, letter="protection.copy-ready").count() == 1


def test_copy_is_gone_after_a_week(northfield: Northfield) -> None:
    copy = services.ask_for_copy(person=northfield.aisha, now=NOW)
    services.sweep_copies(_clock)
    copy.refresh_from_db()
    name, storage = copy.file.name, copy.file.storage
    later = NOW + timedelta(days=8)
    with pytest.raises(WrongState):
        services.open_copy(copy=copy, by=northfield.aisha, now=later)
    assert services.forget_old_copies(later) == 1
    assert services.forget_old_copies(later) == 0
    assert not storage.exists(name)


def test_others_confidences_are_counted_and_not_told(northfield: Northfield) -> None:
    Concern.objects.create(
        cohort=northfield.cohort, kind="wellbeing", text="She has not left her room.", raised_by=northfield.priya,
        raised_at=NOW, form_key="00000000-0000-4000-8000-000000000001", about=northfield.participant("aisha"),
    )  # fmt: skip
    copy = services.ask_for_copy(person=northfield.aisha, now=NOW)
    services.sweep_copies(_clock)
    copy.refresh_from_db()
    assert (copy.held, copy.held_by_leads) == (0, 1)
    page = zipfile.ZipFile(io.BytesIO(services.open_copy(copy=copy, by=northfield.aisha, now=NOW))).read("data.html")
    assert b"left her room" not in page


def _granted(northfield: Northfield, name: str = "aisha") -> ErasureRequest:
    wish = services.ask_to_be_erased(person=northfield.people[name], now=NOW)
    services.grant(wish=wish, by=northfield.admin, now=NOW)
    return wish


def test_erasure_waits_a_day_and_can_be_taken_back(northfield: Northfield) -> None:
    wish = _granted(northfield)
    assert services.do_granted(NOW + timedelta(hours=23)) == 0
    services.take_back(wish=wish, by=northfield.aisha, now=NOW)
    assert services.do_granted(NOW + timedelta(days=2)) == 0
    assert User.objects.get(pk=northfield.aisha.pk).given_name == "Aisha"


def test_erasure_ends_the_match_and_cancels_what_was_owed(northfield: Northfield, matched: dict[str, Match]) -> None:
    _granted(northfield)
    assert services.do_granted(NOW + timedelta(days=1)) == 1
    assert services.do_granted(NOW + timedelta(days=1)) == 0
    gone = User.objects.get(pk=northfield.aisha.pk)
    assert (gone.full_name, gone.is_active) == (gone.email, False)
    assert MatchRow.objects.get(pk=matched["aisha"].pk).state == "ended"
    assert not Message.objects.filter(recipient=gone, state="due").exists()
    assert ErasureRequest.objects.get(person=gone).state == ErasureState.DONE


def test_who_holds_an_office_is_not_erased_under_the_scheme(northfield: Northfield) -> None:
    wish = services.ask_to_be_erased(person=northfield.sam, now=NOW)
    with pytest.raises(WrongState):
        services.grant(wish=wish, by=northfield.admin, now=NOW)
    wish.refresh_from_db()
    assert wish.state == ErasureState.ASKED


def _row_of(person: User, northfield: Northfield) -> StudentRow:
    return StudentRow(
        row=2, student_number=person.student_number or "U999", given_name="Aisha", family_name="Begum", known_as="",
        email=person.email, course_code=northfield.sociology.code, year_of_study=1,
    )  # fmt: skip


def test_a_file_does_not_bring_back_who_was_erased(northfield: Northfield) -> None:
    row = _row_of(northfield.aisha, northfield)
    reach = reach_of(northfield.cohort, None, TODAY)
    assert compare_students([row], cohort=northfield.cohort, role="mentee", reach=reach)[2].outcome != "faulty"
    services.erase(person=northfield.aisha, by=None, now=NOW)
    found = compare_students([row], cohort=northfield.cohort, role="mentee", reach=reach)[2]
    assert (found.outcome, found.fault) == ("faulty", ("student_number", "erased"))
    assert northfield.aisha.email not in str(Erased.objects.values())


def test_after_a_restore_the_erased_are_erased_again(northfield: Northfield) -> None:
    services.erase(person=northfield.aisha, by=None, now=NOW)
    User.objects.filter(pk=northfield.aisha.pk).update(email="aisha@northfield.ac.uk", given_name="Aisha")
    call_command("erase_again", stdout=io.StringIO())
    assert User.objects.get(pk=northfield.aisha.pk).given_name == ""
    assert services.erase_again(NOW) == 0


def test_wishes_go_thirty_days_after_the_cohort_and_not_before(northfield: Northfield) -> None:
    _wishes(northfield.participant("aisha"))
    end = northfield.cohort.ends_on
    last = datetime.combine(end + timedelta(days=30), NOW.timetz())
    assert "participation.Wishes.told" not in services.overdue_counts(last)
    assert services.overdue_counts(last + timedelta(days=1))["participation.Wishes.told"] == 1
    services.tidy(last + timedelta(days=1))
    assert not Wishes.objects.exists()
    assert "participation.Wishes.told" not in services.overdue_counts(last + timedelta(days=1))


def test_notes_and_goals_go_ninety_days_after_the_match(northfield: Northfield, matched: dict[str, Match]) -> None:
    note = Note.objects.create(
        match=matched["aisha"], text="Told in confidence.", form_key="00000000-0000-4000-8000-000000000009",
        written_at=NOW,
    )  # fmt: skip
    Understanding.objects.create(match=matched["aisha"], goals="To find friends.", looked_at=NOW)
    MatchRow.objects.filter(pk=matched["aisha"].pk).update(state="ended", ended_at=NOW, end_reason="swapped")
    services.tidy(NOW + timedelta(days=90))
    assert Note.objects.get(pk=note.pk).text == "Told in confidence."
    services.tidy(NOW + timedelta(days=91, hours=1))
    assert not Note.objects.exists()
    assert not Understanding.objects.exists()


def test_people_go_two_years_after_their_last_cohort_unless_they_hold_an_office(northfield: Northfield) -> None:
    later = datetime.combine(northfield.cohort.ends_on + timedelta(days=731), NOW.timetz())
    services.tidy(later)
    names = set(User.objects.exclude(given_name="").values_list("given_name", flat=True))
    assert "Aisha" not in names
    assert {"Sam", "Una"} <= names


def test_only_old_entries_of_the_trail_may_go(northfield: Northfield) -> None:
    old = AuditEntry.objects.create(
        at=datetime(2020, 1, 1, tzinfo=NOW.tzinfo), verb="tried", object_type="x", object_id="1"
    )
    young = AuditEntry.objects.create(at=NOW.replace(year=2126), verb="tried", object_type="x", object_id="2")
    services.tidy(NOW)
    assert set(AuditEntry.objects.filter(verb="tried")) == {young}
    assert old.pk not in AuditEntry.objects.values_list("pk", flat=True)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_auditentry WHERE object_id = '2' AND object_type = 'x'")


def test_sessions_that_ran_out_go_with_what_was_noted_of_them(northfield: Northfield) -> None:
    ended, running = SessionStore(), SessionStore()
    for store, ends in ((ended, NOW - timedelta(minutes=1)), (running, NOW + timedelta(hours=1))):
        store.create()
        Session.objects.filter(pk=store.session_key).update(expire_date=ends)
        UserSession.objects.create(user=northfield.sam, session_key=store.session_key, ip="127.0.0.1", user_agent="x")
    assert services.overdue_counts(NOW)["sessions.Session"] == 1
    counts = services.tidy(NOW).counts
    assert (counts["sessions.Session"], counts["usersessions.UserSession"]) == (1, 1)
    assert [one.session_key for one in UserSession.objects.all()] == [running.session_key]
    assert [one.session_key for one in Session.objects.all()] == [running.session_key]


def test_tidying_runs_once_a_day_and_leaves_a_sign(northfield: Northfield) -> None:
    assert services.tidy_if_due(NOW) is not None
    assert services.tidy_if_due(NOW + timedelta(hours=23)) is None
    assert services.tidy_if_due(NOW + timedelta(hours=24)) is not None
    assert Tidying.objects.count() == 2


def test_a_stumbling_copy_is_tried_again_and_then_says_so(northfield: Northfield, monkeypatch) -> None:
    copy = services.ask_for_copy(person=northfield.aisha, now=NOW)
    monkeypatch.setattr("mentoring.protection.services.copying.holdings_of", lambda person: 1 / 0)
    for minute in range(5):
        services.sweep_copies(lambda minute=minute: NOW + timedelta(minutes=6 * minute))
    assert DataCopy.objects.get(pk=copy.pk).job_state == JobState.FAILED
