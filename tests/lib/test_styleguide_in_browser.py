"""The style guide in a real browser: no accessibility violation, nothing wider than the screen, nothing refused."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser import browser as browser

pytestmark = [pytest.mark.real_clock, pytest.mark.django_db(transaction=True), pytest.mark.once]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def opened(browser: Browser, address: str, complaints: list[str], **options: object) -> Page:
    page = browser.new_context(**options).new_page()  # type: ignore[arg-type]
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    return page


@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (390, "light"), (320, "dark")])
def test_styleguide_is_accessible(live_server, browser: Browser, width: int, scheme: str) -> None:
    complaints: list[str] = []
    address = f"{live_server.url}/styleguide/"
    screen = {"width": width, "height": 844}
    page = opened(browser, address, complaints, viewport=screen, color_scheme=scheme)
    found = Axe().run(page, options={"runOnly": RULES})
    assert found.violations_count == 0, found.generate_report()
    assert found.response["passes"], "axe looked at nothing"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert complaints == []


def test_everything_pressable_is_large_enough(live_server, browser: Browser) -> None:
    page = opened(browser, f"{live_server.url}/styleguide/", [], viewport={"width": 390, "height": 844})
    small = page.evaluate(
        """() => [...document.querySelectorAll("main .btn, main .choice, nav.nav a, main .form-control, main summary")]
        .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < (e.matches(".choice") ? 56 : 44))
        .map((e) => e.outerHTML.slice(0, 120))"""
    )
    assert small == []


def test_chosen_card_and_first_error_by_keyboard(live_server, browser: Browser) -> None:
    page = opened(browser, f"{live_server.url}/styleguide/", [])
    page.get_by_role("link", name="Select who you were in contact with").press("Enter")
    assert page.evaluate("document.activeElement.id") == "id_faulty-who_0"
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.checked && document.activeElement.value") == "ben"
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "id_q"


def test_form_is_sent_once(live_server, browser: Browser) -> None:
    page = opened(browser, f"{live_server.url}/styleguide/", [])
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    # The first answer is slow, as on a train.
    page.route("**/styleguide/", lambda route: (page.wait_for_timeout(300), route.continue_()))
    with page.expect_navigation():
        page.evaluate(
            """() => {
              const button = document.querySelector("form[data-once] button[type=submit]");
              button.click();
              setTimeout(() => button.click(), 100);
            }"""
        )
    assert len(sent) == 1
