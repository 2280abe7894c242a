"""A browser's window that is shown the answers of Django's test client, so that no server is needed.

A page is made inside the test's own transaction, with the test's clock, and nothing has to be cleaned up.
The browser lives in a thread of its own: its event loop would give the test's thread other database connections.
"""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Literal
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from playwright.sync_api import ConsoleMessage, Request, Route, sync_playwright

from tests.browser import OPTIONS

HOST = "http://testserver/"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
HEIGHT = 844

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
SETTLE = """() => document.getAnimations()
  .filter((each) => each.effect.getComputedTiming().endTime < Infinity).forEach((each) => each.finish())"""
CLASSES = """() => [...new Set([...document.querySelectorAll("[class]")].flatMap((e) => [...e.classList]))]"""


class Window:
    """``chromium`` is where the browser is. Everything it does, it does in its own thread."""

    def __init__(self, chromium: str) -> None:
        self.complaints: list[str] = []
        self.seen_in_dark: set[str] = set()
        self.thread = ThreadPoolExecutor(max_workers=1)
        self.thread.submit(self._begin, chromium).result()

    def look(self, answer: HttpResponse, *, beside: dict[str, HttpResponse] | None = None) -> list[str]:
        """What is wrong with a page, at both widths; ``beside`` are answers that the page fetches, by path.

        At 390 pixels in light colours with axe; at 1280 in dark colours, with axe again where a class of the
        style sheet is seen for the first time.
        """
        self.answer, self.beside = answer, beside or {}
        return self.thread.submit(self._look).result()

    def look_at_mail(self, answer: HttpResponse, colours: Sequence[Literal["light", "dark"]]) -> list[str]:
        """What is wrong with an e-mail on a phone: wider than it, or what axe finds, in each of some colours.

        Its style sheet is inline, as mail needs it, and it may ask for nothing.
        """
        self.answer, self.beside = answer, {}
        return self.thread.submit(self._look_at_mail, colours).result()

    def close(self) -> None:
        self.thread.submit(self._end).result()
        self.thread.shutdown()

    def _begin(self, chromium: str) -> None:
        self.playwright = sync_playwright().start()
        self.browser = self.playwright.chromium.launch(executable_path=chromium, args=OPTIONS)
        self.page = self.browser.new_page()
        self.page.route("**/*", self._answer)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("requestfailed", self._failed)

    def _end(self) -> None:
        self.browser.close()
        self.playwright.stop()

    def _look(self) -> list[str]:
        self.complaints.clear()
        self._become(390, "light")
        self.page.goto(HOST)
        wrong = self.page.evaluate(FAULTS)
        self.page.evaluate(Axe().axe_script)
        wrong += self._violations()
        self._become(1280, "dark")
        wrong += [each for each in self.page.evaluate(FAULTS) if each not in wrong]
        if new := set(self.page.evaluate(CLASSES)) - self.seen_in_dark:
            wrong += [f"dark: {each}" for each in self._violations()]
            self.seen_in_dark |= new
        return [*self.complaints, *wrong]

    def _look_at_mail(self, colours: Sequence[Literal["light", "dark"]]) -> list[str]:
        self.complaints.clear()
        wrong: list[str] = []
        for each in colours:
            self._become(390, each)
            self.page.goto(HOST)
            wide = self.page.evaluate("() => document.documentElement.scrollWidth")
            wrong += [f"wider than 390: {wide}"] if wide > 390 else []
            self.page.evaluate(Axe().axe_script)
            wrong += self._violations()
        return [*self.complaints, *wrong]

    def _become(self, width: int, colours: Literal["light", "dark"]) -> None:
        self.page.set_viewport_size({"width": width, "height": HEIGHT})
        self.page.emulate_media(color_scheme=colours)

    def _violations(self) -> list[str]:
        """What axe finds, with the elements, once nothing fades in any more."""
        self.page.evaluate(SETTLE)
        found = self.page.evaluate("(options) => axe.run(options)", {"runOnly": RULES, "resultTypes": ["violations"]})
        assert found["passes"], "axe looked at nothing"
        return [
            f"{each['id']}: {json.dumps(node['target'])} {node['failureSummary'][:300]}"
            for each in found["violations"]
            for node in each["nodes"]
        ]

    def _failed(self, request: Request) -> None:
        # What the page before was still loading is given up.
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"{request.failure}: {request.url}")

    def _said(self, message: ConsoleMessage) -> None:
        # A page that says "not found" is reported by the browser as a failure to load it.
        if message.type in {"error", "warning"} and message.location.get("url") != self.page.url:
            self.complaints.append(f"{message.text} {message.location.get('url', '')}")

    def _answer(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        if route.request.method != "GET":  # a scanner that runs scripts must set nothing off either
            self.complaints.append(f"sent by itself: {route.request.method} {path}")
        answer = self.answer if route.request.is_navigation_request() else self.beside.get(path)
        if answer is not None:
            route.fulfill(status=answer.status_code, headers=dict(answer.headers), body=answer.content)
            return
        file = finders.find(path.removeprefix("/static/")) if path.startswith("/static/") else None
        if file:
            route.fulfill(path=str(file))
        else:
            self.complaints.append(f"not there: {path}")
            route.fulfill(status=404)
