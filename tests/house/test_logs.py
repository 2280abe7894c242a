"""Logs hold no token of a signed link, and nothing that anybody told us, whatever fails."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from celery import current_app
from django.conf import settings
from django.core import mail
from django.db import IntegrityError
from django.urls import reverse

from mentoring.celery import app as celery
from mentoring.logs import Line, ReadableLine, WithoutTokens, message_of
from mentoring.server_log import ServerLog
from tests.house.access import World, every_row
from tests.house.test_forms import lookers, signed_in

CANARY = "canary-in-an-error"
DETAIL = f"duplicate key\nDETAIL:  Key (email)=({CANARY}@northfield.ac.uk) already exists."


class Raises:
    """A middleware under which every view fails, with something confidential in its hands."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        return self.get_response(request)

    def process_view(self, request: Any, *_rest: Any) -> Any:
        told = request.POST.get("text", CANARY)
        try:
            raise ValueError(told)
        except ValueError as cause:
            raise IntegrityError(DETAIL) from cause


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Everything that the product's own handler would write, in both of its forms."""
    out, handlers = io.StringIO(), []
    for form in (Line(), ReadableLine()):
        handler = logging.StreamHandler(out)
        handler.setFormatter(form)
        handler.addFilter(WithoutTokens())
        handlers.append(handler)
        logging.getLogger().addHandler(handler)
    yield out
    for handler in handlers:
        logging.getLogger().removeHandler(handler)


def line_of(name: str, msg: str, *args: Any, exc_info: Any = None, **extra: Any) -> dict[str, Any]:
    record = logging.LogRecord(name, logging.WARNING, "", 0, msg, args, exc_info)
    record.__dict__.update(extra)
    assert WithoutTokens().filter(record)
    told: dict[str, Any] = json.loads(Line().format(record))
    return told


@pytest.mark.abuse(9)
@pytest.mark.parametrize(
    ("said", "written_as"),
    [
        ("Not Found: /l/stop/eyJwIjoi.c2ln:1abc/", "Not Found: /l/stop/…/"),
        ("Gone: /l/reply-fine/eyJw:1abc/undo/", "Gone: /l/reply-fine/…/undo/"),
        ("Sent: /accounts/oidc/n/login/callback/?code=abc&state=de", "Sent: /accounts/oidc/n/login/callback/"),
        ("Not Found: /accounts/password/reset/key/1-abc/", "Not Found: /accounts/password/reset/key/…/"),
        ("Not Found: /admin/people/7/", "Not Found: /admin/people/7/"),
        ("Failed: /admin/people/?q=Aisha", "Failed: /admin/people/"),
    ],
)
def test_token_is_left_out(said: str, written_as: str) -> None:
    label, path = said.split(" ", 1)
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, f"{label} %s", (path,), None)
    assert WithoutTokens().filter(record)
    assert message_of(record) == written_as


@pytest.mark.abuse(5)
@pytest.mark.once
def test_a_view_that_fails_tells_the_log_and_the_page_nothing(
    world: World, cookies: dict[str, str], written: io.StringIO, settings: Any
) -> None:
    """Every URL, by a POST that brings something confidential; under GET the same code fails."""
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.house.test_logs.Raises"]
    settings.ADMINS = [("Administrator", "admin@northfield.ac.uk")]
    failed, pages = 0, []
    clients = {role: signed_in(role, cookies) for role in cookies}
    for row in every_row():
        if row.prepare or not (people := lookers(row)):
            continue
        client = clients[people[0]]
        client.raise_request_exception = False
        answer = client.post(reverse(row.name, kwargs=row.arguments(world)), {"text": CANARY})
        failed += answer.status_code == 500
        pages += [row.name] if CANARY in answer.content.decode() or DETAIL[:20] in answer.content.decode() else []
    assert failed > 50
    assert pages == []
    assert "IntegrityError" in written.getvalue()
    assert CANARY not in written.getvalue()
    assert mail.outbox == []


@pytest.mark.abuse(5)
def test_a_task_that_fails_tells_the_log_nothing(db: None, written: io.StringIO, monkeypatch: Any) -> None:
    celery.loader.import_default_modules()
    ours = [task for name, task in celery.tasks.items() if not name.startswith("celery.")]
    assert len(ours) > 8

    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise IntegrityError(DETAIL)

    for task in ours:
        monkeypatch.setattr(task, "run", fail)
        task.apply(args=(CANARY,), throw=False)
    assert CANARY not in written.getvalue()
    assert current_app.conf.task_ignore_result


def test_a_line_has_kind_and_places_of_an_error_and_not_its_words() -> None:
    try:
        raise IntegrityError(DETAIL)
    except IntegrityError as problem:
        told = line_of("mentoring.x", "%s failed on %s", 7, problem, exc_info=(type(problem), problem, None))
    assert told["said"] == "7 failed on IntegrityError"
    assert told["failed"][0] == "IntegrityError"
    assert "test_logs.py" in told["failed"][1]
    assert CANARY not in str(told)


def test_words_of_others_are_left_out_and_numbers_stay() -> None:
    assert line_of("kombu.x", "%s of %s", CANARY, 3)["said"] == "… of 3"
    told = line_of("celery.app.trace", "Task %(name)s: %(exc)s %(args)s", {"name": "a.b", "exc": CANARY, "args": "x"})
    assert told["said"] == "Task a.b: … …"


def test_a_line_is_one_line_whatever_it_is_told() -> None:
    record = logging.LogRecord("mentoring.x", logging.INFO, "", 0, "a\r\nb\u2028\x1b[31m", (), None)
    assert Line().format(record).count("\n") == 0
    assert message_of(record) == "a  b  [31m"


def test_a_request_is_one_line_without_its_address(world: World, cookies: dict[str, str], written: io.StringIO) -> None:
    signed_in("sam", cookies).get(reverse("console:people"), {"q": "Aisha"})
    told = [json.loads(line) for line in written.getvalue().splitlines() if line.startswith("{")]
    (line,) = [each for each in told if each.get("event") == "request"]
    assert (line["route"], line["method"], line["status"]) == ("console:people", "GET", 200)
    assert line["user"] == world.northfield.sam.pk
    assert line["at"].endswith("+00:00")
    assert "Aisha" not in written.getvalue()


def test_nobody_mails_errors_and_gunicorn_speaks_in_lines() -> None:
    assert settings.LOGGING["loggers"]["django"]["handlers"] == []
    assert logging.getLogger("django").handlers == []
    assert ServerLog.__mro__[1].__module__ == "gunicorn.glogging"
