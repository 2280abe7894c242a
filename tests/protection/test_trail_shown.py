"""The trail in the back office says that something happened, and not whose confidence it was (trust.md §1, 2; §2)."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import AuditEntry, Consent
from accounts.services import record
from mentoring.concerns.models import Concern
from mentoring.confidences.models import Note
from mentoring.contacts.models import CheckIn, Contact, CourtesyReply, Invitation, MaskedQuestion, QuietReport
from mentoring.events.models import Booking
from mentoring.matching.models import Match, SwapRequest
from mentoring.participation.models import Participant, Wishes
from mentoring.protection.selectors.trail import with_what_may_be_shown
from mentoring.safeguarding.models import Grant, Opening
from mentoring.support.models import MeetingNote, Theme
from schemes.governance import let_students_lead
from schemes.models import Cohort
from tests.factories import NOW, Northfield
from tests.queries import count_queries

TRAIL = "/admin/records/accounts/auditentry/"


@pytest.fixture
def admin(northfield: Northfield) -> Client:
    client = Client()
    client.force_login(northfield.admin)
    return client


UNNUMBERED = (Concern, SwapRequest, Opening)


def _did(northfield: Northfield, name: str, verb: str, model: type, **when: object) -> AuditEntry:
    at = {"now": NOW, **when}
    return record(verb=verb, obj=model(pk=4711), by=northfield.people[name], scheme_id=northfield.scheme.pk, **at)


def _is_nameless(entry: AuditEntry) -> bool:
    return with_what_may_be_shown(AuditEntry.objects.filter(pk=entry.pk)).get().is_nameless


@pytest.mark.parametrize(
    "model",
    [
        Concern,
        Contact,
        Invitation,
        Note,
        SwapRequest,
        MaskedQuestion,
        CourtesyReply,
        QuietReport,
        MeetingNote,
        Theme,
        Opening,
        Consent,
        Wishes,
    ],
)
def test_who_acted_in_confidence_is_neither_shown_nor_found(admin, northfield, model) -> None:
    entry = _did(northfield, "aisha", "done in confidence", model)
    asked = [{}, {"verb": entry.verb}, {"o": "2"}, {"o": "-2"}]
    asked += [{"q": "4711"}] if model not in UNNUMBERED else []
    for page in [admin.get(TRAIL, each, follow=True) for each in asked] + [admin.get(f"{TRAIL}{entry.pk}/change/")]:
        words = page.content.decode()
        assert page.status_code == 200
        assert "done in confidence" in words
        assert "somebody" in words
        assert "Aisha" not in words
        assert "aisha@" not in words
    for asked_for in ("aisha", "aisha@northfield.ac.uk", "aisha 4711", "Begum"):
        found = admin.get(TRAIL, {"q": asked_for, "verb": entry.verb}).context["cl"].queryset
        assert not found.exists()
    entry.refresh_from_db()
    assert entry.actor == northfield.aisha


@pytest.mark.abuse(4)
@pytest.mark.parametrize("model", UNNUMBERED)
def test_the_number_of_what_may_be_kept_from_one_reader_is_neither_shown_nor_found(admin, northfield, model) -> None:
    entry = _did(northfield, "dana", "break-glass read", model, fields=["confidences.note 8150", "reasons"])
    for page in [admin.get(TRAIL), admin.get(TRAIL, {"verb": entry.verb}), admin.get(f"{TRAIL}{entry.pk}/change/")]:
        words = page.content.decode()
        assert "break-glass read" in words
        assert "4711" not in words
        assert "8150" not in words
    for asked_for in ("4711", "dana 4711"):
        assert not admin.get(TRAIL, {"q": asked_for}).context["cl"].queryset.exists()
    assert "confidences.note, reasons" in words


def test_the_number_of_anything_else_is_shown_and_found(admin, northfield) -> None:
    entry = _did(northfield, "aisha", "half-way answered", CheckIn)
    for asked_for in ("4711", "aisha 4711"):
        assert admin.get(TRAIL, {"q": asked_for}).context["cl"].queryset.get() == entry
    assert "4711" in admin.get(f"{TRAIL}{entry.pk}/change/").content.decode()


def test_other_acts_and_those_of_staff_in_safeguarding_are_shown_and_found(admin, northfield) -> None:
    known = [_did(northfield, "aisha", "half-way answered", CheckIn), _did(northfield, "dana", "looked", Grant)]
    assert [_is_nameless(entry) for entry in known] == [False, False]
    page = admin.get(TRAIL, {"q": "aisha"}).content.decode()
    assert "Aisha Begum" in page
    assert "half-way answered" in page
    assert "Aisha Begum" in admin.get(f"{TRAIL}{known[0].pk}/change/").content.decode()


def test_that_a_pair_was_heard_of_is_not_said_by_the_entry_beside_it(northfield) -> None:
    """A reply writes two entries at once: the one on the match would name who sent the other."""
    assert _is_nameless(_did(northfield, "aisha", "match active", Match))
    assert _is_nameless(_did(northfield, "aisha", "wishes answered", Participant))
    assert not _is_nameless(_did(northfield, "dr_lee", "match ended", Match))


@pytest.mark.parametrize(
    ("verb", "days", "nameless"),
    [
        ("place booked", 0, True),
        ("place booked", -1, True),
        ("place booked", 400, False),
        ("place booked", -400, False),
        ("policy changed", 0, False),
        ("appointed", 0, False),
    ],
)
def test_where_students_lead_nobody_is_named_but_for_the_set_up(northfield, verb, days, nameless) -> None:
    entry = _did(northfield, "priya", verb, Booking, now=NOW + timedelta(days=days))
    assert not _is_nameless(entry)
    for name in ("tom", "una"):
        northfield.people[name].student_number = f"S-{name}"
        northfield.people[name].save()
    let_students_lead(scheme=northfield.scheme, by=northfield.dr_lee, now=NOW)
    assert _is_nameless(entry) is nameless


@pytest.mark.abuse(20)
def test_staff_who_know_a_pair_by_its_key_read_nothing_of_it_where_students_lead(admin, northfield) -> None:
    """They know it from before the year was closed, or from their own work where staff lead."""
    heard = _did(northfield, "aisha", "match active", Match)
    moved = _did(northfield, "tom", "match ended", Match)
    booked = _did(northfield, "priya", "place booked", Booking)

    def told(entry: AuditEntry) -> bool:
        page = admin.get(TRAIL, {"verb": entry.verb}).content.decode()
        found = admin.get(TRAIL, {"verb": entry.verb, "q": "4711"}).context["cl"].queryset.exists()
        alone = "4711" in admin.get(f"{TRAIL}{entry.pk}/change/").content.decode()
        assert entry.verb in page
        assert found is alone is ("4711" in page)
        return alone

    assert [told(each) for each in (heard, moved, booked)] == [False, True, True]
    Cohort.objects.filter(pk=northfield.cohort.pk).update(student_led_since=NOW)
    assert [told(each) for each in (heard, moved, booked)] == [False, False, False]
    heard.refresh_from_db()
    assert heard.object_id == "4711"


def test_a_years_entries_stay_without_names_when_it_is_over(northfield) -> None:
    Cohort.objects.filter(pk=northfield.cohort.pk).update(student_led_since=NOW - timedelta(days=9))
    entry = _did(northfield, "priya", "place booked", Booking)
    assert _is_nameless(entry)
    assert not _is_nameless(record(verb="place booked", obj=Booking(pk=1), by=northfield.priya, now=NOW))


def test_a_list_of_three_costs_what_one_costs(admin, northfield) -> None:
    _did(northfield, "aisha", "done", Contact)
    one = count_queries(admin, f"{TRAIL}?verb=done")
    for name in ("ben", "priya"):
        _did(northfield, name, "done", Contact)
    assert count_queries(admin, f"{TRAIL}?verb=done") == one
