"""A browser's window that is shown the answers of Django's test client, so that no web server is needed.

A page is made inside the test's own transaction, with the test's clock, and nothing has to be cleaned up.
The browser lives in a thread of its own: its event loop would give the test's thread other database connections.
"""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from django.http import HttpResponse
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from tests.browser import OPTIONS
from tests.house.conditions import Screen, opposite
from tests.house.counter import Counter

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
HEIGHT = 844
# Without conditions: a phone by day, a desk by night.
PHONE, DESK = Screen(390, "light"), Screen(1280, "dark")

# What is wrong with a page whatever it is about, in words.
FAULTS = """() => {
  const wrong = [];
  const all = [...document.querySelectorAll("*")];
  const short = (element) => element.outerHTML.slice(0, 120);
  if (document.documentElement.scrollWidth > innerWidth) {
    const wide = all.filter((e) => e.getBoundingClientRect().right > innerWidth + 1).map(short);
    wrong.push(`wider than ${innerWidth}: ${document.documentElement.scrollWidth} ${wide.slice(-1)}`);
  }
  const headings = document.querySelectorAll("h1").length;
  if (headings !== 1) wrong.push(`${headings} headings of the first level`);
  if (!document.title.trim() || document.title.trim().startsWith("-")) wrong.push(`title "${document.title}"`);
  const ids = all.map((e) => e.id).filter(Boolean);
  for (const id of ids.filter((id, at) => ids.indexOf(id) !== at)) wrong.push(`id ${id} twice`);
  for (const link of document.querySelectorAll('a[href^="#"]:not([role="button"])')) {
    if (!document.getElementById(decodeURIComponent(link.hash.slice(1)))) wrong.push(`leads nowhere: ${short(link)}`);
  }
  const inline = all.filter((e) => e.matches('style, [style], script:not([src]):not([type="application/json"])')
    || [...e.attributes].some((a) => /^on/.test(a.name)));
  wrong.push(...inline.map((e) => `inline: ${short(e)}`));
  const filled = [...document.querySelectorAll("main .btn-primary")].filter((e) => e.checkVisibility());
  if (filled.length > 1) wrong.push(`${filled.length} filled buttons: ${filled.map((e) => e.innerText)}`);
  return wrong;
}"""
# What axe finds, once nothing fades in any more. A picture or a film need not be fetched for it.
AXE = """async (options) => {
  document.getAnimations().filter((each) => each.effect.getComputedTiming().endTime < Infinity)
    .forEach((each) => each.finish());
  const found = await axe.run(options);
  return { looked: found.passes.length, violations: found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => ({ id, target, failureSummary }))) };
}"""
CLASSES = """() => [...new Set([...document.querySelectorAll("[class]")].flatMap((e) => [...e.classList]))]"""


class Window:
    """``chromium`` is where the browser is. Everything it does, it does in its own thread."""

    def __init__(self, chromium: str) -> None:
        self.complaints: list[str] = []
        self.seen_in: dict[str, set[str]] = {"light": set(), "dark": set()}
        self.counter = Counter()
        self.thread = ThreadPoolExecutor(max_workers=1)
        self.thread.submit(self._begin, chromium).result()

    def look(self, answer: HttpResponse, *, beside: dict[str, HttpResponse] | None = None) -> list[str]:
        """What is wrong with a page, at both widths; ``beside`` are answers that the page fetches, by path.

        At 390 pixels in light colours with axe; at 1280 in dark colours, with axe again where a class of the
        style sheet is seen for the first time.
        """
        self.counter.show(answer, beside or {})
        return self.thread.submit(self._look).result()

    def look_on(self, answer: HttpResponse, screens: Sequence[Screen], *, with_axe: bool = True) -> list[str]:
        """What is wrong with a page on each of some screens; a single one is held to both widths.

        Axe looks on each screen, or, unless ``with_axe``, only where a class of the style sheet is seen for the first
        time in the screen's colours.
        """
        self.counter.show(answer, {})
        return self.thread.submit(self._look_on, screens, with_axe).result()

    def look_at_mail(self, answer: HttpResponse, colours: Sequence[Literal["light", "dark"]]) -> list[str]:
        """What is wrong with an e-mail on a phone: wider than it, or what axe finds, in each of some colours.

        Its style sheet is inline, as mail needs it, and it may ask for nothing.
        """
        self.counter.show(answer, {})
        return self.thread.submit(self._look_at_mail, colours).result()

    def use(self, answer: HttpResponse, deed: Callable[[Page], Any], screen: Screen) -> Any:
        """What a deed says that is done, in the browser's thread, with a page on a screen."""
        self.counter.show(answer, {})
        return self.thread.submit(self._use, deed, screen).result()

    def browse(self, deed: Callable[[Browser], Any]) -> Any:
        """What a deed says that opens windows of its own, in the browser's thread."""
        return self.thread.submit(deed, self.browser).result()

    def close(self) -> None:
        self.thread.submit(self._end).result()
        self.thread.shutdown()
        self.counter.close()

    def _begin(self, chromium: str) -> None:
        self.playwright = sync_playwright().start()
        self.browser = self.playwright.chromium.launch(executable_path=chromium, args=OPTIONS)
        self.page = self.browser.new_page()
        self.page.add_init_script(Axe().axe_script)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("requestfailed", self._failed)
        self.page.on("request", self._asked)

    def _end(self) -> None:
        self.browser.close()
        self.playwright.stop()

    def _open(self, screen: Screen) -> None:
        self.complaints.clear()
        self.counter.missing.clear()
        self._become(screen)
        self.page.goto(self.counter.address)

    def _look(self) -> list[str]:
        self._open(PHONE)
        wrong = [*self.page.evaluate(FAULTS), *self._violations()]
        self._is_new("light")
        self._become(DESK)
        wrong += [each for each in self.page.evaluate(FAULTS) if each not in wrong]
        if self._is_new("dark"):
            wrong += [f"dark: {each}" for each in self._violations()]
        return [*self.complaints, *self.counter.missing, *wrong]

    def _look_on(self, screens: Sequence[Screen], with_axe: bool) -> list[str]:
        self._open(screens[0])
        wrong: list[str] = []
        for screen in screens:
            if screen != screens[0]:
                self._become(screen)
            found = self.page.evaluate(FAULTS)
            if self._is_new(screen.colours) or with_axe:
                found += self._violations()
            wrong += [f"{screen.width} {screen.colours}: {each}" for each in found]
        if len(screens) == 1:
            self._become(opposite(screens[0]))
            wrong += [each for each in self.page.evaluate(FAULTS) if not any(each in said for said in wrong)]
        return [*self.complaints, *self.counter.missing, *wrong]

    def _is_new(self, colours: Literal["light", "dark"]) -> bool:
        """Whether a class of the style sheet is seen for the first time in these colours."""
        new = set(self.page.evaluate(CLASSES)) - self.seen_in[colours]
        self.seen_in[colours] |= new
        return bool(new)

    def _look_at_mail(self, colours: Sequence[Literal["light", "dark"]]) -> list[str]:
        wrong: list[str] = []
        for each in colours:
            self._open(Screen(390, each))
            wide = self.page.evaluate("() => document.documentElement.scrollWidth")
            wrong += [f"wider than 390: {wide}"] if wide > 390 else []
            wrong += [*self.complaints, *self.counter.missing, *self._violations()]
        return wrong

    def _use(self, deed: Callable[[Page], Any], screen: Screen) -> Any:
        self._open(screen)
        return deed(self.page)

    def _become(self, screen: Screen) -> None:
        self.page.set_viewport_size({"width": screen.width, "height": HEIGHT})
        self.page.emulate_media(color_scheme=screen.colours)

    def _violations(self) -> list[str]:
        """What axe finds, with the elements."""
        found = self.page.evaluate(AXE, {"runOnly": RULES, "resultTypes": ["violations"], "preload": False})
        assert found["looked"], "axe looked at nothing"
        return [
            f"{each['id']}: {json.dumps(each['target'])} {each['failureSummary'][:300]}" for each in found["violations"]
        ]

    def _asked(self, request: Request) -> None:
        if request.method != "GET":  # a scanner that runs scripts must set nothing off either
            self.complaints.append(f"sent by itself: {request.method} {request.url}")

    def _failed(self, request: Request) -> None:
        # What the page before was still loading is given up.
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"{request.failure}: {request.url}")

    def _said(self, message: ConsoleMessage) -> None:
        # A page that says "not found" is reported by the browser as a failure to load it.
        if message.type in {"error", "warning"} and message.location.get("url") != self.page.url:
            self.complaints.append(f"{message.text} {message.location.get('url', '')}")
