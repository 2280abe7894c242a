"""The first visit to a page, as production serves it: how much it weighs, how often it asks, and that nothing jumps.

Static files come compressed, under names that change with them, through the product's own middleware. With
``EVERY_CONDITION=1`` the largest paint is timed as well, on a slow telephone line (4G as Lighthouse makes it).
"""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser

from tests.browser import chromium
from tests.house.access import World
from tests.house.conditions import EVERYTHING
from tests.house.counter import Counter
from tests.house.window import Window

pytestmark = pytest.mark.once

KB = 1000
# Compressed, with their headers; the goals of look/README.md §5.
MOST = {"Document": 15 * KB, "Stylesheet": 25 * KB, "Script": 10 * KB, "Font": 45 * KB}
MOST_IN_ALL, MOST_REQUESTS = 100 * KB, 6
LATEST_PAINT = 1.8  # seconds
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
PAGES = [
    ("account_login", "anonymous"),
    ("accessibility", "anonymous"),
    ("console:today", "sam"),
    ("console:pairs", "sam"),
    ("contacts:log", "priya"),
    ("portal:mentees", "priya"),
    ("portal:mentor", "aisha"),
]
SHIFTS = """() => new Promise((done) => {
  const found = { shift: 0, paint: 0 };
  new PerformanceObserver((list) => list.getEntries().forEach((e) => { found.shift += e.value; }))
    .observe({ type: "layout-shift", buffered: true });
  new PerformanceObserver((list) => list.getEntries().forEach((e) => { found.paint = e.startTime / 1000; }))
    .observe({ type: "largest-contentful-paint", buffered: true });
  document.fonts.ready.then(() => setTimeout(() => done(found), 100));
})"""


class Production(Counter):
    """The same counter, with static files as the product's own middleware gives them."""

    def __init__(self) -> None:
        super().__init__()
        self.client, self.one_at_a_time = Client(), Lock()

    def static(self, path: str) -> Any:
        if not path.startswith("/static/"):
            return None
        with self.one_at_a_time:
            answer = self.client.get(path, headers={"accept-encoding": "gzip"})
        return answer if answer.status_code == 200 else None


@pytest.fixture(scope="module")
def window() -> Iterator[Window]:
    made = Window(chromium())
    yield made
    made.close()


@pytest.fixture
def production(settings: Any, tmp_path: Path) -> Iterator[Production]:
    settings.STATIC_ROOT = str(tmp_path)
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = False
    stored = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": stored}
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["admin", "scss", "mfa"])
    made = Production()
    yield made
    made.close()


def visited(browser: Browser, address: str) -> tuple[dict[str, list[int]], dict[str, float]]:
    """The bytes of every answer, by kind, as they came over the line; and how far things moved."""
    kinds: dict[str, str] = {}
    weights: dict[str, list[int]] = defaultdict(list)
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    line = context.new_cdp_session(page)

    def came(it: dict[str, Any]) -> None:
        if not it["response"]["url"].startswith("data:"):  # which is in the style sheet
            kinds[it["requestId"]] = it["type"]

    def ended(it: dict[str, Any]) -> None:
        if it["requestId"] in kinds:
            weights[kinds[it["requestId"]]].append(it["encodedDataLength"])

    line.on("Network.responseReceived", came)
    line.on("Network.loadingFinished", ended)
    line.send("Network.enable")
    if EVERYTHING:
        line.send("Network.emulateNetworkConditions", SLOW)
        line.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.goto(address, wait_until="networkidle")
    moved = page.evaluate(SHIFTS)
    context.close()
    return weights, moved


def test_first_visit_is_light_and_still(
    world: World, clients: dict[str, Client], window: Window, production: Production
) -> None:
    wrong: list[str] = []
    for name, role in PAGES:
        reader = Client(headers={"accept-encoding": "gzip"})
        reader.cookies.update(clients[role].cookies)
        answer = reader.get(reverse(name))
        assert answer.status_code == 200, name
        assert answer.headers["Content-Encoding"] == "gzip"
        production.show(answer, {})
        address = production.address
        weights, moved = window.browse(lambda browser, address=address: visited(browser, address))
        assert production.missing == [], name
        assert set(weights) >= set(MOST), "something of the page was not loaded"
        wrong += _too_much(f"{name} ({role})", weights, moved)
    assert wrong == []


def _too_much(page: str, weights: dict[str, list[int]], moved: dict[str, float]) -> list[str]:
    each = {kind: sum(weights[kind]) for kind in weights}
    requests = sum(1 for found in weights.values() for weight in found if weight)  # an icon kept from the page is none
    print(f"{page}: {each}, {sum(each.values())} bytes in {requests} requests; {moved}")
    heavy = [f"{page}: {kind} of {each[kind]} bytes" for kind, most in MOST.items() if each[kind] > most]
    heavy += [f"{page}: {sum(each.values())} bytes"] if sum(each.values()) > MOST_IN_ALL else []
    heavy += [f"{page}: {requests} requests"] if requests > MOST_REQUESTS else []
    heavy += [f"{page}: moved by {moved['shift']}"] if moved["shift"] else []
    late = EVERYTHING and moved["paint"] > LATEST_PAINT
    return [*heavy, *([f"{page}: painted after {moved['paint']:.1f} s"] if late else [])]
