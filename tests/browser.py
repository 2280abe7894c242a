"""Chromium for the tests that look at pages; where it is missing they are left out, in CI they fail."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str:
    """Where it is. Skips the test, or fails it when everything must be real, if it is nowhere."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if path and Path(path).exists():
        return path
    if os.environ.get("REQUIRE_REAL") == "1":
        pytest.fail("Chromium is missing")
    pytest.skip("Chromium is not installed here")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for all tests of a module; Playwright allows only one at a time in a process."""
    path = chromium()
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        yield made
        made.close()
