"""The headers of what is no URL of ours: packages' pages, errors, files; and the settings of production.

Those of every URL, for every role, by GET and POST: ``tests/house/test_access.py``.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.house.access import World
from tests.house.headers import missing
from tests.house.packages import SIGNING_IN, record_path, records
from tests.house.test_compose import ROOT, production
from tests.house.test_forms import signed_in

pytestmark = pytest.mark.once


@pytest.mark.usefixtures("as_in_production")
def test_pages_of_packages_have_every_header(world: World, cookies: dict[str, str]) -> None:
    wrong = {}
    for visit in (visit for visit in SIGNING_IN if visit.before is None):
        client = signed_in(visit.role, cookies)
        answer = client.get(reverse(visit.name, kwargs=visit.arguments(world)), secure=True)
        if found := missing(answer, is_private=visit.role != "anonymous"):
            wrong[visit.name] = found
    client = signed_in("admin", cookies)
    for model, kind in records():
        path = record_path(model, kind)
        if path and (found := missing(client.get(path, secure=True), is_private=True)):
            wrong[path] = found
    assert wrong == {}


def _fails(*_args: Any, **_kwargs: Any) -> None:
    raise ValueError


@pytest.mark.usefixtures("as_in_production")
def test_errors_have_every_header(world: World, cookies: dict[str, str], monkeypatch: Any) -> None:
    client = signed_in("sam", cookies)
    client.raise_request_exception = False
    answers = {
        404: client.get("/not-there/", secure=True),
        400: client.get("/?q=%00", secure=True),
        405: client.put(reverse("console:export_people", kwargs={"kind": "csv"}), secure=True),
    }
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    answers[403] = strict.post(reverse("console:people"), secure=True)
    monkeypatch.setattr("mentoring.console.views.people.chosen_cohort", _fails)
    answers[500] = client.get(reverse("console:people"), secure=True)
    assert {status: answer.status_code for status, answer in answers.items()} == {each: each for each in answers}
    found = {status: missing(answer, is_private=status not in {400, 500}) for status, answer in answers.items()}
    assert found == {status: [] for status in answers}


@pytest.mark.usefixtures("as_in_production")
def test_a_foreign_host_is_refused_with_every_header(world: World) -> None:
    client = Client(raise_request_exception=False)
    answer = client.get("/help/", secure=True, headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert missing(answer, is_private=False) == []
    assert b"evil" not in answer.content


PRODUCTION = """
import json
from django.conf import settings as s
names = [name for name in dir(s) if name.startswith(("SESSION_", "CSRF_", "SECURE_", "LANGUAGE_COOKIE"))]
names += ["DEBUG", "DEMO_DOORS", "ADMINS", "LOGGING"]
print(json.dumps({name: getattr(s, name) for name in names}, default=str))
"""


def test_production_sets_strict_cookies_and_a_year_of_tls(tmp_path: Path) -> None:
    environment = {
        **production("web"), "MENTORING_DATA": str(tmp_path), "PATH": "/usr/bin:/bin",
        "DJANGO_SETTINGS_MODULE": "mentoring.settings",
    }  # fmt: skip
    answer = subprocess.run(
        [sys.executable, "-c", PRODUCTION], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    told = json.loads(answer.stdout)
    for cookie in ("SESSION_COOKIE", "CSRF_COOKIE", "LANGUAGE_COOKIE"):
        assert told[f"{cookie}_NAME"].startswith("__Host-"), cookie
        assert told[f"{cookie}_SECURE"] is True
        assert told[f"{cookie}_HTTPONLY"] is True
        assert told[f"{cookie}_SAMESITE"] == "Lax"
        assert told[f"{cookie}_PATH"] == "/"
        assert told[f"{cookie}_DOMAIN"] is None
    assert told["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert told["SECURE_HSTS_INCLUDE_SUBDOMAINS"] is True
    assert told["SECURE_SSL_REDIRECT"] is True
    assert (told["DEBUG"], told["DEMO_DOORS"], told["ADMINS"]) == (False, False, [])
    assert told["LOGGING"]["formatters"]["line"] == {"()": "mentoring.logs.Line"}
    assert told["SESSION_COOKIE_AGE"] <= 24 * 3600


def test_scripts_need_no_cookie_that_they_cannot_read() -> None:
    own = [path for path in (ROOT / "static").rglob("*.js") if "vendor" not in path.parts]
    assert own
    assert not [path.name for path in own if "document.cookie" in path.read_text()]
    assert not [path.name for path in own if "Storage" in path.read_text() and "postMessage" in path.read_text()]


def test_uploads_are_typed_by_content_sized_and_out_of_the_web_root() -> None:
    assert settings.DATA_UPLOAD_MAX_MEMORY_SIZE <= 5 * 1024 * 1024
    assert "uploads" in settings.STORAGES["default"]["OPTIONS"]["location"]
    assert not Path(settings.STORAGES["default"]["OPTIONS"]["location"]).is_relative_to(settings.STATIC_ROOT)
    assert not getattr(settings, "MEDIA_URL", "").strip("/")
