"""Which language a person reads, and how it is chosen."""

from urllib.parse import quote

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from accounts.languages import in_reach, letter_languages, other_language
from accounts.models import AuditEntry
from accounts.services import choose_language

SWITCH = reverse("set_language")
COOKIE = settings.LANGUAGE_COOKIE_NAME


def lang_of(answer) -> str:
    return answer.content.decode().split('<html lang="')[1].split('"')[0]


@pytest.mark.parametrize("path", ["/help/?from=mail&x=1", "/accounts/login/?next=/my/"])
def test_visitor_switches_and_is_on_the_same_page(client, northfield, path) -> None:
    page = client.get(path).content.decode()
    assert f'name="next" value="{path.replace("&", "&amp;")}"' in page
    assert '<button type="submit" name="language" value="cy" lang="cy">Cymraeg</button>' in page
    answer = client.post(SWITCH, {"language": "cy", "next": path})
    assert (answer.status_code, answer["Location"]) == (302, path)
    again = client.get(path)
    assert lang_of(again) == "cy"
    assert 'value="en-gb" lang="en-gb">English</button>' in again.content.decode()


def test_page_of_what_does_not_exist_leads_to_the_choice_and_says_nothing_of_itself(client, northfield) -> None:
    page = client.get("/not-there/?x=1").content.decode()
    assert f'<a href="{SWITCH}" lang="cy">Cymraeg</a>' in page
    assert "not-there" not in page
    question = client.get(SWITCH, headers={"referer": "http://testserver/not-there/?x=1"}).content.decode()
    assert 'name="next" value="http://testserver/not-there/?x=1"' in question
    answer = client.post(SWITCH, {"language": "cy", "next": "http://testserver/not-there/?x=1"})
    assert answer["Location"] == "http://testserver/not-there/?x=1"
    assert lang_of(client.get("/not-there/?x=1")) == "cy"
    assert "example.com" not in client.get(SWITCH, headers={"referer": "https://example.com/"}).content.decode()


def test_visitors_choice_lasts_a_year_and_is_out_of_reach_of_scripts(client, northfield) -> None:
    cookie = client.post(SWITCH, {"language": "cy"}).cookies[COOKIE]
    assert cookie["max-age"] == 365 * 24 * 3600
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_own_choice_is_kept_on_the_person_and_on_the_trail(client, northfield) -> None:
    client.force_login(northfield.priya)
    client.post(SWITCH, {"language": "cy", "next": "/my/"})
    northfield.priya.refresh_from_db()
    assert northfield.priya.language == "cy"
    entry = AuditEntry.objects.get(verb="language chosen")
    assert (entry.actor, entry.object_id, entry.fields) == (northfield.priya, str(northfield.priya.pk), ["language"])
    client.cookies.clear()
    client.force_login(northfield.priya)
    assert lang_of(client.get("/help/")) == "cy"


@pytest.mark.parametrize("language", ["fr", "", "cy-GB-oed", "x" * 300])
def test_language_that_we_do_not_speak_changes_nothing(client, northfield, language) -> None:
    client.force_login(northfield.priya)
    assert client.post(SWITCH, {"language": language, "next": "/help/"}).status_code == 302
    northfield.priya.refresh_from_db()
    assert northfield.priya.language == "en-gb"
    assert not AuditEntry.objects.filter(verb="language chosen").exists()


def test_looking_at_the_switch_changes_nothing(client, northfield) -> None:
    client.force_login(northfield.priya)
    client.get(SWITCH, {"language": "cy"})
    northfield.priya.refresh_from_db()
    assert northfield.priya.language == "en-gb"


def test_switch_leads_to_no_other_site(client, northfield) -> None:
    assert client.post(SWITCH, {"language": "cy", "next": "https://example.com/"})["Location"] == "/"


def test_own_choice_goes_before_the_browsers(client, northfield) -> None:
    client.force_login(northfield.priya)
    client.cookies[COOKIE] = "cy"
    assert lang_of(client.get("/help/?in=cy", headers={"accept-language": "cy"})) == "en-gb"


def test_browser_is_asked_where_nobody_chose(client, northfield) -> None:
    assert lang_of(client.get("/help/", headers={"accept-language": "cy,en;q=0.5"})) == "cy"
    assert lang_of(client.get("/help/", headers={"accept-language": "fr"})) == "en-gb"


def test_link_in_a_welsh_letter_leads_to_welsh_pages_until_the_visitor_chooses(client, northfield) -> None:
    assert lang_of(client.get("/help/?in=cy")) == "cy"
    assert lang_of(client.get("/privacy/")) == "cy"
    client.post(SWITCH, {"language": "en-gb"})
    assert lang_of(client.get("/help/?in=cy")) == "en-gb"


def test_link_asks_for_no_language_that_we_do_not_speak(client, northfield) -> None:
    answer = client.get("/help/?in=" + quote("<script>"))
    assert lang_of(answer) == "en-gb"
    assert COOKIE not in answer.cookies


def test_choosing_again_is_one_choice(northfield, now) -> None:
    for _time in range(2):
        choose_language(person=northfield.priya, language="cy", by=northfield.priya, now=now)
    assert AuditEntry.objects.filter(verb="language chosen").count() == 1


def test_switch_offers_the_other_language_by_its_own_name() -> None:
    with override("cy"):
        assert other_language() == {"code": "en-gb", "label": "English"}
    with override("en-gb"):
        assert other_language() == {"code": "cy", "label": "Cymraeg"}


@pytest.mark.parametrize(
    ("chosen", "rule", "languages"),
    [
        ("cy", "en-gb cy", ("cy",)),
        ("en-gb", "cy en-gb", ("en-gb",)),
        ("", "en-gb cy", ("en-gb", "cy")),
        ("", "cy en-gb", ("cy", "en-gb")),
        ("", "en-gb", ("en-gb",)),
        ("fr", "cy en-gb", ("cy", "en-gb")),
    ],
)
def test_letters_are_in_the_chosen_language_else_as_the_university_says(northfield, chosen, rule, languages) -> None:
    northfield.priya.language = chosen
    northfield.institution.letter_languages = rule
    assert letter_languages(northfield.priya, northfield.institution) == languages


@pytest.mark.parametrize(
    ("english", "welsh", "reads", "text", "language"),
    [
        ("Help", "Cymorth", "cy", "Cymorth", "cy"),
        ("Help", "Cymorth", "en-gb", "Help", "en-gb"),
        ("Help", " ", "cy", "Help", "en-gb"),
        ("", "Cymorth", "en-gb", "Cymorth", "cy"),
    ],
)
def test_text_is_in_reach_in_the_language_it_was_written_in(english, welsh, reads, text, language) -> None:
    with override(reads):
        found = in_reach(english, welsh)
    assert (found.text, found.language) == (text, language)


def test_emergency_numbers_are_in_the_readers_language(client, northfield) -> None:
    institution = northfield.institution
    institution.emergency_text, institution.emergency_text_cy = "Security: 1", "Diogelwch: 1"
    institution.save()
    assert '<div lang="en-gb"><p>Security: 1</p></div>' in client.get("/help/").content.decode()
    assert '<div lang="cy"><p>Diogelwch: 1</p></div>' in client.get("/help/?in=cy").content.decode()
    institution.emergency_text_cy = ""
    institution.save()
    assert '<div lang="en-gb"><p>Security: 1</p></div>' in client.get("/help/").content.decode()
