"""How many taps each journey takes, on a phone or with a mouse: the goals of the design, counted in a browser.

The year's walk counts those that begin in an e-mail (a reply, stopping) and a swap; these it does not.
"""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page

from mentoring.concerns.models import Concern
from mentoring.concerns.services import raise_concern
from mentoring.contacts.models import Contact
from mentoring.events.models import Attendance
from mentoring.matching.models import Match, SwapRequest
from mentoring.matching.services import stop_taking_part
from tests.events.access import ROWS as EVENTS
from tests.factories import Northfield
from tests.house.access import World
from tests.matching.conftest import train

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


class Hand:
    """A page, and how often it was touched since it was opened."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps = page, 0

    def tap(self, kind: Any, name: str, **options: Any) -> "Hand":
        """Touch the first thing of this role and name; wherever it leads, it is waited for."""
        self.taps += 1
        self.page.get_by_role(kind, name=name, **options).first.click()
        self.page.wait_for_load_state()
        return self

    def tap_at(self, where: str) -> "Hand":
        """Touch the first thing that a selector finds."""
        self.taps += 1
        self.page.locator(where).first.click()
        self.page.wait_for_load_state()
        return self

    def choose(self, words: str) -> "Hand":
        """Touch a choice by its words."""
        self.taps += 1
        self.page.locator("label.choice", has_text=words).first.click()
        return self


Begin = Callable[..., Hand]


@pytest.fixture
def begin(browser: Browser, live_server: Any, northfield: Northfield) -> Iterator[Begin]:
    """Open a page as somebody: on a phone, or on a wide screen."""
    opened = []

    def open_page(role: str, path: str, *, wide: bool = False) -> Hand:
        size = {"width": 1280, "height": 900} if wide else {"width": 390, "height": 844}
        context = browser.new_context(viewport=size, base_url=live_server.url)
        opened.append(context)
        if role:
            client = Client()
            client.force_login(northfield.people[role])
            value = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
        page = context.new_page()
        page.goto(path)
        return Hand(page)

    yield open_page
    for context in opened:
        context.close()


def _saved(hand: Hand, words: str) -> None:
    hand.page.get_by_text(words).first.wait_for()


def test_students_come_there_in_so_many_taps(begin: Begin, northfield: Northfield, matched: dict[str, Match]) -> None:
    """Log ≤ 4, a different mentor ≤ 3, worried: 3 and her words."""
    log = begin("priya", reverse("portal:mentees"))
    log.tap("link", "Log a contact").choose("Aisha").choose("In person").tap("button", "Save contact")
    _saved(log, "Saved. Thank you.")
    assert log.taps <= 4
    assert Contact.objects.get().matches.get() == matched["aisha"]

    swap = begin("ben", reverse("portal:mentor"))
    swap.tap("link", "different mentor").tap("button", "Ask for a different mentor")
    assert SwapRequest.objects.get().match == matched["ben"]
    assert swap.taps <= 3

    worried = begin("priya", reverse("portal:mentees")).tap("link", "I am worried about someone")
    worried.choose("struggling")
    worried.page.locator("textarea").first.fill("Ben has not come to anything for two weeks.")
    worried.tap_at("main .btn-primary")
    worried.page.wait_for_url("**sent**")
    assert Concern.objects.get().raised_by == northfield.priya
    assert worried.taps <= 3


def test_staff_come_there_in_so_many_clicks(begin: Begin, northfield: Northfield, matched: dict[str, Match]) -> None:
    """From Today: a concern in 2, a pair in 2, a group without its mentor in 3; in a register, 1 a person."""
    now = timezone.now()
    train(northfield.participant("una"), northfield, now)
    raise_concern(
        cohort=northfield.cohort, kind="wellbeing", text="Not seen for two weeks.", form_key=uuid4(), subject=None,
        by=northfield.ben, now=now,
    )  # fmt: skip
    concern = begin("dana", reverse("console:today"), wide=True)
    concern.tap("link", "Read concern").tap_at(".queue-row .btn")
    _saved(concern, "Not seen for two weeks.")
    assert concern.taps <= 2

    pair = begin("sam", reverse("console:today"), wide=True)
    pair.tap("link", "See quiet pairs").tap("link", "Aisha")
    pair.page.wait_for_url(f"**/pairs/{matched['aisha'].pk}/")
    assert pair.taps <= 2

    world = World(northfield, matched)
    row = next(row for row in EVENTS if row.name == "events:register")
    row.prepare(world)
    register = begin("sam", reverse("events:register", kwargs=row.arguments(world)))
    register.tap("button", "Priya Khan")
    _saved(register, "1 person is here")
    assert register.taps == 1
    assert Attendance.objects.count() == 1

    stop_taking_part(participant=northfield.participant("priya"), by=northfield.priya, now=now)
    home = begin("sam", reverse("console:today"), wide=True)
    home.tap("link", "Match 3 students").tap("link", "Priya Khan’s group").tap("button", "Move the group here")
    assert home.taps <= 3
    _saved(home, "Una")
    aisha = Match.objects.live().get(mentee=northfield.participant("aisha"))
    assert aisha.mentor == northfield.participant("una")
