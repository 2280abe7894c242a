"""Nobody learns from their copy that somebody wrote about them in confidence, nor that it is held (trust.md §1, §4)."""

import io
import zipfile

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, User
from accounts.registry import Keeper
from mentoring.concerns.models import Concern, ConcernEntry
from mentoring.contacts.models import QuietReport
from mentoring.matching.models import Match, SwapRequest
from mentoring.messaging.letters import LETTERS
from mentoring.messaging.models import Message
from mentoring.protection import services
from mentoring.protection.models import DataCopy
from mentoring.protection.papers import papers
from mentoring.protection.selectors.copies import holdings_of
from mentoring.protection.selectors.trail import with_what_may_be_shown
from mentoring.safeguarding.models import Opening
from schemes.models import Appointment
from schemes.services import appoint
from schemes.states import Role
from tests.factories import NOW, TODAY, Northfield
from tests.house.states import CHANCE
from tests.safeguarding.conftest import prove


def _concern(northfield: Northfield, *, staff: User | None = None) -> Concern:
    concern = Concern.objects.create(
        cohort=northfield.cohort, kind="wellbeing", text="Canary.", raised_by=northfield.priya, raised_at=NOW,
        form_key="00000000-0000-4000-8000-000000000001", about_staff=staff,
        about=None if staff else northfield.participant("aisha"),
    )  # fmt: skip
    ConcernEntry.objects.create(concern=concern, text="Called.", written_by=northfield.dana, written_at=NOW)
    return concern


def _copy(person: User) -> tuple[DataCopy, str]:
    copy = services.ask_for_copy(person=person, now=NOW)
    services.sweep_copies(lambda: NOW)
    copy.refresh_from_db()
    packed = zipfile.ZipFile(io.BytesIO(services.open_copy(copy=copy, by=person, now=NOW)))
    return copy, packed.read("data.html").decode() + packed.read("data.json").decode()


def _page(person: User, name: str) -> str:
    client = Client()
    client.force_login(person)
    return client.get(reverse(name)).content.decode()


@pytest.mark.abuse(25)
def test_a_copy_is_the_same_whether_or_not_there_is_a_concern(northfield: Northfield) -> None:
    before = holdings_of(northfield.aisha).sections
    concern = _concern(northfield)
    Opening.objects.create(
        scheme=northfield.scheme, subject=northfield.aisha, opened_by=northfield.dana, category="harm", reason="x",
        opened_at=NOW, ends_at=NOW, review_due_on=TODAY, form_key="00000000-0000-4000-8000-000000000002",
    )  # fmt: skip
    after = holdings_of(northfield.aisha)
    assert after.sections == before
    assert after.held[Keeper.SAFEGUARDING] == 3
    _made, words = _copy(northfield.aisha)
    assert "oncern" not in words
    # What one raised oneself stays in one's own copy.
    titles = [section.title for section in holdings_of(northfield.priya).sections]
    assert str(concern._meta.verbose_name).capitalize() in titles


def test_a_copy_is_the_same_whether_or_not_the_other_side_asked_for_help(
    northfield: Northfield, matched: dict[str, Match]
) -> None:
    mentee, mentor = (holdings_of(who).sections for who in (northfield.aisha, northfield.priya))
    QuietReport.objects.create(match=matched["aisha"], reported_at=NOW)
    assert holdings_of(northfield.aisha).sections == mentee
    assert holdings_of(northfield.aisha).held == {Keeper.OFFICER: 1, Keeper.SAFEGUARDING: 0}
    QuietReport.objects.all().delete()
    SwapRequest.objects.create(match=matched["aisha"], reasons=["comfort"], asked_at=NOW, promised_by=TODAY)
    assert holdings_of(northfield.priya).sections == mentor
    assert holdings_of(northfield.priya).held[Keeper.OFFICER] == 1


def test_a_mentor_reads_that_a_pair_ended_and_not_why(northfield: Northfield, matched: dict[str, Match]) -> None:
    Match.objects.filter(pk=matched["aisha"].pk).update(state="ended", end_reason="swapped", ended_at=NOW)
    _made, words = _copy(northfield.priya)
    assert "ended" in words
    assert "changed mentor" not in words
    assert "changed mentor" in _copy(northfield.aisha)[1]


def test_only_the_safeguarding_lead_sees_that_a_concern_is_held(northfield: Northfield) -> None:
    _concern(northfield)
    copy, _words = _copy(northfield.aisha)
    assert "Aisha" not in _page(northfield.admin, "protection:requests")
    assert "Aisha" in _page(northfield.dana, "protection:held")
    assert "eld back" not in _page(northfield.aisha, "protection:mine")
    message = Message.objects.get(letter="protection.held")
    assert message.recipient == northfield.dana
    content = LETTERS[message.letter].compose(message)
    assert content is not None
    assert "Aisha" not in str(content)
    client = Client()
    client.force_login(northfield.dana)
    prove(client, northfield.dana)
    client.post(reverse("protection:held_reviewed", args=[copy.pk]))
    assert "Aisha" not in _page(northfield.dana, "protection:held")
    assert LETTERS[message.letter].compose(message) is None


@pytest.mark.abuse(20)
def test_an_administrator_does_not_learn_from_whose_copy_something_was_held_back(
    northfield: Northfield, matched: dict[str, Match]
) -> None:
    """That something is held tells that a mentee asked for another mentor: the leads review it."""
    before = CHANCE.sub(b"", _page(northfield.admin, "protection:requests").encode())
    SwapRequest.objects.create(match=matched["aisha"], reasons=["comfort"], asked_at=NOW, promised_by=TODAY)
    copy, _words = _copy(northfield.priya)
    assert copy.held == 1
    assert CHANCE.sub(b"", _page(northfield.admin, "protection:requests").encode()) == before
    assert "Priya" in _page(northfield.dana, "protection:held")
    assert [message.recipient for message in Message.objects.filter(letter="protection.held")] == [northfield.dana]
    client = Client()
    client.force_login(northfield.admin)
    prove(client, northfield.admin)
    reviewed = reverse("protection:held_reviewed", args=[copy.pk])
    assert client.post(reviewed).status_code == 404
    client.force_login(northfield.dana)
    prove(client, northfield.dana)
    client.post(reviewed)
    assert "Priya" not in _page(northfield.dana, "protection:held")
    # Nor does the trail say whose copy it was that somebody reviewed.
    entries = with_what_may_be_shown(AuditEntry.objects.filter(object_type="protection.datacopy"))
    assert {entry.verb for entry in entries} >= {"copy of own data asked for", "held records reviewed"}
    assert all(entry.is_nameless for entry in entries)


def test_who_reviews_closes_what_they_may_know_of(northfield: Northfield, matched: dict[str, Match]) -> None:
    """The lead of another scheme knows that a concern is about a coordinator there, and nothing of this scheme's."""
    Appointment.objects.filter(user=northfield.dana).update(scheme=northfield.other_scheme)
    appoint(
        scheme=northfield.scheme, user=northfield.una, role=Role.SAFEGUARDING_LEAD, unit=northfield.university,
        starts_on=TODAY, by=None, now=NOW,
    )  # fmt: skip
    SwapRequest.objects.create(match=matched["aisha"], reasons=["comfort"], asked_at=NOW, promised_by=TODAY)
    Concern.objects.create(
        cohort=northfield.other_cohort, kind="conduct", text="Canary.", raised_by=northfield.omar, raised_at=NOW,
        form_key="00000000-0000-4000-8000-000000000003", about_staff=northfield.priya,
    )  # fmt: skip
    copy, _words = _copy(northfield.priya)
    assert (copy.held, copy.held_by_leads) == (1, 1)
    services.close_review(copy=copy, by=northfield.una, now=NOW)
    assert "Priya" not in _page(northfield.una, "protection:held")
    assert "Priya" in _page(northfield.dana, "protection:held")
    services.close_review(copy=copy, by=northfield.dana, now=NOW)
    copy.refresh_from_db()
    assert (copy.reviewed_by, copy.leads_reviewed_by) == (northfield.una, northfield.dana)


@pytest.mark.abuse(25)
def test_a_lead_whom_a_concern_is_about_sees_nothing_of_it(northfield: Northfield) -> None:
    appoint(
        scheme=northfield.scheme, user=northfield.sam, role=Role.SAFEGUARDING_LEAD, unit=northfield.university,
        starts_on=TODAY, by=None, now=NOW,
    )  # fmt: skip
    _concern(northfield, staff=northfield.dana)
    _copy(northfield.dana)
    assert "Osei" in _page(northfield.sam, "protection:held")
    assert "Nothing waits" in _page(northfield.dana, "protection:held")
    assert [message.recipient for message in Message.objects.filter(letter="protection.held")] == [northfield.sam]


def test_the_papers_say_who_keeps_what() -> None:
    for text in papers().values():
        assert (
            "| `concerns.Concern` | `about__user`, `about_staff` | the whole record | the safeguarding leads |" in text
        )
        assert "`matching.SwapRequest`" in text.split("held back from the copy")[1]
        assert "| `matching.Match` | `mentor__user` | `end_reason` | not disclosed |" in text
