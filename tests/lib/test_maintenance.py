"""Closed for a while: every page says so and when to come back, and the health check goes on."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.test import RequestFactory

from mentoring.lib.maintenance import close, wait
from mentoring.pages import server_error


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Any) -> None:
    settings.DATA_DIR = tmp_path


@pytest.mark.parametrize("path", ["/", "/my/", "/admin/", "/accounts/login/", "/l/stop/x/", "/not-there/"])
def test_every_page_is_closed_and_asks_the_database_nothing(client: Any, path: str) -> None:
    """Without a database mark: a query would be refused."""
    call_command("maintenance", "on", minutes=20, stdout=StringIO())
    for answer in (client.get(path), client.post(path)):
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "1200"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "frame-ancestors" in answer.headers["Content-Security-Policy"]
        assert "Back soon" in answer.content.decode()
        assert "Cymraeg" not in answer.content.decode()  # both languages stand there already
        assert "call 999" in answer.content.decode()


def test_health_goes_on_and_says_so(client: Any, capsys: Any) -> None:
    call_command("maintenance", "on")
    answer = client.get("/health/")
    assert (answer.status_code, answer.json()) == (200, {"status": "maintenance"})
    call_command("maintenance")
    call_command("maintenance", "off")
    assert capsys.readouterr().out.split("\n")[:3] == ["closed for maintenance", "closed for maintenance", "open"]


def test_opens_again(client: Any, db: None) -> None:
    call_command("maintenance", "on")
    call_command("maintenance", "off")
    call_command("maintenance", "off")
    assert client.get("/help/").status_code == 200


def test_the_setting_closes_it_too(client: Any, settings: Any) -> None:
    settings.MAINTENANCE = True
    assert client.get("/help/").headers["Retry-After"] == "600"


def test_who_comes_after_the_time_that_was_given_is_asked_to_wait_a_minute(now: Any) -> None:
    close(now)
    assert wait(now + timedelta(hours=1)) == timedelta(minutes=1)


def test_a_database_that_is_away_is_503_and_every_other_fault_500() -> None:
    request = RequestFactory().get("/my/")
    for error, status in ((OperationalError("gone"), 503), (ZeroDivisionError(), 500)):
        try:
            raise error
        except Exception:
            answer = server_error(request)
        assert answer.status_code == status
        assert ("Retry-After" in answer.headers) == (status == 503)
