"""The README's three pictures, taken of the demo; with TAKE_PICTURES=1 they are put where the README shows them."""

import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser

from mentoring.demo.seeding import seed
from mentoring.demo.selectors import AWAY

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
FAR_TOO_SMALL = 20_000  # bytes; an empty page is smaller


@dataclass(frozen=True)
class Picture:
    """A page of the demo, as one of its people sees it."""

    name: str
    door: str
    path: str
    heading: str
    width: int
    height: int


OF = (
    Picture("today.png", "Sam, coordinator", "/admin/", "to look at today", 1280, 900),
    Picture("log-contact.png", "Priya, mentor", "/my/contacts/log/", "Log a contact", 390, 844),
    Picture("meet-mentor.png", "Aisha, mentee", "/my/mentor/", "Meet Priya", 390, 844),
)


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
@pytest.mark.real_clock
def test_the_readme_shows_the_demo(browser: Browser, live_server, tmp_path: Path) -> None:
    seed(now=timezone.now())
    folder = PICTURES if os.environ.get("TAKE_PICTURES") == "1" else tmp_path
    folder.mkdir(exist_ok=True)
    for picture in OF:
        size = {"width": picture.width, "height": picture.height}
        context = browser.new_context(viewport=size, base_url=live_server.url, device_scale_factor=2)
        # The tour is for who tries the demo, not for its pictures.
        context.add_cookies([{"name": AWAY, "value": "1", "url": live_server.url}])
        page = context.new_page()
        page.goto("/accounts/login/")
        page.get_by_role("button", name=picture.door).click()
        page.wait_for_url("**/admin/**" if picture.door.startswith("Sam") else "**/my/**")
        page.goto(picture.path)
        page.get_by_role("heading", name=picture.heading).wait_for()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.evaluate("document.fonts.ready")
        page.screenshot(path=folder / picture.name, full_page=True)
        assert (folder / picture.name).stat().st_size > FAR_TOO_SMALL
        context.close()
    readme = (PICTURES.parents[1] / "README.md").read_text()
    assert [picture.name for picture in OF if f"docs/pictures/{picture.name}" not in readme] == []
