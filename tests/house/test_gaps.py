"""What is kept from one reader alone shows nowhere, not by a gap among the numbers of the others either.

The rows' numbers begin where nothing else has one like them, so that they would be found wherever they stood.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model
from django.test import Client

from accounts.models import User
from mentoring.concerns.models import Concern
from mentoring.concerns.selectors import Subject
from mentoring.concerns.services import raise_concern
from mentoring.matching.models import SwapRequest
from mentoring.matching.services import ask_for_swap
from mentoring.messaging.letters import LETTERS
from mentoring.messaging.models import Message
from mentoring.safeguarding.models import Opening
from mentoring.safeguarding.services.openings import open_confidences
from schemes.services import appoint
from schemes.states import Role
from tests.factories import NOW, TODAY, Northfield
from tests.house.access import World
from tests.house.test_sweeps import bare

pytestmark = pytest.mark.once

FIRST = 7_345_600
NUMBERS = re.compile(rb"73456\d\d|/(?:concerns|swaps|break-glass)/\d")
KEY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# Numbers of messages have gaps for everybody.
MESSAGE = re.compile(rb"/admin/messages/\d+/")
LINK = re.compile(r'"(/admin/(?:concerns|swaps|break-glass|pairs|people)/[^"#?]*)"')
STARTS = ("/admin/", "/admin/people/", "/admin/pairs/", "/admin/messages/", "/admin/concerns/", "/admin/swaps/",
          "/admin/break-glass/", "/admin/data/concerns/", "/admin/questions/")  # fmt: skip


def _begin_at(first: Model) -> None:
    """Have the numbers of the table go on from this row, which nobody here can see."""
    first.save()
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [type(first)]):
            cursor.execute(statement)


def _concerns(world: World, is_there: bool) -> User:
    """dana looks after concerns; the second of three is about dana."""
    northfield = world.northfield
    elsewhere = {"cohort": northfield.other_cohort, "kind": "conduct", "text": "x", "raised_by": northfield.mallory}
    _begin_at(Concern(pk=FIRST, raised_at=NOW, form_key=uuid4(), without_lead=True, **elsewhere))
    for about in (None, Subject("s", "Dana", staff=northfield.dana), None):
        if about is None or is_there:
            raise_concern(
                cohort=northfield.cohort, kind="conduct", text="Look.", subject=about, form_key=uuid4(),
                by=northfield.priya, now=NOW,
            )  # fmt: skip
    return northfield.dana


def _swaps(world: World, is_there: bool) -> User:
    """sam deals with ben's wish, and is left out of aisha's, which came before."""
    northfield, matches = world.northfield, world.matches
    _begin_at(SwapRequest(pk=FIRST, match=matches["ben"], state="withdrawn", asked_at=NOW, promised_by=TODAY))
    asked: dict[str, Any] = {"reasons": ["comfort"], "now": NOW}
    if is_there:
        kept = {"handler": northfield.una, "excluded": [northfield.sam]}
        ask_for_swap(match=matches["aisha"], by=northfield.aisha, **kept, **asked)
    ask_for_swap(match=matches["ben"], by=northfield.ben, handler=northfield.sam, **asked)
    return northfield.sam


def _openings(world: World, is_there: bool) -> User:
    """una mentors and is safeguarding lead; dana opened what was told about aisha, una and ben."""
    northfield = world.northfield
    lead = {"scheme": northfield.scheme, "user": northfield.una, "unit": northfield.university}
    appoint(role=Role.SAFEGUARDING_LEAD, starts_on=TODAY - timedelta(days=9), by=None, now=NOW, **lead)
    _begin_at(_opening(northfield))
    for subject in (northfield.aisha, northfield.una, northfield.ben):
        if subject != northfield.una or is_there:
            open_confidences(
                scheme=northfield.scheme, subject=subject, category="life", reason="He says there is no point.",
                proved_at=NOW, form_key=uuid4(), by=northfield.dana, now=NOW,
            )  # fmt: skip
    return northfield.una


def _opening(northfield: Northfield) -> Opening:
    """In another scheme."""
    whose = {"scheme": northfield.other_scheme, "subject": northfield.omar, "opened_by": northfield.mallory}
    times = {"opened_at": NOW, "ends_at": NOW, "review_due_on": TODAY}
    return Opening(pk=FIRST, category="life", reason="x", form_key=uuid4(), **whose, **times)


def _pages(client: Client) -> list[tuple[str, int, bytes]]:
    """What is reached from the lists, each with its address; both without what is drawn by lot."""
    found, waiting, seen = [], list(STARTS), set(STARTS)
    while waiting:
        url = waiting.pop()
        answer = client.get(url)
        status, body = bare(answer)
        found.append((KEY.sub("key", url), status, MESSAGE.sub(b"", body)))
        onward = set(LINK.findall(answer.content.decode())) - seen if status == 200 else set()
        seen |= onward
        waiting += onward
    return sorted(found)


def _letters(reader: User) -> list[tuple[str, str]]:
    owed = Message.objects.filter(recipient=reader)
    return sorted((each.letter, KEY.sub("key", repr(LETTERS[each.letter].compose(each)))) for each in owed)


def _met_by(make: Callable[[World, bool], User], world: World, is_there: bool) -> tuple[Any, Any]:
    with transaction.atomic():
        reader, client = make(world, is_there), Client()
        client.force_login(reader)
        met = _pages(client), _letters(reader)
        transaction.set_rollback(True)
    return met


@pytest.mark.abuse(4)
@pytest.mark.abuse(25)
@pytest.mark.parametrize("make", [_concerns, _swaps, _openings])
def test_what_is_kept_from_one_reader_leaves_no_gap(make: Callable[[World, bool], User], world: World) -> None:
    there, nowhere = _met_by(make, world, True), _met_by(make, world, False)
    pages, letters = there
    assert pages == nowhere[0]
    assert letters == nowhere[1]
    assert letters
    assert sum("key" in url and status == 200 for url, status, _body in pages) > 1
    assert [url for url, _status, body in pages if NUMBERS.search(url.encode() + body)] == []
    assert not NUMBERS.search(repr(letters).encode())


@pytest.mark.abuse(4)
@pytest.mark.parametrize(("make", "model", "place"), [
    (_concerns, Concern, "concerns"), (_swaps, SwapRequest, "swaps"), (_openings, Opening, "break-glass"),
])  # fmt: skip
def test_a_number_opens_nothing_and_the_key_of_what_is_kept_is_any_key(
    make: Callable[[World, bool], User], model: type[Model], place: str, world: World
) -> None:
    client = Client()
    client.force_login(make(world, True))
    about = "about/" if model is Opening else ""
    rows = model._base_manager.filter(pk__gt=FIRST).order_by("pk")
    statuses = {each.pk: client.get(f"/admin/{place}/{each.public_key}/{about}").status_code for each in rows}
    assert sorted(statuses.values())[-1] == 404
    assert 200 in statuses.values()
    nothing = client.get(f"/admin/{place}/{uuid4()}/{about}")
    for each in rows:
        assert client.get(f"/admin/{place}/{each.pk}/{about}").status_code == 404
        if statuses[each.pk] == 404:
            assert bare(client.get(f"/admin/{place}/{each.public_key}/{about}")) == bare(nothing)
