"""An app on a phone: what its manifest promises is there, and what is kept without a connection is nobody's."""

import re
import struct
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import reverse

from mentoring.phone import KEPT
from tests.browser import chromium
from tests.house.window import Window


def _size(path: Path) -> tuple[int, int]:
    """Width and height of a PNG, from its header."""
    head = path.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", head[16:24])


def test_the_manifest_is_complete_and_its_icons_are_as_large_as_they_say(client: Any, db: None) -> None:
    answer = client.get(reverse("manifest"))
    assert answer.headers["Content-Type"] == "application/manifest+json"
    told = answer.json()
    assert (told["start_url"], told["scope"], told["display"]) == ("/", "/", "standalone")
    assert {(icon["sizes"], icon["purpose"]) for icon in told["icons"]} >= {
        ("192x192", "any"), ("512x512", "any"), ("512x512", "maskable"),
    }  # fmt: skip
    for icon in told["icons"]:
        side = int(icon["sizes"].split("x")[0])
        assert _size(Path(finders.find(icon["src"].removeprefix("/static/")))) == (side, side)
    assert client.get(reverse("manifest"), {"in": "cy"}).json()["name"] == "Mentora cyfoedion"


def test_the_service_worker_is_of_the_root_and_keeps_only_what_is_there(client: Any, db: None) -> None:
    answer = client.get(reverse("service_worker"))
    script = answer.content.decode()
    assert reverse("service_worker").count("/") == 1
    assert answer.headers["Content-Type"].partition(";")[0] == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]
    assert [path for path in KEPT if not finders.find(path)] == []
    assert re.search(r'OFFLINE = "/offline/\?in\\u003Den', script)
    version = re.search(r'KEPT = "(\w+)"', script)[1]
    assert version not in client.get(reverse("service_worker"), {"in": "cy"}).content.decode()


def test_the_page_for_no_connection_is_the_same_for_everybody(client: Any, northfield: Any) -> None:
    nobody = client.get(reverse("offline")).content
    client.force_login(northfield.priya)
    assert client.get(reverse("offline")).content == nobody
    assert b"csrf" not in nobody
    assert '<html lang="cy"' in client.get(reverse("offline"), {"in": "cy"}).content.decode()


def test_the_page_for_no_connection_has_no_fault_with_everything_shown(client: Any, northfield: Any) -> None:
    answer = client.get(reverse("offline"))
    answer.content = answer.content.replace(b'<form id="outbox-note" hidden', b'<form id="outbox-note"')
    window = Window(chromium())
    try:
        assert window.look(answer) == []
    finally:
        window.close()


def test_every_word_that_the_script_says_is_on_the_page() -> None:
    page = (settings.BASE_DIR / "templates/components/_outbox.html").read_text()
    script = (settings.BASE_DIR / "static/js/outbox.js").read_text()
    asked = set(re.findall(r'word\("(\w+)"\)', script)) | {"again", "log", "note", "unclear"}
    assert asked <= set(re.findall(r'data-word="(\w+)"', page))
