"""Logs hold no token of a signed link, and no answer of a university's sign-in."""

import logging

import pytest

from mentoring.logs import WithoutTokens


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("Not Found: /l/stop/eyJwIjoi.c2ln:1abc/", "Not Found: /l/stop/…/"),
        ("Gone: /l/reply-fine/eyJw:1abc/undo/", "Gone: /l/reply-fine/…/undo/"),
        (
            "Sent: /accounts/oidc/n/login/callback/?code=abc&state=de",
            "Sent: /accounts/oidc/n/login/callback/?code=…&state=…",
        ),
        ("Not Found: /admin/people/7/", "Not Found: /admin/people/7/"),
    ],
)
def test_token_is_left_out(said: str, written: str) -> None:
    label, path = said.split(" ", 1)
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, f"{label} %s", (path,), None)
    assert WithoutTokens().filter(record)
    assert record.getMessage() == written
