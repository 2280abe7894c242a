"""Limits behind a proxy: each visitor has their own, and nobody gets another by writing a header."""

from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from mentoring.federation.adapters import AccountAdapter
from tests.factories import Northfield


@pytest.mark.parametrize(
    ("proxies", "forwarded", "counts"),
    [
        (0, None, "10.0.0.9"),
        (0, "203.0.113.7", "10.0.0.9"),  # no proxy is ours: what is written is hearsay
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "198.51.100.1, 203.0.113.7", "203.0.113.7"),  # the visitor wrote the first themselves
        (2, "198.51.100.1, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        (2, "203.0.113.7", "10.0.0.9"),  # came past one of them
        (1, None, "10.0.0.9"),
        (1, "203.0.113.7:4711", "203.0.113.7"),
        (1, "2001:db8::7", "2001:db8::7"),
    ],
)
def test_the_visitor_is_whom_our_outermost_proxy_saw(
    settings: Any, proxies: int, forwarded: str | None, counts: str
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR="10.0.0.9")
    assert AccountAdapter(request).get_client_ip(request) == counts


def _tries(client: Client, northfield: Northfield, forwarded: str) -> int:
    told = {"login": northfield.sam.email, "password": "wrong"}
    return client.post(reverse("account_login"), told, headers={"x-forwarded-for": forwarded}).status_code


def test_one_who_tries_too_often_shuts_out_nobody_else(northfield: Northfield, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.ACCOUNT_RATE_LIMITS = {"login": "3/m/ip"}
    made_up = [_tries(Client(), northfield, f"198.51.100.{n}, 203.0.113.7") for n in range(5)]
    assert made_up == [200, 200, 200, 429, 429]  # writing other addresses in front does not help
    assert _tries(Client(), northfield, "203.0.113.8") == 200
