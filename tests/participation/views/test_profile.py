"""The page "About me"."""

import pytest
from django.urls import reverse

from mentoring.participation.models import ProfileFact

URL = reverse("participation:profile")


def test_words_and_facts_are_saved_and_previewed_as_the_match_sees_them(client, northfield) -> None:
    client.force_login(northfield.priya)
    answer = client.post(
        URL,
        {
            "hello": "Ask me anything.",
            "interest": ["football", "music"],
            "show_interest": "on",
            "circumstance": ["carer"],
            "college": "Kirklees College",
        },
    )
    assert answer.status_code == 302
    assert set(ProfileFact.objects.filter(is_shown=True).values_list("value", flat=True)) == {"football", "music"}
    preview = client.get(URL).content.decode().partition('id="preview"')[2]
    assert "Ask me anything." in preview
    assert "Football" in preview
    assert "Caring" not in preview
    assert "Kirklees" not in preview


@pytest.mark.abuse(15)
def test_markup_in_own_words_stays_words(client, northfield) -> None:
    client.force_login(northfield.priya)
    client.post(URL, {"hello": "<script>alert(1)</script>"})
    assert b"<script>alert(1)" not in client.get(URL).content


def test_too_many_words_are_a_problem_and_kept_in_the_form(client, northfield) -> None:
    client.force_login(northfield.priya)
    assert "At most 600 letters." in client.get(URL).content.decode()
    page = client.post(URL, {"hello": "a" * 601}).content.decode()
    assert "There is a problem" in page
    northfield.participant("priya").refresh_from_db()
    assert northfield.participant("priya").hello == ""


def test_everyone_has_only_their_own(client, northfield) -> None:
    northfield.participant("priya").facts.create(kind="college", value="Kirklees College", is_shown=True)
    client.force_login(northfield.aisha)
    assert b"Kirklees" not in client.get(URL).content
    client.force_login(northfield.nobody)
    assert client.get(URL).status_code == 404
