"""The privacy notice and the accessibility statement say what the university filled in, and what the law asks."""

import re
from datetime import date
from pathlib import Path

from django.conf import settings
from django.urls import reverse

from accounts.models import AuditEntry, Institution

STATEMENTS = reverse("protection:statements")


def _text(client, name: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", client.get(reverse(name)).content.decode()).split())


def test_what_an_administrator_fills_in_stands_on_both_pages(client, northfield) -> None:
    client.force_login(northfield.admin)
    told = {
        "privacy_contact": "dpo@northfield.ac.uk",
        "privacy_basis": "Public task.",
        "privacy_url": "northfield.ac.uk/privacy",
        "accessibility_gaps": "The chart has no table.\n\nMended by May.",
        "accessibility_gaps_cy": "",
        "accessibility_reviewed_on": "2026-09-01",
        "enforced_by": "ecni",
    }
    client.post(STATEMENTS, told)
    assert "privacy_contact" in AuditEntry.objects.get(verb="institution changed").fields
    privacy, accessibility = _text(client, "privacy"), _text(client, "accessibility")
    for words in ("dpo@northfield.ac.uk", "Public task.", "Information Commissioner", "The university’s own privacy"):
        assert words in privacy
    assert "https://northfield.ac.uk/privacy" in client.get(reverse("privacy")).content.decode()
    for words in ("partly meets", "The chart has no table. Mended by May.", "1 September 2026", "Northern Ireland"):
        assert words in accessibility
    assert "Equality Advisory" not in accessibility


def test_what_nobody_filled_in_is_not_made_up(client, northfield) -> None:
    privacy, accessibility = _text(client, "privacy"), _text(client, "accessibility")
    assert "data-protection officer" not in privacy
    assert "Why it may be kept" not in privacy
    assert "has not reviewed this statement yet" in accessibility
    assert "We know of nothing here" in accessibility
    assert "Equality Advisory and Support Service" in accessibility
    assert "2018" in accessibility


def test_an_empty_installation_speaks_of_the_university(client, db) -> None:
    assert "The university runs" in _text(client, "accessibility")


def test_gaps_in_english_are_marked_as_english_on_a_welsh_page(client, northfield) -> None:
    Institution.objects.update(accessibility_gaps="No table.", accessibility_reviewed_on=date(2026, 9, 1))
    page = client.get(reverse("accessibility"), headers={"Accept-Language": "cy"}).content.decode()
    assert re.search(r'<ul lang="en-gb">\s*<li>No table.</li>', page)


def test_the_notice_names_every_cookie_that_we_set(client, northfield) -> None:
    """Signed in, one has four: session, forms, language, and who was here last. A fifth must be added to the page."""
    client.force_login(northfield.priya)
    client.get("/my/")
    client.post(reverse("set_language"), {"language": "cy"})
    known = {
        settings.SESSION_COOKIE_NAME,
        settings.CSRF_COOKIE_NAME,
        settings.LANGUAGE_COOKIE_NAME,
        settings.LAST_PERSON_COOKIE_NAME,
    }
    assert set(client.cookies) == known
    sources = [path.read_text() for top in ("accounts", "schemes", "mentoring") for path in Path(top).rglob("*.py")]
    assert sum(text.count(".set_cookie(") for text in sources) == 3  # language, last person, the demo's tour
