"""A mentor asks for help with a quiet mentee: cause before blame, and not theirs alone (R78)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.services import NotAllowed
from mentoring.contacts.models import QuietReport
from mentoring.contacts.services import close_quiet, reply, report_quiet
from mentoring.contacts.states import Cause, Wish
from tests.factories import NOW, Match, Northfield

TOLD = {"tried": ["email", "message"], "cause": Cause.BUSY, "wish": Wish.LOOK}


def _report(northfield: Northfield, match: Match) -> QuietReport:
    return report_quiet(match=match, by=northfield.priya, now=NOW, **TOLD)


def _rows(client: Client, northfield: Northfield) -> list[str]:
    client.force_login(northfield.sam)
    return [row.title for row in client.get(reverse("console:today")).context["rows"]]


def test_asking_twice_is_asking_once_and_only_the_mentor_asks(
    northfield: Northfield, matched: dict[str, Match]
) -> None:
    assert _report(northfield, matched["aisha"]) == _report(northfield, matched["aisha"])
    with pytest.raises(NotAllowed):
        report_quiet(match=matched["ben"], by=northfield.una, now=NOW, **TOLD)


def test_mentor_says_so_on_one_page_and_takes_it_back(
    client: Client, northfield: Northfield, matched: dict[str, Match]
) -> None:
    client.force_login(northfield.priya)
    url = reverse("contacts:report_quiet", args=[matched["aisha"].pk])
    assert "Sam Whitaker" in client.get(url).content.decode()
    assert "Choose what may lie behind it" in client.post(url, {}).content.decode()
    client.post(url, {"tried": ["email"], "cause": "late", "wish": "advice"})
    assert QuietReport.objects.get().told == {"tried": ["email"], "cause": "late", "wish": "advice"}
    assert "The team knows" in client.get(url).content.decode()
    for _press in range(2):
        client.post(reverse("contacts:take_back_quiet", args=[matched["aisha"].pk]))
    assert QuietReport.objects.get().closed_by == northfield.priya


def test_it_waits_on_today_until_somebody_looked(
    client: Client, northfield: Northfield, matched: dict[str, Match]
) -> None:
    _report(northfield, matched["aisha"])
    assert "Mentor asks for help: no answer" in _rows(client, northfield)
    page = client.get(reverse("console:pair", args=[matched["aisha"].pk])).content.decode()
    assert str(Cause.BUSY.label) in page
    client.post(reverse("console:looked_at", args=[matched["aisha"].pk]))
    assert "Mentor asks for help: no answer" not in _rows(client, northfield)


def test_who_only_sees_pairs_sees_that_it_was_said_and_not_what(
    client: Client, northfield: Northfield, matched: dict[str, Match]
) -> None:
    _report(northfield, matched["aisha"])
    client.force_login(northfield.tom)
    page = client.get(reverse("console:pair", args=[matched["aisha"].pk])).content.decode()
    assert "The mentor asked for help: no answer" in page
    assert str(Cause.BUSY.label) not in page
    with pytest.raises(NotAllowed):
        close_quiet(match=matched["aisha"], by=northfield.tom, now=NOW)


def test_it_goes_by_itself_when_the_mentee_is_heard(
    client: Client, northfield: Northfield, matched: dict[str, Match]
) -> None:
    report = _report(northfield, matched["aisha"])
    QuietReport.objects.filter(pk=report.pk).update(reported_at=NOW - timedelta(days=2))
    reply(match=matched["aisha"], choice="hello", by=northfield.aisha, now=NOW)
    assert "Mentor asks for help: no answer" not in _rows(client, northfield)
