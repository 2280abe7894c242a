"""Pages as people read them who need them otherwise: very narrow, very large, in colours of their own, from the right.

And with the keyboard alone: every control is reached, is seen to be reached, and is left again. The pages of the main
journeys always; with ``EVERY_CONDITION=1`` every page by each kind of its readers.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from tests.browser import chromium
from tests.house.access import Row, World
from tests.house.conditions import EVERYTHING, Screen
from tests.house.test_pages import VISITS, open_page
from tests.house.window import Window

pytestmark = pytest.mark.once

# One page of each kind of layout on the main journeys: form, list, table, cards, queue, timeline, draft, text.
JOURNEYS = {
    ("console:today", "sam"),
    ("console:people", "sam"),
    ("console:pairs", "sam"),
    ("console:pair", "sam"),
    ("contacts:log", "priya"),
    ("concerns:raise", "priya"),
    ("matching:draft", "sam"),
    ("participation:imports", "sam"),
    ("participation:wishes", "aisha"),
    ("portal:mentees", "priya"),
    ("portal:mentor", "aisha"),
    ("portal:stop", "aisha"),
    ("schemes:cohort", "dr_lee"),
}
VISITED = [(row, role) for row, role in VISITS if EVERYTHING or (row.name, role) in JOURNEYS]

DESK, NARROW = Screen(1280, "light"), Screen(320, "light")
# What reaches beyond the page at either side, the hidden words for screen readers apart.
OUTSIDE = """() => {
  const root = document.documentElement;
  const wide = [...document.querySelectorAll("body *")].filter((e) => {
    const box = e.getBoundingClientRect();
    const hidden = getComputedStyle(e).position === "absolute" && box.width <= 1;
    const out = box.right > innerWidth + 1 || box.left < -1;
    return box.width && !hidden && out && !e.closest(".visually-hidden, .skip");
  });
  if (root.scrollWidth <= innerWidth) return [];
  return [`${root.scrollWidth} > ${innerWidth}`, ...wide.map((e) => e.outerHTML.slice(0, 100)).slice(-2)];
}"""
# WCAG 2.2, 1.4.4 and 1.4.12: text of double size, and the spacing that a reader may choose.
LARGE = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`html { font-size: 200% !important; } * { line-height: 1.5 !important;
    letter-spacing: 0.12em !important; word-spacing: 0.16em !important; } p { margin-block-end: 2em !important; }`);
  document.adoptedStyleSheets = [sheet];
}"""
PLAIN = "() => { document.adoptedStyleSheets = []; }"
# In colours of the reader's own, backgrounds are gone: what can be pressed shows an edge.
EDGELESS = """() => [...document.querySelectorAll("main .btn, main .choice, main .form-control, main .form-select")]
  .filter((e) => e.checkVisibility() && !parseFloat(getComputedStyle(e).borderTopWidth))
  .map((e) => e.outerHTML.slice(0, 100))"""
# Everything that Tab should come to: of a group of radio buttons one.
CONTROLS = """() => {
  const all = [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")];
  const seen = all.filter((e) => !e.disabled && e.tabIndex >= 0 && e.checkVisibility({ visibilityProperty: true }));
  window.here = seen.filter((e) => e.type !== "radio"
    || e === (seen.find((o) => o.name === e.name && o.form === e.form && o.checked)
      || seen.find((o) => o.name === e.name && o.form === e.form)));
  return window.here.length;
}"""
# Where the focus is, among those, and what is wrong with how it shows.
FOCUS = """() => {
  const at = document.activeElement;
  if (at === document.body || !at) return [-1, ""];
  const shown = at.matches("[type=radio], [type=checkbox]") && at.closest("label, .choice, .form-check") || at;
  const marked = [at, shown, at.nextElementSibling].filter(Boolean).some((e) => {
    const style = getComputedStyle(e);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none";
  });
  const box = shown.getBoundingClientRect();
  const inside = box.width && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  const wrong = marked ? (inside ? "" : "is out of sight") : "shows no focus";
  return [window.here.indexOf(at), wrong && `${wrong}: ${at.outerHTML.slice(0, 120)}`];
}"""


@pytest.fixture(scope="module")
def window() -> Iterator[Window]:
    made = Window(chromium())
    yield made
    made.close()


@pytest.fixture
def page_of(world: World, clients: dict[str, Client]) -> Callable[[Row, str], Any]:
    def page_of(row: Row, role: str) -> Any:
        if row.prepare:
            row.prepare(world)
        answer = open_page(clients[role], reverse(row.name, kwargs=row.arguments(world)))
        if not answer.headers["Content-Type"].startswith("text/html"):
            pytest.skip("a file")
        return answer

    return page_of


def read(page: Page) -> dict[str, list[str]]:
    """What is wrong under each condition; the page is loaded once, 320 pixels wide."""
    found = {"320 pixels": page.evaluate(OUTSIDE)}
    page.evaluate("() => { document.documentElement.dir = 'rtl'; }")
    page.set_viewport_size({"width": 390, "height": 844})
    found["from the right"] = page.evaluate(OUTSIDE)
    page.set_viewport_size({"width": 1280, "height": 844})
    found["from the right, wide"] = page.evaluate(OUTSIDE)
    page.evaluate("() => { document.documentElement.dir = 'ltr'; }")
    page.evaluate(LARGE)
    found["large text"] = page.evaluate(OUTSIDE)
    page.evaluate(PLAIN)
    page.emulate_media(forced_colors="active")
    found["forced colours"] = page.evaluate(OUTSIDE) + page.evaluate(EDGELESS)
    page.emulate_media(forced_colors="none")
    return {condition: wrong for condition, wrong in found.items() if wrong}


def tab_through(page: Page) -> list[str]:
    """What is wrong on the way through all controls, by the Tab key, from the top of the page to its end."""
    left = set(range(page.evaluate(CONTROLS)))
    page.evaluate("() => { document.activeElement?.blur(); getSelection().removeAllRanges(); }")
    wrong: list[str] = []
    # A date has fields of its own, and a button, within the one field.
    dates = page.locator("input[type=date], input[type=time]").count()
    for _ in range(len(left) + 2 + 4 * dates):
        page.keyboard.press("Tab")
        at, said = page.evaluate(FOCUS)
        wrong += [said] if said else []
        left.discard(at)
        if at == -1:
            break
    names = page.evaluate("(left) => left.map((at) => window.here[at].outerHTML.slice(0, 120))", sorted(left))
    return [*wrong, *(f"never reached: {name}" for name in names)]


def ids(it: Any) -> str:
    return it if isinstance(it, str) else str(it.name)


@pytest.mark.parametrize(("row", "role"), VISITED, ids=ids)
def test_page_fits_however_it_is_read(row: Row, role: str, page_of: Callable[[Row, str], Any], window: Window) -> None:
    assert window.use(page_of(row, role), read, NARROW) == {}


@pytest.mark.parametrize(("row", "role"), VISITED, ids=ids)
def test_every_control_is_reached_seen_and_left_by_keyboard(
    row: Row, role: str, page_of: Callable[[Row, str], Any], window: Window
) -> None:
    assert window.use(page_of(row, role), tab_through, DESK) == []


def test_pages_of_the_journeys_are_there() -> None:
    known = {(row.name, role) for row, role in VISITS}
    assert known >= JOURNEYS
