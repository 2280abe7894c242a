"""A browser, a real worker with beat, and a real mail server, on the test's own database."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings as django_settings
from django.db import connection
from playwright.sync_api import Browser, Page

from tests.browser import browser as browser
from tests.messaging.sink import Sink, SinkServer

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0  # seconds for a worker on a busy machine


class Mailbox:
    """What the mail server acknowledged."""

    def __init__(self, sink: Sink) -> None:
        self.sink = sink

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in list(self.sink.journal) if address in str(mail["To"])]

    def has(self, address: str, subject: str) -> bool:
        return any(map(subject_is(subject), self.to(address)))

    def wait_for(self, address: str, wanted: Callable[[EmailMessage], bool] = lambda mail: True) -> EmailMessage:
        """The newest message to an address that is wanted; waits for the worker."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found = [mail for mail in self.to(address) if wanted(mail)]
            if found:
                return found[-1]
            time.sleep(0.2)
        subjects = [(str(mail["To"]), str(mail["Subject"])) for mail in self.sink.journal]
        raise AssertionError(f"no such message to {address}; there are {subjects[-20:]}")


def subject_is(words: str) -> Callable[[EmailMessage], bool]:
    """A wish for ``Mailbox.wait_for``. Who has not chosen a language is written to in both, English first."""
    return lambda mail: str(mail["Subject"]).partition(" / ")[0].strip() == words


def text_of(mail: EmailMessage) -> str:
    """The plain-text twin."""
    body = mail.get_body(("plain",))
    assert body is not None
    return body.get_content()


def words_of(mail: EmailMessage) -> str:
    """The same as one line, however it was wrapped."""
    return " ".join(text_of(mail).split())


def link_in(mail: EmailMessage, part: str) -> str:
    """The first address in a message that holds ``part``."""
    found = re.findall(r"https?://\S+", text_of(mail))
    return next(link.rstrip(">).") for link in found if part in link)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    sink = Sink()
    server = SinkServer(sink)
    server.start()
    box = Mailbox(sink)
    box.port = server.port  # type: ignore[attr-defined]
    yield box
    server.stop()


def _database_url() -> str:
    given = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{given['NAME']}"
    password = quote(given["PASSWORD"] or "", safe="")
    host, port = given["HOST"] or "", given["PORT"] or "5432"
    where = f"{quote(host, safe='')}:{port}" if host.startswith("/") else f"{host or 'localhost'}:{port}"
    return f"postgres://{given['USER']}:{password}@{where}/{given['NAME']}"


@pytest.fixture
def workers(mailbox: Mailbox, live_server, settings, tmp_path: Path) -> Iterator[Path]:
    """Celery worker and beat as processes of their own; yields the folder of their logs."""
    settings.SITE_URL = live_server.url
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
    environment = {
        **os.environ,
        "DATABASE_URL": _database_url(),
        "CELERY_BROKER_URL": django_settings.CELERY_BROKER_URL,
        "SECRET_KEY": django_settings.SECRET_KEY,
        "MENTORING_FIELD_KEYS": ",".join(django_settings.FIELD_KEYS),
        "SITE_URL": live_server.url,
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(mailbox.port),  # type: ignore[attr-defined]
    }
    celery = [sys.executable, "-m", "celery", "-A", "mentoring"]
    commands = {
        "worker": [
            *celery,
            "worker",
            "--pool",
            "threads",
            "--concurrency",
            "2",
            "--without-gossip",
            "--without-mingle",
            "-l",
            "INFO",
        ],
        "beat": [*celery, "beat", "-S", "tests.journey.beat:Hurried", "--pidfile=", "-l", "INFO"],
    }
    running = []
    for name, command in commands.items():
        with (tmp_path / f"{name}.log").open("wb") as log:
            running.append(
                subprocess.Popen(
                    command, env=environment, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
                )
            )
    yield tmp_path
    for process in running:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class Visitor:
    """Somebody at a browser of their own. ``taps`` counts how often they have touched the screen."""

    def __init__(self, browser: Browser, base: str, mailbox: Mailbox, *, width: int = 1280, height: int = 900) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": height}, base_url=base)
        self.taps = 0
        self.context.expose_function("tapped", self._count)
        self.context.add_init_script("addEventListener('pointerdown', () => window.tapped(), true)")
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE * 1000)
        self.page.on("response", self._no_server_errors)
        self.mailbox = mailbox
        self.broken: list[str] = []

    def _count(self) -> None:
        self.taps += 1

    def _no_server_errors(self, response) -> None:
        if response.status >= 500:
            self.broken.append(f"{response.status} {response.url}")

    def sign_in(self, address: str) -> "Visitor":
        """By a code from the mail."""
        before = len(self.mailbox.to(address))
        self.page.goto("/accounts/login/")
        self.page.get_by_label("University e-mail").first.fill(address)
        self.page.get_by_role("button", name="Send me a code").click()
        self.enter_the_code(address, "Your sign-in code", after=before)
        self.page.wait_for_url(re.compile(r"/(my|admin)/"))
        return self

    def enter_the_code(self, address: str, subject: str, *, after: int = 0) -> None:
        """Read the code in the mail and type it."""
        self.mailbox.wait_for(
            address, lambda mail: mail in self.mailbox.to(address)[after:] and subject in mail["Subject"]
        )
        words = text_of(self.mailbox.to(address)[-1])
        code = re.search(r"^\s*([A-Z0-9]{4}-?[A-Z0-9]{4})\s*$", words, re.MULTILINE)
        assert code, words
        self.page.locator("input[name=code]").fill(code[1])
        self.press("Continue")

    def go(self, path: str) -> Page:
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status < 400, (path, answer.status)
        return self.page

    def press(self, name: str, *, exact: bool = False) -> None:
        self.page.get_by_role("button", name=name, exact=exact).first.click()

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name).first.click()

    def sees(self, words: str) -> None:
        self.page.get_by_text(words).first.wait_for()

    def does_not_see(self, *words: str) -> None:
        shown = self.page.locator("main").inner_text()
        assert [each for each in words if each in shown] == []

    def wait_until_gone(self, words: str) -> None:
        """A page of long work refreshes itself; look until its words are gone."""
        end = time.monotonic() + 2 * PATIENCE
        while self.page.get_by_text(words).count():
            assert time.monotonic() < end, f"still: {words}"
            time.sleep(0.5)
            self.page.reload()


@pytest.fixture
def visit(browser: Browser, live_server, workers: Path, mailbox: Mailbox) -> Iterator[Callable[..., Visitor]]:
    """Make a visitor; at the end no page may have failed."""
    made: list[Visitor] = []

    def visitor(**options: int) -> Visitor:
        made.append(Visitor(browser, live_server.url, mailbox, **options))
        return made[-1]

    yield visitor
    for each in made:
        each.context.close()
    assert [broken for each in made for broken in each.broken] == []
